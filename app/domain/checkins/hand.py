"""Check-ins by hand: tick, undo, restore, and the low-level record behind them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app import clock, keys
from app.db import db, lock_words, transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.checkins.model import CheckIn
from app.domain.events import Event, Occurrence
from app.domain.members import Person, home_of
from app.domain.orgs import Org, line_of
from app.errors import Conflict, Invalid, NotFound
from app.words import N_


class AlreadyCheckedIn(Conflict):
    code, words = "already_checked_in", N_("%(name)s 在这一场已经签到了。")


def record_check_in(
    occurrence: Occurrence, person: Person, *, at: datetime, how: str, by: Actor,
    role: str | None = None, org: Org | None = None, reasons: tuple[str, ...] = (),
) -> CheckIn:  # fmt: skip
    """Write one valid row with the person's line and standing of that day (a guest: org's line),
    in any phase. typed_* stay empty: nobody typed anything, so no phone hears `already` of it.
    Raises AlreadyCheckedIn."""
    with transaction() as session:
        lock_words(session, "name", person.name_key)
        home = home_of(person, occurrence.starts_on)
        org_id = home.org_id if home else (org.id if org else None)
        row = CheckIn(
            code=keys.new_code(10), occurrence_id=occurrence.id, person_id=person.id, how=how,
            line_id=line_of(org_id, occurrence.starts_on) if org_id else None,
            standing=home.standing if home else None, chosen_org_id=org.id if org else None,
            role=role or occurrence.event.usual_role, actor_kind=by.kind, actor_id=by.id, source=f"{by.kind}:{by.id or 0}",
            received_at=clock.now(), checked_in_at=at, review="open" if reasons else "none",
            review_reasons=",".join(reasons),
        )  # fmt: skip
        session.add(row)
        name = person.name  # a failed flush forgets what was read
        try:
            session.flush()
        except IntegrityError:
            raise AlreadyCheckedIn(name=name) from None
    return row


def must_be_on(occurrence: Occurrence) -> None:
    """Raise Conflict for a sitting that counts nowhere: a draft, called off, taken back or merged
    away. To be asked in the transaction that writes, where its phase is read again."""
    if occurrence.phase in ("draft", "cancelled", "withdrawn"):
        raise Conflict(N_("这一场没有在办，不能签到。"))


def tick(
    occurrence: Occurrence, person: Person, *, by: Actor, how: str = "tick", role: str | None = None
) -> CheckIn:
    """Check somebody in for them. Raises Conflict for a draft or cancelled sitting,
    AlreadyCheckedIn."""
    with transaction():
        must_be_on(occurrence)
        row = record_check_in(occurrence, person, at=clock.now(), how=how, by=by, role=role)
        _say("ticked", row, by=by)
    return row


def void_check_in(check_in: CheckIn, *, by: Actor, reason: str) -> None:
    """Undo a check-in: the row stays, it only stops counting. Raises Invalid without a reason,
    Conflict when it is undone already."""
    if not reason.strip():
        raise Invalid(N_("请写撤销的原因。"), field="reason")
    with transaction() as session:
        _hold(session, check_in)
        if check_in.voided_at is not None:
            raise Conflict(N_("这一条已经撤销了。"))
        check_in.voided_at, check_in.void_reason = clock.now(), reason.strip()[:200]
        check_in.voided_by_kind, check_in.voided_by_id = by.kind, by.id
        _say("checkin_voided", check_in, by=by, reason=check_in.void_reason)


def restore_check_in(check_in: CheckIn, *, by: Actor) -> None:
    """Take an undo back. Raises Conflict over a live row of the same person."""
    with transaction() as session:
        _hold(session, check_in)
        if check_in.voided_at is None:
            raise Conflict(N_("这一条没有撤销过。"))
        check_in.voided_at = check_in.voided_by_kind = check_in.voided_by_id = None
        check_in.void_reason = ""
        try:
            session.flush()
        except IntegrityError:
            raise Conflict(N_("这个人在这一场已有一条有效签到，不能再恢复这一条。")) from None
        _say("checkin_restored", check_in, by=by)


def find_check_in(event: Event, code: str) -> CheckIn:
    """A check-in of an event by its code; raises NotFound."""
    found = db.session.scalar(
        select(CheckIn)
        .join(Occurrence, Occurrence.id == CheckIn.occurrence_id)
        .where(CheckIn.code == code.strip().upper()[:12], Occurrence.event_id == event.id)
    )
    if found is None:
        raise NotFound
    return found


def _hold(session, row):
    """The row as it stands, held until the end: of two clicks the second finds it undone. The row
    alone: whoever loaded it may have joined what PostgreSQL cannot lock."""
    session.refresh(row, with_for_update={"of": CheckIn})


def _say(act, row, *, by, **facts):
    occurrence = row.occurrence
    audit.record(
        act, by=by, org_id=occurrence.event.host_id, subject=f"event:{occurrence.event_id}",
        event=occurrence.event.title, occurrence=occurrence.code, person=row.person.code, **facts,
    )  # fmt: skip
