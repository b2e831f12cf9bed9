"""What an event and a sitting may be: titles, hours, windows, places. Each check names its field."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from app import clock
from app.db import db
from app.domain.events.model import ROLES
from app.domain.orgs import Org
from app.errors import Conflict, Invalid
from app.text import tidy
from app.words import N_

LONGEST = timedelta(days=31)
OPENS_BEFORE = timedelta(minutes=60)
YEARS = range(2000, 2101)
MOST_PLACES = 100_000
MOST_OCCURRENCES = 100
MOST_WEEKS = 52


def hours(
    day: date, start: time, end: time, end_day: date | None = None
) -> tuple[datetime, datetime]:
    """The UTC instants of a sitting told in local days and clock times (one day unless end_day is
    given). Raises Invalid for years nobody means."""
    for field, told in (("day", day), ("end_day", end_day or day)):
        if told.year not in YEARS:
            raise Invalid(N_("年份要在 2000 到 2100 之间。"), field=field)
    return clock.from_local(day, start), clock.from_local(end_day or day, end)


def must_be_bare(session, occurrence_ids, field: str) -> None:
    """Raise Conflict when anybody or any number is on record there: rows hold the line of their day and host, so
    only the correction that takes them along may change those."""
    for name in ("check_in", "headcount", "manual_tally"):  # rooms above this one
        rows = db.metadata.tables[name].c
        query = select(rows.id).where(
            rows.occurrence_id.in_(occurrence_ids), rows.voided_at.is_(None)
        )
        if session.scalar(query.limit(1)) is not None:
            raise Conflict(
                N_(
                    "已经有签到、清点或手工数了。主办和日期到活动页的“改主办或日期”里改，这些会跟着算，还能撤回。"
                ),
                field=field,
            )


def checked_title(title: str) -> str:
    """The title as it is shown; raises Invalid."""
    title = tidy(title)
    if not title:
        raise Invalid(N_("给活动起个名字。"), field="title")
    return _short(title, 80, "title")


def checked_words(words: str) -> str:
    """What is said after checking in: at most 500 characters; raises Invalid."""
    return _short(words.replace("\r\n", "\n").strip(), 500, "after_words")


def checked_role(role: str) -> str:
    """What whoever scans comes as; raises Invalid."""
    if role not in ROLES:
        raise Invalid(N_("没有这种角色。"), field="usual_role")
    return role


def checked_reason(reason: str) -> str:
    """Why something is called off: said to those who come all the same; raises Invalid."""
    reason = tidy(reason)
    if not reason:
        raise Invalid(N_("写一句原因，扫码的人会看到。"), field="reason")
    return _short(reason, 200, "reason")


def checked_late_reason(reason: str) -> str:
    """Why an event is entered afterwards, or nothing; raises Invalid."""
    return _short(tidy(reason), 200, "late_reason")


def checked_weeks(weeks: int) -> int:
    """How many weeks running a sitting is held; raises Invalid."""
    if not 1 <= weeks <= MOST_WEEKS:
        raise Invalid(N_("每周重复最多 52 周，1 就是不重复。"), field="weeks")
    return weeks


def check_over(ends_at: datetime) -> None:
    """A late record tells of what is over; raises Invalid."""
    if ends_at > clock.now():
        raise Invalid(
            N_("补记的活动要已经办完。还没办完的，把补记的原因删掉再发布。"), field="late_reason"
        )


def checked_host(host: Org, day: date) -> Org:
    """The host, open on the day; raises Invalid."""
    if host.closed_on is not None and host.closed_on <= day:
        raise Invalid(N_("这个组织在那一天已经撤销了，换一个主办。"), field="host")
    return host


def checked_sitting(
    *, starts_at, ends_at, opens_at=None, closes_at=None, place="", venue=None, capacity=None,
    capacity_binds=False,
) -> dict:  # fmt: skip
    """The columns of a sitting, starts_on included; the window is from 60 minutes before the start
    to the end unless told. Raises Invalid."""
    _check_hours(starts_at, ends_at)
    opens_at = starts_at - OPENS_BEFORE if opens_at is None else opens_at
    closes_at = ends_at if closes_at is None else closes_at
    check_window(starts_at, ends_at, opens_at, closes_at)
    _check_capacity(capacity, capacity_binds)
    return {
        "starts_at": starts_at, "ends_at": ends_at, "starts_on": clock.local_day(starts_at),
        "opens_at": opens_at, "closes_at": closes_at, "place": _short(tidy(place), 80, "place"),
        "venue_id": venue.id if venue else None, "capacity": capacity,
        "capacity_binds": bool(capacity_binds),
    }  # fmt: skip


def check_window(starts_at, ends_at, opens_at, closes_at) -> None:
    """Check-in opens within 31 days before the start and closes within 31 days after the end."""
    if opens_at < starts_at - LONGEST or opens_at >= ends_at:
        raise Invalid(N_("签到要在活动结束前开始，最早提前 31 天。"), field="opens_before")
    if closes_at <= opens_at:
        raise Invalid(N_("签到要先开始，再停止。"), field="closes_after")
    if closes_at > ends_at + LONGEST:
        raise Invalid(N_("签到最晚开到活动结束后 31 天。"), field="closes_after")


def _check_hours(starts_at, ends_at):
    if clock.local(starts_at).year not in YEARS or clock.local(ends_at).year not in YEARS:
        raise Invalid(N_("年份要在 2000 到 2100 之间。"), field="day")
    if ends_at <= starts_at:
        raise Invalid(N_("结束要晚于开始。过了零点才结束的，填上结束日期。"), field="end")
    if ends_at - starts_at > LONGEST:
        raise Invalid(N_("一场最长 31 天。更长的活动请分成几场。"), field="end_day")


def _check_capacity(capacity, binds):
    if capacity is not None and not 1 <= capacity <= MOST_PLACES:
        raise Invalid(N_("名额要在 1 到 100000 之间；不限就留空。"), field="capacity")
    if binds and capacity is None:
        raise Invalid(N_("要限制人数，先写名额。"), field="capacity")


def _short(text, most, field):
    if len(text) > most:
        raise Invalid(N_("最多 %(n)s 个字。"), field=field, n=most)
    return text
