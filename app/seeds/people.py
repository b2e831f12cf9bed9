"""Who lives in the invented district: names, phones, memberships, posts."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import insert

from app.domain import members
from app.domain.members import COUNTED, Membership, Person, Post
from app.keys import match_key
from app.seeds import words
from app.seeds.codes import spread_code, spread_phone
from app.seeds.tree import Tree

STANDINGS = ("member",) * 86 + ("party_member",) * 6 + ("youth",) * 6 + ("masses",) * 2
CLOSED_MEMBERS = 12
# By the fixed size of a branch of the first street: 王芳's own, and two people of one name.
NAMES = {21: ("王芳",), 64: ("张伟", "张伟")}


@dataclass(frozen=True)
class Member:
    """A person with the home branch and standing of today."""

    person: Person
    org_id: int
    standing: str

    @property
    def is_counted(self) -> bool:
        return self.standing in COUNTED


class Census:
    """Invents people, no two with one code, phone or number; the same ones every time."""

    def __init__(self, rng):
        self.rng, self.made = rng, 0

    def person(self, name: str = "", *, phone: bool = True, birth_month=None, number=True):
        """One more Person, not yet in a session."""
        self.made += 1
        person = members.make_person(
            name or self.name(), phone=spread_phone(self.made) if phone else "",
            admission_number=f"20{self.rng.randint(12, 25)}43{self.made:06d}" if number else "",
            birth_month=birth_month,
        )  # fmt: skip
        person.code = spread_code("P", self.made)
        return person

    def guest(self, *, phone: bool) -> Person:
        """Somebody without a branch; without a phone nobody can tell them apart."""
        person = self.person(phone=phone, number=False)
        key = f"{person.name_key}|{spread_phone(self.made)}"
        person.guest_key = match_key("guest", key) if phone else None
        person.is_unidentified = not phone
        return person

    def name(self) -> str:
        """A name as lists have them: two or three characters, now and then a rare or long one."""
        chance = self.rng.random()
        if chance < 0.006:
            return self.rng.choice(words.OTHER_NATIONS)
        if chance < 0.02:
            return self.rng.choice(words.NAMESAKES)
        surname = self.rng.choice(words.COMPOUND if chance < 0.035 else words.SURNAMES)
        given = self.rng.sample(words.GIVEN, 1 if self.rng.random() < 0.3 else 2)
        if chance > 0.985:
            given[-1] = self.rng.choice(words.RARE)
        return surname + "".join(given)


def settle(session, rng, tree: Tree, today: date, scale: int) -> tuple[Census, list[Member]]:
    """Give every branch its people and posts; returns who may come to something."""
    census, homes = Census(rng), []
    for branch in tree.branches:
        homes += _branch_people(census, tree, branch, today, scale)
    leavers = [census.person() for _n in range(CLOSED_MEMBERS)]
    session.add_all([*(home.person for home in homes), *leavers])
    session.flush()
    session.execute(insert(Membership), [_membership(home) for home in homes])
    _posts(session, tree, homes, today)
    _after_the_closure(session, tree, leavers)
    volunteers = rng.sample([home for home in homes if home.is_counted], 18)
    session.add_all(
        Membership(person_id=v.person.id, org_id=tree.functional.id, home=False, standing=v.standing)
        for v in volunteers
    )  # fmt: skip
    into = tree.below(tree.streets[1])[0]
    return census, homes + [Member(person, into.id, "member") for person in leavers]


def _branch_people(census, tree, branch, today, scale):
    rng, fixed = census.rng, tree.sizes.get(branch.id)
    if fixed:
        counted = [
            "party_member" if rng.random() < 0.07 else "member" for _n in range(fixed * scale)
        ]
        standings = counted + ["youth"] * rng.randint(1, 4)
    else:
        standings = [rng.choice(STANDINGS) for _n in range(rng.randint(13, 34) * scale)]
    if branch.parent.kind == "general_branch":
        standings = ["member" if "教师" not in branch.short_name else one for one in standings]
    names = list(NAMES.get(fixed, ()))
    return [
        Member(
            census.person(names.pop() if names else "", **_facts(rng, branch, standing, today)),
            branch.id, standing,
        )
        for standing in standings
    ]  # fmt: skip


def _facts(rng, branch, standing, today):
    """Some have no phone or number on file; of pupils the month of birth is known."""
    pupil = branch.parent.kind == "general_branch" and "教师" not in branch.short_name
    month = f"{today.year - rng.randint(15, 17)}-{rng.randint(1, 12):02d}" if pupil else None
    number = standing in COUNTED and rng.random() < 0.85
    return {"phone": rng.random() < 0.93, "number": number, "birth_month": month}


def _membership(home):
    return {
        "person_id": home.person.id, "org_id": home.org_id, "home": True,
        "standing": home.standing, "from_on": None, "to_on": None,
    }  # fmt: skip


def _posts(session, tree, homes, today):
    """The first members of each branch hold its posts, for a year or so."""
    held: dict[int, int] = {}
    for home in homes:
        number = held.get(home.org_id, 0)
        if number < len(words.POSTS) and home.is_counted:
            held[home.org_id] = number + 1
            session.add(
                Post(
                    person_id=home.person.id, org_id=home.org_id, title=words.POSTS[number],
                    from_on=today - timedelta(days=400),
                )
            )  # fmt: skip
    secretaries = {home.org_id: home.person for home in reversed(homes)}
    for unit in tree.units:
        first = secretaries[tree.below(unit)[0].id]
        since = today - timedelta(days=700)
        session.add(Post(person_id=first.id, org_id=unit.id, title="书记", from_on=since))


def _after_the_closure(session, tree, leavers):
    """The closed branch's people went to another on the day it closed."""
    day, into = tree.closed.closed_on, tree.below(tree.streets[1])[0]
    for person in leavers:
        old = {"org_id": tree.closed.id, "from_on": None, "to_on": day}
        new = {"org_id": into.id, "from_on": day, "to_on": None}
        for part in (old, new):
            session.add(Membership(person_id=person.id, home=True, standing="member", **part))
