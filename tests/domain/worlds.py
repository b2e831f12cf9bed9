"""Small random worlds: a tree that moves, people, events and what was recorded in them.

A `World` is plain values, so that a test can recount it naively; `settle()` writes it to the
database inside the caller's transaction, which the caller breaks off.
"""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta

from hypothesis import strategies as st

from app import clock
from app.db import transaction
from app.domain import audit, orgs
from app.domain.checkins import CheckIn
from app.domain.events import Event, EventOrg, EventProgramme, Occurrence, PublicCode
from app.domain.leaves import Leave
from app.domain.members import Membership, Person
from app.domain.programmes import Campaign, Programme, Series
from app.domain.tallies import Headcount, ManualTally
from app.domain.venues import Venue
from app.errors import Conflict

FIRST = date(2026, 6, 24)
DAYS = st.integers(0, 12).map(lambda n: FIRST + timedelta(days=n))  # around the half-year's edge
STANDINGS = st.sampled_from(["member", "party_member", "youth", None])
HOWS = st.sampled_from(["rotating", "poster", "pin", "desk", "tick", "api", "paper", "import"])
ROLES = st.sampled_from(["audience", "volunteer", "lecturer"])
MINUTES = st.sampled_from([0, 600, 23 * 60 + 59])  # of the local day: its first, ten, its last
KINDS = st.sampled_from(["committee", "general_branch", "branch"])
DOMAINS = st.sampled_from(["school", "community", "other"])


@dataclass(frozen=True)
class Someone:
    home: int | None
    standing: str
    from_on: date | None
    merged_into: int | None
    is_unidentified: bool


@dataclass(frozen=True)
class Happening:
    host: int
    invited: tuple[tuple[int, str], ...]
    programmes: frozenset[int]
    state: str  # held | draft | cancelled | withdrawn
    sittings: tuple[tuple[date, bool], ...]  # day, cancelled
    series: int | None
    campaign: int | None
    venue: int | None
    minute: int  # of the local day, when it starts


@dataclass(frozen=True)
class Row:
    sitting: int
    person: int
    org: int | None
    standing: str | None
    voided: bool
    review: str
    how: str
    role: str


@dataclass
class World:
    parents: list[int | None]
    moves: list[tuple[int, int, date]]
    people: list[Someone]
    events: list[Happening]
    rows: list[Row]
    headcounts: list[tuple[int, int, int, bool]]  # sitting, org, number, voided
    tallies: list[tuple]  # sitting or None, org, programme or None, unit, number, from, to
    leaves: list[tuple[int, int]] = field(default_factory=list)  # sitting, person
    kinds: list[tuple[str, str]] = field(default_factory=list)  # kind and domain of each org

    def __post_init__(self):
        self.done_moves = []
        for org, parent, day in self.moves:
            if org not in self.path(parent, day) and self.parents_on(day)[org] is not None:
                self.done_moves.append((org, parent, day))

    @property
    def sittings(self):
        """(event number, day, cancelled) of every occurrence."""
        return [(n, day, off) for n, e in enumerate(self.events) for day, off in e.sittings]

    def parents_on(self, day):
        above = list(self.parents)
        for org, parent, on in self.done_moves:
            if on <= day:
                above[org] = parent
        return above

    def path(self, org, day):
        """The orgs from `org` up to the root, on a day."""
        above, found = self.parents_on(day), []
        while org is not None:
            found.append(org)
            org = above[org]
        return found

    def final(self, person):
        into = self.people[person].merged_into
        return person if into is None else into

    def line(self, row):
        """Where a row counts: its org's path of the day, the host's for 未归属."""
        event, day, _off = self.sittings[row.sitting]
        return self.path(self.events[event].host if row.org is None else row.org, day)

    def valid(self, sitting):
        return [row for row in self.rows if row.sitting == sitting and not row.voided]


def _index(items):
    return st.integers(0, len(items) - 1)


