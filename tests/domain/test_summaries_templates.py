"""The places and brackets of a sentence."""

import pytest

from app.domain.summaries import Figure, fill, places_in
from app.errors import Invalid


def figure(number, unit="场"):
    return Figure("甲", number, unit, "", ("", "", ""))


FIGURES = {
    "讲.场次": figure(14), "讲.人次": figure(1046, "人次"), "汇.场次": figure(19), "无.场次": figure(0),
    "无.人次": figure(0, "人次"), "单位": "芙蓉团区委", "空": "",
}  # fmt: skip


def said(words, language="zh"):
    return fill(words, FIGURES, language).text


def test_each_place_becomes_the_phrase_of_its_figure():
    assert said("开展宣讲{讲.场次}，覆盖{讲.人次}。") == "开展宣讲10余场，覆盖1000余人次。"
    assert said("{单位}办{讲.场次}") == "芙蓉团区委办10余场"
    pieces = fill("办{讲.场次}。", FIGURES).pieces
    assert [(piece.words, piece.place) for piece in pieces] == [
        ("办", ""), ("10余场", "讲.场次"), ("。", ""),
    ]  # fmt: skip


def test_a_figure_that_is_nothing_takes_its_bracket_or_the_whole_sentence():
    assert said("办{讲.场次}[，另有{无.人次}]。") == "办10余场。"
    gone = fill("办{讲.场次}，另有{无.人次}。", FIGURES)
    assert (gone.pieces, gone.nothing) == ((), ("无.人次",))
    assert fill("推选[{无.场次}甲][{无.人次}乙]。", FIGURES).pieces == ()
    assert fill("[{空}]办{讲.场次}。", FIGURES).text == "办10余场。"


def test_brackets_that_touch_make_a_list_of_those_that_stay():
    words = "有[{讲.场次}讲][{无.场次}无][{汇.场次}汇]。"
    assert said(words) == "有10余场讲、近20场汇。"
    assert said("[{讲.场次}][{汇.场次}].", "en") == "more than 10 sessions and nearly 20 sessions."
    three = said("[{讲.场次} a][{汇.场次} b][{讲.人次} c]", "en")
    assert (
        three == "more than 10 sessions a, nearly 20 sessions b, and more than 1,000 attendances c"
    )
    assert (
        said("办{讲.场次}[，有{讲.人次}][，又{汇.场次}]。") == "办10余场，有1000余人次，又近20场。"
    )


def test_a_place_that_names_nothing_any_more_leaves_the_sentence_out_and_says_so():
    gone = fill("办{旧.场次}。", FIGURES)
    assert (gone.pieces, gone.unknown) == ((), ("旧.场次",))


def test_words_without_a_place_stay_as_they_are():
    assert said("新的半年，再接再厉。") == "新的半年，再接再厉。"
    assert fill("", FIGURES).pieces == ()


@pytest.mark.parametrize(
    "words", ["办{讲.场次", "办讲.场次}", "[办", "办]", "[a[b]]", "{a[b]}", "{{讲.场次}}"]
)
def test_brackets_must_close(words):
    with pytest.raises(Invalid):
        places_in(words)


def test_each_place_is_named_once():
    assert places_in("{甲}[{乙}{甲}]{}") == ["甲", "乙", "{}"]
