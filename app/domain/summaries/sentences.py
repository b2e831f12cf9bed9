"""The sentences of an org's summary: its own wording, else the nearest ancestor's, else the built-in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.domain.orgs import Org, ancestors_of
from app.domain.staff import Staff
from app.domain.summaries.builtin import STEP, Builtin
from app.domain.summaries.model import SummarySentence
from app.errors import NotFound

DEFAULT = "="  # the words of a row that gives a sentence back to what it was before
LEFT_OUT = ""
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Sentence:
    """A sentence in one language. words "": it is left out. version: of the org's own newest row, 0
    for none. default: what counts without own rows, None for nothing."""

    key: str
    language: str
    words: str
    default: str | None
    version: int
    ordering: int
    owner: Org | None  # whose wording it is; None: built-in

    @property
    def is_left_out(self) -> bool:
        return self.words == LEFT_OUT


@dataclass(frozen=True)
class Wording:
    """An older or present wording of a sentence."""

    words: str
    made_at: datetime
    by: str


def sentences_of(org: Org, language: str, builtins: list[Builtin]) -> list[Sentence]:
    """Every sentence in its order, the ones left out too."""
    chain = [org, *reversed(ancestors_of(org))]
    rows = _newest(chain)
    native = {one.key: one for one in builtins}
    places = {one.key: STEP * (at + 1) for at, one in enumerate(builtins)}
    keys = [*native, *dict.fromkeys(key for _org, key, _lang in rows if key not in native)]
    found = [
        _sentence(key, language, chain, rows, native.get(key), places.get(key, 0)) for key in keys
    ]
    told = [one for one in found if one is not None]
    return sorted(told, key=lambda one: (one.ordering, keys.index(one.key)))


def find_sentence(sentences: list[Sentence], key: str) -> Sentence:
    """The sentence of a key; raises NotFound."""
    for one in sentences:
        if one.key == key:
            return one
    raise NotFound


def wordings_of(org: Org) -> dict[tuple[str, str], list[Wording]]:
    """(key, language) → every wording of the org's own, newest first."""
    query = (
        select(SummarySentence, Staff.name)
        .outerjoin(Staff, Staff.id == SummarySentence.made_by_id)
        .where(SummarySentence.org_id == org.id)
        .order_by(SummarySentence.version.desc())
    )
    found: dict[tuple[str, str], list[Wording]] = {}
    for row, name in db.session.execute(query):
        found.setdefault((row.key, row.language), []).append(
            Wording(row.words, row.made_at, name or "")
        )
    return found


def _newest(chain):
    """(org id, key, language) → the newest row."""
    ids = [org.id for org in chain]
    query = select(SummarySentence).where(SummarySentence.org_id.in_(ids))
    found = {}
    for row in db.session.scalars(query.order_by(SummarySentence.version, SummarySentence.id)):
        found[row.org_id, row.key, row.language] = row
    return found


def _sentence(key, language, chain, rows, native, place):
    own = rows.get((chain[0].id, key, language))
    above = [(org, rows.get((org.id, key, language))) for org in chain[1:]]
    told = next(((org, row.words) for org, row in above if row and row.words != DEFAULT), None)
    if told is None:
        told = (None, native.words(language)) if native else (None, None)
    owner, words = told
    if own is not None and own.words != DEFAULT:
        owner, words = chain[0], own.words
    if words is None and not _is_told(key, chain, rows):
        return None
    return Sentence(
        key, language, words or LEFT_OUT, told[1], own.version if own else 0,
        _ordering(key, chain, rows) or place, owner,
    )  # fmt: skip


def _is_told(key, chain, rows):
    """Whether it has words in any language: the other one may still be written."""
    return any(
        (row := rows.get((org.id, key, language))) and row.words not in (DEFAULT, LEFT_OUT)
        for org in chain
        for language in LANGUAGES
    )


def _ordering(key, chain, rows):
    """The place its nearest org gave it last, in either language; 0 for none."""
    for org in chain:
        placed = [
            row
            for language in LANGUAGES
            if (row := rows.get((org.id, key, language))) and row.ordering
        ]
        if placed:
            return max(placed, key=lambda row: row.id).ordering
    return 0
