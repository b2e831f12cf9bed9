"""A PIN tried from the back rows: a whole hall behind one address is let in, a guesser is slowed."""

import re
import unicodedata
from datetime import datetime, timedelta

from app import keys
from app.domain.passes.rotation import Sitting, is_pin
from app.domain.staff import throttle
from app.errors import Invalid, TooMany
from app.words import N_

MINUTE = timedelta(minutes=1)
TRIES = 5  # a minute, of one browser
WRONG = 200  # a minute, of all browsers of one sitting


class WrongPin(Invalid):
    code, words = "wrong_pin", N_("口令不对。看大屏上现在的六位数字，再填一次。")


class TooManyPins(TooMany):
    code, words = (
        "too_many_pins",
        N_("口令试得太多了，等一分钟再试；或者扫大屏，或者到签到台报名字。"),
    )


def try_pin(sitting: Sitting, told: str, *, device_secret: str, arrived: datetime) -> None:
    """Accept the PIN or raise WrongPin; TooManyPins for a browser that tried five times within a
    minute, and for all when 200 were wrong: never by address, which a hall shares."""
    wrong = (f"pin-of:{sitting.occurrence_id}", WRONG)
    told = re.sub(r"\s", "", unicodedata.normalize("NFKC", told))[:12]
    _take((f"pin:{keys.token_hash(device_secret)}", TRIES))
    _spend(throttle.look, wrong)
    if not is_pin(sitting, told, arrived):
        _take(wrong)
        raise WrongPin(field="pin")


def _take(limit):
    _spend(throttle.take, limit)


def _spend(way, limit):
    try:
        way(limit, per=MINUTE)
    except TooMany:
        raise TooManyPins from None