@st.composite
def worlds(draw):
    """Any small world."""
    parents = [None] + [draw(st.integers(0, n)) for n in range(draw(st.integers(1, 6)))]
    nodes = _index(parents)
    days = sorted(draw(st.lists(DAYS, max_size=3)))
    moves = [(draw(nodes), draw(nodes), day) for day in days]
    people = []
    for n in range(draw(st.integers(1, 7))):
        finals = [m for m in range(n) if people[m].merged_into is None]
        merged = draw(st.none() | st.sampled_from(finals)) if finals else None
        home = draw(st.none() | nodes)
        unidentified = merged is None and home is None and draw(st.booleans())
        standing, day = draw(STANDINGS) or "masses", draw(st.none() | DAYS)
        people.append(Someone(home, standing, day, merged, unidentified))
    events = [draw(_happenings(nodes)) for _n in range(draw(st.integers(1, 3)))]
    sittings = [day for event in events for day in event.sittings]
    rows, seen = [], set()
    for _n in range(draw(st.integers(0, 14))):
        sitting, person = draw(_index(sittings)), draw(_index(people))
        voided = draw(st.integers(0, 4)) == 0 or (sitting, person) in seen
        if not voided:
            seen.add((sitting, person))
        org, standing = draw(st.none() | nodes), draw(STANDINGS)
        rows.append(Row(sitting, person, org, standing if org is not None else None, voided,
                        draw(st.sampled_from(["none", "open", "accepted"])), draw(HOWS), draw(ROLES)))  # fmt: skip
    numbers = st.integers(1, 50)
    headcounts = draw(
        st.lists(st.tuples(_index(sittings), nodes, numbers, st.booleans()), max_size=3)
    )
    stretch = st.tuples(DAYS, DAYS).map(sorted)
    tallies = [
        (*draw(st.tuples(st.none() | _index(sittings), nodes, st.none() | st.integers(0, 1))),
         draw(st.sampled_from(["人次", "篇"])), draw(numbers), *draw(stretch))
        for _n in range(draw(st.integers(0, 3)))
    ]  # fmt: skip
    leaves = sorted(draw(st.sets(st.tuples(_index(sittings), _index(people)), max_size=4)))
    kinds = [draw(st.tuples(KINDS, DOMAINS)) for _org in parents]
    return World(parents, moves, people, events, rows, headcounts, tallies, leaves, kinds)


@st.composite
def _happenings(draw, nodes):
    invited = draw(st.dictionaries(nodes, st.sampled_from(["persons", "seats"]), max_size=3))
    either = st.none() | st.integers(0, 1)
    return Happening(
        draw(nodes), tuple(invited.items()), draw(st.frozensets(st.integers(0, 1))),
        draw(st.sampled_from(["held"] * 4 + ["draft", "cancelled", "withdrawn"])),
        tuple(draw(st.lists(st.tuples(DAYS, st.integers(0, 5).map(lambda n: n == 0)),
                            min_size=1, max_size=2))),
        draw(either), draw(either), draw(either), draw(MINUTES),
    )  # fmt: skip


class _Undo(Exception):
    """Breaks a transaction off."""


@contextmanager
def broken_off():
    """A transaction whose rows are gone afterwards."""
    try:
        with transaction() as session:
            yield session
            raise _Undo
    except _Undo:
        pass


@dataclass(frozen=True)
class Settled:
    """The rows of a world, by their number in it."""

    orgs: list[orgs.Org]
    occurrences: list[Occurrence]
    people: list[Person]
    programmes: list[Programme]
    series: list[Series]
    campaigns: list[Campaign]
    venues: list[Venue]


def settle(world, session):
    """Write the world down; returns its rows."""
    tree = _tree(world, session)
    people = _people(world, session, tree)
    tags = [Programme(code=f"P{n}", name=f"类型{n}", ordering=n) for n in range(2)]
    series = [Series(code=f"S{n}", name="青年汇", season=n) for n in range(2)]
    campaigns = [Campaign(code=f"C{n}", name=f"主题{n}") for n in range(2)]
    venues = [Venue(code=f"V{n}", name=f"青年之家{n}", org_id=tree[0].id) for n in range(2)]
    session.add_all([*tags, *series, *campaigns, *venues])
    session.flush()
    gathered = (tags, series, campaigns, venues)
    sittings = [
        o for n, e in enumerate(world.events) for o in _event(session, n, e, tree, gathered)
    ]
    session.flush()
    _rows(world, session, tree, people, tags, sittings)
    session.flush()
    return Settled(tree, sittings, people, *gathered)


def _tree(world, session):
    tree = []
    for n, parent in enumerate(world.parents):
        org = orgs.Org(
            code=f"ORG{n}", full_name=f"组织{n}", short_name=f"{n}", pinyin="", initials="",
            kind=world.kinds[n][0], domain=world.kinds[n][1], path="", created_at=clock.now(),
            parent_id=None if parent is None else tree[parent].id,
        )  # fmt: skip
        session.add(org)
        session.flush()
        org.path = f"{'/' if parent is None else tree[parent].path}{org.id}/"
        line = orgs.OrgLine(org_id=org.id, path=org.path, kind=org.kind, domain=org.domain)
        session.add(line)
        session.flush()
        ids = org.path.strip("/").split("/")
        session.add_all(orgs.OrgLineAncestor(line_id=line.id, org_id=int(i)) for i in ids)
        tree.append(org)
    session.flush()
    for org, parent, day in world.done_moves:
        try:
            orgs.move_org(tree[org], tree[parent], by=audit.SYSTEM, on=day)
        except Conflict as conflict:  # the world knows no circles, so this is a fault
            raise AssertionError("the tree and the world disagree") from conflict
        session.flush()
    return tree


