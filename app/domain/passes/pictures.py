"""QR codes as images on white: pixel-exact PNG for screens and phones, SVG for paper."""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.image.pil import PilImage
from qrcode.image.svg import SvgPathFillImage

LEVELS = {"M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q}  # screens · paper, which gets dirty
QUIET_ZONE = 4  # modules, as the standard asks
MODULE_PIXELS = 20


@dataclass(frozen=True)
class Picture:
    """A drawn code. pixels: the side of the PNG; a page gives the SVG the same size."""

    png: bytes
    svg: bytes
    pixels: int


@lru_cache(maxsize=256)
def picture(url: str, level: str) -> Picture:
    """The QR code of an address at level M or Q."""
    code = QRCode(error_correction=LEVELS[level], box_size=MODULE_PIXELS, border=QUIET_ZONE)
    code.add_data(url)
    code.make(fit=True)
    png, svg = BytesIO(), BytesIO()
    code.make_image(image_factory=PilImage).save(png, format="PNG", optimize=True)
    code.make_image(image_factory=SvgPathFillImage).save(svg)
    return Picture(
        png.getvalue(), svg.getvalue(), (code.modules_count + 2 * QUIET_ZONE) * MODULE_PIXELS
    )


def secret_png(url: str) -> bytes:
    """The QR code of a one-use link as a PNG for screen and paper: kept nowhere. The mask is a fixed
    one, which any decoder reads, so that a thousand slips take seconds."""
    code = QRCode(error_correction=LEVELS["Q"], box_size=6, border=QUIET_ZONE, mask_pattern=3)
    code.add_data(url)
    code.make(fit=True)
    png = BytesIO()
    code.make_image(image_factory=PilImage).save(png, format="PNG")
    return png.getvalue()
