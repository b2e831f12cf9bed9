"""Tables that leave the house: CSV that Excel opens right, and workbooks fit to hand in."""

import csv
import io
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell_fast
from xlsxwriter.worksheet import Worksheet

from app import clock

ENCODINGS = ("utf-8-sig", "gb18030")
# A cell that starts so is a formula to a spreadsheet, whatever quotes stood around it in the file.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What may be one of those once blanks and NUL are gone: only such cells are looked at closely.
SUSPECT = frozenset((*FORMULA, " ", "\u3000", "\0"))
LONGEST = 32_767  # characters in a cell of Excel
MOST_ROWS = 1_048_000  # of a sheet of Excel, with room for head and foot
CHUNK = 1000
MOST_SPELLED = 8192  # cells of words remembered
PIECE = 64 * 1024
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
        writer.writerows(
            [guard(c) if c.__class__ is str and c[:1] in SUSPECT else c for c in row]
            for row in chunk
        )
        yield buffer.getvalue().replace("\0", "").encode(codec, "replace")
        codec = codec.removesuffix("-sig")  # the mark belongs at the beginning alone
        buffer.seek(0)
        buffer.truncate()


@dataclass(frozen=True)
class Head:
    """A cell of a workbook's header: its words, and how many rows and columns it covers."""

    words: str
    down: int = 1
    across: int = 1


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook. `title`: its merged first row · `under`: lines below it · `head`: rows of
    words or Head, laid out as in an HTML table · `rows`: text, numbers (a float with one decimal) or
    None · `widths`: one per column, in characters · `totals`: the last row, or what says it once the
    rows are written · `foot`: lines below the table, asked for once the rows are written."""

    title: str
    head: list
    rows: Iterable[Iterable]
    widths: tuple | list
    totals: list | Callable[[], list] | None = None
    under: tuple | list = ()
    foot: Iterable[str] = ()
    name: str = ""


def workbook(
    title: str, *, head, rows: Iterable[Iterable], widths, totals=None, under=(), foot=(), sheet="",
) -> bytes:  # fmt: skip
    """A workbook of one sheet, whole: see Sheet and book()."""
    with book(title, [Sheet(title, head, rows, widths, totals, under, foot, sheet)]) as file:
        return file.read()


def book(title: str, sheets: Iterable[Sheet]) -> BinaryIO:
    """An .xlsx as offices hand it in: A4 landscape, one page wide, headers repeated and frozen.

    Made on disk, row by row, and left there for pieces() to send: no table is ever whole in the
    memory. Nothing in a cell is ever a formula or a link. A sheet that Excel could not hold goes on
    in a second one.
    """
    options = {
        "constant_memory": True, "in_memory": False, "strings_to_formulas": False,
        "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    made = tempfile.TemporaryFile()  # noqa: SIM115 (pieces() closes it)
    folder = tempfile.mkdtemp(prefix="furong-book-")
    try:
        with xlsxwriter.Workbook(made, options | {"tmpdir": folder}) as pages:
            now = clock.local(clock.now()).replace(tzinfo=None)
            pages.set_properties({"title": title, "created": now})
            looks = _Looks(pages)
            for sheet in sheets:
                _Paper(pages, looks, sheet).fill()
    except BaseException:
        made.close()
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    made.seek(0)
    return made


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """The file for a streamed answer; it is gone afterwards."""
    with file:
        while piece := file.read(PIECE):
            yield piece


class _Grid(Worksheet):
    """A worksheet that spells a cell of words once and copies it to where it stands again: a list of a
    million rows has few words, and their markup is most of the work. The file is the same."""

    def __init__(self):
        super().__init__()
        self.spelled: dict[tuple, str] = {}

    def _write_cell(self, row, col, cell):
        if cell.__class__.__name__ not in ("String", "Blank") or not cell.format:
            super()._write_cell(row, col, cell)
            return
        words = self.spelled.get(cell)
        if words is None:
            words = self._spell(cell)
        self.fh.write(f'<c r="{xl_rowcol_to_cell_fast(row, col)}{words}')

    def _spell(self, cell):
        """All of the cell's markup but for where it stands."""
        file, self.fh = self.fh, io.StringIO()
        super()._write_cell(0, 0, cell)
        words, self.fh = self.fh.getvalue().removeprefix('<c r="A1'), file
        if len(self.spelled) >= MOST_SPELLED:
            self.spelled.clear()
        self.spelled[cell] = words
        return words


class _Looks:
    """The formats of a workbook, made once."""

    def __init__(self, pages):
        add = pages.add_format
        self.title = add(FONT | {"font_size": 16, "bold": True, "align": "center"})
        self.line = add(FONT)
        self.head = add(LINED | {"bold": True, "align": "center", "text_wrap": True})
        self.cells = self._of(add, {})
        self.sums = self._of(add, {"bold": True})

    def _of(self, add, more):
        """Text, whole numbers, tenths."""
        return (
            add(LINED | more | {"text_wrap": True}),
            add(LINED | more | {"num_format": "#,##0"}),
            add(LINED | more | {"num_format": "#,##0.0"}),
        )


def _plain(words):
    """Text that a cell can hold, and that XlsxWriter does not take for markup of its own."""
    words = words.replace("\0", "")[: LONGEST - 1]
    return f"{words} " if words.startswith("<r>") and words.endswith("</r>") else words


class _Paper:
    """One worksheet, written strictly from top to bottom: finished rows leave the memory."""

    def __init__(self, pages, looks, told):
        self.pages, self.looks, self.told = pages, looks, told
        self.columns, self.number = len(told.widths), 0
        self._begin()

    def _begin(self):
        """A fresh worksheet with title and header."""
        self.number += 1
        plain = "".join(c for c in self.told.name or self.told.title if c not in "[]:*?/\\'")
        name = plain[:31] if self.number == 1 else f"{plain[:26]}（{self.number}）"
        self.sheet, self.row = self.pages.add_worksheet(name, _Grid), 0
        for column, width in enumerate(self.told.widths):
            self.sheet.set_column(column, column, width)
        self.across(self.told.title, self.looks.title, height=30)
        for words in self.told.under:
            self.across(words, self.looks.line)
        top = self.row
        self.header(self.told.head)
        self.page(top, self.row)

    def fill(self):
        for cells in self.told.rows:
            if self.row >= MOST_ROWS:
                self._begin()
            self.cells(cells, *self.looks.cells)
        totals = self.told.totals() if callable(self.told.totals) else self.told.totals
        if totals is not None:
            self.cells(totals, *self.looks.sums)
        for words in self.told.foot:
            self.across(words, self.looks.line)

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
            self.sheet.write_string(self.row + y, x, words.get((y, x), ""), self.looks.head)
        for y, x, to_y, to_x in ranges:
            self.sheet.merge.append([self.row + y, x, self.row + to_y, to_x])
        self.row += len(head)

    def cells(self, cells, text, whole, tenths):
        # The innermost loop of a million rows: past the checks of row, column and length that the
        # public methods make for each cell (`_write_string` is what they call after them).
        row, string, number = self.row, self.sheet._write_string, self.sheet._write_number
        blank = self.sheet._write_blank
        for column, cell in enumerate(cells):
            kind = cell.__class__
            if kind is str and cell:
                string(
                    row,
                    column,
                    _plain(cell) if len(cell) > 60 or "\0" in cell or cell[0] == "<" else cell,
                    text,
                )
            elif kind is int or kind is float:
                number(row, column, cell, tenths if kind is float else whole)
            elif cell is None or cell == "":
                blank(row, column, "", text)
            else:
                string(row, column, _plain(str(cell)), text)
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
