"""The keys of each breakdown: what the rows of a report are called, and in which order."""

from dataclasses import dataclass

from sqlalchemy import select

from app.db import db
from app.domain.counts.base import GRADES
from app.domain.orgs import DOMAINS, KINDS
from app.domain.programmes import Campaign, all_series, programmes
from app.domain.venues import Venue
from app.errors import NotFound
from app.words import N_

BREAKDOWNS = {
    "org": N_("单位"), "programme": N_("活动类型"), "series": N_("品牌活动"), "campaign": N_("主题"),
    "venue": N_("青年之家"), "kind": N_("组织类别"), "domain": N_("所属领域"), "grade": N_("登记方式"),
}  # fmt: skip
NONE = 0  # the key of what bears no programme, series, campaign or venue
WORDS = {"kind": KINDS, "domain": DOMAINS, "grade": GRADES}


@dataclass(frozen=True)
class Key:
    """One key of a breakdown. code None: what bears none."""

    by: str
    id: int | str
    code: str | None = None
    name: str | None = None
    season: int = 0
    is_word: bool = False


def find_key(by: str, code: str | None) -> Key:
    """The key of a code (None: what bears none); raises NotFound."""
    if by not in BREAKDOWNS or by == "org":
        raise NotFound
    if code is None and by not in WORDS:
        return Key(by, NONE)
    for key, facts in keys_of(by).items():
        if facts["code"] == code:
            return Key(by, key, **facts)
    raise NotFound


def keys_of(by: str) -> dict:
    """Key → its code, name and so on as arguments of KeyCounts, in order."""
    if by in WORDS:
        return {key: _named(key, words, is_word=True) for key, words in WORDS[by].items()}
    if by == "series":
        return {s.id: _named(s.code, s.name, season=s.season) for s in all_series()}
    return {row.id: _named(row.code, row.name) for row in _rows(by)}


def _named(code, name, **more):
    return {"code": code, "name": name, **more}


def _rows(by):
    if by == "programme":
        return programmes()
    model = {"campaign": Campaign, "venue": Venue}[by]
    return db.session.scalars(select(model).order_by(model.name, model.id))
