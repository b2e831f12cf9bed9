"""What may be thrown at the reader: any bytes give rows or a refusal, in bounded memory."""

import io
import random
import resource
import struct
import zipfile
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.sheets import UnreadableFile, read_sheet
from app.domain.sheets.refusals import (
    BrokenQuotes,
    Damaged,
    EmptyFile,
    Locked,
    NoHeader,
    NotATable,
    TooBig,
    TooHeavy,
    TooManyColumns,
    TooManyRows,
    WebPage,
)
from tests.domain.tables import PEOPLE_HEAD, raw_xlsx, sample, text, xlsx

NAMES = ["张三", "李四", "𠮷野", "䶮", "㛃", "李𬸚", "镕喆堃玥昇", "阿依古丽·买买提"]
ROWS = [PEOPLE_HEAD, *([name, "13800138000", "", "一支部"] for name in NAMES)]


def names(content):
    return [row.name for row in read_sheet(content).rows]


@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_every_encoding_and_separator_says_the_same_names(encoding, separator):
    assert names(text(ROWS, encoding, separator)) == NAMES


def test_utf_16_with_the_mark_of_the_other_byte_order():
    assert names(b"\xfe\xff" + text(ROWS, "utf-16-be")) == NAMES


def test_two_names_in_gbk_are_not_taken_for_big5():
    sheet = read_sheet("姓名,手机\n张三,\n李四,\n".encode("gbk"))
    assert [row.name for row in sheet.rows] == ["张三", "李四"]
    assert sheet.encoding == "GB18030"


def test_the_name_of_the_file_decides_nothing():
    sheet = read_sheet(sample("roster_gb18030.csv"), "名单.xlsx")
    assert len(sheet.rows) == 367
    assert len(read_sheet(sample("orgs.xlsx"), "组织.csv").rows) == 175


def test_an_open_quote_is_refused_with_its_line_for_it_would_swallow_the_rest():
    content = '姓名,手机,备注\n张三,,"未完\n李四,,\n王五,,\n'.encode()
    with pytest.raises(BrokenQuotes):
        read_sheet(content)


def test_a_gap_of_a_thousand_blank_rows_ends_the_table_and_is_said():
    far = [*ROWS, *[[]] * 1001, ["赵云", "", "", "一支部"]]
    for content in (text(far), xlsx(far)):
        sheet = read_sheet(content)
        assert [row.name for row in sheet.rows] == NAMES
        assert sheet.cut_after == len(ROWS)
    near = [*ROWS, *[[]] * 1000, ["赵云", "", "", "一支部"]]
    assert read_sheet(xlsx(near)).rows[-1].line == len(near)


def old_office(stream):
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le")


def zipped(**entries):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", EmptyFile),
        (b" \n\n ", NoHeader),
        ("姓名在这里".encode(), NoHeader),
        (bytes(8 * 2**20 + 1), TooBig),
        (bytes(1000), NotATable),
        (b"%PDF-1.7\n" + bytes(range(256)), NotATable),
        (b"\x89PNG\r\n\x1a\n\0\0", NotATable),
        (b"\xff\xfea", NotATable),
        (b"<html><table><tr><td>x", WebPage),
        (b"PK\x03\x04" + bytes(200), Damaged),
        (zipped(**{"word/document.xml": "x"}), NotATable),
        (zipped(**{"xl/workbook.xml": "x"}), Damaged),
        (zipped(**{f"xl/{n}": "x" for n in range(201)}), TooHeavy),
        (sample("orgs.xlsx")[:-300], Damaged),
        (sample("orgs.xlsx")[:5000], Damaged),
        (sample("roster_excel97.xls")[:2000], Damaged),
        (old_office("EncryptedPackage"), Locked),
        (old_office(""), Damaged),
        (text([["姓名", "所在团支部", *range(70)]]), TooManyColumns),
        (xlsx([["姓名", "所在团支部", *range(70)]]), TooManyColumns),
        (text([["姓名", "所在团支部"]]) + b"a,b\n" * 200_001, TooManyRows),
    ],
)
def test_what_is_no_roster_is_refused_in_words(content, refusal):
    with pytest.raises(refusal) as refused:
        read_sheet(content)
    assert refused.value.status == 422
    assert "%(" not in refused.value.plain()


def test_a_locked_zip_is_refused():
    content = bytearray(sample("orgs.xlsx"))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Locked):
        read_sheet(bytes(content))


def cell_of(megabytes):
    yield '<row r="2"><c r="A2" t="inlineStr"><is><t>'
    yield from ("A" * 2**20 for _ in range(megabytes))
    yield "</t></is></c></row>"