def _people(world, session, tree):
    people = []
    for n, someone in enumerate(world.people):
        into = someone.merged_into
        people.append(
            Person(
                code=f"PERSON{n}", name=f"某{n}", name_key=f"某{n}", pinyin="", initials="",
                is_unidentified=someone.is_unidentified, created_at=clock.now(),
                merged_into_id=None if into is None else people[into].id,
            )
        )  # fmt: skip
        session.add(people[-1])
        session.flush()
        if someone.home is not None:
            session.add(
                Membership(
                    person_id=people[-1].id, org_id=tree[someone.home].id, home=True,
                    standing=someone.standing, from_on=someone.from_on,
                )
            )  # fmt: skip
    return people


def _event(session, n, event, tree, gathered):
    now = clock.now()
    tags, series, campaigns, venues = gathered
    at = {"cancelled": "cancelled_at", "withdrawn": "withdrawn_at"}.get(event.state)
    session.add(PublicCode(code=f"EV{n}", kind="event"))
    session.flush()
    made = Event(
        code=f"EV{n}", title=f"活动{n}", host_id=tree[event.host].id, made_at=now,
        published_at=None if event.state == "draft" else now, series_id=_id(series, event.series),
        campaign_id=_id(campaigns, event.campaign), **({at: now} if at else {}),
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.add_all(
        EventOrg(event_id=made.id, org_id=tree[o].id, mode=mode) for o, mode in event.invited
    )
    session.add_all(
        EventProgramme(event_id=made.id, programme_id=tags[p].id) for p in event.programmes
    )
    sittings = []
    for m, (day, off) in enumerate(event.sittings):
        session.add(PublicCode(code=f"OC{n}{m}", kind="occurrence"))
        session.flush()
        start = clock.start_of(day) + timedelta(minutes=event.minute)
        sittings.append(
            Occurrence(
                event_id=made.id, code=f"OC{n}{m}", starts_at=start, starts_on=clock.local_day(start),
                ends_at=start + timedelta(hours=1), opens_at=start, closes_at=start + timedelta(hours=1),
                venue_id=_id(venues, event.venue), cancelled_at=now if off else None, host_line_id=orgs.line_of(tree[event.host].id, day),
            )
        )  # fmt: skip
    session.add_all(sittings)
    return sittings


def _id(rows, number):
    return None if number is None else rows[number].id


def _rows(world, session, tree, people, tags, sittings):
    now = clock.now()

    def line(org, sitting):
        return None if org is None else orgs.line_of(tree[org].id, sittings[sitting].starts_on)

    for n, row in enumerate(world.rows):
        session.add(
            CheckIn(
                code=f"CI{n}", occurrence_id=sittings[row.sitting].id, person_id=people[row.person].id,
                line_id=line(row.org, row.sitting), standing=row.standing, how=row.how, role=row.role, source="test",
                actor_kind="system", received_at=now, checked_in_at=sittings[row.sitting].starts_at,
                review=row.review, voided_at=now if row.voided else None, granted_minutes=n,
            )
        )  # fmt: skip
    for sitting, org, number, voided in world.headcounts:
        session.add(
            Headcount(
                occurrence_id=sittings[sitting].id, line_id=line(org, sitting), number=number,
                counted_at=now, actor_kind="system", voided_at=now if voided else None,
            )
        )  # fmt: skip
    for sitting, org, tag, unit, number, from_on, to_on in world.tallies:
        session.add(
            ManualTally(
                occurrence_id=None if sitting is None else sittings[sitting].id,
                line_id=orgs.line_of(tree[org].id, to_on), programme_id=None if tag is None else tags[tag].id,
                unit=unit, number=number, from_on=from_on, to_on=to_on, evidence="表", made_at=now,
            )
        )  # fmt: skip
    for sitting, person in world.leaves:
        session.add(
            Leave(
                occurrence_id=sittings[sitting].id, person_id=people[person].id, kind="personal",
                noted_at=now,
            )
        )  # fmt: skip
