"""The body of a request: a flat JSON object of known fields of known types, or 415 or 422."""

import json
from dataclasses import dataclass
from datetime import datetime

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from app.errors import Invalid
from app.words import N_

# field → (type, fewest characters, most)
CHECK_IN = {
    "card": (str, 1, 600), "person": (str, 1, 12), "name": (str, 1, 60), "phone": (str, 0, 30),
    "number": (str, 0, 40), "org": (str, 0, 20), "occurrence": (str, 0, 8), "role": (str, 1, 12),
    "nonce": (str, 1, 64), "scanned_at": (str, 1, 40), "simulate": (bool, 0, 0), "force": (bool, 0, 0),
    "reason": (str, 0, 200),
}  # fmt: skip
ANNULMENT = {"reason": (str, 0, 200)}
WAYS = ("card", "person", "name")  # exactly one says who it is


@dataclass(frozen=True)
class Body:
    """The fields that were sent. text(name): its words or an empty string; flag(name): true or not."""

    fields: dict

    def text(self, name: str) -> str:
        return self.fields.get(name, "").strip()

    def flag(self, name: str) -> bool:
        return self.fields.get(name, False)


def body_of(known: dict) -> Body:
    """The request's JSON. Raises UnsupportedMediaType for another kind, Invalid for what is no
    object, a field that is not known, of another type, too long or with control characters."""
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        sent = json.loads(request.get_data(cache=False))
    except (ValueError, RecursionError):  # no JSON, or a number or a nest too big to read
        sent = None
    if not isinstance(sent, dict):
        raise Invalid(N_("内容要是一个 JSON 对象。"))
    for name, value in sent.items():
        _check(name, value, known)
    return Body(sent)


def moment(text: str) -> datetime | None:
    """An instant as RFC 3339 says it, with its offset; None for nothing. Raises Invalid."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None or not 2000 < at.year < 9000:
            raise ValueError
    except ValueError:
        words = N_("时间要带时区，写成 2026-11-22T14:03:00+08:00 这样。")
        raise Invalid(words, field="scanned_at") from None
    return at


def _check(name, value, known):
    if name not in known:
        raise Invalid(N_("没有这个字段。"), field=_shown(name))
    kind, least, most = known[name]
    if not isinstance(value, kind):
        words = N_("这个字段要是 true 或 false。") if kind is bool else N_("这个字段要是文字。")
        raise Invalid(words, field=name)
    if kind is str and (len(value) > most or not _is_plain(value)):
        raise Invalid(N_("最多 %(n)s 个字，不能有控制字符。"), field=name, n=most)
    if kind is str and len(value.strip()) < least:
        raise Invalid(N_("这个字段不能空着，不用就别写。"), field=name)


def _is_plain(text):
    """Words a database and a page can hold: no control characters, no half of a pair."""
    return all(c >= " " and c != "\x7f" and not "\ud800" <= c <= "\udfff" for c in text.strip())


def _shown(name):
    return name[:40] if _is_plain(name) else ""
