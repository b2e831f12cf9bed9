"""One question for each kind of finding. Each is a statement or two, whatever the size of the tree."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from app import clock
from app.db import db
from app.domain.checkins import CheckIn
from app.domain.counts.base import attended, counted, held, is_unrecorded
from app.domain.events import Event, EventProgramme, Occurrence
from app.domain.orgs import Org, OrgLine, subtree_lines
from app.domain.periods import Period
from app.domain.rollcalls import HallCount
from app.domain.rollcalls.halls import NOTABLE


@dataclass(frozen=True)
class Finding:
    """One thing to look at: an event's sitting and how many rows it is about. `other`: the code of a
    second event, `other_host`: the org that hosts it; `facts`: what its sentence says; `org`: the id of the org it names."""

    event: str  # code
    occurrence: str  # code
    title: str
    starts_at: datetime
    host: int  # org id
    n: int = 1
    other: str = ""
    other_host: int = 0
    org: int = 0
    facts: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Sitting:
    """A held occurrence of the node, as every kind needs it."""

    id: int
    event_id: int
    event: str
    occurrence: str
    title: str
    starts_at: datetime
    ends_at: datetime
    host: int
    path: str  # of the host, today

    def finding(self, **more) -> Finding:
        return Finding(
            self.event, self.occurrence, self.title, self.starts_at, self.host, **more
        )  # fmt: skip


def sittings(period: Period, org: Org | None = None) -> dict[int, Sitting]:
    """Id → the occurrences held that org's subtree hosted by the lines of the day (None: all), by start."""
    found = held(period)
    query = (
        select(
            Occurrence.id, Event.id, Event.code, Occurrence.code, Event.title, Occurrence.starts_at,
            Occurrence.ends_at, Org.id, Org.path,
        )
        .join(found, found.c.id == Occurrence.id)
        .join(Event, Event.id == Occurrence.event_id)
        .join(OrgLine, OrgLine.id == Occurrence.host_line_id)
        .join(Org, Org.id == OrgLine.org_id)
        .order_by(Occurrence.starts_at, Occurrence.id)
    )  # fmt: skip
    if org is not None:
        query = query.where(Occurrence.host_line_id.in_(subtree_lines(org.id)))
    return {row[0]: Sitting(*row) for row in db.session.execute(query)}


def unrecorded(period: Period, org: Org) -> list[Finding]:
    """未登记: held and over, without any record."""
    sitting, hosted = held(period), sittings(period, org)
    bare = db.session.scalars(
        select(sitting.c.id).where(
            sitting.c.host_line_id.in_(subtree_lines(org.id)), is_unrecorded(sitting)
        )
    )
    bare = set(bare)
    return [one.finding() for one in hosted.values() if one.id in bare]


def open_reviews(period: Period, org: Org) -> list[Finding]:
    """待核对: check-ins of the node nobody looked at yet, one finding a sitting, whoever hosts it."""
    rows = attended(period)
    waiting = db.session.execute(
        select(rows.c.occurrence_id, func.count())
        .where(rows.c.review == "open", rows.c.line_id.in_(subtree_lines(org.id)))
        .group_by(rows.c.occurrence_id)
    )
    return _counted(period, dict(waiting.all()))


def unconfirmed_hours(period: Period, org: Org) -> list[Finding]:
    """时长没认定: who checked out of an event that counts from in to out, and volunteers of one that
    does not, once it is over. Whoever forgot to check out stands on the page of hours."""
    rows = attended(period)
    out = Event.checks_out & (Event.late_reason == "")
    left = CheckIn.checked_out_at.is_not(None) & (CheckIn.checked_out_how != "auto")
    waiting = db.session.execute(
        select(rows.c.occurrence_id, func.count())
        .join(CheckIn, CheckIn.id == rows.c.id)
        .join(Occurrence, Occurrence.id == CheckIn.occurrence_id)
        .join(Event, Event.id == Occurrence.event_id)
        .where(
            CheckIn.granted_minutes.is_(None),
            Occurrence.ends_at <= clock.now(),
            or_(and_(out, left), and_(~out, CheckIn.role == "volunteer")),
            rows.c.line_id.in_(subtree_lines(org.id)),
        )
        .group_by(rows.c.occurrence_id)
    )
    return _counted(period, dict(waiting.all()))


def untagged(period: Period, org: Org) -> list[Finding]:
    """没有活动类型: one finding an event, at its first sitting of the period."""
    tagged = set(db.session.scalars(select(EventProgramme.event_id).distinct()))
    found: dict[int, Sitting] = {}
    for one in sittings(period, org).values():
        if one.event_id not in tagged:
            found.setdefault(one.event_id, one)
    return [one.finding() for one in found.values()]


def differing_counts(period: Period, org: Org) -> list[Finding]:
    """清点对不上: one org at one sitting has headcounts and check-ins, and they are not the same; or
    the heads of the hall are more than 5 % from the check-ins (threats.md §2.4)."""
    known = sittings(period)
    found = [*_by_org(period, org, known), *_by_hall(period, org, known)]
    return sorted(found, key=lambda one: (one.starts_at, one.occurrence))


def _by_org(period, org, known):
    heads, people = _sums(counted(period), org, "number"), _sums(attended(period), org, None)
    names = dict(db.session.execute(select(Org.id, Org.short_name)).all()) if heads else {}
    for (sitting, org_id), number in heads.items():
        present = people.get((sitting, org_id), 0)
        if present and present != number and sitting in known:
            facts = {"name": names[org_id], "heads": number, "rows": present}
            yield known[sitting].finding(org=org_id, facts=facts)


def _sums(rows, org, column):
    """(occurrence, org of the line) → how many."""
    total = func.sum(rows.c[column]) if column else func.count()
    query = (
        select(rows.c.occurrence_id, OrgLine.org_id, total)
        .join(OrgLine, OrgLine.id == rows.c.line_id)
        .where(rows.c.line_id.in_(subtree_lines(org.id)))
        .group_by(rows.c.occurrence_id, OrgLine.org_id)
    )
    return {(sitting, org_id): int(n) for sitting, org_id, n in db.session.execute(query)}


def _by_hall(period, org, known):
    """Only sittings the node hosts: the hall holds everybody."""
    sitting, rows = held(period), attended(period)
    present = select(func.count()).where(rows.c.occurrence_id == HallCount.occurrence_id)
    query = (
        select(HallCount.occurrence_id, HallCount.number, present.scalar_subquery())
        .join(sitting, sitting.c.id == HallCount.occurrence_id)
        .where(HallCount.voided_at.is_(None), sitting.c.host_line_id.in_(subtree_lines(org.id)))
    )
    for occurrence, heads, checked_in in db.session.execute(query):
        if checked_in and abs(heads - checked_in) * 100 > NOTABLE * checked_in:
            yield known[occurrence].finding(facts={"name": "", "heads": heads, "rows": checked_in})


def _counted(period, numbers):
    """Findings of occurrence id → number, by start."""
    if not numbers:
        return []
    known = sittings(period)
    return [one.finding(n=numbers[one.id]) for one in known.values() if one.id in numbers]
