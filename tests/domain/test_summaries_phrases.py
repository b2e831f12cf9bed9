"""How a number is said in prose, by the rule of the report's own sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.summaries import phrase, rounded

SAID = [
    (14, "场", "10余场", "more than 10 sessions"),
    (19, "场", "近20场", "nearly 20 sessions"),
    (431, "人次", "400余人次", "more than 400 attendances"),
    (1046, "人次", "1000余人次", "more than 1,000 attendances"),
    (1032, "人次", "1000余人次", "more than 1,000 attendances"),
    (137, "次", "百余次", "over 100 times"),
    (126, "篇", "百余篇", "over 100 articles"),
    (2, "家", "两家", "2"),
    (1, "场", "1场", "1 session"),
    (2, "场", "两场", "2 sessions"),
    (2, "人次", "2人次", "2 attendances"),
    (9, "场", "9场", "9 sessions"),
    (10, "家", "10家", "10"),
    (11, "场", "10余场", "more than 10 sessions"),
    (17, "场", "10余场", "more than 10 sessions"),
    (18, "场", "近20场", "nearly 20 sessions"),
    (20, "场", "20场", "20 sessions"),
    (100, "次", "100次", "100 times"),
    (101, "次", "百余次", "over 100 times"),
    (179, "次", "百余次", "over 100 times"),
    (180, "次", "近200次", "nearly 200 times"),
    (586, "人次", "近600人次", "nearly 600 attendances"),
    (999, "人", "近1000人", "nearly 1,000 people"),
    (1000, "人", "1000人", "1,000 people"),
    (7.5, "小时", "7.5小时", "7.5 hours"),
    (20.5, "小时", "20余小时", "more than 20 hours"),
    (1799.9, "小时", "1000余小时", "more than 1,000 hours"),
]


@pytest.mark.parametrize(("number", "unit", "chinese", "english"), SAID)
def test_the_report_says_it_so(number, unit, chinese, english):
    assert phrase(number, unit) == chinese
    assert phrase(number, unit, "en") == english


@pytest.mark.parametrize(("number", "unit", "words"), [(24, "名", "24名"), (10, "家", "10家")])
def test_an_honour_is_never_rounded(number, unit, words):
    assert phrase(number, unit, exact=True) == words
    assert phrase(number, unit, "en", exact=True) == str(number)


@given(st.integers(1, 10**7))
def test_only_nearly_says_more_than_there_is_and_by_a_tenth_at_most(number):
    how, said = rounded(number)
    if how == "nearly":
        assert said > number >= 0.9 * said
    elif how == "exact":
        assert said == number
    else:
        assert said < number < 1.8 * said or (how == "over" and said < number < 2 * said)
    assert (how == "hundred") == (101 <= number <= 179)


@given(st.integers(10, 10**7))
def test_what_is_said_has_one_leading_digit_or_is_the_number(number):
    how, said = rounded(number)
    assert how == "exact" or set(str(said)[1:]) <= {"0"}
