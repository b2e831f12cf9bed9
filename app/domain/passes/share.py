"""The picture people pass on in chats: title, time, place, host and a code to scan, 1080 × 1440."""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from io import BytesIO

from PIL import Image, ImageDraw
from qrcode import QRCode

from app.domain.passes.letters import fitted, font_of, leading, shown, wide
from app.domain.passes.pictures import LEVELS, QUIET_ZONE

WIDTH, HEIGHT, EDGE = 1080, 1440, 76
INSIDE = WIDTH - 2 * EDGE
TITLE_SIZES, TITLE_ROOM = (84, 76, 68, 58, 50, 44, 38), 300
FACT_SIZES, FACT_ROOM = (42, 38, 34, 30), 250
LEAST_CODE, MOST_CODE = 580, 760  # at a third of the size a phone still tells the modules apart
INK, QUIET, RED, PAPER = "#1d1b18", "#6a645c", "#c3272b", "#ffffff"


@dataclass(frozen=True)
class Share:
    """What the picture says. facts: (label, words), already in the reader's language; url: what
    the code says; spoken: the address and code to type; band: a warning across the foot, or empty."""

    title: str
    eyebrow: str
    facts: tuple[tuple[str, str], ...]
    url: str
    ask: str
    spoken: str
    band: str = ""

    @property
    def version(self) -> str:
        """Changes with whatever the picture says: its ETag."""
        return sha256(repr(self).encode("utf-8", "backslashreplace")).hexdigest()[:32]


@lru_cache(maxsize=64)
def share_picture(share: Share) -> bytes:
    """The PNG; the same words give the same bytes."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, WIDTH, 18), fill=RED)
    foot = _draw_foot(draw, share)
    room = foot - _draw_words(draw, share, foot - LEAST_CODE)
    code = _code(share.url, min(room, MOST_CODE))
    image.paste(code, ((WIDTH - code.width) // 2, foot - (room + code.height) // 2))
    out = BytesIO()
    image.quantize(48, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
        out, format="PNG", optimize=True
    )
    return out.getvalue()


def _draw_words(draw, share, bottom):
    """Eyebrow, title and facts, from the top down, above `bottom`; gives where they end."""
    y = 70
    if eyebrow := shown(share.eyebrow):
        size, lines = fitted(eyebrow, (36, 32, 28), INSIDE, 60)
        y = _write(draw, lines, size, y, QUIET) + 10
    size, lines = fitted(shown(share.title) or share.spoken, TITLE_SIZES, INSIDE, TITLE_ROOM)
    y = _write(draw, lines, size, y, INK) + 26
    return _draw_facts(draw, share.facts, y, min(bottom - y, FACT_ROOM))


def _draw_facts(draw, facts, y, room):
    """Label and words in two columns."""
    facts = [(shown(label), shown(words)) for label, words in facts if shown(words)]
    size, indent, blocks = _facts_fitted(facts, room)
    for (label, _words), lines in zip(facts, blocks, strict=True):
        draw.text((EDGE, y), label, QUIET, font_of(size))
        y = _write(draw, lines, size, y, INK, EDGE + indent)
    return y


def _facts_fitted(facts, room):
    """(size, indent, lines of each fact): the largest size that breaks none, else the largest that
    fits with two lines each."""
    tries = []
    for size in FACT_SIZES:
        indent = max((wide(label, size) for label, _w in facts), default=0) + size * 3 // 4
        space = INSIDE - indent, leading(size) * 2
        blocks = [fitted(words, (size,), *space)[1] for _label, words in facts]
        tries.append((size, indent, blocks))
    whole = [one for one in tries[:-1] if all(len(lines) == 1 for lines in one[2])]
    fitting = [one for one in tries if sum(map(len, one[2])) * leading(one[0]) <= room]
    return (whole or fitting or tries[-1:])[0]


def _draw_foot(draw, share):
    """What to do, the address to type, and the band; gives where the code may end."""
    y = HEIGHT - 40
    if share.band:
        draw.rectangle((0, HEIGHT - 76, WIDTH, HEIGHT), fill=INK)
        _centre(draw, shown(share.band), 36, HEIGHT - 64, PAPER)
        y = HEIGHT - 100
    _centre(draw, shown(share.spoken), 30, y - 44, QUIET)
    _centre(draw, shown(share.ask), 48, y - 116, RED)
    return y - 128


def _centre(draw, words, size, y, colour):
    size, lines = fitted(words, (size, size * 3 // 4, size // 2), INSIDE, leading(size))
    draw.text((WIDTH / 2, y), lines[0] if lines else "", colour, font_of(size), anchor="ma")


def _write(draw, lines, size, y, colour, x=EDGE):
    for line in lines:
        draw.text((x, y), line, colour, font_of(size))
        y += leading(size)
    return y


def _code(url, most):
    """The code with its quiet zone, each module a whole number of pixels, `most` in all."""
    code = QRCode(error_correction=LEVELS["M"], border=QUIET_ZONE)
    code.add_data(url)
    code.make(fit=True)
    rows = code.get_matrix()
    small = Image.new("1", (len(rows), len(rows)))
    small.putdata([0 if dark else 255 for row in rows for dark in row])
    return small.resize((most // len(rows) * len(rows),) * 2, Image.Resampling.NEAREST)
