"""The address codes say, as a person types it."""

import re
from urllib.parse import urlsplit

from app.config import LOOPBACK
from app.errors import Invalid
from app.words import N_

# Plain ASCII, no user, no question mark; commas part the addresses of OLD_PUBLIC_URLS.
ADDRESS = re.compile(
    r"https?://([a-z0-9_]([a-z0-9_.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:[0-9]{1,5})?(/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)*",
    re.I,
)
LONGEST = 120  # a longer one makes a code that old phones do not read
SCHEMES = {"public": "https://", "wifi": "http://"}


def tidy_address(typed: str, mode: str) -> str:
    """The address without the slash at its end; without a scheme the usual one of the mode is put
    in front. Raises Invalid (field address) for what is none, or one only this computer opens."""
    text = typed.strip().rstrip("/")
    if text and "://" not in text:
        text = SCHEMES[mode] + text
    if not ADDRESS.fullmatch(text) or len(text) > LONGEST or not _port_is_one(text):
        raise Invalid(
            N_("网址要写成 https://qd.example.org 这样：字母、数字、点和短横。"), field="address"
        )
    if _host(text) in LOOPBACK or _host(text).startswith("127."):
        raise Invalid(
            N_("这个网址只有这台电脑自己打得开。写手机能打开的，或选“仅本机试用”。"),
            field="address",
        )
    scheme, _colon, rest = text.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}://{host.lower()}{slash}{path}"


def _host(text):
    return urlsplit(text).hostname or ""


def _port_is_one(text):
    try:
        urlsplit(text)  # brackets that hold no address
        return urlsplit(text).port != 0
    except ValueError:
        return False
