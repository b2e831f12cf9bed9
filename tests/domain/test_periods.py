"""Half-years, quarters, months, and what may be typed."""

from datetime import date

import pytest

from app.domain.periods import Period, half_of, month_of, parse_period, presets, quarter_of, year_of
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
