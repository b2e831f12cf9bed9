"""The persons behind 人数, and the headcounts and reported figures beside 人次."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.db import db
from app.domain.counts.base import Final, attended, counted, reported
from app.domain.counts.spread import picked, picked_rows
from app.domain.events import Event, Occurrence
from app.domain.members import COUNTED
from app.domain.orgs import Org, OrgLine
from app.domain.periods import Period
from app.domain.programmes import Programme
from app.domain.tallies import Headcount, ManualTally
from app.text import mask_name


@dataclass(frozen=True)
class PersonRow:
    """A person who came, the branch they came for (the newest of several), and how often."""

    name: str
    org: str
    times: int


@dataclass(frozen=True)
class HeadcountRow:
    """清点: so many of an org at an occurrence."""

    title: str
    starts_at: datetime
    org: str
    number: int
    evidence: str


@dataclass(frozen=True)
class TallyRow:
    """手工数: of an occurrence (title), or of a 活动类型 over a stretch of days."""

    title: str | None
    programme: str | None
    from_on: date
    to_on: date
    org: str
    number: int
    evidence: str


def people_ids(period: Period, org: Org, *, counted_only: bool = False, within=None, scope=None):
    """A select of the identified persons of 人数 a scope may see; counted_only: the members of 参与率."""
    known = _known(period, counted_only)
    return picked(known, "person_id", org, within, scope).distinct()


def people_rows(
    period: Period, org: Org, *, reader: Org | None, limit=200, offset=0, within=None, scope=None,
    counted_only: bool = False,
) -> list[PersonRow]:  # fmt: skip
    """The persons of people_ids(), who came most often first. `reader` as in attendance_rows()."""
    home = aliased(Org)
    known = _known(period, counted_only)
    mine = picked_rows(known, org, within, scope, "person_id", "line_id").subquery()
    each = (
        select(mine.c.person_id, func.count().label("times"), func.max(mine.c.line_id).label("line_id"))
        .group_by(mine.c.person_id)
        .subquery()
    )  # fmt: skip
    query = (
        select(Final.name, home.full_name, home.path, each.c.times)
        .join_from(each, Final, Final.id == each.c.person_id)
        .join(OrgLine, OrgLine.id == each.c.line_id)
        .join(home, home.id == OrgLine.org_id)
        .order_by(each.c.times.desc(), each.c.person_id)
    )
    return [
        PersonRow(
            name if reader is not None and path.startswith(reader.path) else mask_name(name),
            branch, times,
        )
        for name, branch, path, times in db.session.execute(query.limit(limit).offset(offset))
    ]  # fmt: skip


def _known(period, counted_only):
    """The check-ins of identified persons, or of members among them."""
    rows = attended(period)
    query = select(rows).where(rows.c.is_unidentified.is_(False))
    if counted_only:
        query = query.where(rows.c.standing.in_(COUNTED))
    return query.subquery()


def headcount_ids(period: Period, org: Org, *, within=None, scope=None):
    """A select of the headcounts of 清点 a scope may see."""
    return picked(counted(period), "id", org, within, scope)


def tally_ids(period: Period, org: Org, *, within=None, scope=None):
    """A select of the reported figures of 手工数 a scope may see."""
    return picked(reported(period), "id", org, within, scope)


def headcount_rows(
    period: Period, org: Org, *, limit=200, offset=0, within=None, scope=None
) -> list[HeadcountRow]:
    """The headcounts behind 清点, newest first."""
    mine = headcount_ids(period, org, within=within, scope=scope)
    query = (
        select(Event.title, Occurrence.starts_at, Org.full_name, Headcount.number, Headcount.evidence)
        .select_from(Headcount)
        .join(Occurrence, Occurrence.id == Headcount.occurrence_id)
        .join(Event, Event.id == Occurrence.event_id)
        .join(OrgLine, OrgLine.id == Headcount.line_id)
        .join(Org, Org.id == OrgLine.org_id)
        .where(Headcount.id.in_(mine))
        .order_by(Occurrence.starts_at.desc(), Headcount.id)
    )  # fmt: skip
    return [HeadcountRow(*row) for row in db.session.execute(query.limit(limit).offset(offset))]


def tally_rows(
    period: Period, org: Org, *, limit=200, offset=0, within=None, scope=None
) -> list[TallyRow]:
    """The reported figures behind 手工数, newest first."""
    mine = tally_ids(period, org, within=within, scope=scope)
    query = (
        select(
            Event.title, Programme.name, ManualTally.from_on, ManualTally.to_on, Org.full_name,
            ManualTally.number, ManualTally.evidence,
        )
        .select_from(ManualTally)
        .outerjoin(Occurrence, Occurrence.id == ManualTally.occurrence_id)
        .outerjoin(Event, Event.id == Occurrence.event_id)
        .outerjoin(Programme, Programme.id == ManualTally.programme_id)
        .join(OrgLine, OrgLine.id == ManualTally.line_id)
        .join(Org, Org.id == OrgLine.org_id)
        .where(ManualTally.id.in_(mine))
        .order_by(ManualTally.to_on.desc(), ManualTally.id)
    )  # fmt: skip
    return [TallyRow(*row) for row in db.session.execute(query.limit(limit).offset(offset))]
