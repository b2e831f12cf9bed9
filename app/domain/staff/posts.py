"""Accounts from the roster: whoever holds a post in a subtree and cannot sign in yet."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app import clock
from app.db import db, lock_words, transaction
from app.domain.members import Person, Post, open_on
from app.domain.orgs import Org
from app.domain.staff.accounts import new_staff
from app.domain.staff.invitations import Link, must_invite, open_by_link
from app.domain.staff.model import Staff
from app.errors import Invalid
from app.words import N_

MOST_AT_ONCE = 1000


@dataclass(frozen=True)
class Seat:
    """A person with the posts held at one org."""

    person: Person
    org: Org
    titles: tuple[str, ...]

    @property
    def code(self) -> str:
        """What a form calls it."""
        return f"{self.person.code}-{self.org.code}"


def post_titles(scope: Org) -> list[tuple[str, int]]:
    """Each title held today in the subtree and by how many, the most frequent first."""
    query = (
        select(Post.title, func.count())
        .join(Org, Org.id == Post.org_id)
        .where(
            Org.path.like(scope.path + "%"), Org.closed_on.is_(None), open_on(clock.today(), Post)
        )
        .group_by(Post.title)
    )
    found = [(title, count) for title, count in db.session.execute(query)]
    return sorted(found, key=lambda one: (-one[1], one[0]))


def is_secretary(title: str) -> bool:
    """Whether a title is a secretary's: 书记, 团支部书记, not 副书记."""
    return title.endswith("书记") and not title.endswith("副书记")


def seats_without_account(scope: Org, titles=None) -> list[Seat]:
    """The posts of these titles (all: None) whose holder has no open account there or above, in
    tree order; nor is there one of the same name at that org."""
    seats, (covered, named) = _seats(scope, titles), _accounts(scope)
    return [
        seat
        for seat in seats
        if not any(seat.org.path.startswith(path) for path in covered.get(seat.person.id, ()))
        and (seat.org.id, seat.person.name) not in named
    ]


def open_from_posts(by: Staff, picks, *, role: str, days: int) -> list[Link]:
    """Accounts for the picked seats of my subtree, with a link each, in tree order; who has one by
    now is left out, so that doing it twice makes nothing twice. Raises Forbidden, Invalid."""
    picks = set(picks)
    if len(picks) > MOST_AT_ONCE:
        raise Invalid(N_("一次最多开 %(n)s 个账号，分几次来。"), n=MOST_AT_ONCE)
    must_invite(by, role, by.org)
    with transaction() as session:
        lock_words(session, "staff-from-posts")
        made, covered = [], {}
        for seat in seats_without_account(by.org):
            above = covered.setdefault(seat.person.id, [])
            if seat.code not in picks or any(seat.org.path.startswith(path) for path in above):
                continue
            above.append(seat.org.path)
            staff = new_staff(seat.person.name[:40], role, seat.org)
            staff.person_id = seat.person.id
            made.append(staff)
        return open_by_link(session, made, by=by, days=days) if made else []


def _seats(scope, titles):
    final = aliased(Person)
    query = (
        select(final, Org, Post.title)
        .select_from(Post)
        .join(Org, Org.id == Post.org_id)
        .join(Person, Person.id == Post.person_id)
        .join(final, final.id == func.coalesce(Person.merged_into_id, Person.id))
        .where(
            Org.path.like(scope.path + "%"), Org.closed_on.is_(None), open_on(clock.today(), Post)
        )
        .order_by(Post.id)
    )
    if titles is not None:
        query = query.where(Post.title.in_(titles))
    found: dict = {}
    for person, org, title in db.session.execute(query):
        found.setdefault((person, org), []).append(title)
    seats = [Seat(person, org, tuple(dict.fromkeys(held))) for (person, org), held in found.items()]
    return sorted(
        seats, key=lambda seat: [int(part) for part in seat.org.path.strip("/").split("/")]
    )


def _accounts(scope):
    """Person → the paths of their open accounts, anywhere; (org, name) of those in the subtree."""
    query = (
        select(Staff, Org, func.coalesce(Person.merged_into_id, Person.id))
        .join(Org, Org.id == Staff.org_id)
        .outerjoin(Person, Person.id == Staff.person_id)
        .where(Staff.closed_at.is_(None))
    )
    covered, named = {}, set()
    for staff, org, person_id in db.session.execute(query):
        if person_id is not None:
            covered.setdefault(person_id, []).append(org.path)
        if org.path.startswith(scope.path):
            named.add((org.id, staff.name))
    return covered, named
