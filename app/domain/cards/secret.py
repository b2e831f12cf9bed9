"""The secret of a card: 26 of CODE_LETTERS (130 bits), read in any case, out of whatever was scanned.

A keyboard scanner types through whatever the PC has on (caps lock, a Chinese input method), so the
letters know no case; and a QR code of capitals alone has larger modules.
"""

import re
import unicodedata
from urllib.parse import urlsplit

from app import keys

LENGTH = 26
LONGEST = 600
LETTERS = keys.CODE_LETTERS
SECRET = re.compile(rf"(?:^|/P/)([{LETTERS}]{{{LENGTH}}})/?(?:[?#].*)?$")


def new_secret() -> str:
    """A secret nobody can guess."""
    return keys.new_code(LENGTH)


def opening(text: str) -> str | None:
    """The secret in a scanned or typed text: the whole address in either case, or the bare letters,
    with spaces around or between; None when there is none."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST])
    found = SECRET.search("".join(plain.split()).upper())
    return found[1] if found else None


def card_url(base_url: str, secret: str) -> str:
    """The address in the card's code; capitals alone where the public address has no path."""
    address = f"{base_url}/P/{secret}"
    return address if urlsplit(base_url).path else address.upper()
