"""What may be asked of people, always inside a scope."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select

from app import clock
from app.db import db
from app.domain.members.model import COUNTED, Membership, Person, Post, lasted, open_on
from app.domain.orgs import Org, OrgLine, OrgLineAncestor
from app.errors import NotFound
from app.keys import match_key
from app.text import name_key, phone_digits


@dataclass(frozen=True)
class MemberRow:
    """A person in a branch today: the person, the org, standing, home or functional, post titles."""

    person: Person
    org: Org
    standing: str
    home: bool
    posts: tuple[str, ...]


def person_or_none(code: str) -> Person | None:
    """The person of a public code."""
    return db.session.scalar(select(Person).where(Person.code == str(code).strip().upper()[:12]))


def find_person_in(scope: Org, code: str) -> Person:
    """A person with a membership, open today, inside scope's subtree; raises NotFound."""
    query = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .join(Org, Org.id == Membership.org_id)
        .where(
            Person.code == str(code).strip().upper()[:12],
            Org.path.like(scope.path + "%"),
            open_on(clock.today()),
        )
    )
    person = db.session.scalar(query.limit(1))
    if person is None:
        raise NotFound
    return person


def home_of(person: Person, day: date) -> Membership | None:
    """The home membership on a local day."""
    return db.session.scalar(
        select(Membership).where(Membership.person_id == person.id, Membership.home, open_on(day))
    )


def is_at_home_in(scope: Org, person: Person) -> bool:
    """Whether the person's home of today lies in scope's subtree; true for somebody without one."""
    home = home_of(person, clock.today())
    return home is None or db.session.get(Org, home.org_id).path.startswith(scope.path)


def memberships_of(person: Person) -> list[tuple[Membership, Org]]:
    """Every membership of a person with its org, newest first."""
    query = (
        select(Membership, Org)
        .join(Org, Org.id == Membership.org_id)
        .where(Membership.person_id == person.id, lasted())
        .order_by(Membership.from_on.desc().nullslast(), Membership.id.desc())
    )
    return [(m, o) for m, o in db.session.execute(query)]


def members_of(org: Org, *, day: date | None = None, deep: bool = False) -> list[MemberRow]:
    """The members of an org (deep: of its whole subtree) on a day, by branch and pinyin."""
    day = day or clock.today()
    where = Org.path.like(org.path + "%") if deep else Org.id == org.id
    query = (
        select(Membership, Person, Org)
        .join(Person, Person.id == Membership.person_id)
        .join(Org, Org.id == Membership.org_id)
        .where(where, open_on(day), Person.merged_into_id.is_(None))
        .order_by(Org.path, Person.pinyin, Person.id)
    )
    return _rows(db.session.execute(query).all(), day)


def search_people(scope: Org, words: str, *, limit: int = 30) -> list[MemberRow]:
    """Members of the subtree by name, pinyin, initials, phone (11 or last 4) or admission number."""
    words = words.strip()
    if len(words) < 1:
        return []
    low, digits = words.lower().replace(" ", ""), phone_digits(words)
    match = [
        Person.name_key.contains(name_key(words), autoescape=True),
        Person.pinyin.startswith(low, autoescape=True),
        Person.initials.startswith(low, autoescape=True),
        Person.admission_hash == match_key("number", words),
    ]
    if digits:
        match.append(Person.phone_hash == match_key("phone", digits))
    if len(low) == 4 and low.isdigit():
        match.append(Person.phone_tail == low)
    query = (
        select(Membership, Person, Org)
        .join(Person, Person.id == Membership.person_id)
        .join(Org, Org.id == Membership.org_id)
        .where(
            Org.path.like(scope.path + "%"), open_on(clock.today()),
            Person.merged_into_id.is_(None), or_(*match),
        )
        .order_by(func.length(Person.name), Person.pinyin, Person.id)
        .limit(limit)
    )  # fmt: skip
    return _rows(db.session.execute(query).all(), clock.today())


def member_counts(day: date | None = None) -> dict[int, int]:
    """Org id → distinct counted home members (应到) of its subtree on a day, for every org."""
    day = day or clock.today()
    query = (
        select(OrgLineAncestor.org_id, func.count(func.distinct(Membership.person_id)))
        .join(OrgLine, OrgLine.id == OrgLineAncestor.line_id)
        .join(Membership, Membership.org_id == OrgLine.org_id)
        .where(
            open_on(day, OrgLine), open_on(day), Membership.home, Membership.standing.in_(COUNTED)
        )
        .group_by(OrgLineAncestor.org_id)
    )
    return dict(db.session.execute(query).all())


def _rows(found, day):
    ids = {person.id for _m, person, _o in found}
    posts: dict[tuple[int, int], list[str]] = {}
    if ids:
        for post in db.session.scalars(select(Post).where(open_on(day, Post))):
            if post.person_id in ids:
                posts.setdefault((post.person_id, post.org_id), []).append(post.title)
    return [
        MemberRow(person, org, m.standing, m.home, tuple(posts.get((person.id, org.id), ())))
        for m, person, org in found
    ]
