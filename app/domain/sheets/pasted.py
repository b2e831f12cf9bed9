"""Reads names as people paste them: from a chat, a 接龙, or cells copied out of Excel.

Nothing gets lost in silence: every line that is not blank becomes an Item, which is somebody, or
says why it is nobody. Words of a line that were not used are kept as its remark.
"""

import csv
import io
import re
from dataclasses import dataclass

from app.domain.sheets import chats, rows
from app.domain.sheets.cells import text_of
from app.domain.sheets.grid import FOOTER, TOP_ROWS
from app.domain.sheets.headings import find_header
from app.domain.sheets.refusals import PastedNothing, PastedTooMuch
from app.domain.sheets.shapes import PEOPLE, PersonRow
from app.words import N_

MOST_LINES = 1_000
MOST_LETTERS = 60_000
MOST_SHOWN = 160
LEFT_OUT = N_("你说不要这一行")
HEADING = N_("是表头")
ABOVE = N_("在表头上面")
FOOT = N_("像合计、填表人那样的行")
SAMPLE = N_("是示例")
SEVERAL = N_("姓名一格里有几行字，分不清是谁")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was pasted: somebody (`row`), or words that are nobody and `why` (a catalogue
    key). `first` and `last` are its lines in the text, `text` what stood there, `remark` the words
    that were not used. Items are numbered from 1: `at`, which is also the row's line."""

    at: int
    first: int
    last: int
    text: str
    row: PersonRow | None = None
    why: str = ""
    remark: str = ""


def read_pasted(text: str) -> tuple[Item, ...]:
    """The Items of a pasted text, in its order. Raises PastedNothing for blank text, PastedTooMuch."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > MOST_LETTERS or text.count("\n") > MOST_LINES * 2:
        raise PastedTooMuch(lines=MOST_LINES)
    found = _Items()
    if "\t" in text.strip():
        _read_table(found, text)
    else:
        for number, line in enumerate(text.split("\n"), 1):
            _read_line(found, number, number, [line], is_cells=False)
    if not found.items:
        raise PastedNothing
    if len(found.items) > MOST_LINES:
        raise PastedTooMuch(lines=MOST_LINES)
    return tuple(found.items)


class _Items:
    """The items so far."""

    def __init__(self):
        self.items: list[Item] = []

    def somebody(self, first, last, text, cells, remark):
        """Add a person of cells by field; without a usable name, add why."""
        row = rows.person_of(len(self.items) + 1, cells)
        if row.is_broken:
            self.nobody(first, last, text, row.problems[0])
        else:
            self._add(first, last, text, row, "", remark)

    def nobody(self, first, last, text, why):
        self._add(first, last, text, None, why, "")

    def _add(self, first, last, text, row, why, remark):
        at, text, remark = len(self.items) + 1, shown(text), shown(remark)
        self.items.append(Item(at, first, last, text, row, why, remark))


def shown(text: str) -> str:
    """A line as it may be kept: one line, not long, without an ID-card number."""
    text = " ".join("".join(c if c >= " " else " " for c in text).split())
    return chats.without_id_numbers(text)[0][:MOST_SHOWN]


def _read_line(found, first, last, cells, *, is_cells):
    whole = " ".join(cells)
    if not whole.strip():
        return
    people, why = chats.people_in(cells, is_cells=is_cells)
    for person in people:
        found.somebody(first, last, whole, person.cells, person.remark)
    if not people:
        found.nobody(first, last, whole, why)


def _read_table(found, text):
    lines = _rows_of(text)
    header = find_header([cells for _f, _l, cells in lines[:TOP_ROWS]])
    if header is None or header.kind != PEOPLE or not _has_name(header):
        for first, last, cells in lines:
            _read_line(found, first, last, cells, is_cells=True)
        return
    fields = {column.index: column.field for column in header.columns if column.field}
    for number, (first, last, cells) in enumerate(lines, 1):
        text = " ".join(cells)
        if not text.strip():
            continue
        if number <= header.last_line:
            found.nobody(first, last, text, HEADING if number >= header.line else ABOVE)
        else:
            _read_row(found, first, last, text, cells, fields)


def _read_row(found, first, last, text, cells, fields):
    said = {field: cells[index] for index, field in fields.items() if index < len(cells)}
    name = said.get("name", "")
    if rows.is_noise(PEOPLE, said, "name"):
        found.nobody(first, last, text, SAMPLE)
    elif "\n" in name.strip() and len(text_of(name)) > 3:
        found.nobody(first, last, text, SEVERAL)
    elif FOOTER.match(name) or (not name.strip() and any(map(FOOTER.match, cells))):
        found.nobody(first, last, text, FOOT)
    else:
        found.somebody(first, last, text, said, "")


def _has_name(header):
    return any(column.field == "name" for column in header.columns)


def _rows_of(text):
    """(first line, last line, cells) of each row; a cell may hold line breaks, in quotes, as Excel
    copies it. A quote that is not closed is a character like any other."""
    reader, found, last = (
        csv.reader(io.StringIO(text, newline=""), delimiter="\t", strict=True),
        [],
        0,
    )
    try:
        for cells in reader:
            found.append((last + 1, reader.line_num, cells))
            last = reader.line_num
    except csv.Error:
        lines = enumerate(text.split("\n"), 1)
        return [
            (n, n, [re.sub('^"|"$', "", cell) for cell in line.split("\t")]) for n, line in lines
        ]
    return found
