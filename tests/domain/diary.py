"""What happened in a small district over some days, in plain values: the book that a recount reads.

Nothing here asks the product anything. The acts (`diary_acts`) do a thing with the product's verb and,
only where it was taken, write it down here in the words of the trade.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

COUNTED = ("member", "party_member")


@dataclass
class Unit:
    """An org: whom it hung under since when (None: ever), and until when it was open."""

    parents: list[tuple[date | None, int | None]]
    kind: str
    domain: str
    closed_on: date | None = None


@dataclass
class Someone:
    """A person on file; `final`: whom they were merged into. homes: [from, to, org, standing]."""

    is_lost: bool = False  # no phone, nobody can tell them apart
    is_guest: bool = False  # was never on a roster
    final: int | None = None
    homes: list[list] = field(default_factory=list)


@dataclass
class Gathering:
    """An event."""

    host: int
    invited: dict[int, str]
    programmes: tuple[int, ...]
    series: int | None
    campaign: int | None
    venue: int | None
    checks_out: bool
    is_late: bool
    state: str = "held"  # held | draft | cancelled | withdrawn


@dataclass
class Sitting:
    """One sitting, by the local clock. path: the host's orgs up to the root, once it has begun."""

    event: int
    starts: datetime
    ends: datetime
    is_off: bool = False
    path: tuple[int, ...] | None = None

    @property
    def day(self) -> date:
        return self.starts.date()


@dataclass
class Row:
    """One check-in. org None: 未归属; path: the org's way up to the root, once it is settled."""

    sitting: int
    person: int
    org: int | None
    standing: str | None
    how: str
    role: str
    came: datetime
    review: str = "none"
    is_void: bool = False
    path: tuple[int, ...] | None = None
    left: datetime | None = None
    granted: int | None = None


@dataclass
class Counted:
    """A headcount (unit 清点), or a reported figure of a sitting (org None: its host's) or of days."""

    org: int | None
    number: int
    unit: str
    sitting: int | None = None
    programme: int | None = None
    from_on: date | None = None
    to_on: date | None = None
    is_void: bool = False
    path: tuple[int, ...] | None = None


@dataclass
class Diary:
    """The whole book; `now` is the local clock."""

    now: datetime
    units: list[Unit] = field(default_factory=list)
    people: list[Someone] = field(default_factory=list)
    events: list[Gathering] = field(default_factory=list)
    sittings: list[Sitting] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    heads: list[Counted] = field(default_factory=list)
    tallies: list[Counted] = field(default_factory=list)
    leaves: set[tuple[int, int]] = field(default_factory=set)  # (sitting, person)

    def forward(self, **delta) -> None:
        self.now += timedelta(**delta)
        self.settle()

    def settle(self) -> None:
        """Whatever has begun is fixed: it hangs where its orgs hung on its day, for good."""
        for sitting in self.sittings:
            if sitting.path is None and sitting.starts <= self.now:
                sitting.path = self.path(self.events[sitting.event].host, sitting.day)
        for row in (*self.rows, *self.heads, *self.tallies):
            if row.path is not None or row.org is None:
                continue
            sitting = None if row.sitting is None else self.sittings[row.sitting]
            if sitting is None or sitting.path is not None:
                row.path = self.path(row.org, sitting.day if sitting else row.to_on)

    def path(self, org: int, day: date) -> tuple[int, ...]:
        """The orgs from `org` up to the root, as the tree stood on a day."""
        found = []
        while org is not None:
            found.append(org)
            org = [up for on, up in self.units[org].parents if on is None or on <= day][-1]
        return tuple(found)

    def host_path(self, number: int) -> tuple[int, ...]:
        sitting = self.sittings[number]
        return sitting.path or self.path(self.events[sitting.event].host, sitting.day)

    def row_path(self, row) -> tuple[int, ...]:
        """Where a row counts: at its org of the day; 未归属, and what is told of a sitting, at the host."""
        if row.org is None:
            return self.host_path(row.sitting)
        return row.path or self.path(row.org, self.sittings[row.sitting].day)

    def final(self, person: int) -> int:
        into = self.people[person].final
        return person if into is None else into

    def home(self, person: int, day: date) -> tuple[int, str] | None:
        """The branch somebody belonged to on a day, and as what."""
        for start, end, org, standing in self.people[person].homes:
            if (start is None or start <= day) and (end is None or day < end):
                return org, standing
        return None

    def is_held(self, number: int) -> bool:
        """Published, not called off, and its day has come."""
        sitting = self.sittings[number]
        is_on = self.events[sitting.event].state == "held" and not sitting.is_off
        return is_on and sitting.day <= self.now.date()

    def valid(self, sitting: int) -> list[Row]:
        return [r for r in self.rows if r.sitting == sitting and not r.is_void]
