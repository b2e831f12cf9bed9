"""Stretches of local days that figures are asked for: half-years, quarters, months, any range."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from app import clock
from app.errors import Invalid
from app.words import N_

YEARS = range(1949, 2200)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, order=True)
class Period:
    """Local days, both ends included."""

    from_on: date
    to_on: date

    @property
    def words(self) -> tuple[str, dict]:
        """What people call it, as a catalogue sentence and its facts: 2026 年上半年."""
        start = self.from_on
        facts = {"year": start.year, "month": start.month, "quarter": (start.month + 2) // 3}
        facts["next"] = start.year + 1
        if self == year_of(start):
            return N_("%(year)s 年"), facts
        if self == half_of(start):
            return (N_("%(year)s 年上半年") if start.month == 1 else N_("%(year)s 年下半年")), facts
        if self == quarter_of(start):
            return N_("%(year)s 年第 %(quarter)s 季度"), facts
        if self == month_of(start):
            return N_("%(year)s 年 %(month)s 月"), facts
        if self == school_year_of(start):
            return N_("%(year)s–%(next)s 学年"), facts
        return N_("%(first)s 至 %(last)s"), {"first": str(start), "last": str(self.to_on)}


def half_of(day: date) -> Period:
    """The half-year of a day: 1 January – 30 June or 1 July – 31 December."""
    return _months(day.year, 1 if day.month <= 6 else 7, 6)


def quarter_of(day: date) -> Period:
    """The quarter of a day."""
    return _months(day.year, day.month - (day.month - 1) % 3, 3)


def month_of(day: date) -> Period:
    """The month of a day."""
    return _months(day.year, day.month, 1)


def year_of(day: date) -> Period:
    """The calendar year of a day."""
    return _months(day.year, 1, 12)


def school_year_of(day: date) -> Period:
    """The school year of a day: 1 September – 31 August."""
    return _months(day.year - (day.month < 9), 9, 12)


STRETCHES = (half_of, quarter_of, month_of, year_of, school_year_of)


def presets() -> list[Period]:
    """What is asked for most, as of today: halves, quarters, months, years and school years, this and
    the last."""
    today = clock.today()
    found = []
    for stretch in STRETCHES:
        this = stretch(today)
        found += [this, previous(this)]
    return found


def previous(period: Period) -> Period:
    """The period before (环比): of a half-year the half-year before, and so on; of any other stretch
    as many days just before it."""
    last = period.from_on - timedelta(days=1)
    stretch = _stretch(period)
    return stretch(last) if stretch else Period(last - (period.to_on - period.from_on), last)


def last_year(period: Period) -> Period:
    """The same period a year before (同比)."""
    first = _a_year_before(period.from_on)
    stretch = _stretch(period)
    return stretch(first) if stretch else Period(first, _a_year_before(period.to_on))


def _stretch(period):
    """The function that gives the period from its first day; None for any other stretch."""
    return next((one for one in STRETCHES if one(period.from_on) == period), None)


def _a_year_before(day):
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


def parse_period(from_on: str | None, to_on: str | None) -> Period:
    """The period two typed days (YYYY-MM-DD) span; both empty: the present half-year. Raises Invalid
    with field `from` or `to`."""
    if not from_on and not to_on:
        return half_of(clock.today())
    period = Period(_day(from_on, "from"), _day(to_on, "to"))
    if period.to_on < period.from_on:
        raise Invalid(N_("结束日期不能早于开始日期。"), field="to")
    return period


def _day(text, field):
    try:
        day = date.fromisoformat(text) if DAY.fullmatch(text or "") else None
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        raise Invalid(N_("日期要写成 2026-01-31 这样。"), field=field)
    return day


def _months(year, month, number):
    end = date(year + (month + number > 12), (month + number - 1) % 12 + 1, 1)
    return Period(date(year, month, 1), end - timedelta(days=1))
