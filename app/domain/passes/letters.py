"""Letters of the pictures we draw: which the font has, how a line breaks, how big a title may be.

The font is ours (app/fonts), so that a picture looks the same on every machine; see decision 0013.
"""

import unicodedata
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

FONT = Path(__file__).resolve().parents[2] / "fonts/noto-sans-sc-0.4.3/NotoSansSC-Medium.ttf"
MISSING = "〓"  # what printers set where they have no type
NOBODY = "\U0010fffd"  # a private character: the font draws its box for what it does not have
NOT_FIRST = "，。、；：？！）》」』】〉”’…—·%℃,.;:?!)]}"
NOT_LAST = "（《「『【〈“‘([{"


@lru_cache(maxsize=64)
def font_of(size: int) -> ImageFont.FreeTypeFont:
    """The font at a size in pixels."""
    return ImageFont.truetype(FONT, size, layout_engine=ImageFont.Layout.BASIC)


def shown(text: str) -> str:
    """The text in characters the font has. A letter loses its accents; a rare Han or a word of
    another script becomes 〓; emoji and what else is no letter are left out."""
    known, before = "", ""
    for character in unicodedata.normalize("NFC", text):
        letters = _known(character)
        is_word = letters == MISSING and not _is_han(character)
        if not (is_word and before == "word"):
            known += letters
        before = "word" if is_word else ""
    return " ".join(known.split())


def lines_of(text: str, size: int, width: int) -> list[str]:
    """The text broken into lines of at most `width` pixels: between Han, at spaces, inside a word
    that is longer than a line; no line begins with a closing sign or ends with an opening one."""
    lines = [""]
    for piece in _pieces(text):
        if wide(lines[-1] + piece.rstrip(), size) <= width:
            lines[-1] += piece
        else:
            lines += _parts(piece, size, width)
    return [line.strip() for line in lines if line.strip()]


def fitted(text: str, sizes: tuple[int, ...], width: int, height: int) -> tuple[int, list[str]]:
    """(size, lines): the largest of sizes whose lines fit into width × height; at the smallest the
    last line ends in … where there is more."""
    for size in sizes:
        lines = lines_of(text, size, width)
        if len(lines) * leading(size) <= height:
            return size, lines
    most = max(1, height // leading(size))
    return size, [*lines[: most - 1], _cut(lines[most - 1], size, width)]


def leading(size: int) -> int:
    """From line to line, in pixels."""
    return size * 4 // 3


def wide(text: str, size: int) -> float:
    """How wide the text is, in pixels."""
    return font_of(size).getlength(text)


def _known(character):
    if has(character) or character.isspace():
        return character
    bare = "".join(c for c in unicodedata.normalize("NFKD", character) if has(c))
    if bare:
        return bare
    return MISSING if unicodedata.category(character)[0] == "L" else ""


@lru_cache(maxsize=8192)
def has(character: str) -> bool:
    """Whether the font has its own drawing for a character."""
    return character == " " or _drawn(character) != _drawn(NOBODY)


def _drawn(character):
    mask = font_of(24).getmask(character)
    return mask.size, bytes(mask)


def _pieces(text):
    """What a line is not broken inside: a Han with its closing signs, a word with its space."""
    pieces, opened = [""], False
    for character in text:
        before = pieces[-1][-1:]
        breaks = before == " " or _is_han(character) or _is_han(before)
        if breaks and not opened and character not in NOT_FIRST:
            pieces.append("")
        pieces[-1] += character
        opened = character in NOT_LAST
    return pieces


def _is_han(character):
    return bool(character) and unicodedata.east_asian_width(character) in "WF"


def _parts(piece, size, width):
    """A piece that begins a line, cut where it is longer than one."""
    parts = [""]
    for character in piece:
        if parts[-1] and wide(parts[-1] + character, size) > width:
            parts.append("")
        parts[-1] += character
    return parts


def _cut(line, size, width):
    while line and wide(line + "…", size) > width:
        line = line[:-1]
    return line + "…"
