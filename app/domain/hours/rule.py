"""The rule of hours, in whole minutes: how long somebody was there, and what to propose for it."""

from datetime import datetime, timedelta

from app.domain.checkins import CheckIn
from app.domain.events import Event, Occurrence

LEAVES_WITHIN = timedelta(hours=2)  # after the planned end one may still check out
SHARE_PERCENT = 60  # of the planned length: whoever was there so long gets all of it
MINUTE = timedelta(minutes=1)


def planned_minutes(occurrence: Occurrence) -> int:
    """The planned length of a sitting."""
    return (occurrence.ends_at - occurrence.starts_at) // MINUTE


def minutes_here(starts_at: datetime, ends_at: datetime, came: datetime, left: datetime) -> int:
    """Whole minutes between coming and leaving inside [starts_at, ends_at]; never below 0."""
    return max(0, (min(left, ends_at) - max(came, starts_at)) // MINUTE)


def counts_out(event: Event) -> bool:
    """Whether hours of this event go from check-in to check-out. Nobody can check out of what was
    entered afterwards."""
    return event.checks_out and not event.is_late_record


def out_until(occurrence: Occurrence) -> datetime:
    """The last instant at which one may check out: the close of the check-in window, or two hours
    after the planned end where that is later."""
    closes_at = occurrence.closed_at or occurrence.closes_at
    return max(closes_at, occurrence.ends_at + LEAVES_WITHIN)


def has_left(row: CheckIn) -> bool:
    """Whether somebody checked the person out; a close-out by itself is nobody's word."""
    return row.checked_out_at is not None and row.checked_out_how != "auto"


def measured_minutes(row: CheckIn, occurrence: Occurrence) -> int | None:
    """How long the person was there by check-in and check-out, as the sitting's hours stand now.
    0 where the event checks out and nobody did; None where nothing is measured."""
    if has_left(row):
        return minutes_here(
            occurrence.starts_at, occurrence.ends_at, row.checked_in_at, row.checked_out_at
        )
    return 0 if counts_out(occurrence.event) else None


def proposed_minutes(row: CheckIn, occurrence: Occurrence) -> int:
    """What to grant: the planned length for 60 % of it or more, else what was measured; the planned
    length where nothing is measured."""
    planned, measured = planned_minutes(occurrence), measured_minutes(row, occurrence)
    if measured is None or 100 * measured >= SHARE_PERCENT * planned:
        return planned
    return measured
