"""What happens in the invented district, told in the order in which it happened."""

import heapq
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import event as hooks

from app import clock
from app.db import db
from app.domain import events, orgs, programmes, venues
from app.domain.audit import AuditEntry
from app.domain.events import Event
from app.domain.staff import Staff
from app.seeds.codes import spread_code
from app.seeds.people import Census, Member
from app.seeds.tree import Lines, Tree


class Story:
    """The district and the acts to come. `at` notes an act, `tell` lets them all happen by time, so
    that the trail reads as if the days had passed."""

    def __init__(
        self, rng, tree: Tree, census: Census, homes: list[Member], staff: dict[str, Staff]
    ):
        self.rng, self.tree, self.census, self.staff = rng, tree, census, staff
        self.lines, self.acts, self.codes = Lines(), [], 0
        self.now, self.today = clock.now(), clock.today()
        self.homes: dict[int, list[Member]] = {}
        for home in homes:
            self.homes.setdefault(home.org_id, []).append(home)
        self.programmes = {p.name: p for p in programmes.programmes()}

    def at(self, when: datetime, act: Callable[[datetime], None]) -> None:
        """Let something happen at an instant."""
        self.codes += 1
        heapq.heappush(self.acts, (when, self.codes, act))

    def tell(self, trail: "Trail") -> None:
        """Everything noted so far happens, in order; an act may note later ones."""
        while self.acts:
            trail.at, _number, act = heapq.heappop(self.acts)
            act(trail.at)
            db.session.flush()

    def next_code(self) -> str:
        """The public code of one more check-in."""
        self.codes += 1
        return spread_code("C", self.codes)

    def event(self, when: datetime, title: str, host: orgs.Org, tags=(), **told) -> Event:
        """An event made and published at `when`, by the account that would have done it."""
        by = self.secretary_of(host)
        event = events.make_event(
            title, host=host, by=None, actor=by.actor,
            programmes=[self.programmes[tag] for tag in tags], at=when,
            venue=venues.venue_or_none(told.get("place", "")), **told,
        )  # fmt: skip
        event.made_by_id, event.made_at = by.id, when
        return event

    def secretary_of(self, org: orgs.Org) -> Staff:
        """Whoever looks after the org: the branch's or street's account where there is one."""
        fitting = [
            s for s in self.staff.values() if s.may("organizer") and orgs.is_within(s.org, org)
        ]
        return max(fitting, key=lambda s: (s.org.depth, s.role == "manager"))

    def members_of(self, *subtrees: orgs.Org) -> list[Member]:
        """Who may come, of these subtrees."""
        found = [m for o in subtrees for b in self.tree.below(o) for m in self.homes.get(b.id, ())]
        return [member for member in found if member.is_counted]

    def hours(self, day: date, minutes: int = 90) -> dict:
        """starts_at and ends_at at a time of day people have time."""
        choices = [(9, 30), (14, 30)] if day.weekday() >= 5 else [(19, 0), (15, 0), (18, 30)]
        start = clock.from_local(day, time(*self.rng.choice(choices)))
        return {"starts_at": start, "ends_at": start + timedelta(minutes=minutes)}


@dataclass
class Trail:
    """The instant at which what is done now is said to have been done."""

    at: datetime


@contextmanager
def trail_from(session, at: datetime):
    """Date every line of the trail written inside by the Trail that is given."""
    trail = Trail(at)

    def date_lines(session, *_rest):
        for entry in session.new:
            if isinstance(entry, AuditEntry):
                entry.at = trail.at

    hooks.listen(session, "before_flush", date_lines)
    try:
        yield trail
        session.flush()
    finally:
        hooks.remove(session, "before_flush", date_lines)
