"""套表: what may be kept, and that filling touches the marked cells alone."""

import io
import re
import zipfile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font, PatternFill

from app.domain import blanks, counts, periods
from app.domain.blanks import filling, marks
from app.domain.blanks.package import Package, WithMacros
from app.domain.sheets.refusals import Damaged, TooBig, TooHeavy, UnreadableFile
from app.errors import Conflict, Invalid, NotFound
from tests.doors import open_event
from tests.forms import a_form, saved
from tests.gatherings import arrive

HALF = periods.parse_period("2026-07-01", "2026-12-31")


def keep(cast, content, org=None):
    return blanks.keep(content, "上级表.xlsx", org=org or cast.district, by=cast.zhao)


def fill(cast, content):
    body = blanks.fill(keep(cast, content), HALF, cast.district, by=cast.zhao)
    return load_workbook(io.BytesIO(body), rich_text=True)


@pytest.fixture
def event(cast, stopped):
    made = open_event(cast)
    for person in (cast.wang, cast.li, cast.han):
        arrive(made, person, org=cast.branch)
    return made


def test_a_mark_alone_is_a_number_and_one_in_words_is_words(event, cast):
    sheet = fill(
        cast, a_form("{{场次}}", "共 {{ 人次 }} 人次、｛｛小时｝｝小时", "{{单位}}", "{{期间}}")
    ).active
    assert (sheet["B2"].value, sheet["B2"].data_type) == (1, "n")
    assert sheet["B3"].value == "共 3 人次、0.0小时"
    assert sheet["B4"].value == "共青团芙蓉区委员会"
    assert sheet["B5"].value == "2026 年下半年"


def test_every_mark_says_what_the_report_says(event, cast):
    row = counts.counts(HALF, cast.district)[0]
    told = blanks.values(HALF, cast.district)
    wanted = dict(zip([name for name, _words in counts.COLUMNS], counts.cells(row), strict=True))
    assert {mark: told[mark] for mark in marks.FIGURES} == {
        mark: wanted[column] for mark, column in marks.FIGURES.items()
    }
    assert told["宣讲.场次"] == 0
    assert set(told) == set(blanks.known_marks())


def test_nothing_but_the_marked_cells_changes(event, cast):
    book = Workbook()
    sheet = book.active
    sheet["A1"], sheet["A1"].font = "上半年<报表> & 合计", Font(name="仿宋", size=16, bold=True)
    sheet.merge_cells("A1:C1")
    sheet["B2"], sheet["B2"].fill = "{{场次}}", PatternFill("solid", start_color="FFFF00")
    sheet["B2"].number_format = "0.00"
    sheet["B3"] = "{{人次}}"
    sheet["B4"] = "=B2+B3"
    sheet.page_setup.orientation = "landscape"
    other = book.create_sheet("说明")
    other["A1"] = "别的表"
    content = saved(book)
    body = blanks.fill(keep(cast, content), HALF, cast.district, by=cast.zhao)
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(io.BytesIO(body)) as new:
        assert old.namelist() == new.namelist()
        changed = [name for name in old.namelist() if old.read(name) != new.read(name)]
        before, after = (each.read("xl/worksheets/sheet1.xml").decode() for each in (old, new))
    assert changed == ["xl/worksheets/sheet1.xml"]
    cell = re.compile(r'<c r="B[23]".*?</c>')
    assert cell.sub("", before) == cell.sub("", after)
    found = load_workbook(io.BytesIO(body))
    assert found.sheetnames == ["Sheet", "说明"]
    assert found.active["B2"].value == 1
    assert found.active["B2"].fill.start_color.rgb == "00FFFF00"
    assert found.active["B2"].number_format == "0.00"
    assert found.active["B4"].value == "=B2+B3"


def test_a_formula_forgets_what_it_came_to(event, cast):
    content = _with(
        a_form("{{场次}}", B9="=B2*2"), "xl/worksheets/sheet1.xml", b"<v></v>", b"<v>88</v>"
    )
    content = _with(content, "xl/worksheets/sheet1.xml", b"<v />", b"<v>88</v>")
    body = blanks.fill(keep(cast, content), HALF, cast.district, by=cast.zhao)
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        sheet, book = parts.read("xl/worksheets/sheet1.xml"), parts.read("xl/workbook.xml")
    assert b"<f>B2*2</f>" in sheet
    assert b"<v>88</v>" not in sheet
    assert b'fullCalcOnLoad="1"' in book
    assert book.count(b"fullCalcOnLoad") == 1


def test_the_looks_inside_a_cell_stay(event, cast):
    book = Workbook()
    red = InlineFont(color="FFFF0000", b=True)
    book.active["B2"] = CellRichText("共", TextBlock(red, "{{人次}}"), "人次")
    book.active["B3"] = CellRichText("分{{场", TextBlock(red, "次}}场"))
    sheet = fill(cast, saved(book)).active
    assert str(sheet["B2"].value) == "共3人次"
    block = next(part for part in sheet["B2"].value if isinstance(part, TextBlock))
    assert (block.text, block.font.b) == ("3", True)
    assert str(sheet["B3"].value) == "分1场"


