"""The share picture: read back by an independent decoder, and drawn whatever a title holds."""

import io

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.domain.passes import Share, letters, share_picture

URL = "HTTP://FURONG.EXAMPLE.ORG.CN:8000/C/ABC234"
LONG = "“学习二十大、永远跟党走、奋进新征程”主题教育实践活动暨2026年度芙蓉区青年志愿者集中培训（第三期）——面向楼宇商圈和社区团干部的专场"


def share(title="主题团日", *, place="三楼会议室", host="浏正街社区团支部", band=""):
    facts = (("时间", "11 月 25 日 周三 15:00 – 17:00"), ("地点", place), ("主办", host))
    return Share(
        title, "青年汇", facts, URL, "微信扫一扫签到", "furong.example.org.cn/c/ABC234", band
    )


def drawn(one):
    return Image.open(io.BytesIO(share_picture(one))).convert("RGB")


def read(image):
    return [found.text for found in zxingcpp.read_barcodes(image)]


@pytest.mark.parametrize("title", ["主题团日", LONG, "A" * 80, "😀", "𠮷𪚥龘", "مرحبا بالعالم"])
@pytest.mark.parametrize("band", ["", "试用，手机打不开"])
def test_the_code_is_read_at_full_size_and_as_small_as_a_phone_shows_it(title, band):
    image = drawn(share(title, place="长" * 80, host="共青团" * 30, band=band))
    assert image.size == (1080, 1440)
    assert read(image) == [URL]
    assert read(image.resize((360, 480), Image.Resampling.BILINEAR)) == [URL]


TEXT = st.text(max_size=80) | st.text("中文（）“”…—Wi 😀ا𠮷", max_size=200)


@settings(max_examples=25, deadline=None)
@given(title=TEXT, place=TEXT, host=TEXT)
def test_no_words_keep_the_picture_from_being_drawn(title, place, host):
    assert read(drawn(share(title, place=place, host=host))) == [URL]


def test_words_never_run_into_the_code():
    """Above the code's quiet zone there is paper, however much is said."""
    image = drawn(share(LONG[:80], place="长" * 80, host="共青团" * 40, band="试用，手机打不开"))
    (found,) = zxingcpp.read_barcodes(image)
    top, left = found.position.top_left.y, found.position.top_left.x
    above = image.crop((left, top - 60, left + 200, top - 4))
    assert above.getcolors() == [(above.width * above.height, (255, 255, 255))]


def test_what_the_font_lacks_is_shown_another_way():
    for text, wanted in {
        "主题团日": "主题团日", "𠮷野家": "〓野家", "团日😀": "团日", "Café": "Café", "Ångström": "Angstrom",
        "مرحبا": "〓", "龘𪚥": letters.shown("龘") + "〓", "①期": "①期", "a\u2028b": "a b", "😀": "",
    }.items():  # fmt: skip
        assert letters.shown(text) == wanted, text


@given(text=st.text("中文（）“”，。abc 12", max_size=120), width=st.integers(200, 900))
def test_lines_hold_all_words_and_fit(text, width):
    lines = letters.lines_of(text, 40, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(letters.wide(line, 40) <= width for line in lines)


def test_a_line_neither_begins_with_a_comma_nor_ends_with_an_opening_sign():
    lines = letters.lines_of("主题教育，主题教育（第三期）主题教育“你好”", 40, 170)
    assert len(lines) > 3
    assert not [line for line in lines if line[0] in letters.NOT_FIRST]
    assert not [line for line in lines if line[-1] in letters.NOT_LAST]


def test_the_same_words_are_one_version_and_others_another():
    assert share().version == share().version
    assert len({share().version, share("别的").version, share(band="试用").version}) == 3
