"""What may be done to an occurrence. The actor is an argument, each verb one transaction."""

from datetime import datetime, timedelta

from app import clock
from app.db import transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.events.changes import changed
from app.domain.events.codes import allot_code
from app.domain.events.model import Event, Occurrence
from app.domain.events.rules import (
    MOST_OCCURRENCES,
    check_over,
    check_window,
    checked_host,
    checked_reason,
    checked_sitting,
    checked_weeks,
    must_be_bare,
)
from app.domain.orgs import line_of
from app.errors import Conflict, Invalid
from app.words import N_

KEPT = ("starts_at", "ends_at", "opens_at", "closes_at", "place", "venue", "capacity", "capacity_binds")  # fmt: skip


def new_occurrence(session, event: Event, **told) -> Occurrence:
    """One more sitting of an event, within the caller's transaction; see checked_sitting."""
    columns = checked_sitting(**told)
    _check_fits(event, columns)
    occurrence = Occurrence(
        event=event, code=allot_code(session, "occurrence"),
        host_line_id=line_of(event.host_id, columns["starts_on"]), **columns,
    )  # fmt: skip
    session.add(occurrence)
    session.flush()
    return occurrence


def new_weekly(session, event: Event, weeks: int, **told) -> list[Occurrence]:
    """A sitting and the same again on the weeks after it: `weeks` in all."""
    return [
        new_occurrence(session, event, **shifted(told, week))
        for week in range(checked_weeks(weeks))
    ]


def shifted(told: dict, weeks: int) -> dict:
    """What is told of a sitting, so many weeks later at the same time of day."""
    return told | {
        name: clock.weeks_later(told[name], weeks)
        for name in ("starts_at", "ends_at", "opens_at", "closes_at")
        if told.get(name) is not None
    }


def add_occurrence(
    event: Event, *, starts_at: datetime, ends_at: datetime, by: Actor, weeks: int = 1, **told
) -> Occurrence:
    """One more sitting (or one a week for so many weeks); place, capacity and the reach of the window
    are those of the last sitting unless told (names as in checked_sitting). Gives the first. Raises
    Invalid, Conflict."""
    with transaction() as session:
        event = locked(session, event)
        _refuse_dead(event)
        if len(event.occurrences) + checked_weeks(weeks) > MOST_OCCURRENCES:
            raise Conflict(N_("一个活动最多 100 场。请另建一个活动。"))
        last = event.occurrences[-1]
        usual = {
            "place": last.place, "venue": last.venue, "capacity": last.capacity,
            "capacity_binds": last.capacity_binds,
            "opens_at": starts_at + (last.opens_at - last.starts_at),
            "closes_at": ends_at + (last.closes_at - last.ends_at),
        }  # fmt: skip
        told = {**usual, **told, "starts_at": starts_at, "ends_at": ends_at}
        made = new_weekly(session, event, weeks, **told)
        for occurrence in made:
            _record("occurrence_added", occurrence, by)
        session.expire(event, ["occurrences"])
    return made[0]


def edit_occurrence(occurrence: Occurrence, *, by: Actor, **told) -> None:
    """Change what is told (names as in checked_sitting). A moved sitting takes its window along
    unless a window is told, and is no longer closed early. Raises Invalid, Conflict."""
    with transaction() as session:
        event = held(session, occurrence)
        _refuse_dead(event, occurrence)
        before = {name: getattr(occurrence, name) for name in KEPT}
        wanted = {**before, **_moved_window(before, told), **told}
        columns = checked_sitting(**wanted)
        _check_fits(event, columns)
        changes = changed(before, {**wanted, "place": columns["place"]})
        if not changes:
            return
        if columns["starts_on"] != occurrence.starts_on:
            must_be_bare(session, [occurrence.id], "day")
        if wanted["starts_at"] != before["starts_at"]:
            occurrence.closed_at = None
        for name, value in columns.items():
            setattr(occurrence, name, value)
        occurrence.host_line_id = line_of(event.host_id, columns["starts_on"])
        _record("occurrence_edited", occurrence, by, changes=changes)
        session.flush()
        session.expire(event, ["occurrences"])


