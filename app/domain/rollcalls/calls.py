"""Drawing the names, and what was answered when they were called."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from app import clock, keys
from app.db import db, transaction
from app.domain import audit
from app.domain.checkins import CheckIn
from app.domain.events import Event, Occurrence
from app.domain.rollcalls.model import CalledName, RollCall
from app.domain.staff import Staff
from app.errors import Conflict, Invalid, NotFound
from app.words import N_

USUAL_NAMES, MOST_NAMES = 10, 50


@dataclass(frozen=True)
class Result:
    """One roll-call: how many were drawn, of these here, away, and not answered for yet."""

    call: RollCall
    drawn: int
    here: int
    away: int

    @property
    def waiting(self) -> int:
        return self.drawn - self.here - self.away


@dataclass(frozen=True)
class Line:
    """One drawn name in the order of calling. number: its place, from 1."""

    number: int
    called: CalledName

    @property
    def check_in(self) -> CheckIn:
        return self.called.check_in

    @property
    def key(self) -> str:
        """How a form names it: the check-in's code."""
        return self.check_in.code


def draw(
    occurrence: Occurrence, size: int, *, by: Staff, seed: str | None = None,
    at: datetime | None = None,
) -> RollCall:  # fmt: skip
    """Draw `size` names (all, where there are fewer) of the sitting's valid check-ins. The seed (32
    hex, made unless told) and the number drawn from are kept, so that the draw can be repeated.
    Raises Invalid (size), Conflict where nobody has checked in."""
    if not 1 <= size <= MOST_NAMES:
        raise Invalid(N_("抽 1 到 %(n)s 个名字。"), field="size", n=MOST_NAMES)
    seed = seed or secrets.token_hex(16)
    with transaction() as session:
        valid = _valid(session, occurrence)
        if not valid:
            raise Conflict(N_("这一场还没有人签到，没有名字可抽。"))
        call = RollCall(
            code=keys.new_code(8), occurrence_id=occurrence.id, seed=seed, drawn_from=len(valid),
            made_at=at or clock.now(), made_by_id=by.id,
        )  # fmt: skip
        call.names = [CalledName(check_in_id=row_id) for row_id in drawn(valid, size, seed)]
        session.add(call)
        session.flush()
        _say("roll_called", call, by, number=len(call.names))
    return call


def drawn(ids: list[int], size: int, seed: str) -> list[int]:
    """The draw itself: distinct ids in the order of calling, the same for the same ids and seed."""
    return Random(seed).sample(sorted(ids), min(size, len(ids)))  # noqa: S311 - repeatable on purpose


def answer(call: RollCall, said: dict[str, bool | None], *, by: Staff) -> int:
    """Write down who is here (True) and who is not (False), by `Line.key`; None takes an answer back.
    Unknown keys are left alone. How many changed."""
    with transaction() as session:
        asked = [line for line in lines_of(call) if line.key in said]
        changed = [line for line in asked if line.called.is_here is not said[line.key]]
        now = clock.now()
        for line in changed:
            called = line.called
            called.is_here, called.said_at, called.said_by_id = said[line.key], now, by.id
        session.flush()
        if changed:
            result = results_of([call.occurrence], call=call)[0]
            _say("roll_answered", call, by, here=result.here, away=result.away)
    return len(changed)


def lines_of(call: RollCall) -> list[Line]:
    """The names in the order of calling, undone ones too."""
    query = (
        select(CalledName)
        .options(joinedload(CalledName.check_in).joinedload(CheckIn.person))
        .where(CalledName.roll_call_id == call.id)
        .order_by(CalledName.id)
    )
    found = db.session.scalars(query.execution_options(populate_existing=True))
    return [Line(number, one) for number, one in enumerate(found, 1)]


def results_of(occurrences: list[Occurrence], *, call: RollCall | None = None) -> list[Result]:
    """The roll-calls of these sittings (or the one told), newest first."""
    here, away = (func.sum(case((CalledName.is_here.is_(said), 1), else_=0)) for said in (True, False))  # fmt: skip
    query = (
        select(RollCall, func.count(), here, away)
        .join(CalledName, CalledName.roll_call_id == RollCall.id)
        .where(RollCall.occurrence_id.in_([occurrence.id for occurrence in occurrences]))
        .group_by(RollCall.id)
        .order_by(RollCall.id.desc())
    )
    if call is not None:
        query = query.where(RollCall.id == call.id)
    return [Result(*row) for row in db.session.execute(query)]


def find_roll_call(event: Event, code: str) -> RollCall:
    """A roll-call of an event by its code; raises NotFound."""
    found = db.session.scalar(
        select(RollCall)
        .join(Occurrence, Occurrence.id == RollCall.occurrence_id)
        .where(RollCall.code == code.strip().upper()[:12], Occurrence.event_id == event.id)
    )
    if found is None:
        raise NotFound
    return found


def _valid(session, occurrence):
    query = select(CheckIn.id).where(
        CheckIn.occurrence_id == occurrence.id, CheckIn.voided_at.is_(None)
    )
    return list(session.scalars(query))


def _say(act, call, by, **facts):
    event = call.occurrence.event
    audit.record(
        act, by=by.actor, org_id=event.host_id, subject=f"event:{event.id}", event=event.title,
        occurrence=call.occurrence.code, **facts,
    )  # fmt: skip
