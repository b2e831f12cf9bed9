"""Reads the XML of a workbook with the place of each thing in its bytes, so that a cell can be
exchanged and all around it stays as it was. A file that brings a DTD is refused: no entities; so is
one with more elements, cells or runs than a form can have, before they fill the memory."""

from dataclasses import dataclass, field
from xml.parsers import expat

from app.domain.sheets.refusals import Damaged, TooHeavy

DEEPEST = 64
MOST_ELEMENTS = 1_500_000  # of one part: a sheet whose empty cells were coloured has many
MOST_HELD = 200_000  # cells that hold something, shared texts, runs of one text


@dataclass(frozen=True)
class Text:
    """The text of a cell: runs of (properties as XML, words); one run without properties is plain."""

    runs: tuple[tuple[bytes, str], ...]

    @property
    def plain(self) -> str:
        return "".join(words for _look, words in self.runs)


@dataclass
class Cell:
    """A cell of a worksheet: where it stands in the bytes and what it says. `index`: of a shared
    text; `value`: where its cached value stands, with the formula it is of."""

    name: str  # as the tag is written: c, or x:c
    attributes: dict
    start: int
    end: int = 0
    index: str = ""
    formula: str | None = None
    value: tuple[int, int] | None = None
    runs: list = field(default_factory=list)

    @property
    def at(self) -> str:
        return self.attributes.get("r", "?")

    def text(self, shared: list[Text]) -> Text | None:
        """Its words, None for what is no text."""
        kind = self.attributes.get("t")
        if self.formula is not None:
            return None
        if kind == "inlineStr":
            return Text(tuple(self.runs))
        if kind == "s" and self.index.strip().isascii() and self.index.strip().isdigit():
            place = int(self.index)
            return shared[place] if place < len(shared) else None
        return None


def elements(part: bytes, wanted: str) -> list[tuple[str, dict]]:
    """(tag, attributes) of each element of a local name."""
    found = []

    def begin(name, attributes):
        if name.split(":")[-1] == wanted:
            _hold(found, (name, attributes))

    _read(part, begin)
    return found


def ends_of(part: bytes, *wanted: str) -> dict[str, tuple[int, int]]:
    """Local name → (where the last element of it starts, where its end tag starts)."""
    starts, found = {}, {}

    def begin(name, _attributes):
        starts[name] = parser.CurrentByteIndex

    def finish(name):
        local = name.split(":")[-1]
        if local in wanted:
            found[local] = starts[name], parser.CurrentByteIndex

    parser = _parser(begin, finish)
    _run(parser, part)
    return found


def shared_strings(part: bytes) -> list[Text]:
    """The texts of xl/sharedStrings.xml in order."""
    found, runs = [], _Runs()

    def begin(name, _attributes):
        runs.begin(name.split(":")[-1], parser.CurrentByteIndex)

    def finish(name):
        local = name.split(":")[-1]
        runs.finish(local, parser.CurrentByteIndex, part)
        if local == "si":
            _hold(found, Text(tuple(runs.taken())))

    parser = _parser(begin, finish, runs.say)
    _run(parser, part)
    return found


def cells(part: bytes) -> list[Cell]:
    """Every cell of a worksheet that holds something."""
    return _Cells(part).found


class _Cells:
    """Gathers the <c> of a worksheet with their <v>, <f> and <is>."""

    def __init__(self, part):
        self.part, self.found, self.runs = part, [], _Runs()
        self.cell, self.inside, self.at, self.words = None, "", 0, []
        self.parser = _parser(self._begin, self._finish, self._say)
        _run(self.parser, part)

    def _begin(self, name, attributes):
        local, here = name.split(":")[-1], self.parser.CurrentByteIndex
        if local == "c":
            self.cell = Cell(name, attributes, here)
        elif self.cell is not None and local in ("v", "f"):
            self.inside, self.at, self.words = local, here, []
        elif self.cell is not None:
            self.runs.begin(local, here)

    def _say(self, words):
        if self.inside:
            self.words.append(words)
        else:
            self.runs.say(words)

    def _finish(self, name):
        local, here = name.split(":")[-1], self.parser.CurrentByteIndex
        if self.cell is None:
            return
        if local == "c":
            self.cell.end, self.cell.runs = self._after(here), self.runs.taken()
            if self.cell.runs or self.cell.index or self.cell.formula is not None:
                _hold(self.found, self.cell)
            self.cell = None
        elif local == self.inside:
            self._note(local, "".join(self.words), here)
            self.inside = ""
        else:
            self.runs.finish(local, here, self.part)

    def _note(self, local, words, here):
        if local == "f":
            self.cell.formula = words
        elif words:
            self.cell.index, self.cell.value = words, (self.at, self._after(here))

    def _after(self, here):
        return self.part.index(b">", here) + 1


class _Runs:
    """Gathers <t>, alone or in <r> with its <rPr>; how the words are read (<rPh>) is no text."""

    def __init__(self):
        self.found, self.look, self.at, self.words, self.reading = [], b"", 0, None, False

    def begin(self, local, at):
        if local == "rPh":
            self.reading = True
        elif local == "rPr":
            self.at = at
        elif local == "t" and not self.reading:
            self.words = []

    def say(self, words):
        if self.words is not None:
            self.words.append(words)

    def finish(self, local, here, part):
        if local == "rPh":
            self.reading = False
        elif local == "rPr":
            self.look = part[self.at : part.index(b">", here) + 1]
        elif local == "r":
            self.look = b""
        elif local == "t" and self.words is not None:
            _hold(self.found, (self.look, "".join(self.words)))
            self.words = None

    def taken(self):
        found, self.found = self.found, []
        return found


def _hold(found, one):
    if len(found) >= MOST_HELD:
        raise TooHeavy
    found.append(one)


def _parser(begin, finish=None, say=None):
    parser, depth, seen = expat.ParserCreate(), [0], [0]

    def start(name, attributes):
        depth[0] += 1
        seen[0] += 1
        if depth[0] > DEEPEST:
            raise Damaged
        if seen[0] > MOST_ELEMENTS:
            raise TooHeavy
        begin(name, attributes)

    def end(name):
        depth[0] -= 1
        if finish:
            finish(name)

    def refuse(*_told):
        raise Damaged

    def declared(_version, encoding, _standalone):
        if encoding and encoding.upper() != "UTF-8":  # what is put in is UTF-8
            raise Damaged

    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler, parser.XmlDeclHandler = refuse, declared
    if say:
        parser.CharacterDataHandler = say
    return parser


def _read(part, begin):
    _run(_parser(begin), part)


def _run(parser, part):
    if part[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in part[:8]:
        raise Damaged  # UTF-16
    try:
        parser.Parse(part, True)
    except (expat.ExpatError, ValueError) as error:
        raise Damaged from error
