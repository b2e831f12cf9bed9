"""Pasted names: whatever stands in the box, each line is somebody or says why it is nobody."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.domain.sheets import PastedNothing, PastedTooMuch, read_pasted
from app.domain.sheets.chats import EXAMPLE, LINK, NO_WORDS, SENDER, TALK, TITLE, UNLIKE
from app.domain.sheets.rows import BAD_PHONE

MANY = settings(max_examples=150, deadline=None)
SURNAMES = st.sampled_from([*"王李张刘陈杨黄赵周吴徐孙胡朱", "欧阳", "司马"])
GIVEN = st.sampled_from(["雷", "梅", "小明", "雨桐", "子涵", "浩然", "静怡", "晨曦"])
NAMES = st.builds(lambda surname, given: surname + given, SURNAMES, GIVEN)
PHONES = st.integers(0, 10**8 - 1).map(lambda n: f"139{n:08d}")


def people(text):
    """(name, phone, branch) of everybody read."""
    rows = [item.row for item in read_pasted(text) if item.row]
    return [(row.name, row.phone, row.branch) for row in rows]


def names(text):
    return [name for name, _phone, _branch in people(text)]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("1. 张三 13812345678", ("张三", "13812345678", None)),
        ("2、李雷", ("李雷", None, None)),
        ("③ 韩　梅", ("韩梅", None, None)),
        ("（4）王 小 明 139-1234-5678", ("王小明", "13912345678", None)),
        ("5.欧阳 娜娜（浏正街社区团支部）", ("欧阳娜娜", None, "浏正街社区团支部")),
        ("１３８１２３４５６７８ 孙俪", ("孙俪", "13812345678", None)),
        ("王芳：13900000001", ("王芳", "13900000001", None)),
        ("姓名：吴京，电话：+86 138 1234 5678", ("吴京", "13812345678", None)),
        ("🌸钱多多🌸[玫瑰]", ("钱多多", None, None)),
        ("阿依古丽·买买提 13712345678", ("阿依古丽·买买提", "13712345678", None)),
        ("7. 阿依古丽", ("阿依古丽", None, None)),
        ("8. Tom Hanks 13812345678", ("Tom Hanks", "13812345678", None)),
        ("陈晨13812345678", ("陈晨", "13812345678", None)),
        ("林涛-13812345678", ("林涛", "13812345678", None)),
        ("周一鸣", ("周一鸣", None, None)),
    ],
)
def test_a_line_of_a_chat_is_somebody(line, found):
    assert people(line) == [found]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("#接龙", TITLE), ("姓名 电话", TITLE), ("王芳：收到", TALK), ("李雷: 好的谢谢", TALK),
        ("@所有人 明天下午三点", TALK), ("赵敏 2026/11/25 14:03", SENDER), ("昨天 9:30", SENDER),
        ("[强][强]", NO_WORDS), ("------", NO_WORDS), ("例 张三 13800000000", EXAMPLE),
        ("https://example.com/a", LINK), ("请通知王芳按时参加", UNLIKE), ("收到", UNLIKE),
        ("25人", UNLIKE), ("请大家接龙报名，周五前", UNLIKE), ("周六上午", UNLIKE), ("周三之前", UNLIKE),
    ],
)  # fmt: skip
def test_what_is_nobody_says_why(line, why):
    (item,) = read_pasted(line)
    assert (item.row, item.why) == (None, why)


def test_several_names_stand_in_one_line():
    assert names("李雷,韩梅、林涛 孙新；周杰") == ["李雷", "韩梅", "林涛", "孙新", "周杰"]
    assert names("参加人员：李雷 韩梅") == ["李雷", "韩梅"]
    assert people("张三 13812340000 李四 13812340001")[1] == ("李四", "13812340001", None)
    assert people("13812340000 张三 13812340001 李四")[0] == ("张三", "13812340000", None)


def test_words_that_were_not_used_are_kept_beside_the_name():
    (item,) = read_pasted("3. 韩梅 晚到十分钟 13812345678")
    assert (item.row.name, item.remark) == ("韩梅", "晚到十分钟")
    (item,) = read_pasted("王芳：李雷 13812345678")
    assert (item.row.name, item.remark) == ("李雷", "王芳")


def test_a_phone_that_is_none_is_said():
    (item,) = read_pasted("周杰 138123456")
    assert (item.row.name, item.row.phone, item.row.problems) == ("周杰", None, (BAD_PHONE,))


def test_cells_with_a_header_are_read_by_it():
    text = (
        "浏正街花名册\t\t\n序号\t姓名\t联系电话\t出生年月\t备注\n1\t张三\t13812345678\t2005.3\t\"甲\n乙\"\n"
        "2\t李　四\t\t\t\n\t（示例）王五\t\t\t\n合计\t2\t\t\t\n"
    )  # fmt: skip
    rows = [item.row for item in read_pasted(text) if item.row]
    assert [(r.name, r.phone, r.birth_month) for r in rows] == [
        ("张三", "13812345678", "2005-03"), ("李四", None, None)
    ]  # fmt: skip
    assert len(read_pasted(text)) == 6


def test_cells_without_a_header_are_read_by_what_they_look_like():
    text = "1\t张三\t男\t13812345678\t浏正街支部\n2\t买买提\t男\t13812345679\t丰泉古井支部"
    assert people(text) == [
        ("张三", "13812345678", "浏正街支部"), ("买买提", "13812345679", "丰泉古井支部")
    ]  # fmt: skip
    assert names("张三\t李四\n王五\t赵六") == ["张三", "李四", "王五", "赵六"]


def test_an_open_quote_swallows_nobody():
    assert names('"张三\t1\n李四\t2\n王五\t3') == ["张三", "李四", "王五"]


@pytest.mark.parametrize(
    "number", ["430102199901012345", "43010219990101234X", "430102 19990101 2345"]
)
@pytest.mark.parametrize("gap", [" ", "\t"])
def test_an_id_number_is_kept_nowhere(number, gap):
    (item,) = read_pasted(f"张三{gap}{number}{gap}13812345678")
    assert (item.row.name, item.row.phone) == ("张三", "13812345678")
    assert "19990101" not in repr(item)


def test_nothing_and_too_much_are_refused():
    for text in ("", " \n\t\n　"):
        with pytest.raises(PastedNothing):
            read_pasted(text)
    for text in ("张三\n" * 1001, "张" * 60_001, "\n" * 3000):
        with pytest.raises(PastedTooMuch):
            read_pasted(text)


PIECES = st.sampled_from(
    [*"张三李四王芳欧阳娜娜支部团员收到谢谢男女\t\t\n\n\"'  　,，、;：:()（）.·-#@1234567890８Ab👌[]%|\0\x1f\u200b\ufeff",
     "13812345678", "430102199901012345", "团支部", "2005.3", "姓名\t电话\n"]
)  # fmt: skip
LETTERS = st.lists(PIECES, max_size=40).map("".join)


@MANY
@given(st.one_of(LETTERS, st.text(max_size=80)))
@example('"张三\n"\n')
@example("\0000\0张三 13812345678")
def test_every_line_is_read_or_listed(text):
    try:
        items = read_pasted(text)
    except PastedNothing:
        assert not text.strip()
        return
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    covered = {line for item in items for line in range(item.first, item.last + 1)}
    wanted = {number for number, line in enumerate(lines, 1) if line.strip(" \t\"'").strip()}
    assert wanted <= covered
    assert [item.at for item in items] == list(range(1, len(items) + 1))
    for item in items:
        assert (item.row is None) == bool(item.why)
        assert item.row is None or (item.row.name and item.row.line == item.at)


FORMS = st.sampled_from(
    ["{n}. {name} {phone}", "{n}、{name}", "{name}\u3000{phone}", "{name}：{phone}", "({n}){name} {phone} 团员",
     "{name}", "{name}{phone}", "{n} {name}（浏正街团支部）", "👍{name} {phone}", "{phone}，{name}"]
)  # fmt: skip


@MANY
@given(st.lists(st.tuples(NAMES, PHONES, FORMS), min_size=1, max_size=20))
def test_no_name_is_lost_however_it_is_written(written):
    lines = [
        form.format(n=n, name=name, phone=phone) for n, (name, phone, form) in enumerate(written, 1)
    ]
    found = people("\n".join(lines))
    assert [name for name, _p, _b in found] == [name for name, _p, _f in written]
    for (_name, phone, _branch), (_n, wanted, form) in zip(found, written, strict=True):
        assert phone == (wanted if "{phone}" in form else None)


@MANY
@given(st.lists(st.tuples(NAMES, PHONES), min_size=1, max_size=20), st.booleans())
def test_no_cell_is_lost(rows, has_header):
    head = "姓名\t手机号\t所在团支部\n" if has_header else ""
    text = head + "\n".join(f"{name}\t{phone}\t浏正街社区团支部" for name, phone in rows)
    assert people(text) == [(name, phone, "浏正街社区团支部") for name, phone in rows]
