"""Tables that leave the house: CSV that Excel opens right, and workbooks fit to hand in."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import xlsxwriter

from app import clock

ENCODINGS = ("utf-8-sig", "gb18030")
# A cell that starts so is a formula to a spreadsheet, whatever quotes stood around it in the file.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LONGEST = 32_767  # characters in a cell of Excel
CHUNK = 1000
FONT = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
LINED = FONT | {"border": 1}


def guard(cell):
    """The cell as a CSV may hold it: text that a spreadsheet would run gets a ' in front, None is
    empty, NUL goes. Numbers stay numbers."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return cell
    cell = cell.replace("\0", "")
    return "'" + cell if cell.lstrip(" \u3000").startswith(FORMULA) or cell[:1] in FORMULA else cell


def csv_lines(rows: Iterable[Iterable], *, encoding: str = "utf-8-sig") -> Iterator[bytes]:
    """The rows as CSV (CRLF, guarded), a thousand at a time, for a streamed answer.

    `utf-8-sig` begins with the BOM that Excel wants; `gb18030` holds every character of the roster.
    """
    codec, buffer, rows = encoding, io.StringIO(newline=""), iter(rows)
    writer = csv.writer(buffer)
    while chunk := list(islice(rows, CHUNK)):
        writer.writerows([guard(cell) for cell in row] for row in chunk)
        yield buffer.getvalue().encode(codec, "replace")
        codec = codec.removesuffix("-sig")  # the mark belongs at the beginning alone
        buffer.seek(0)
        buffer.truncate()


@dataclass(frozen=True)
class Head:
    """A cell of a workbook's header: its words, and how many rows and columns it covers."""

    words: str
    down: int = 1
    across: int = 1


def workbook(
    title: str, *, head, rows: Iterable[Iterable], widths, totals=None, under=(), foot=(), sheet="",
) -> bytes:  # fmt: skip
    """An .xlsx as offices hand it in: A4 landscape, one page wide, header repeated and frozen.

    `title`: the merged first row · `under`: lines below it · `head`: rows of words or Head, laid
    out as in an HTML table · `rows`: text, numbers (a float with one decimal) or None · `widths`:
    one per column, in characters · `totals`: the last row · `foot`: lines below the table.
    Nothing in a cell is ever a formula or a link.
    """
    out = io.BytesIO()
    options = {
        "constant_memory": True, "in_memory": False, "strings_to_formulas": False,
        "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": title, "created": clock.local(clock.now()).replace(tzinfo=None)})
    _Paper(book, sheet or title, widths).fill(title, under, head, rows, totals, foot)
    book.close()
    return out.getvalue()


class _Paper:
    """One worksheet, written strictly from top to bottom: finished rows leave the memory."""

    def __init__(self, book, name, widths):
        self.sheet = book.add_worksheet("".join(c for c in name if c not in "[]:*?/\\'")[:31])
        self.columns, self.row = len(widths), 0
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)
        add = book.add_format
        self.title = add(FONT | {"font_size": 16, "bold": True, "align": "center"})
        self.line = add(FONT)
        self.head = add(LINED | {"bold": True, "align": "center", "text_wrap": True})
        self.text = add(LINED | {"text_wrap": True})
        self.whole = add(LINED | {"num_format": "#,##0"})
        self.tenths = add(LINED | {"num_format": "#,##0.0"})
        self.sum_text = add(LINED | {"bold": True})
        self.sum_whole = add(LINED | {"bold": True, "num_format": "#,##0"})
        self.sum_tenths = add(LINED | {"bold": True, "num_format": "#,##0.0"})

    def fill(self, title, under, head, rows, totals, foot):
        self.across(title, self.title, height=30)
        for words in under:
            self.across(words, self.line)
        top = self.row
        self.header(head)
        for cells in rows:
            self.cells(cells, self.text, self.whole, self.tenths)
        if totals is not None:
            self.cells(totals, self.sum_text, self.sum_whole, self.sum_tenths)
        for words in foot:
            self.across(words, self.line)
        self.page(top, top + len(head))

    def across(self, words, look, height=None):
        if height:
            self.sheet.set_row(self.row, height)
        if self.columns > 1:
            self.sheet.merge_range(self.row, 0, self.row, self.columns - 1, words, look)
        else:
            self.sheet.write_string(self.row, 0, words, look)
        self.row += 1

    def header(self, head):
        """Lay the cells out as HTML would. merge_range() would have to come back to rows that have
        left the memory, so the cells are written row by row and the ranges are noted by hand."""
        words, taken, ranges = {}, set(), []
        for y, cells in enumerate(head):
            x = 0
            for cell in cells:
                cell = cell if isinstance(cell, Head) else Head(cell)
                while (y, x) in taken:
                    x += 1
                words[y, x] = cell.words
                taken |= {(y + i, x + j) for i in range(cell.down) for j in range(cell.across)}
                if cell.down * cell.across > 1:
                    ranges.append((y, x, y + cell.down - 1, x + cell.across - 1))
        for y, x in sorted(taken):
            self.sheet.write_string(self.row + y, x, words.get((y, x), ""), self.head)
        for y, x, to_y, to_x in ranges:
            self.sheet.merge.append([self.row + y, x, self.row + to_y, to_x])
        self.row += len(head)

    def cells(self, cells, text, whole, tenths):
        for column, cell in enumerate(cells):
            if isinstance(cell, bool) or cell is None or isinstance(cell, str):
                words = "" if cell is None else str(cell).replace("\0", "")[:LONGEST]
                self.sheet.write_string(self.row, column, words, text)
            else:
                look = tenths if isinstance(cell, float) else whole
                self.sheet.write_number(self.row, column, cell, look)
        self.row += 1

    def page(self, top, body):
        self.sheet.set_landscape()
        self.sheet.set_paper(9)  # A4
        self.sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        self.sheet.center_horizontally()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(top, body - 1)
        self.sheet.freeze_panes(body, 1)
        self.sheet.set_footer("&C&P / &N")
