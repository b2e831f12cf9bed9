"""Reads tables kept as text: which encoding, which separator, which rows."""

import codecs
import csv
import io
import re
from contextlib import suppress
from itertools import islice

from app.domain.sheets import grid
from app.domain.sheets.headings import find_header
from app.domain.sheets.refusals import BrokenQuotes, NotATable, WebPage

SEPARATORS = ",\t;"
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)


def roster_score(top: list) -> int:
    """How sure a roster's header stands among these rows; 0 for none."""
    header = find_header(top)
    return header.score if header else 0


class TextTable:
    """The table of a text file, asked as a workbook is: its tops first, then one page's rows.

    `score`: how good a header stands in such a top; by default a roster's.
    """

    def __init__(self, content: bytes, score=roster_score):
        self.text, self.encoding = decoded(content)
        self.separator, self.score = SEPARATORS[0], score

    def tops(self) -> list[dict]:
        """Return the one page there is, cut by the separator that makes the best header of it."""
        self.separator = max(SEPARATORS, key=self._score)
        top = self._top()
        wide = any(len(row) > grid.MOST_COLUMNS for row in top)
        return [{"name": "", "height": 0, "wide": wide, "top": grid.top_of(top)}]

    def taken(self, *, page, fill, **wish) -> dict:
        """Return the wanted cells, see grid.taken; a text file has no merged cells to fill.

        Raises BrokenQuotes: a quote left open would swallow the rows below it unseen.
        """
        reader = self._reader()
        try:
            return grid.taken(reader, **wish)
        except csv.Error as error:
            raise BrokenQuotes(line=reader.line_num) from error

    def _reader(self):
        lines = io.StringIO(self.text, newline="")
        return csv.reader(lines, delimiter=self.separator, strict=True)

    def _score(self, separator):
        self.separator = separator
        return self.score(grid.top_of(self._top()))

    def _top(self):
        """The first rows, those above a broken quote at least; wide ones keep their width."""
        top, reader = [], self._reader()
        with suppress(csv.Error):
            top.extend(islice(reader, grid.TOP_ROWS))
        return top


def decoded(content: bytes) -> tuple[str, str]:
    """Return the text and the name of its encoding. Raises NotATable and WebPage.

    The mark at the start decides; then strict UTF-8; then UTF-16 where there are NUL bytes; then
    strict GB18030, which also reads every GBK and GB2312 file. No guess by frequency: short lists
    of names in GBK are taken for Big5 by such guesses.
    """
    text, encoding = _decoded(content)
    if text.lstrip()[:1] == "<":
        raise WebPage
    return text, encoding


def _decoded(content):
    for bom, codec, encoding in BOMS:
        if content.startswith(bom):
            return _checked(_text(content, codec)), encoding
    if b"\0" in content:
        for codec in ("utf-16-le", "utf-16-be"):
            text = _text(content, codec)
            # The wrong byte order turns every line end into an unassigned character.
            if text and re.search(r"[\r\n]", text) and not CONTROLS.search(text):
                return text, "UTF-16"
        raise NotATable
    for codec, encoding in (("utf-8", "UTF-8"), ("gb18030", "GB18030")):
        if text := _text(content, codec):
            return text, encoding
    raise NotATable


def _text(content, codec):
    try:
        return content.decode(codec)
    except UnicodeDecodeError:
        return None


def _checked(text):
    if text is None or "\0" in text:
        raise NotATable
    return text
