"""Invented files in the making: workbooks, texts and bombs, as bytes."""

import csv
import io
import random
import zipfile
from pathlib import Path

import openpyxl

FILES = Path(__file__).parents[1] / "files"
PEOPLE_HEAD = ["姓名", "手机号码", "发展团员编号", "所在团支部"]
ORGS_HEAD = ["组织全称", "组织简称", "上级组织", "组织类别", "领域", "成立日期"]


def sample(name) -> bytes:
    return (FILES / name).read_bytes()


def xlsx(rows, *, merge=(), title="名单", others=(), hidden=()) -> bytes:
    """A workbook of one sheet, and `others` and `hidden` sheets of {title: rows}."""
    book = openpyxl.Workbook()
    book.active.title = title
    for name, contents in {title: rows, **dict(others), **dict(hidden)}.items():
        page = book[name] if name == title else book.create_sheet(name)
        for row in contents:
            page.append(list(row))
        if name in dict(hidden):
            page.sheet_state = "hidden"
    for cells in merge:
        book[title].merge_cells(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def text(rows, encoding="utf-8", separator=",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue().encode(encoding)


PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package'
    '.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openx'
    'mlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/'
    '2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/'
    '2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocu'
    'ment/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" '
    'Target="sharedStrings.xml"/></Relationships>',
}
SHEET = '%s<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
SHEET_END = "</sheetData></worksheet>"
HEAD_ROW = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>所在团支部</t></is></c></row>'
)


def raw_xlsx(body, *, prolog="", shared="", padding=0) -> bytes:
    """A workbook whose one sheet holds `body` (XML, or pieces of it) below a header.

    `padding` bytes of noise lower its ratio of packing, as an attacker would.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in PARTS.items():
            packed.writestr(name, part)
        packed.writestr("xl/media/noise.bin", random.Random(1).randbytes(padding))
        packed.writestr("xl/sharedStrings.xml", shared or "<sst/>")
        with packed.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write((SHEET % prolog + HEAD_ROW).encode())
            for piece in [body] if isinstance(body, str) else body:
                sheet.write(piece.encode())
            sheet.write(SHEET_END.encode())
    return out.getvalue()