def test_marks_nobody_knows_are_named_with_their_cells_and_the_nearest(cast, stopped):
    with pytest.raises(blanks.UnknownMarks) as refused:
        keep(cast, a_form("{{场数}}", "{{人次}}", "{{宣传.人次}}", "{{没有的东西}}", "{{人数"))
    told = [(one.mark, one.sheet, one.cell, one.near) for one in refused.value.unknown]
    assert told[0] == ("场数", "上报表", "B2", "场次")
    assert told[1] == ("宣传.人次", "上报表", "B4", "宣讲.人次")
    assert [one[:3] for one in told[2:]] == [
        ("没有的东西", "上报表", "B5"), ("{{人数", "上报表", "B6"),
    ]  # fmt: skip
    assert blanks.blanks_of(cast.district) == []


def test_it_is_kept_for_the_next_half_year_once_and_taken_out_of_use(event, cast):
    content = a_form("{{场次}}", "{{宣讲.人次}}")
    blank = keep(cast, content)
    assert blank.marks == ["场次", "宣讲.人次"]
    with pytest.raises(Conflict):
        keep(cast, content)
    assert keep(cast, content, cast.branch).id != blank.id
    earlier = periods.parse_period("2026-01-01", "2026-06-30")
    sheet = load_workbook(
        io.BytesIO(blanks.fill(blank, earlier, cast.district, by=cast.zhao))
    ).active
    assert (sheet["B2"].value, sheet["B3"].value) == (0, 0)
    blanks.void(blank, by=cast.zhao)
    assert blank not in blanks.blanks_of(cast.district)
    with pytest.raises(Conflict):
        blanks.fill(blank, HALF, cast.district, by=cast.zhao)
    with pytest.raises(NotFound):
        blanks.find_blank_in(cast.branch, blank.code)


def test_an_old_mark_whose_type_was_renamed_is_refused_and_never_left_standing(event, cast):
    blank = keep(cast, a_form("{{场次}}"))
    blank.body = a_form("{{从前的类型.场次}}")
    with pytest.raises(blanks.UnknownMarks):
        blanks.fill(blank, HALF, cast.district, by=cast.zhao)


def _with(content, part, old, new):
    """The workbook with one part mended by hand; part may be new."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as parts, zipfile.ZipFile(out, "w") as made:
        for name in parts.namelist():
            body = parts.read(name)
            made.writestr(name, body.replace(old, new) if name == part else body)
        if part not in parts.namelist():
            made.writestr(part, new)
    return out.getvalue()


DTD = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "{{x}}">]>'


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"not a workbook", UnreadableFile),
        (b"PK\x03\x04 broken", Damaged),
        (b"PK\x03\x04" + b"x" * (2 * 2**20), TooBig),
        (_with(a_form("{{场次}}"), "xl/vbaProject.bin", b"", b"macro"), WithMacros),
        (_with(a_form("{{场次}}"), "[Content_Types].xml", b"openxmlformats-officedocument.spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main"), WithMacros),
        (_with(a_form("{{场次}}"), "xl/worksheets/sheet1.xml", b"<worksheet", DTD + b"<worksheet"), Damaged),
        (_with(a_form("{{场次}}"), "xl/sharedStrings.xml", b"<sst", DTD + b"<sst"), Damaged),
        (_with(a_form("{{场次}}"), "xl/worksheets/sheet1.xml", b"</sheetData>", b""), Damaged),
        (a_form("没有标记"), Invalid),
    ],
)  # fmt: skip
def test_what_may_not_be_kept(cast, stopped, content, refusal):
    with pytest.raises(refusal):
        keep(cast, content)
    assert blanks.blanks_of(cast.district) == []


def test_a_bomb_is_refused_before_it_is_opened(cast, stopped):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b" " * (30 * 2**20))
    with pytest.raises(TooHeavy):
        keep(cast, out.getvalue())


def test_external_links_and_foreign_prefixes_survive():
    content = _with(
        a_form("{{场次}}"), "xl/externalLinks/externalLink1.xml", b"", b"<externalLink/>"
    )
    prefixed = b'<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row r="1"><x:c r="A1" s="0" t="inlineStr"><x:is><x:t>{{\xe5\x9c\xba\xe6\xac\xa1}}</x:t></x:is></x:c><x:c r="B1"><x:f>[1]S!A1</x:f><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml")
    content = _with(content, "xl/worksheets/sheet1.xml", sheet, prefixed)
    with zipfile.ZipFile(io.BytesIO(filling.filled(Package(content), {"场次": 12}))) as parts:
        assert parts.read("xl/externalLinks/externalLink1.xml") == b"<externalLink/>"
        made = parts.read("xl/worksheets/sheet1.xml")
    assert b'<x:c r="A1" s="0"><x:v>12</x:v></x:c>' in made
    assert b"<x:f>[1]S!A1</x:f><x:v>7</x:v>" in made
