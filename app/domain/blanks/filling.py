"""Fills the cells of a blank that hold marks, and nothing else of the file."""

import re
from xml.sax.saxutils import escape, quoteattr

from app.domain.blanks import xml
from app.domain.blanks.marks import MARK, Unknown, marks_in, named, nearest
from app.domain.blanks.package import BOOK, Package
from app.domain.sheets.refusals import TooHeavy

MOST_TEXT = 4_000_000  # characters of all cells
MOST_UNKNOWN, LONGEST_SHOWN = 200, 60
ELSEWHERE = re.compile(r"\[[0-9]+\]|'\[")  # a formula that reads another file
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# What may stand before calcPr in a workbook, the last of them first.
BEFORE_CALC = ("definedNames", "externalReferences", "functionGroups", "sheets")


def marks_of(package: Package, known: list[str]) -> tuple[list[str], list[Unknown]]:
    """The marks of a file in the order of its cells, and those that say nothing, MOST_UNKNOWN at most.
    Raises TooHeavy for a file whose cells repeat a long text until no memory holds it filled."""
    allowed, shared = set(known), package.shared_strings()
    found, unknown, length = [], [], 0
    for sheet, part in package.sheets():
        for cell in xml.cells(package.parts[part]):
            text = cell.text(shared)
            length += len(text.plain) if text else 0
            if length > MOST_TEXT:
                raise TooHeavy
            for mark in marks_in(text.plain) if text else ():
                if mark not in allowed:
                    mark = mark[:LONGEST_SHOWN]
                    unknown.append(Unknown(mark, sheet[:31], cell.at[:12], nearest(mark, known)))
                    if len(unknown) >= MOST_UNKNOWN:
                        return found, unknown
                elif mark not in found:
                    found.append(mark)
    return found, unknown


def filled(package: Package, values: dict) -> bytes:
    """The file with its marks filled. A formula forgets what it came to before, so that whoever opens
    the file works it out anew; one that reads another file keeps its value."""
    shared, changed = package.shared_strings(), {}
    computes = False
    for _sheet, part in package.sheets():
        body, edits = package.parts[part], []
        for cell in xml.cells(body):
            text = cell.text(shared)
            if text and MARK.search(text.plain):
                edits.append((cell.start, cell.end, _cell(cell, text, values)))
            elif cell.formula is not None and cell.value and not ELSEWHERE.search(cell.formula):
                edits.append((*cell.value, b""))
                computes = True
        if edits:
            changed[part] = _spliced(body, edits)
    if computes:
        changed[BOOK] = _recalculating(package.parts[BOOK])
    return package.written(changed)


def _cell(cell, text, values):
    """The cell anew: a number where the mark was all of it, else its words with their looks."""
    prefix = cell.name[: -len("c")]
    told = "".join(
        f" {name}={quoteattr(value)}" for name, value in cell.attributes.items() if name != "t"
    )
    alone = MARK.fullmatch(text.plain.strip())
    value = values[named(alone[1])] if alone else None
    if isinstance(value, int | float):
        return f"<{cell.name}{told}><{prefix}v>{value}</{prefix}v></{cell.name}>".encode()
    told_runs = _told(text, values)
    if prefix or not any(look for look, _words in told_runs):
        runs = _words(prefix, "".join(words for _look, words in told_runs))
    else:
        runs = b"".join(b"<r>" + look + _words("", words) + b"</r>" for look, words in told_runs)
    opened = f'<{cell.name}{told} t="inlineStr"><{prefix}is>'.encode()
    return opened + runs + f"</{prefix}is></{cell.name}>".encode()


def _told(text, values):
    """The runs with every mark filled; a mark that reaches over two runs makes them one."""
    whole = [(look, _fill(words, values)) for look, words in text.runs]
    if "".join(words for _look, words in whole) == _fill(text.plain, values):
        return whole
    return [(text.runs[0][0], _fill(text.plain, values))]


def _fill(words, values):
    return MARK.sub(lambda mark: str(values[named(mark[1])]), words)


def _words(prefix, words):
    text = escape(UNFIT.sub("", words))
    return f'<{prefix}t xml:space="preserve">{text}</{prefix}t>'.encode()


def _spliced(body, edits):
    """The bytes with each (start, end) exchanged; edits stand in order and apart."""
    out, here = [], 0
    for start, end, new in edits:
        out += [body[here:start], new]
        here = end
    return b"".join([*out, body[here:]])


def _recalculating(book):
    """The workbook's part, telling whoever opens it to work everything out."""
    places = xml.ends_of(book, "calcPr", *BEFORE_CALC)
    if "calcPr" in places:
        start = places["calcPr"][0]
        end = book.index(b">", start)
        tag = re.sub(rb"\s+fullCalcOnLoad\s*=\s*(\"[^\"]*\"|'[^']*')", b"", book[start:end])
        closed = tag.endswith(b"/")
        tag = tag.rstrip(b"/") + b' fullCalcOnLoad="1"' + (b"/" if closed else b"")
        return book[:start] + tag + book[end:]
    start, closing = next(places[name] for name in BEFORE_CALC if name in places)
    prefix = re.match(rb"<((?:[\w.-]+:)?)", book[start:])[1]
    after = book.index(b">", closing) + 1
    return book[:after] + b"<" + prefix + b'calcPr fullCalcOnLoad="1"/>' + book[after:]
