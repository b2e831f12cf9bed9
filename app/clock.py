"""The only clock: every 'now', local day and period edge comes from here, so tests can stop it."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_zone = ZoneInfo("Asia/Shanghai")


def use_zone(name: str) -> None:
    """Set the local time zone once, at start (IANA name)."""
    global _zone
    _zone = ZoneInfo(name)


def zone() -> ZoneInfo:
    """The local time zone of the committee."""
    return _zone


def now() -> datetime:
    """The present instant, aware, UTC."""
    return datetime.now(UTC)


def local(instant: datetime) -> datetime:
    """The same instant on the local wall clock."""
    return instant.astimezone(_zone)


def today() -> date:
    """The local day of now."""
    return local(now()).date()


def local_day(instant: datetime) -> date:
    """The local calendar day an instant falls on."""
    return local(instant).date()


def from_local(day: date, at: time) -> datetime:
    """The UTC instant of a local wall-clock moment."""
    return datetime.combine(day, at, tzinfo=_zone).astimezone(UTC)


def start_of(day: date) -> datetime:
    """The first instant of a local day, UTC."""
    return from_local(day, time.min)


def weeks_later(instant: datetime, weeks: int) -> datetime:
    """The same weekday and wall-clock time so many weeks later."""
    here = local(instant)
    return from_local(here.date() + timedelta(weeks=weeks), here.time())


def next_hour(instant: datetime) -> datetime:
    """The next full hour on the local clock, strictly after the instant."""
    here = local(instant).replace(minute=0, second=0, microsecond=0)
    return (here + timedelta(hours=1)).astimezone(UTC)
