"""A code as people bring it: read aloud, copied by hand, or inside an address they were sent."""

import re
from itertools import product

from sqlalchemy import select

from app.db import db
from app.domain.events.model import Event, Occurrence
from app.errors import NotFound
from app.text import normalise_name, spoken_code

LENGTH = 6
ADDRESS = re.compile(r"/[ce]/([0-9a-z]{4,8})\b", re.IGNORECASE)
RUN = re.compile(rf"(?<![0-9A-Za-z])[0-9A-Za-z]{{{LENGTH}}}(?![0-9A-Za-z])")
# What no code holds, and what it may have been on the poster. 1 and I look like L or 7.
TAKEN_FOR = {"0": "QD", "O": "QD", "1": "L7", "I": "L7"}
MOST_TAKEN = 2  # more of them is no code misread


def code_in(typed: str) -> str:
    """The letters and digits of the code somebody typed or pasted, at most 8; "" for none."""
    text = normalise_name(typed)[:500]
    if address := ADDRESS.search(text):
        return spoken_code(address[1])
    letters = spoken_code(text)
    runs = RUN.findall(text)
    if len(letters) > LENGTH and len(runs) == 1:
        return spoken_code(runs[0])
    return letters[:8]


def readings(code: str) -> list[str]:
    """The code itself, else what it may be when a letter no code holds was read into it."""
    odd = sum(letter in TAKEN_FOR for letter in code)
    if not 0 < odd <= MOST_TAKEN or len(code) != LENGTH:
        return [code]
    return ["".join(one) for one in product(*(TAKEN_FOR.get(letter, letter) for letter in code))]


def find_spoken(typed: str) -> str:
    """The code of the one published event or sitting the words mean. Raises NotFound for none, and
    for a misread code that may mean several."""
    wanted = readings(code_in(typed))
    is_out = (Event.published_at.is_not(None), Event.withdrawn_at.is_(None))
    own = select(Event.code).where(Event.code.in_(wanted), *is_out)
    sittings = select(Occurrence.code).join(Event, Event.id == Occurrence.event_id)
    found = db.session.scalars(own.union_all(sittings.where(Occurrence.code.in_(wanted), *is_out)))
    codes = list(found)
    if len(codes) != 1:
        raise NotFound
    return codes[0]
