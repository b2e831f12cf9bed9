"""Who may be on file twice. Found by grouping, never by comparing everybody with everybody, and
only shown: nothing merges by itself."""

from dataclasses import dataclass
from itertools import combinations, groupby

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError

from app import clock
from app.db import db, transaction
from app.domain import audit
from app.domain.checkins import CheckIn
from app.domain.corrections.model import DistinctPair
from app.domain.corrections.stage import is_here
from app.domain.events import Event, Occurrence
from app.domain.members import Membership, Person, open_on
from app.domain.orgs import Org
from app.domain.staff import Staff
from app.errors import Conflict, Invalid
from app.words import N_

GROUNDS = {
    "phone": N_("手机号相同"), "name": N_("同一支部，姓名相同"), "pinyin": N_("同一支部，读音相近"),
}  # fmt: skip
MOST = 40  # pairs on one page
MOST_ALIKE = 5  # of one group: a phone that a whole class shares tells nothing
# What ears and input methods mix up, most of all in this district.
NEAR = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n"))


@dataclass(frozen=True)
class Someone:
    """One side of a pair: org None for a guest; rows: valid check-ins."""

    person: Person
    org: Org | None
    rows: int


@dataclass(frozen=True)
class Suggestion:
    """Two who may be one; the first is the one to keep. ground: a key of GROUNDS."""

    ground: str
    one: Someone
    other: Someone


def suggestions(scope: Org, person: Person | None = None) -> list[Suggestion]:
    """Pairs of the scope's people who look alike, the surest first, without those told apart; of
    one person when given."""
    pairs: dict[tuple[int, int], str] = {}
    for ground, members in (("phone", _by_phone), ("name", _by_name), ("pinyin", _by_pinyin)):
        for _key, group in groupby(members(scope), key=lambda row: row[0]):
            ids = sorted({row[1] for row in group})[:MOST_ALIKE]
            for pair in combinations(ids, 2):
                if person is None or person.id in pair:
                    pairs.setdefault(pair, ground)
    apart = _apart(pairs)
    left = [(pair, ground) for pair, ground in pairs.items() if pair not in apart][: MOST * 4]
    known = someones({i for pair, _ground in left for i in pair})
    found = [
        Suggestion(ground, *sorted((known[a], known[b]), key=_worth))
        for (a, b), ground in left
        if ground == "phone" or not _contradicted(known[a].person, known[b].person)
    ]
    return found[:MOST]


def tell_apart(one: Person, other: Person, *, by: Staff) -> None:
    """These are two people: never suggest them again. Raises Conflict when that is known, Invalid."""
    if one.id == other.id:
        raise Invalid(N_("要选两个不同的人。"), field="other")
    low, high = sorted((one.id, other.id))
    try:
        with transaction() as session:
            session.add(
                DistinctPair(one_id=low, other_id=high, said_at=clock.now(), said_by_id=by.id)
            )
            audit.record(
                "told_apart", by=by.actor, org_id=by.org_id, subject=f"person:{low}",
                one=one.code, other=other.code,
            )  # fmt: skip
    except IntegrityError:
        raise Conflict(N_("已经标明是两个人了。")) from None


def _members(scope, *columns):
    """Today's home members of the scope, with columns."""
    return (
        select(*columns)
        .join(Membership, Membership.person_id == Person.id)
        .join(Org, Org.id == Membership.org_id)
        .where(
            Org.path.like(scope.path + "%"), Membership.home, open_on(clock.today()),
            Person.merged_into_id.is_(None),
        )
    )  # fmt: skip


def _by_phone(scope):
    """(phone, person id) of members and guests of the scope whose phone is not theirs alone."""
    guests = (
        select(Person.phone_hash.label("alike"), Person.id.label("person_id"))
        .join(CheckIn, CheckIn.person_id == Person.id)
        .join(Occurrence, Occurrence.id == CheckIn.occurrence_id)
        .join(Event, Event.id == Occurrence.event_id)
        .join(Org, Org.id == Event.host_id)
        .where(Org.path.like(scope.path + "%"), Person.guest_key.is_not(None), is_here(scope))
        .where(Person.merged_into_id.is_(None))
    )
    mine = _members(scope, Person.phone_hash.label("alike"), Person.id.label("person_id"))
    both = mine.union(guests).subquery()
    return _shared(both)


def _by_name(scope):
    key = Person.name_key
    return _shared(_branch_rows(scope, key), wants_key=True)


def _by_pinyin(scope):
    key = Person.pinyin
    for sound, plain in NEAR:
        key = func.replace(key, sound, plain)
    return _shared(_branch_rows(scope, key), wants_key=True)


def _branch_rows(scope, key):
    columns = (key.label("alike"), Membership.org_id, Person.id.label("person_id"))
    return _members(scope, *columns).where(Person.pinyin != "").subquery()


def _shared(rows, wants_key=False):
    """(key, person id) of every key that several people have, in the order of the keys."""
    keys = [rows.c.alike, rows.c.org_id] if wants_key else [rows.c.alike]
    several = (
        select(*keys)
        .where(rows.c.alike.is_not(None))
        .group_by(*keys)
        .having(func.count(rows.c.person_id.distinct()) > 1)
        .subquery()
    )
    same = rows.c.alike == several.c.alike
    if wants_key:
        same = same & (rows.c.org_id == several.c.org_id)
    query = select(*keys, rows.c.person_id).join(several, same)
    found = db.session.execute(query.order_by(*keys, rows.c.person_id)).all()
    return [(tuple(row[:-1]), row[-1]) for row in found]


def _apart(pairs):
    ids = {i for pair in pairs for i in pair}
    query = select(DistinctPair.one_id, DistinctPair.other_id)
    query = query.where(or_(DistinctPair.one_id.in_(ids), DistinctPair.other_id.in_(ids)))
    return {tuple(row) for row in db.session.execute(query)}


def someones(ids: set[int]) -> dict[int, Someone]:
    """Person id → the person with the home branch of today and the number of valid check-ins."""
    homes = dict(
        db.session.execute(
            select(Membership.person_id, Org)
            .join(Org, Org.id == Membership.org_id)
            .where(Membership.person_id.in_(ids), Membership.home, open_on(clock.today()))
        ).all()
    )
    counts = dict(
        db.session.execute(
            select(CheckIn.person_id, func.count())
            .where(CheckIn.person_id.in_(ids), CheckIn.voided_at.is_(None))
            .group_by(CheckIn.person_id)
        ).all()
    )
    people = db.session.scalars(select(Person).where(Person.id.in_(ids)))
    return {p.id: Someone(p, homes.get(p.id), counts.get(p.id, 0)) for p in people}


def _contradicted(one, other):
    """Two admission numbers are two people, whatever their names sound like."""
    numbers = {one.admission_hash, other.admission_hash} - {None}
    return len(numbers) == 2


def _worth(someone):
    """The one to keep comes first: on a roster, with an admission number, with more behind it."""
    person = someone.person
    return (
        someone.org is None, person.admission_hash is None, -someone.rows, person.id,
    )  # fmt: skip
