"""The address inside a QR code, and the same address as people read it."""

from urllib.parse import urlsplit


def check_in_url(base_url: str, code: str) -> str:
    """What the QR says. Scheme and host know no case, so without a path prefix everything is upper
    case: the alphanumeric mode of QR makes larger modules of it."""
    return _printed(base_url, f"/C/{code}")


def door_url(base_url: str, code: str) -> str:
    """What the QR at a venue's door says, spelt as check_in_url."""
    return _printed(base_url, f"/V/{code}")


def pass_url(base_url: str, code: str, told: str) -> str:
    """What a rotating QR says: a sitting's code and the pass of this moment."""
    return f"{check_in_url(base_url, code)}/{told}"


def spoken_address(base_url: str, code: str) -> str:
    """The address to read off a poster and type: no scheme, the page's lower-case spelling."""
    return f"{base_url.split('://', 1)[-1]}/c/{code}"


def spoken_door(base_url: str, code: str) -> str:
    """A venue's address to read and type."""
    return f"{base_url.split('://', 1)[-1]}/v/{code}"


def _printed(base_url, path):
    address = base_url + path
    return address if urlsplit(base_url).path else address.upper()


def tv_address(base_url: str) -> str:
    """The address a hall's PC opens to pair itself, as people read it."""
    return f"{base_url.split('://', 1)[-1]}/tv"


def pairing_url(base_url: str, letters: str) -> str:
    """What the QR on a waiting PC says: where the organizer approves it."""
    return f"{base_url}/tv/{letters}"
