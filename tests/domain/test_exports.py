"""CSV and workbooks: what a spreadsheet makes of them."""

import csv
import io
import re
import zipfile

import pytest
from openpyxl import load_workbook
from xlsxwriter.worksheet import Worksheet

from app.domain import exports
from app.domain.exports import ENCODINGS, Head, csv_lines, guard, workbook

DANGERS = [
    "=1+1", "+86", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠1", "  =1", "\u3000=1",
    '=HYPERLINK("http://example.org","x")', "=cmd|' /C calc'!A0",
]  # fmt: skip


@pytest.mark.parametrize("cell", DANGERS)
def test_what_a_spreadsheet_would_run_gets_a_mark(cell):
    assert guard(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["王芳", "", "13800138000", "阿依古丽·买买提", -5, 3.5, 0])
def test_everything_else_stays_as_it_is(cell):
    assert guard(cell) == cell


def test_nothing_is_an_empty_cell_and_a_nul_is_gone():
    assert guard(None) == ""
    assert guard("王\0芳") == "王芳"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_csv_comes_back_as_it_went(encoding):
    rows = [["姓名", "支部"], ["𠮷野家", "“引号”,逗号\n换行"], ["阿依·古丽", 3]] * 900
    blob = b"".join(csv_lines(rows, encoding=encoding))
    assert blob.startswith(b"\xef\xbb\xbf") is (encoding == "utf-8-sig")
    assert blob.count(b"\xef\xbb\xbf") == (encoding == "utf-8-sig")
    assert b"\r\n" in blob
    read = list(csv.reader(io.StringIO(blob.decode(encoding), newline="")))
    assert read == [[str(cell) for cell in row] for row in rows]


@pytest.fixture
def blob():
    return workbook(
        "芙蓉区 2026 年上半年 [汇总]",
        under=["填报单位：芙蓉团区委"],
        head=[[Head("单位", down=2), Head("场次", across=2)], ["主办", "参与"]],
        rows=[["甲支部", 3, None], ["=1+1", 2.5, "http://example.org"]] * 600,
        totals=["合计", 5, 1],
        foot=["填表人："],
        widths=[30, 8, 8],
    )


def test_a_workbook_reads_back(blob):
    sheet = load_workbook(io.BytesIO(blob)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][0] == "芙蓉区 2026 年上半年 [汇总]"
    assert rows[2] == ["单位", "场次", None]
    assert rows[3] == [None, "主办", "参与"]
    assert rows[4][:2] == ["甲支部", 3]
    assert rows[5] == ["=1+1", 2.5, "http://example.org"]
    assert rows[-2] == ["合计", 5, 1]
    merged = {str(cells) for cells in sheet.merged_cells.ranges}
    assert merged == {"A1:C1", "A2:C2", "A3:A4", "B3:C3", f"A{len(rows)}:C{len(rows)}"}
    assert sheet["A6"].data_type == "s"


def test_a_workbook_prints_on_paper_one_page_wide(blob):
    sheet = load_workbook(io.BytesIO(blob)).active
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$3:$4"
    assert sheet.freeze_panes == "B5"


def test_a_workbook_holds_no_formula_and_no_link(blob):
    with zipfile.ZipFile(io.BytesIO(blob)) as parts:
        for name in parts.namelist():
            assert not re.search(rb"<f>|<f |<hyperlink", parts.read(name)), name


def test_a_sheet_that_copies_its_words_is_byte_for_byte_what_xlsxwriter_writes(monkeypatch):
    words = [
        "甲 & <乙>",
        "王芳\x01",
        " 前后 ",
        "_x000D_",
        "<r>x</r>",
        "=1+1",
        "两\n行",
        'a"b',
        "",
        None,
    ]
    rows = [[words[n % 10], words[n * 7 % 10], n, words[n % 3], n / 4] for n in range(90)]
    rows += [[f"第{n}人", "甲", n, None, 0.5] for n in range(30)]

    def sheet():
        blob = workbook("汇总", head=[["一", "二", "三", "四", "五"]], rows=rows, widths=[9] * 5,
                        totals=["合计", "", 1, None, 1.5], foot=["填表人："])  # fmt: skip
        with zipfile.ZipFile(io.BytesIO(blob)) as parts:
            return parts.read("xl/worksheets/sheet1.xml")

    for most in (exports.MOST_SPELLED, 3):
        monkeypatch.setattr(exports, "MOST_SPELLED", most)
        copied = sheet()
        with monkeypatch.context() as plain:
            plain.setattr(exports, "_Grid", Worksheet)
            assert copied == sheet()
