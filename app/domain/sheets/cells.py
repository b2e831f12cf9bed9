"""What one cell says: a text, a month, a day, a number of somebody.

A cell comes as a sheet gives it: a text, a number, a truth value. Whatever looks like an ID-card
number is taken out here, in whichever column it stands.
"""

import math
import re
import unicodedata
from datetime import date, timedelta
from functools import lru_cache

from app.text import tidy

MOST_TEXT = 500
PLACEHOLDERS = {
    "无", "没有", "暂无", "不详", "未知", "空", "-", "--", "—", "——", "/", "\\", ".", "*",
    "n/a", "na", "none", "null", "nan",
}  # fmt: skip
# An ID-card number has 15 digits or 17 and a check digit. So long a run of digits is never ours to
# keep, a bank card's neither; phones have 11, admission numbers 12 (one province 16).
ID_NUMBER = re.compile(r"[0-9]{15}")
MONTH = re.compile(r"([12][0-9]{3})(?:[.\-/]|年)([01]?[0-9])(?:月|[.\-/])?(?:([0-3]?[0-9])日?)?")
TIME_OF_DAY = re.compile(r"[T\s]+[0-9]{1,2}:[0-9:.]*$")
COMPACT = re.compile(r"([12][0-9]{3})([01][0-9])([0-3][0-9])?")
SERIAL = re.compile(r"[1-9][0-9]{4}(?:\.[0-9]+)?")
SERIAL_EPOCH = date(1899, 12, 30)  # Excel's day 0, its invented 29 February 1900 allowed for
BARE_DIGITS = re.compile(r"[0-9]{4,}\.0+")


def text_of(cell) -> str:
    """Return the cell as a tidy text: 13800138000.0 without its point, blank for 无, / and -."""
    if isinstance(cell, float):
        cell = _number(cell)
    text = tidy(cell if isinstance(cell, str) else _other(cell))
    if text.endswith("0") and BARE_DIGITS.fullmatch(text):
        text = text[: text.index(".")]
    return "" if text.casefold() in PLACEHOLDERS else text


def holds_id_number(text: str) -> bool:
    """Whether an ID-card number stands in the text, be it written with spaces or full width."""
    if len(text) < 15:
        return False
    return ID_NUMBER.search(re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text))) is not None


@lru_cache(maxsize=4096, typed=True)
def month_of(cell) -> str | None:
    """Return YYYY-MM of 2019.5, 2019年5月, 2019-05, 201905, 2019/5/1 or Excel's 43586.

    A number 2019.1 is October: a sheet of numbers drops the zero of 2019.10. The same as a text
    is January.
    """
    if isinstance(cell, float) and 1900 < cell < 2101 and f"{cell:.4f}".endswith(".1000"):
        return f"{int(cell)}-10"
    year, month, _ = _parts(cell)
    return f"{year}-{month:02d}" if year else None


@lru_cache(maxsize=4096, typed=True)
def day_of(cell) -> date | None:
    """Return the day of 1996-07-01, 1996年7月1日, 19960701 or 35247; of a month its 1st."""
    year, month, day = _parts(cell)
    try:
        return date(year, month, day) if year else None
    except ValueError:
        return None


def _parts(cell):
    """Return (year, month, day), all 0 when the cell names no month between 1900 and 2100."""
    text = re.sub(r"\s*([年月.\-/])\s*", r"\1", unicodedata.normalize("NFKC", text_of(cell)))
    text = TIME_OF_DAY.sub("", text)
    if SERIAL.fullmatch(text):
        on = SERIAL_EPOCH + timedelta(days=int(text[:5]))
        return on.year, on.month, on.day
    if found := MONTH.fullmatch(text) or COMPACT.fullmatch(text):
        year, month, day = (int(part or 1) for part in found.groups())
        if 1900 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= 31:
            return year, month, day
    return 0, 0, 0


def _number(value):
    if not math.isfinite(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e18 else repr(value)


def _other(cell):
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return "" if cell is None else str(cell)