ENTITIES = (f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
LAUGHS = f'<!DOCTYPE x [<!ENTITY a0 "哈哈哈哈哈哈哈哈">{"".join(ENTITIES)}]>'
SHARED = f"<sst><si><t>{'A' * 200_000}</t></si></sst>"
NUMBERS = ("<row><c><v>1</v></c></row>" * 1000 for _ in range(1000))
SHARING = ('<row><c t="s"><v>0</v></c></row>' * 1000 for _ in range(100))
LAUGHING = '<row r="2"><c r="A2" t="inlineStr"><is><t>&a9;</t></is></c></row>'
BOMBS = {
    "a cell of 400 MB": (TooHeavy, cell_of(400), {}),
    "a million rows": (TooManyRows, NUMBERS, {"padding": 2**20}),
    "the last cell of all": (TooHeavy, '<row><c r="XFD1048576"><v>1</v></c></row>', {}),
    "a text shared by cells": (TooHeavy, SHARING, {"shared": SHARED, "padding": 2**20}),
    "a billion laughs": (Damaged, LAUGHING, {"prolog": LAUGHS}),
}


@contextmanager
def little_memory():
    """What the block needs at the most must stay far below what a bomb unpacks to."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150 * 1024


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_and_takes_no_memory_of_the_server(bomb):
    refusal, body, parts = BOMBS[bomb]
    content = raw_xlsx(body, **parts)
    with little_memory(), pytest.raises(refusal):
        read_sheet(content)


def test_a_bomb_that_declares_less_than_it_holds_is_refused():
    content = raw_xlsx(cell_of(400))
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        size = packed.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = content.replace(struct.pack("<L", size), struct.pack("<L", 1000))
    with little_memory(), pytest.raises(Damaged):
        read_sheet(lying)


def test_a_cell_of_many_megabytes_below_the_gates_is_one_problem_row():
    content = raw_xlsx(cell_of(60), padding=2**20)
    with little_memory():
        (row,) = read_sheet(content).rows
    assert row.is_broken


def test_a_cell_a_million_rows_below_is_not_waited_for():
    assert read_sheet(raw_xlsx("")).rows == ()
    far = raw_xlsx('<row r="1048576"><c r="A1048576"><v>1</v></c></row>')
    assert read_sheet(far).cut_after == 1


def read_or_none(content):
    """None for a refusal; whatever else is raised fails the test."""
    try:
        return read_sheet(content)
    except UnreadableFile:
        return None


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
@settings(deadline=None, max_examples=300)
def test_any_bytes_give_rows_or_a_refusal(content):
    sheet = read_or_none(content)
    assert sheet is None or sheet.columns


@given(st.sampled_from(["orgs.xlsx", "roster_excel97.xls"]), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=60)
def test_a_workbook_with_changed_bytes_gives_rows_or_a_refusal(name, chance):
    content = bytearray(sample(name))
    for _ in range(chance.randint(1, 40)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    sheet = read_or_none(bytes(content))
    assert sheet is None or sheet.columns


cells = (
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.dates()
    | st.sampled_from(
        ["王芳", "1380013800", "合计", "审核人:", "2019.5", "430102200001010011", "无"]
    )
    | st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20)
)
headings = st.sampled_from([*PEOPLE_HEAD, "出生年月", "组织全称", "上级组织", "身份证号", "?", ""])
tables = st.builds(
    lambda above, head, below: [*above, head, *below],
    st.lists(st.lists(cells, max_size=8), max_size=3),
    st.lists(headings, max_size=8),
    st.lists(st.lists(cells, max_size=8), max_size=12),
)


@given(tables, st.sampled_from(["xlsx", "utf-8", "gb18030", "utf-16"]))
@settings(deadline=None, max_examples=150)
def test_any_table_gives_rows_of_the_right_shape_or_a_refusal(rows, kind):
    content = xlsx(rows) if kind == "xlsx" else text(rows, kind)
    sheet = read_or_none(content)
    found = sheet.rows if sheet else ()
    assert [row.line for row in found] == sorted({row.line for row in found})
    for row in found:
        assert row.is_broken <= bool(row.problems)
        assert "430102200001010011" not in repr(row)


def test_twenty_thousand_rows_are_read_whole():
    chance = random.Random(7)
    rows = [["王芳", f"199{n:08d}", "", f"{chance.randint(1, 99)}支部"] for n in range(20_000)]
    sheet = read_sheet(text([PEOPLE_HEAD, *rows], "gb18030"))
    assert len({row.phone for row in sheet.rows}) == 20_000
