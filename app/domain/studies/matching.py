"""Whom on the roster of the due day a line of a list means; where two would do, nobody.

By number, when the name beside it does not say otherwise; by what was mended by hand before; by a
name borne once in the branch that is told, then once in the whole subtree.
"""

import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.db import db
from app.domain.members import Membership, Person, open_on
from app.domain.orgs import Org
from app.domain.studies.model import StudyList, StudyRecord
from app.domain.studies.reading import Line
from app.keys import match_key
from app.text import name_key, phone_digits

NUMBER, NAME, HAND, SEVERAL, NONE = "number", "name", "hand", "several", "none"
ELSEWHERE = "elsewhere"  # one bearer of the name, but not in the branch told: to be confirmed
FOUND = (NUMBER, NAME, HAND, ELSEWHERE)
CALLED = ("共青团", "委员会", "总支部", "团总支", "团工委", "团支部", "支部", "团委", "社区")
PHONE_LONG = 11
LEAST_CALLED = 2  # letters of a name that may be looked for inside another


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of the roster of a day: the person, and the home branch of that day."""

    id: int
    code: str
    name: str
    name_key: str
    number_hash: str | None
    phone_hash: str | None
    number: str | None
    phone_tail: str | None
    org_id: int
    org_name: str

    @property
    def mark(self) -> str:
        """What tells two people of one name in one branch apart: the end of the number or phone."""
        return f"…{self.number[-4:]}" if self.number else f"****{self.phone_tail or ''}".rstrip("*")


@dataclass(frozen=True, slots=True)
class Match:
    """A line and whom it means: `how` is one of the words above; `person` set for FOUND."""

    line: Line
    how: str
    person: Known | None = None


class Roll:
    """The roster of a day inside a scope, found by number, phone, name and branch."""

    def __init__(self, scope: Org, day: date):
        query = (
            select(Person.id, Person.code, Person.name, Person.name_key, Person.admission_hash,
                   Person.phone_hash, Person.admission_number, Person.phone_tail, Org.id,
                   Org.short_name)
            .join(Membership, Membership.person_id == Person.id)
            .join(Org, Org.id == Membership.org_id)
            .where(Org.path.like(scope.path + "%"), Membership.home, open_on(day),
                   Person.merged_into_id.is_(None))
            .order_by(Org.path, Person.id)
        )  # fmt: skip
        self.people = {row[0]: Known(*row) for row in db.session.execute(query)}
        self.by_number, self.by_phone = defaultdict(list), defaultdict(list)
        self.by_name = defaultdict(list)
        for one in self.people.values():
            self.by_number[one.number_hash].append(one)
            self.by_phone[one.phone_hash].append(one)
            self.by_name[one.name_key].append(one)
        self.branches = Told(scope)
        self.mended = _mended(scope)

    def match(self, line: Line) -> Match:
        """Whom the line means."""
        key = name_key(line.name)
        if person := self._by_key(line, key):
            return Match(line, NUMBER, person)
        person = self.people.get(self.mended.get((line.told, line.told_org)))
        if person:
            return Match(line, HAND, person)
        alike = self.by_name.get(key, []) if key else []
        told = self.branches.below(line.told_org)
        here = [one for one in alike if told is None or one.org_id in told]
        if len(here) == 1:
            return Match(line, NAME, here[0])
        if len(alike) == 1:
            return Match(line, ELSEWHERE, alike[0])
        return Match(line, SEVERAL if alike else NONE)

    def _by_key(self, line, key):
        if not line.number:
            return None
        phone = phone_digits(line.number) if len(line.number) == PHONE_LONG else None
        found = self.by_phone.get(match_key("phone", phone), []) if phone else []
        found = found or self.by_number.get(match_key("number", line.number), [])
        found = [one for one in found if not key or one.name_key == key]
        return found[0] if len(found) == 1 else None

    def alike(self, line: Line) -> list[Known]:
        """Who may be meant: all of that name, and whoever bears the number; eight at most."""
        found = list(self.by_name.get(name_key(line.name), []) if line.name else [])
        if line.number:
            found += self.by_number.get(match_key("number", line.number), [])
        return list(dict.fromkeys(found))[:8]

    def called(self, words: str) -> list[Known]:
        """Those whose name holds the words, twenty at most."""
        key = name_key(words)
        found = [one for one in self.people.values() if key and key in one.name_key]
        return found[:20]


class Told:
    """The orgs of a scope by what lists call them: 育才中学 / 一班 narrows from the left."""

    def __init__(self, scope: Org):
        query = select(Org.id, Org.path, Org.full_name, Org.short_name)
        rows = db.session.execute(query.where(Org.path.like(scope.path + "%"))).all()
        self.orgs = [(path, {_plain(full), _plain(short)}) for _id, path, full, short in rows]
        self.ids = [(path, org_id) for org_id, path, _full, _short in rows]
        self._kept: dict[str, frozenset[int] | None] = {}

    def below(self, told: str) -> frozenset[int] | None:
        """The ids of the orgs told and of all below them; empty when the scope has no such org,
        None when nothing is told."""
        if told not in self._kept:
            self._kept[told] = self._below(told)
        return self._kept[told]

    def _below(self, told):
        parts = [plain for part in told.split(" / ") if (plain := _plain(part))]
        if not parts:
            return None
        tops = None
        for part in parts:
            found = self._named(part, tops)
            tops = found or tops
        if not tops:
            return frozenset()
        return frozenset(i for path, i in self.ids if any(path.startswith(top) for top in tops))

    def _named(self, part, tops):
        """The paths of the orgs so named inside `tops`: by the very name, else by a part of it."""
        inside = [
            (path, names) for path, names in self.orgs
            if tops is None or any(path.startswith(top) for top in tops)
        ]  # fmt: skip
        exact = [path for path, names in inside if part in names]
        if exact or len(part) < LEAST_CALLED:
            return exact
        return [path for path, names in inside if any(part in name for name in names)]


def _plain(name):
    """An org's name without what every such name has."""
    plain = "".join(unicodedata.normalize("NFKC", name).casefold().split())
    for word in CALLED:
        plain = plain.replace(word, "")
    return plain


def _mended(scope):
    """(told, told org) → whom somebody said it means, in lists that are valid."""
    query = (
        select(StudyRecord.told, StudyRecord.told_org, StudyRecord.person_id)
        .join(StudyList, StudyList.id == StudyRecord.list_id)
        .join(Org, Org.id == StudyList.org_id)
        .where(StudyRecord.match == HAND, StudyList.voided_at.is_(None), Org.path.like(scope.path + "%"))
        .order_by(StudyRecord.id)
    )  # fmt: skip
    return {(told, where): person for told, where, person in db.session.execute(query)}


def settled(matches: list[Match]) -> list[Match]:
    """Two lines of one name with two numbers cannot both be the one person on the roster."""
    numbers = defaultdict(set)
    for one in matches:
        if one.person and one.how in (NAME, ELSEWHERE):
            numbers[one.person.id].add(one.line.number)
    torn = {person for person, said in numbers.items() if len(said - {""}) > 1}
    return [
        Match(one.line, SEVERAL)
        if one.person and one.person.id in torn and one.how in (NAME, ELSEWHERE) else one
        for one in matches
    ]  # fmt: skip
