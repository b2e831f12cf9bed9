"""Checking out, by whomever; and closing what was forgotten, once."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from app import clock
from app.db import transaction
from app.domain import audit
from app.domain.audit import SYSTEM, Actor
from app.domain.checkins import CheckIn
from app.domain.events import Occurrence
from app.domain.hours.rule import counts_out, has_left, measured_minutes, out_until
from app.domain.staff import Staff
from app.errors import Conflict, Invalid, NotFound
from app.words import N_

MOST = 1000  # rows in one form
MOVED_WITHIN = timedelta(minutes=15)  # a later scan is the same leaving; after that, another


class NoCheckOut(Conflict):
    code, words = "no_check_out", N_("这个活动不用签退。")


class VoidCheckIn(Conflict):
    code, words = "check_in_void", N_("这一条签到已经撤销，不能签退。")


class CheckOutNotOpen(Conflict):
    code, words = "check_out_not_open", N_("活动还没开始，不用签退。")


class CheckOutClosed(Conflict):
    code, words = "check_out_closed", N_("签退已经停止。时长由工作人员认定，到签到台说一声。")


class NotHere(Conflict):
    code, words = (
        "not_checked_in",
        N_("这部手机没有在这一场签到，不能签退。用签到的那部手机签退，或到签到台说一声。"),
    )


def check_out(row: CheckIn, *, at: datetime | None = None, how: str = "phone", by: Actor) -> int:
    """Check the person of a row out and give the minutes they were there. at: when they left, which
    decides (now unless told; never before the check-in, never later than now); how: one of OUT_HOWS. Asked again within
    15 minutes the later time holds, after that the first one: the answer is the same either way.
    Staff set the time whenever they like. Raises VoidCheckIn, NoCheckOut, CheckOutNotOpen (before
    the start), CheckOutClosed (past `out_until`), Conflict for a sitting that is off."""
    with transaction() as session:
        row = session.get(CheckIn, row.id, with_for_update=True, populate_existing=True)
        occurrence = row.occurrence
        if row.voided_at is not None:
            raise VoidCheckIn
        must_be_held(occurrence)
        if not counts_out(occurrence.event):
            raise NoCheckOut
        at = min(at or clock.now(), clock.now())
        _must_be_open(occurrence, at)
        at = max(at, row.checked_in_at)
        # A phone that was told `done` for another's row hears the same, and moves nothing.
        is_theirs = by.kind == "phone" and row.device_id != by.id
        moves = how == "staff" or not has_left(row) or is_moved(row.checked_out_at, at)
        if moves and not is_theirs:
            row.checked_out_at, row.checked_out_how = at, how
            row.measured_minutes = measured_minutes(row, occurrence)
            if by.kind != "phone":
                _say("checked_out", occurrence, by, person=row.person.code)
        return measured_minutes(row, occurrence)


def check_out_all(occurrence: Occurrence, codes: list[str], *, by: Staff) -> int:
    """Check the people of these rows out now, on a staff member's word; who is out, or undone by now,
    stays so. Gives how many. Raises Invalid for none, NotFound for a code of elsewhere, and what `check_out`
    raises."""
    wanted = {code.strip().upper() for code in codes}
    if not 0 < len(wanted) <= MOST:
        raise Invalid(N_("先勾选要签退的人。"), field="row")
    with transaction() as session:
        query = select(CheckIn).where(
            CheckIn.occurrence_id == occurrence.id, CheckIn.code.in_(wanted)
        )
        rows = list(session.scalars(query.order_by(CheckIn.id)))
        if len(rows) != len(wanted):
            raise NotFound
        inside = [row for row in rows if row.voided_at is None and not has_left(row)]
        for row in inside:
            check_out(row, how="staff", by=by.actor)
    return len(inside)


def is_moved(before: datetime, at: datetime) -> bool:
    """Whether a check-out after another one is the same leaving, a little later."""
    return timedelta(0) < at - before <= MOVED_WITHIN


def close_out(occurrence: Occurrence, *, by: Actor = SYSTEM) -> int:
    """Close the forgotten check-outs of a sitting at its planned end; give how many. Happens once,
    after `out_until`, and touches only valid rows still inside; at any other time nothing happens.
    No figure depends on when it ran: who never checked out is 0 before and after."""
    with transaction() as session:
        occurrence = session.get(
            Occurrence, occurrence.id, with_for_update=True, populate_existing=True
        )
        is_due = counts_out(occurrence.event) and out_until(occurrence) < clock.now()
        if occurrence.closed_out_at is not None or is_off(occurrence) or not is_due:
            return 0
        occurrence.closed_out_at = clock.now()
        inside = (
            CheckIn.occurrence_id == occurrence.id, CheckIn.voided_at.is_(None),
            CheckIn.checked_out_at.is_(None),
        )  # fmt: skip
        closed = {"checked_out_how": "auto", "measured_minutes": 0}
        closed["checked_out_at"] = occurrence.ends_at
        done = session.execute(update(CheckIn).where(*inside).values(closed)).rowcount
        if done:
            _say("closed_out", occurrence, by, people=done)
    return done


def is_off(occurrence: Occurrence) -> bool:
    """Whether the sitting counts nowhere: a draft, called off, taken back or merged away."""
    return occurrence.phase in ("draft", "cancelled", "withdrawn")


def must_be_held(occurrence: Occurrence) -> None:
    """Raise Conflict for a sitting that is off."""
    if is_off(occurrence):
        raise Conflict(N_("这一场没有在办，不能签退，也不能认定时长。"))


def _must_be_open(occurrence, at):
    if at < occurrence.starts_at:
        raise CheckOutNotOpen
    if at > out_until(occurrence):
        raise CheckOutClosed


def _say(act, occurrence, by, **facts):
    event = occurrence.event
    audit.record(
        act, by=by, org_id=event.host_id, subject=f"event:{event.id}", event=event.title,
        occurrence=occurrence.code, **facts,
    )  # fmt: skip
