"""Reads roster and organization files: any bytes in, typed rows out, or a refusal with a way out.

Only the columns the product needs are kept. ID-card numbers and every other column are dropped
here, before anything is returned.
"""

from collections.abc import Mapping
from contextlib import contextmanager

from app.domain.sheets import grid, rows
from app.domain.sheets.headings import FIELDS, Field, find_header, is_instructions, mapped
from app.domain.sheets.pasted import LEFT_OUT, Item, read_pasted, shown
from app.domain.sheets.plain_text import TextTable
from app.domain.sheets.refusals import (
    BadMapping,
    EmptyFile,
    NoHeader,
    PastedNothing,
    PastedTooMuch,
    TooBig,
    TooManyColumns,
    TooManyRows,
    UnreadableFile,
)
from app.domain.sheets.rows import person_of
from app.domain.sheets.shapes import ORGS, PEOPLE, Column, OrgRow, PersonRow, Sheet
from app.domain.sheets.workbook import is_workbook, opened

__all__ = [
    "FIELDS", "LEFT_OUT", "ORGS", "PEOPLE", "BadMapping", "Column", "Field", "Item", "OrgRow",
    "PastedNothing", "PastedTooMuch", "PersonRow", "Sheet", "UnreadableFile", "person_of",
    "read_pasted", "read_sheet", "shown",
]  # fmt: skip

MOST_MEGABYTES = 8
MAKERS = {PEOPLE: rows.people, ORGS: rows.orgs}
KEYS = {PEOPLE: ("name", "branch"), ORGS: ("full_name",)}
MERGED = {PEOPLE: ("branch",), ORGS: ("parent", "kind", "domain")}


def read_sheet(
    content: bytes, filename: str = "", mapping: Mapping[int, str | None] | None = None
) -> Sheet:
    """Return the table of a file: .xlsx, .xls, .ods, or text separated by comma, tab, semicolon.

    The bytes say what it is, never the name. Of several worksheets the one with the best header
    is read. `mapping` (column index → field key of FIELDS, or None) takes the place of the
    columns found; it decides the kind too. Raises UnreadableFile, in words that say what to do.
    """
    if not content:
        raise EmptyFile
    if len(content) > MOST_MEGABYTES * 2**20:
        raise TooBig(megabytes=MOST_MEGABYTES)
    with _table(content) as table:
        pages = table.tops()
        page, header, also = _best(pages)
        if pages[page]["wide"]:
            raise TooManyColumns(columns=grid.MOST_COLUMNS)
        if mapping is not None:
            header = mapped(header, mapping)
        answer = _taken(table, page, header)
    return _sheet(filename, pages[page]["name"], header, answer, also, table.encoding)


@contextmanager
def _table(content):
    if is_workbook(content):
        with opened(content) as workbook:
            yield workbook
    else:
        yield TextTable(content)


def _best(pages):
    """Return (page number, its header, titles of the other pages with a header)."""
    found = [(number, find_header(page["top"])) for number, page in enumerate(pages)]
    found = [(number, header) for number, header in found if header]
    if not found:
        raise NoHeader(rows=grid.TOP_ROWS, **{kind: _labels(kind) for kind in FIELDS})

    def worth(one):
        page = pages[one[0]]
        return not is_instructions(page["name"]), one[1].score, page["height"]

    number, header = max(found, key=worth)
    others = (pages[other]["name"] for other, _ in found if other != number)
    return number, header, tuple(name for name in others if not is_instructions(name))


def _labels(kind):
    return "、".join(field.label for field in FIELDS[kind][:4])


def _taken(table, page, header):
    kept = {column.field: column.index for column in header.columns if column.field}
    answer = table.taken(
        page=page,
        first=header.last_line,
        columns=list(kept.values()),
        keys=[list(kept).index(key) for key in KEYS[header.kind] if key in kept],
        fill=[kept[field] for field in MERGED[header.kind] if field in kept],
    )
    if answer["too_long"]:
        raise TooManyRows(rows=grid.MOST_ROWS)
    return answer


def _sheet(filename, title, header, answer, also, encoding):
    fields = [column.field for column in header.columns if column.field]
    return Sheet(
        kind=header.kind,
        filename=filename,
        title=title,
        header_line=header.last_line,
        columns=header.columns,
        rows=MAKERS[header.kind](answer["rows"], fields),
        dropped=tuple(c.heading for c in header.columns if c.heading and not c.field),
        missing=tuple(f.key for f in FIELDS[header.kind] if f.is_required and f.key not in fields),
        also=also,
        cut_after=answer["cut_after"],
        encoding=encoding,
    )
