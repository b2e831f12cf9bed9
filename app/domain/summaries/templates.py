"""The words of a sentence with its places: {宣讲.场次} names a figure, [ … ] is left out with it.

`{…}` is a place: a figure's phrase, or plain words such as {单位}. A part in square brackets goes
when one of its figures is nothing; brackets that touch are a list, joined by 、 or by commas.
Outside brackets a figure that is nothing takes the whole sentence with it: prose never says 0.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.summaries.phrases import phrase
from app.errors import Invalid
from app.words import N_

PIECE = re.compile(r"\{([^{}\[\]]*)\}|([\[\]])|([{}])|([^{}\[\]]+)")
MARKS = ("，", "、", "；", "。", "（", ",", ";", ".", " ", "(")  # a part that brings its own joint


@dataclass(frozen=True)
class Piece:
    """A stretch of a sentence; place: the name of the figure it says."""

    words: str
    place: str = ""


@dataclass(frozen=True)
class Filled:
    """What a template gives. nothing: the figures that are nothing and took words with them;
    unknown: places that name nothing any more. No pieces: the sentence is left out."""

    pieces: tuple[Piece, ...]
    nothing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "".join(piece.words for piece in self.pieces)


def places_in(words: str) -> list[str]:
    """The places a template names, in order, each once."""
    return list(dict.fromkeys(name for part in parsed(words) for name in part.places))


@dataclass(frozen=True)
class Part:
    """A run of words and places; optional: it stood in square brackets."""

    items: tuple[tuple[str, str], ...]  # (words, place): one of them is empty
    optional: bool = False

    @property
    def places(self) -> list[str]:
        return [place for _words, place in self.items if place]


def parsed(words: str) -> list[Part]:
    """The parts of a template. Raises Invalid for a bracket that does not close."""
    parts, items, optional = [], [], False
    for place, bracket, stray, text in PIECE.findall(words):
        if stray or bracket == ("[" if optional else "]"):
            raise Invalid(N_("括号不成对：%(mark)s"), field="words", mark=stray or bracket)
        if bracket:
            parts.append(Part(tuple(items), optional))
            items, optional = [], bracket == "["
        else:
            items.append((text, "" if text else place.strip() or "{}"))
    if optional:
        raise Invalid(N_("括号不成对：%(mark)s"), field="words", mark="[")
    return [part for part in [*parts, Part(tuple(items))] if part.items]


def fill(words: str, figures: Mapping, language: str = "zh") -> Filled:
    """The sentence with every place said. `figures`: name → Figure, or a text."""
    parts = parsed(words)
    places = [name for part in parts for name in part.places]
    unknown = tuple(name for name in places if name not in figures)
    nothing = tuple(name for name in places if name not in unknown and not _told(figures[name]))
    if unknown or any(_is_gone(part, nothing) for part in parts if not part.optional):
        return Filled((), nothing, unknown)
    stays = [(part, not _is_gone(part, nothing)) for part in parts]
    if any(part.optional for part in parts) and not any(
        stay and _says_figure(part, figures) for part, stay in stays
    ):
        return Filled((), nothing)
    return Filled(tuple(_said(_runs(stays), figures, language)), nothing)


def _told(figure):
    return figure if isinstance(figure, str) else figure.number


def _is_gone(part, nothing):
    return any(name in nothing for name in part.places)


def _says_figure(part, figures):
    return any(not isinstance(figures[name], str) for name in part.places)


def _runs(stays):
    """Optional parts that touch, as one list of those that stay; any other part alone."""
    run = []
    for part, stay in stays:
        if part.optional:
            run += [part] if stay else []
            continue
        if run:
            yield run
        run = []
        yield [part]
    if run:
        yield run


def _said(runs, figures, language):
    for run in runs:
        for at, part in enumerate(run):
            if at and not part.items[0][0].startswith(MARKS):
                yield Piece(_joint(at == len(run) - 1, len(run), language))
            for words, place in part.items:
                yield Piece(words) if words else _piece(place, figures[place], language)


def _joint(is_last, number, language):
    if language != "en":
        return "、"
    return (" and " if number == 2 else ", and ") if is_last else ", "


def _piece(place, figure, language):
    if isinstance(figure, str):
        return Piece(figure)
    return Piece(phrase(figure.number, figure.unit, language, exact=figure.is_exact), place)
