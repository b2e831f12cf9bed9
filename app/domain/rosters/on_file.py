"""Who is on file already: the members of the named branches, and whoever bears a key of the file."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, or_, select

from app.db import db
from app.domain.members import Membership, Person, Post, lasted, resolved

BATCH = 4_000  # values in one IN list

WHO = (
    Person.id, Person.name, Person.name_key, Person.phone_hash, Person.phone_tail,
    Person.admission_number, Person.admission_hash, Person.birth_month, Person.guardian_consent_on,
    Membership.id, Membership.org_id, Membership.standing, Membership.from_on,
)  # fmt: skip
OPEN_HOME = and_(Membership.person_id == Person.id, Membership.home, Membership.to_on.is_(None))


@dataclass(slots=True)
class OnFile:
    """A person of the database with the open home membership (org_id None: none is open)."""

    id: int
    name: str
    name_key: str
    phone_hash: str | None
    phone_tail: str | None
    admission_number: str | None
    admission_hash: str | None
    birth_month: str | None
    consent_on: date | None
    membership_id: int | None
    org_id: int | None
    standing: str | None
    from_on: date | None
    posts: tuple[str, ...] = ()
    last_day: date | None = None
    keys: frozenset[str] = frozenset()  # numbers and phones, those of merged persons included


def members_of_branches(org_ids) -> list[OnFile]:
    """The home members of these branches, with their posts there."""
    found = []
    for ids in _batches(org_ids):
        query = select(*WHO).join(Membership, OPEN_HOME)
        query = query.where(Membership.org_id.in_(ids), Person.merged_into_id.is_(None))
        found += [OnFile(*row) for row in db.session.execute(query)]
    return _with_posts(found)


def bearers(number_hashes, phone_hashes, members: list[OnFile]) -> list[OnFile]:
    """Everybody else who bears one of the numbers or phones; guests are not on the roster.

    Somebody who was merged into a person answers as that person, who may be among `members`.
    """
    keys: dict[int, set[str]] = defaultdict(set)
    roster = or_(Person.guest_key.is_(None), Person.merged_into_id.is_not(None))
    for column, hashes in (
        (Person.admission_hash, number_hashes),
        (Person.phone_hash, phone_hashes),
    ):
        for batch in _batches(hashes):
            query = select(resolved(), column)
            query = query.where(column.in_(batch), roster, ~Person.is_unidentified)
            for person_id, key in db.session.execute(query):
                keys[person_id].add(key)
    found = []
    for batch in _batches(keys.keys() - {person.id for person in members}):
        query = select(*WHO).outerjoin(Membership, OPEN_HOME).where(Person.id.in_(batch))
        found += [OnFile(*row) for row in db.session.execute(query)]
    for person in (*members, *found):
        if person.id in keys:
            person.keys = frozenset(keys[person.id])
    return _with_last_days(_with_posts(found))


def branches_with_a_past(org_ids) -> set[int]:
    """Those of the branches that had a member at any time; what was taken back never was."""
    found = set()
    for ids in _batches(org_ids):
        query = select(Membership.org_id).where(
            Membership.org_id.in_(ids), Membership.home, lasted()
        )
        found.update(db.session.scalars(query.distinct()))
    return found


def _with_posts(people):
    posts: dict[tuple[int, int], list[str]] = {}
    for ids in _batches({person.org_id for person in people} - {None}):
        query = select(Post.person_id, Post.org_id, Post.title)
        for person_id, org_id, title in db.session.execute(
            query.where(Post.to_on.is_(None), Post.org_id.in_(ids))
        ):
            posts.setdefault((person_id, org_id), []).append(title)
    for person in people if posts else ():
        person.posts = tuple(sorted(set(posts.get((person.id, person.org_id), ()))))
    return people


def _with_last_days(people):
    gone = {person.id: person for person in people if person.org_id is None}
    for ids in _batches(gone):
        query = select(Membership.person_id, func.max(Membership.to_on))
        query = query.where(Membership.person_id.in_(ids), Membership.home, lasted())
        for person_id, last_day in db.session.execute(query.group_by(Membership.person_id)):
            gone[person_id].last_day = last_day
    return people


def _batches(values):
    return batches(sorted(values))


def batches(values):
    """The values in lists short enough for one statement."""
    values = list(values)
    return [values[at : at + BATCH] for at in range(0, len(values), BATCH)]
