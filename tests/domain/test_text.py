"""Names, phones and codes, however they are typed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text import (
    mask_name,
    mask_phone,
    name_key,
    normalise_name,
    phone_digits,
    phone_tail,
    pinyin_of,
    spoken_code,
    tidy,
)

phones = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
anything = st.text(max_size=60) | st.text("王 芳·•.．\u3000\u200b阿Aé", max_size=12)


@given(anything)
def test_a_shown_name_is_settled_and_matches_what_was_typed(typed):
    shown = normalise_name(typed)
    assert normalise_name(shown) == shown
    assert name_key(shown) == name_key(typed)
    assert name_key(name_key(typed)) == name_key(typed)


@given(anything)
def test_nothing_typed_breaks_the_other_readings(typed):
    assert tidy(tidy(typed)) == tidy(typed)
    assert phone_tail(typed) is None or len(phone_tail(typed)) == 4
    assert re.fullmatch(r"|(1[3-9][0-9])?\*{4}[0-9]{4}", mask_phone(typed))
    whole, initials = pinyin_of(typed)
    assert (whole + initials).isascii()
    assert whole == "".join(c for c in whole if c.islower() or c.isdigit())
    assert spoken_code(spoken_code(typed)) == spoken_code(typed)


@given(phones, st.sampled_from(["{}", "+86 {}", "86{}", " {} ", "{}.0", "\u202d{}\u202c"]))
def test_a_phone_survives_its_clothing(phone, clothing):
    typed = clothing.format(f"{phone[:3]} {phone[3:7]}-{phone[7:]}")
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in typed)
    assert phone_digits(typed) == phone_digits(wide) == phone
    assert phone_tail(typed) == phone[-4:]
    assert mask_phone(phone) == f"{phone[:3]}****{phone[-4:]}"


@pytest.mark.parametrize("typed", ["", "800", "80000", "8 0 0", "abcd", "１２３", "138001380001"])
def test_three_or_five_digits_are_no_tail(typed):
    assert phone_tail(typed) is None
    assert mask_phone(typed) == ""


def test_four_digits_are_a_tail():
    assert phone_tail(" ８０００ ") == "8000"
    assert mask_phone("8000") == "****8000"
    assert mask_phone(None) == ""


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王芳", "王*"), ("王小明", "王**"), ("欧阳娜娜", "欧阳**"), ("欧阳", "欧*"),
        ("𠮷野", "𠮷*"), ("阿依古丽·买买提", "阿***"), ("王", "*"), ("", ""), (" 张 三 ", "张*"),
    ],
)  # fmt: skip
def test_a_masked_name_shows_the_surname(name, masked):
    assert mask_name(name) == masked


@pytest.mark.parametrize("rare", ["𠮷野", "䶮", "㛃", "李𬸚", "镕喆堃玥昇"])
def test_rare_characters_stay(rare):
    assert normalise_name(rare) == rare == name_key(rare)


@pytest.mark.parametrize(
    ("name", "whole", "initials"),
    [
        ("王芳", "wangfang", "wf"), ("曾小贤", "zengxiaoxian", "zxx"),
        ("单雄信", "shanxiongxin", "sxx"), ("尉迟恭", "yuchigong", "ycg"), ("吕布", "lvbu", "lb"),
        ("𠮷野", "jiye", "jy"), ("阿依古丽·买买提", "ayigulimaimaiti", "ayglmmt"),
        ("John Smith", "johnsmith", "js"), ("单位团支部", "danweituanzhibu", "dwtzb"),
        ("长沙银行团支部", "changshayinhangtuanzhibu", "csyhtzb"),
        ("2022级1班", "2022ji1ban", "2022j1b"), ("", "", ""),
    ],
)  # fmt: skip
def test_pinyin_is_what_a_searcher_types(name, whole, initials):
    assert pinyin_of(name) == (whole, initials)


def test_names_match_across_dots_spaces_width_and_case():
    assert name_key("阿依古丽 • 买买提") == name_key("阿依古丽·买买提")
    assert name_key("ＪＯＨＮ  smith") == name_key("John Smith")
    assert name_key("王\u3000芳") == name_key("王\u200b芳") == "王芳"
    assert name_key("王芳") != name_key("王方")


def test_a_code_may_be_spoken_in_groups():
    assert spoken_code(" k7p-q3m ") == "K7PQ3M"
