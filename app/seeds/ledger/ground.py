"""What a ledger's half-year stands on: the tree, who lived in it on which day, and who writes it down."""

from datetime import date, timedelta

from sqlalchemy import select

from app import clock, keys
from app.db import db
from app.domain import members, orgs
from app.domain import staff as accounts
from app.domain.members import COUNTED, Membership, Person
from app.seeds.codes import spread_code, spread_phone
from app.seeds.ledger.reading import Row
from app.seeds.people import Census, Member
from app.seeds.story import Story

FIRST_CODE = 10_000_000  # no code of the demo's own is so high


class Ground:
    """Everything is written inside the caller's transaction; `trail` dates what the trail says."""

    def __init__(self, session, trail, rng):
        self.session, self.trail, self.rng = session, trail, rng
        self.root = orgs.root_or_none()
        self.by = next(one for one in accounts.all_staff() if one.username == "zhao")
        self.story = Story(rng, None, Census(rng), [], {"zhao": self.by})
        self.story.codes = FIRST_CODE
        self.roster, self.guests = _roster(), []

    def code(self, first: str) -> str:
        """A new public code that begins so."""
        self.story.codes += 1
        return spread_code(first, self.story.codes)

    def made(self, row: Row, first: str) -> dict:
        """What everything bears that is counted without a sitting: a code, whose, by whom, when."""
        return {
            "code": self.code(first), "made_by_id": self.by.id, "line_id": self.line(self.root, row.on),
            "made_at": clock.start_of(row.on + timedelta(days=1)),
        }  # fmt: skip

    def line(self, org: orgs.Org, day: date) -> int | None:
        """The id of the org's line on a day."""
        return self.story.lines.on(org.id, day)

    def orgs_on(self, day: date) -> list[orgs.Org]:
        """The tree's orgs of a day, the root first."""
        return [org for org in orgs.subtree_of(self.root) if self.line(org, day)]

    def people(self, day: date, number: int) -> list[Member]:
        """So many different people: members of that day, and where they do not suffice, guests."""
        there = [
            Member(person, org_id, standing)
            for person, org_id, standing, from_on, to_on in self.roster
            if (from_on or day) <= day and (to_on is None or day < to_on)
        ]
        self.rng.shuffle(there)
        while len(there) + len(self.guests) < number:
            self._invent()
        return [*there, *self.guests][:number]

    def _invent(self):
        """One more person, of no branch."""
        number = FIRST_CODE + len(self.guests)
        person = members.make_person(self.story.census.name(), phone=spread_phone(number))
        person.code = spread_code("P", number)
        person.guest_key = keys.match_key("guest", f"{person.name_key}|{spread_phone(number)}")
        self.session.add(person)
        self.session.flush()
        self.guests.append(Member(person, self.root.id, None))


def _roster():
    """Everybody with a home branch: (person, org id, standing, from, to), in the same order always."""
    home = Membership
    query = (
        select(Person, home.org_id, home.standing, home.from_on, home.to_on)
        .join(home, home.person_id == Person.id)
        .where(home.home, home.standing.in_(COUNTED), Person.merged_into_id.is_(None))
        .order_by(Person.id, home.id)
    )
    return db.session.execute(query).all()
