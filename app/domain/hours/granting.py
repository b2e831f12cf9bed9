"""认定时长: what a named person confirms, and why where it is not what the rule proposes."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock
from app.db import transaction
from app.domain import audit
from app.domain.checkins import CheckIn
from app.domain.events import Occurrence
from app.domain.hours.leaving import MOST, VoidCheckIn, close_out, must_be_held
from app.domain.hours.rule import (
    counts_out,
    has_left,
    measured_minutes,
    planned_minutes,
    proposed_minutes,
)
from app.domain.staff import Staff
from app.errors import Conflict, Invalid, NotFound
from app.words import N_

A_DAY = 24 * 60  # minutes


class NotOver(Conflict):
    code, words = "not_over", N_("这一场还没结束，人还没签退，结束后再认定。")


@dataclass(frozen=True)
class Granted:
    """How many rows were confirmed; how many were left because their check-out was forgotten; how
    many because they are not out yet."""

    done: int
    forgotten: int = 0
    inside: int = 0


def grant(row: CheckIn, minutes: int, *, by: Staff, reason: str = "") -> None:
    """Confirm the hours of one row. A reason is asked where minutes are not what is proposed, or
    others were confirmed before; each change leaves its line in the trail; the same minutes again
    change nothing. Raises VoidCheckIn, NotOver, Invalid (minutes, reason), Conflict for a sitting
    that is off."""
    with transaction() as session:
        close_out(row.occurrence, by=by.actor)  # holds the sitting before the row, as all do
        row = session.get(CheckIn, row.id, with_for_update=True, populate_existing=True)
        occurrence = row.occurrence
        _must_be_grantable(row, occurrence)
        most = max(planned_minutes(occurrence), A_DAY)
        if not 0 <= minutes <= most:
            raise Invalid(N_("时长要在 0 到 %(most)s 分钟之间。"), field="minutes", most=most)
        if row.granted_minutes == minutes:
            return
        is_usual = row.granted_minutes is None and minutes == proposed_minutes(row, occurrence)
        if not is_usual and not reason.strip():
            raise Invalid(N_("和建议的不一样，请写原因。"), field="reason")
        _grant(row, occurrence, minutes, by, reason.strip()[:200])


def grant_proposed(occurrence: Occurrence, codes: list[str] | None = None, *, by: Staff) -> Granted:
    """Confirm what is proposed for the rows of these codes, or for all; rows confirmed before stay as
    they are. All: those who checked out; where there is no check-out, the volunteers. Whose
    check-out was forgotten is left to a look of its own: only a code confirms their 0. Raises
    NotOver where nothing can be confirmed yet, NotFound for a code of elsewhere, Invalid for none."""
    with transaction() as session:
        must_be_held(occurrence)
        close_out(occurrence, by=by.actor)
        rows = _waiting(session, occurrence, codes)
        done = forgotten = inside = 0
        for row in rows:
            if not _is_grantable(row, occurrence):
                inside += 1
            elif codes is None and counts_out(occurrence.event) and not has_left(row):
                forgotten += 1
            else:
                _grant(row, occurrence, proposed_minutes(row, occurrence), by, "")
                done += 1
        if inside and not done and not forgotten:
            raise NotOver
    return Granted(done, forgotten, inside)


def _waiting(session, occurrence, codes):
    """The valid rows to confirm, held until the transaction ends."""
    query = select(CheckIn).where(CheckIn.occurrence_id == occurrence.id)
    if codes is not None:
        wanted = {code.strip().upper() for code in codes}
        if not 0 < len(wanted) <= MOST:
            raise Invalid(N_("先勾选要认定的人。"), field="row")
        query = query.where(CheckIn.code.in_(wanted))
    elif not counts_out(occurrence.event):
        query = query.where(CheckIn.role == "volunteer")
    query = query.options(joinedload(CheckIn.person)).order_by(CheckIn.id)
    query = query.with_for_update(of=CheckIn).execution_options(populate_existing=True)
    rows = list(session.scalars(query))
    if codes is not None and len(rows) != len(wanted):
        raise NotFound
    return [row for row in rows if row.granted_minutes is None and row.voided_at is None]


def _must_be_grantable(row, occurrence):
    if row.voided_at is not None:
        raise VoidCheckIn(N_("这一条签到已经撤销，不能认定时长。"))
    must_be_held(occurrence)
    if not _is_grantable(row, occurrence):
        raise NotOver


def _is_grantable(row, occurrence):
    return has_left(row) or occurrence.ends_at <= clock.now()


def _grant(row, occurrence, minutes, by, reason):
    before, event = row.granted_minutes, occurrence.event
    row.granted_minutes, row.granted_at, row.granted_by_id = minutes, clock.now(), by.id
    row.measured_minutes = measured_minutes(row, occurrence)
    audit.record(
        "hours_granted", by=by.actor, org_id=event.host_id, subject=f"event:{event.id}",
        event=event.title, occurrence=occurrence.code, person=row.person.code, before=before,
        minutes=minutes, proposed=proposed_minutes(row, occurrence), reason=reason,
    )  # fmt: skip
