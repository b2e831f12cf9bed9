"""Name and number out of one free text: 王芳202043000001 · 202101 王 芳 · 王芳（学号：202101）."""

import re
import unicodedata
from typing import NamedTuple

from app.domain.sheets.chats import PHONES, without_id_numbers
from app.domain.sheets.surnames import is_name, joined, latin_together
from app.text import HAN, mask_phone, normalise_name

MOST_TOLD = 80
MOST_NUMBER = 24
CLASSES = re.compile(r"[0-9]{1,6}[班级届]")
LABELS = re.compile(r"(?:姓名|学号|工号|卡号|编号|团员编号|手机号?|电话)\s*[:：=]")
NUMBERS = re.compile(r"[A-Za-z]{0,4}[0-9]+(?:-?[0-9A-Za-z]+)*")
BRACKETS = re.compile(r"[(\[【<《「]([^()\[\]【】<>《》「」]*)[)\]】>》」]")
PARTING = re.compile(rf"[^{HAN}A-Za-z.'’·]+")
LEAST_DIGITS = 3  # 王芳2 is the second 王芳 of a class, no number of hers


class Who(NamedTuple):
    """A person as a list tells of them; "" for what it does not say."""

    name: str
    number: str


def split(told: str) -> Who:
    """Take the text apart, whichever stands first and whatever stands between."""
    text = LABELS.sub(" ", CLASSES.sub(" ", without_id_numbers(_folded(told))[0]))
    number = max(NUMBERS.findall(PHONES.sub(_bare, text)), key=_digits, default="")
    text = NUMBERS.sub(" ", PHONES.sub(" ", text))
    inside = " ".join(BRACKETS.findall(text))
    name = _name(BRACKETS.sub(" ", text)) or _name(inside)
    kept = re.sub(r"[^0-9A-Za-z]", "", number).upper()
    return Who(name, kept[:MOST_NUMBER] if _digits(kept) >= LEAST_DIGITS else "")


def kept_text(told: str) -> str:
    """The text as it may be kept: no ID-card number, no whole phone."""
    text = without_id_numbers(_folded(told))[0]
    return PHONES.sub(lambda found: mask_phone(_bare(found)), text)[:MOST_TOLD]


def _folded(told):
    """NFKC, on one line; blanks between words stay, for they part a branch from a name."""
    text = " ".join(unicodedata.normalize("NFKC", told).split())
    return "".join(c for c in text if c.isprintable())


def _bare(found):
    return re.sub(r"[^0-9]", "", found[0])[-11:]


def _digits(text):
    return sum(c.isdigit() for c in text)


def _name(text):
    """The likeliest word: one that is surely a name, then one that may be, then all of them."""
    words = latin_together(joined(PARTING.sub(" ", text).split()))
    for is_sure in (False, True):
        for word in words:
            if is_name(word, is_sure=is_sure):
                return normalise_name(word)
    return normalise_name("".join(words))[:40] if len(words) == 1 else ""
