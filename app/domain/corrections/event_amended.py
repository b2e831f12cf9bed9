"""事后改主办或日期: an event was entered under the wrong host or day, and people have checked in."""

from datetime import datetime

from sqlalchemy import select

from app import clock
from app.db import db
from app.domain.checkins import CheckIn
from app.domain.corrections.model import Correction
from app.domain.corrections.record import correcting
from app.domain.corrections.rehoming import give_to_host, line_then, put_on, put_tally_on
from app.domain.corrections.stage import staged
from app.domain.events import Event, Occurrence, checked_host, checked_sitting
from app.domain.orgs import Org, is_within, line_of
from app.domain.staff import Staff
from app.domain.tallies import Headcount, ManualTally
from app.errors import Invalid, NotFound
from app.words import N_


def amend_event(
    occurrence: Occurrence, *, host: Org, starts_at: datetime, ends_at: datetime, by: Staff,
    reason: str = "", preview: bool = False,
) -> Correction:  # fmt: skip
    """Another host for the event, whose are its reported figures too; other hours for one sitting.
    On another day each check-in gets the line and standing of that day, review where its person was
    in no branch then; 应到 follows the roster of the new day. Raises Invalid, Conflict when nothing
    changes, NotFound."""
    event = occurrence.event
    if not all(is_within(by.org, org) for org in (event.host, host)):
        raise NotFound
    columns = _checked(occurrence, starts_at, ends_at)
    for sitting in event.occurrences:
        day = columns["starts_on"] if sitting.id == occurrence.id else sitting.starts_on
        checked_host(host, day)
    old = occurrence.starts_on
    stage = staged(
        by.org, rows=_rows(occurrence), orgs=[event.host, host], occurrences=event.occurrences,
        days=[columns["starts_on"]],
    )  # fmt: skip
    stage["occurrences"] = [occurrence]
    with correcting(
        "event_amended", subject=f"event:{event.id}", reason=reason, by=by, preview=preview,
        event=event.code, sitting=occurrence.code, host=[event.host.short_name, host.short_name],
        starts=[occurrence.starts_at.isoformat(), starts_at.isoformat()], **stage,
    ) as work:  # fmt: skip
        held = work.hold(Event, Event.id == event.id)[0]
        held.host_id = host.id
        for sitting in work.hold(Occurrence, Occurrence.event_id == event.id):
            if sitting.id == occurrence.id:
                for name, value in columns.items():
                    setattr(sitting, name, value)
            sitting.host_line_id = line_of(host.id, sitting.starts_on)
        work.session.flush()
        work.session.expire(held, ["host"])
        moved = _follow(work, occurrence, old) if columns["starts_on"] != old else 0
        for sitting in event.occurrences:
            give_to_host(work, sitting)
        work.correction.facts = {**work.correction.facts, "rows": moved}
    return work.correction


def _checked(occurrence, starts_at, ends_at):
    if clock.local_day(starts_at) > clock.today():
        raise Invalid(N_("更正只改办过的活动，日期不能晚于今天。"), field="day")
    by_start, by_end = starts_at - occurrence.starts_at, ends_at - occurrence.ends_at
    return checked_sitting(
        starts_at=starts_at, ends_at=ends_at, opens_at=occurrence.opens_at + by_start,
        closes_at=occurrence.closes_at + by_end, place=occurrence.place, venue=occurrence.venue,
        capacity=occurrence.capacity, capacity_binds=occurrence.capacity_binds,
    )  # fmt: skip


def _rows(occurrence):
    return list(db.session.scalars(select(CheckIn).where(CheckIn.occurrence_id == occurrence.id)))


def _follow(work, occurrence, old):
    """Everything recorded at the sitting counts on its new day; how many check-ins."""
    day = occurrence.starts_on
    rows = work.hold(CheckIn, CheckIn.occurrence_id == occurrence.id)
    for row in rows:
        put_on(work, row, day)
    for row in work.hold(Headcount, Headcount.occurrence_id == occurrence.id):
        row.line_id = line_then(work, row.line_id, day)
    for row in work.hold(ManualTally, ManualTally.occurrence_id == occurrence.id):
        put_tally_on(work, row, old, day)
    work.session.flush()
    return len(rows)
