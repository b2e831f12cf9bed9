"""Who just came (masked: it is read on big screens), and how the room filled."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app import clock
from app.db import db
from app.domain.checkins import CheckIn
from app.domain.events import Occurrence
from app.domain.live.tally import within
from app.domain.members import Person, resolved
from app.domain.orgs import Org, OrgLine
from app.text import mask_name

STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 240, 720, 1440)  # minutes between two points
POINTS = 40  # at most, on the axis

Final = aliased(Person, name="final")
Home = aliased(Org, name="home")


@dataclass(frozen=True)
class Arrival:
    """One of the latest: masked name, short name of the branch (None: 未归属), when."""

    name: str
    org: str | None
    at: datetime


@dataclass(frozen=True)
class Curve:
    """People in the room over time: (instant, cumulative) points up to now, on an axis from
    `opens_at` to `ends_at`; every point is `step_minutes` after the one before."""

    opens_at: datetime
    starts_at: datetime
    ends_at: datetime
    step_minutes: int
    points: tuple[tuple[datetime, int], ...]

    @property
    def top(self) -> int:
        """The number of people at the last point."""
        return self.points[-1][1] if self.points else 0

    @property
    def marks(self) -> tuple[tuple[datetime, int], ...]:
        """About a dozen of the points, the last one among them: what a table shows."""
        return self.points[:: -max(1, -(-len(self.points) // 12))][::-1]

    @property
    def fastest(self) -> int:
        """The most people in one step."""
        counts = [number for _at, number in self.points]
        return max((b - a for a, b in pairwise(counts)), default=0)


def arrivals(occurrence: Occurrence, rows_of: Org | None = None, limit: int = 8) -> list[Arrival]:
    """The latest valid check-ins, newest first."""
    query = (
        select(Final.name, Home.short_name, CheckIn.checked_in_at)
        .join(Person, Person.id == CheckIn.person_id)
        .join(Final, Final.id == resolved())
        .outerjoin(OrgLine, OrgLine.id == CheckIn.line_id)
        .outerjoin(Home, Home.id == OrgLine.org_id)
        .where(CheckIn.occurrence_id == occurrence.id, CheckIn.voided_at.is_(None))
        .order_by(CheckIn.checked_in_at.desc(), CheckIn.id.desc())
        .limit(limit)
    )
    if rows_of:
        query = query.where(Home.path.like(rows_of.path + "%"))
    return [Arrival(mask_name(name), org, at) for name, org, at in db.session.execute(query)]


def curve(occurrence: Occurrence, rows_of: Org | None = None) -> Curve:
    """Cumulative valid check-ins from the opening of the window until now, in even steps. Rows
    before the window count in its first point, rows after it (back-entries) in its last."""
    opens_at, ends_at = occurrence.opens_at, max(occurrence.closes_at, occurrence.ends_at)
    minutes = (ends_at - opens_at) / timedelta(minutes=1)
    step = next(
        (s for s in STEPS if minutes / s <= POINTS), STEPS[-1] * (1 + int(minutes // 57600))
    )
    last = min(clock.now(), ends_at)
    edges, at = [], opens_at
    while at < last:
        edges.append(at)
        at += timedelta(minutes=step)
    edges.append(last)
    counts = _between(occurrence, edges, rows_of) if last >= opens_at else []
    points, total = [], 0
    for edge, number in zip(edges, counts, strict=False):
        total += number
        points.append((edge, total))
    return Curve(opens_at, occurrence.starts_at, ends_at, step, tuple(points))


def _between(occurrence, edges, rows_of):
    """How many came up to the first edge, between each two, and from the last but one on: one
    statement, each part a range of the arrivals index."""
    parts = []
    for number, edge in enumerate(edges):
        query = (
            select(func.count())
            .select_from(CheckIn)
            .where(CheckIn.occurrence_id == occurrence.id, CheckIn.voided_at.is_(None))
        )
        if number > 0:
            query = query.where(CheckIn.checked_in_at > edges[number - 1])
        if number < len(edges) - 1:
            query = query.where(CheckIn.checked_in_at <= edge)
        if rows_of:
            line = OrgLine.id == CheckIn.line_id
            query = within(query.join(OrgLine, line), rows_of.path)
        parts.append(query.scalar_subquery())
    return db.session.execute(select(*parts)).one()
