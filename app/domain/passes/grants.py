"""A grant: this browser was at the door a moment ago, so its owner may type in peace.

A signed cookie of five minutes, bound to the browser's own, not single-use (the same phone checks in
somebody beside it). Nothing is stored; another epoch (换码) ends it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app import keys
from app.domain.passes.rotation import Sitting

GRANT_FOR = timedelta(minutes=5)
WAYS = {"r": "rotating", "p": "pin"}
GIVEN = re.compile(r"([rp])([0-9]{10})([0-9a-f]{32})")


@dataclass(frozen=True)
class Grant:
    """How its owner came in (rotating | pin), and when: opening hours are judged by that."""

    how: str
    at: datetime


def give_grant(sitting: Sitting, device_secret: str, how: str, at: datetime) -> str:
    """The cookie's value."""
    way, second = how[0], int(at.timestamp())
    seal = keys.signature(_words(sitting, device_secret, way, second))[:16]
    return f"{way}{second:010d}{seal.hex()}"


def grant_or_none(
    sitting: Sitting, device_secret: str, told: str, arrived: datetime
) -> Grant | None:
    """The grant a cookie holds for this sitting and this browser, if it still holds."""
    found = GIVEN.fullmatch(told)
    if found is None:
        return None
    way, second, seal = found[1], int(found[2]), bytes.fromhex(found[3])
    at = datetime.fromtimestamp(second, UTC)
    if not timedelta(seconds=-60) <= arrived - at <= GRANT_FOR:
        return None
    if not keys.is_signed(_words(sitting, device_secret, way, second), seal):
        return None
    return Grant(WAYS[way], at)


def _words(sitting, device_secret, way, second):
    return f"grant1|{sitting.occurrence_id}|{sitting.epoch}|{way}|{second}|{device_secret}"
