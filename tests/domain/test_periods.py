"""Half-years, quarters, months, and what may be typed."""

from datetime import date

import pytest

from app.domain.periods import (
    Period,
    half_of,
    last_year,
    month_of,
    parse_period,
    presets,
    previous,
    quarter_of,
    school_year_of,
    year_of,
)
from app.errors import Invalid


@pytest.mark.parametrize(
    ("stretch", "day", "first", "last"),
    [
        (half_of, date(2026, 6, 30), date(2026, 1, 1), date(2026, 6, 30)),
        (half_of, date(2026, 7, 1), date(2026, 7, 1), date(2026, 12, 31)),
        (quarter_of, date(2026, 5, 5), date(2026, 4, 1), date(2026, 6, 30)),
        (quarter_of, date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
        (month_of, date(2028, 2, 9), date(2028, 2, 1), date(2028, 2, 29)),
        (month_of, date(2026, 12, 1), date(2026, 12, 1), date(2026, 12, 31)),
        (year_of, date(2026, 3, 1), date(2026, 1, 1), date(2026, 12, 31)),
        (school_year_of, date(2026, 8, 31), date(2025, 9, 1), date(2026, 8, 31)),
        (school_year_of, date(2026, 9, 1), date(2026, 9, 1), date(2027, 8, 31)),
    ],
)
def test_a_stretch_has_its_first_and_last_day(stretch, day, first, last):
    assert stretch(day) == Period(first, last)


def test_the_presets_of_today_are_this_and_the_last_of_each(stopped):
    assert presets()[:4] == [
        Period(date(2026, 7, 1), date(2026, 12, 31)), Period(date(2026, 1, 1), date(2026, 6, 30)),
        Period(date(2026, 10, 1), date(2026, 12, 31)), Period(date(2026, 7, 1), date(2026, 9, 30)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (half_of(date(2026, 1, 1)), "2026 年上半年"),
        (half_of(date(2026, 8, 1)), "2026 年下半年"),
        (quarter_of(date(2026, 8, 1)), "2026 年第 3 季度"),
        (month_of(date(2026, 8, 1)), "2026 年 8 月"),
        (year_of(date(2026, 8, 1)), "2026 年"),
        (school_year_of(date(2026, 8, 1)), "2025–2026 学年"),
        (Period(date(2026, 1, 2), date(2026, 3, 4)), "2026-01-02 至 2026-03-04"),
    ],
)
def test_a_period_is_called_what_people_call_it(period, words):
    sentence, facts = period.words
    assert sentence % facts == words


def test_nothing_typed_is_the_present_half_year_and_one_day_is_a_period(stopped):
    assert parse_period(None, "") == Period(date(2026, 7, 1), date(2026, 12, 31))
    assert parse_period("2026-02-28", "2026-02-28").from_on == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("2026-1-1", "2026-06-30", "from"), ("2026-01-01", "", "to"), ("", "2026-01-01", "from"),
        ("2026-02-30", "2026-06-30", "from"), ("20260101", "2026-06-30", "from"),
        ("2026-W01-1", "2026-06-30", "from"), ("0001-01-01", "2026-06-30", "from"),
        ("2026-07-01", "2026-06-30", "to"), ("２０２６-01-01", "2026-06-30", "from"),
    ],
)  # fmt: skip
def test_a_day_that_is_none_is_refused_beside_its_field(stopped, first, last, field):
    with pytest.raises(Invalid) as refusal:
        parse_period(first, last)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("first", "last", "before", "year_before"),
    [
        ("2026-01-01", "2026-06-30", "2025-07-01 2025-12-31", "2025-01-01 2025-06-30"),
        ("2026-10-01", "2026-12-31", "2026-07-01 2026-09-30", "2025-10-01 2025-12-31"),
        ("2029-02-01", "2029-02-28", "2029-01-01 2029-01-31", "2028-02-01 2028-02-29"),
        ("2026-01-01", "2026-12-31", "2025-01-01 2025-12-31", "2025-01-01 2025-12-31"),
        ("2026-09-01", "2027-08-31", "2025-09-01 2026-08-31", "2025-09-01 2026-08-31"),
        ("2026-01-20", "2026-01-29", "2026-01-10 2026-01-19", "2025-01-20 2025-01-29"),
        ("2028-02-20", "2028-02-29", "2028-02-10 2028-02-19", "2027-02-20 2027-02-28"),
    ],
)
def test_a_period_has_one_before_it_and_one_a_year_before(first, last, before, year_before):
    period = parse_period(first, last)
    assert previous(period) == parse_period(*before.split())
    assert last_year(period) == parse_period(*year_before.split())
