"""The fields of a sheet of heads: heads-<org> holds the number, was-<org> what stood there before."""

import re
from collections.abc import Iterable
from itertools import islice

from app.domain.tallies.headcounts import Told
from app.errors import Invalid
from app.words import N_

FIELD = re.compile(r"heads-([0-9A-Z]{1,12})")
MOST_ORGS = 1000


def typed_heads(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Org code → what was typed for it."""
    sent = ((FIELD.fullmatch(name), text) for name, text in fields)
    return {m[1]: text for m, text in islice((one for one in sent if one[0]), MOST_ORGS)}


def told_heads(fields: dict[str, str]) -> list[Told]:
    """The numbers that were changed on the sheet. Raises Invalid for what is no number."""
    told = [
        Told(org, _number(org, text), _number(org, fields.get(f"was-{org}", "")))
        for org, text in typed_heads(fields.items()).items()
    ]
    return [one for one in told if one.number != one.was]


def _number(org, text):
    text = text.strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > 5:
        raise Invalid(N_("人数要在 1 到 99999 之间；没有人就留空。"), field=org)
    return int(text) or None