def cancel_occurrence(occurrence: Occurrence, *, by: Actor, reason: str) -> None:
    """Call one sitting off. When none is left the event itself is cancelled. Raises Invalid,
    Conflict."""
    with transaction() as session:
        event = held(session, occurrence)
        _refuse_dead(event, occurrence)
        if event.published_at is None:
            raise Conflict(N_("还没发布，不用取消，直接改就行。"))
        reason, now = checked_reason(reason), clock.now()
        occurrence.cancelled_at = now
        _record("occurrence_cancelled", occurrence, by, reason=reason)
        if all(o.cancelled_at is not None for o in event.occurrences):
            event.cancelled_at, event.cancel_reason = now, reason
            audit.record(
                "event_cancelled", by=by, org_id=event.host_id, subject=f"event:{event.id}",
                event=event.title, reason=reason,
            )  # fmt: skip


def close_check_in(occurrence: Occurrence, *, by: Actor) -> None:
    """Close check-in before its time. Raises Conflict unless it is open."""
    with transaction() as session:
        held(session, occurrence)
        if occurrence.phase != "open":
            raise Conflict(N_("现在没有开放签到，不用结束。"))
        occurrence.closed_at = clock.now()
        _record("checkin_closed", occurrence, by)


def extend_check_in(
    occurrence: Occurrence, *, by: Actor, minutes: int | None = None, until: datetime | None = None
) -> None:
    """Keep check-in open longer, or open it again: so many minutes from its end (from now when it
    has ended), or until an instant. Raises Invalid, Conflict."""
    with transaction() as session:
        event = held(session, occurrence)
        if event.is_late_record:
            raise Conflict(N_("补记的活动不开放扫码。到签到名单里登记谁来了。"))
        if occurrence.phase not in ("upcoming", "open", "closed"):
            raise Conflict(N_("这一场没有开放签到，不能延长。"))
        now = clock.now()
        if until is None:
            until = _end_of_check_in(occurrence, now) + timedelta(minutes=minutes or 0)
        if until <= now or until <= occurrence.opens_at:
            raise Invalid(N_("要延长到以后的时间。"), field="until")
        check_window(occurrence.starts_at, occurrence.ends_at, occurrence.opens_at, until)
        if occurrence.phase != "closed" and until <= occurrence.closes_at:
            raise Invalid(N_("现在的停止时间更晚，不用延长。"), field="until")
        occurrence.closes_at, occurrence.closed_at = until, None
        _record(
            "checkin_extended", occurrence, by,
            until=clock.local(until).isoformat(timespec="minutes"),
        )  # fmt: skip


def locked(session, event: Event) -> Event:
    """The event as it is now, held until the transaction ends: its verbs take turns."""
    return session.get(Event, event.id, with_for_update=True)


def held(session, occurrence: Occurrence) -> Event:
    """The occurrence's event, held as `locked` does; the occurrence is read again after it."""
    event = locked(session, occurrence.event)
    session.refresh(occurrence)
    return event


def _end_of_check_in(occurrence, now):
    """A whole minute: people read 16:45, not 16:44:31."""
    end = occurrence.closes_at if occurrence.phase != "closed" else now
    return end if end.second == end.microsecond == 0 else _next_minute(end)


def _next_minute(instant):
    return instant.replace(second=0, microsecond=0) + timedelta(minutes=1)


def _moved_window(before, told):
    by_start = told.get("starts_at", before["starts_at"]) - before["starts_at"]
    by_end = told.get("ends_at", before["ends_at"]) - before["ends_at"]
    return {
        "opens_at": before["opens_at"] + by_start,
        "closes_at": before["closes_at"] + by_end,
    }


def _check_fits(event, columns):
    checked_host(event.host, columns["starts_on"])
    if event.is_late_record and event.published_at is not None:
        check_over(columns["ends_at"])


def _refuse_dead(event, occurrence=None):
    if event.withdrawn_at is not None:
        raise Conflict(N_("活动已经撤回，先重新发布再改。"))
    if event.cancelled_at is not None:
        raise Conflict(N_("活动已经取消，不能再改。可以“再办一次”。"))
    if occurrence is not None and occurrence.cancelled_at is not None:
        raise Conflict(N_("这一场已经取消，不能再改。"))


def _record(act, occurrence, by, **facts):
    event = occurrence.event
    when = clock.local(occurrence.starts_at).strftime("%Y-%m-%d %H:%M")
    audit.record(
        act, by=by, org_id=event.host_id, subject=f"event:{event.id}", event=event.title,
        occurrence=when, **facts,
    )  # fmt: skip
