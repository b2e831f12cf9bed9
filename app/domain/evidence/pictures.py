"""Draws a picture anew: from whatever was sent a plain JPEG, without place, device or comments.

The bytes say what it is, never the name. What is declared too large is refused before it is unpacked.
"""

import io
import struct

from PIL import Image, ImageOps

from app.errors import Refusal
from app.words import N_

MOST_MEGABYTES = 10
MOST_PIXELS = 50_000_000
LONG_EDGE = 2000
QUALITY = 80
FORMATS = ("JPEG", "PNG", "WEBP")
MEDIA_TYPE = "image/jpeg"
APPLE = (b"heic", b"heix", b"heif", b"hevc", b"hevx", b"mif1", b"msf1")
# What Pillow raises of a damaged file, by format and place.
DAMAGED = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError,
           ZeroDivisionError, OverflowError, struct.error)  # fmt: skip


class NoPicture(Refusal):
    """What was sent cannot be kept as evidence."""

    code, status, field = "no_picture", 422, "pictures"
    words = N_("这不是照片。请传 JPEG、PNG 或 WebP 图片。")


class IsPdf(NoPicture):
    words = N_("PDF 不收，请拍照或截图上传。")


class IsHeic(NoPicture):
    words = N_(
        "苹果手机的 HEIC 照片不收。请截一张图上传，或在手机“设置-相机-格式”里选“兼容性最佳”再拍。"
    )


class TooLargeAFile(NoPicture):
    status, words = 413, N_("图片太大了，一张最多 %(megabytes)s MB。")


class TooManyPixels(NoPicture):
    words = N_("图片的尺寸太大了，最多 %(millions)s 百万像素。请缩小或截图后再传。")


class DamagedPicture(NoPicture):
    words = N_("这张图片不完整或已损坏，请重新拍一张或截图。")


def drawn_anew(content: bytes) -> bytes:
    """The picture upright, at most 2000 pixels long, as a JPEG of nothing but its pixels. Raises
    NoPicture in words that say what to do."""
    if len(content) > MOST_MEGABYTES * 2**20:
        raise TooLargeAFile(megabytes=MOST_MEGABYTES)
    _refuse_known(content)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            return _drawn(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooManyPixels(millions=MOST_PIXELS // 10**6) from None
    except Image.UnidentifiedImageError:
        raise NoPicture from None
    except DAMAGED as error:
        raise DamagedPicture from error


def _refuse_known(content):
    if b"%PDF-" in content[:1024]:
        raise IsPdf
    if content[4:8] == b"ftyp" and content[8:12] in APPLE:
        raise IsHeic


def _drawn(picture):
    if picture.width * picture.height > MOST_PIXELS:
        raise TooManyPixels(millions=MOST_PIXELS // 10**6)
    picture.draft("RGB", (LONG_EDGE, LONG_EDGE))  # a JPEG is unpacked no larger than needed
    if picture.mode in ("RGB", "RGBA", "L"):
        picture.thumbnail((LONG_EDGE, LONG_EDGE))  # before what makes copies of it
    upright = ImageOps.exif_transpose(picture)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        upright = upright.convert("RGBA")
        paper = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(paper, upright)
    upright = upright.convert("RGB")
    upright.thumbnail((LONG_EDGE, LONG_EDGE))
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
