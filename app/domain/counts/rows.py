"""The rows behind a figure: every number of a report opens to these."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, union
from sqlalchemy.orm import aliased

from app.db import db
from app.domain.checkins import CheckIn
from app.domain.counts.base import (
    Final,
    attended,
    counted,
    has_record,
    held,
    is_unrecorded,
)
from app.domain.events import Event, Occurrence
from app.domain.members import COUNTED
from app.domain.orgs import Org, OrgLine, subtree_lines
from app.domain.periods import Period
from app.domain.tallies import PEOPLE_TIMES, Headcount, ManualTally
from app.text import mask_name

HostLine = aliased(OrgLine)


@dataclass(frozen=True)
class OccurrenceRow:
    """An occurrence with its host and its figures: of the whole occurrence, or of one org in it."""

    event: str  # code
    occurrence: str  # code
    title: str
    host: str
    starts_at: datetime
    ends_at: datetime
    attendances: int
    headcount: int
    tally: int
    is_recorded: bool
    is_late: bool  # 补记


@dataclass(frozen=True)
class AttendanceRow:
    """One valid check-in: who (masked where the reader may not know), of which branch, where."""

    name: str
    org: str | None  # None: 未归属
    standing: str | None
    event: str  # code
    title: str
    starts_at: datetime
    checked_in_at: datetime
    review: str


def hosted_occurrences(period: Period, org: Org, *, limit=200, offset=0) -> list[OccurrenceRow]:
    """The occurrences of 主办场次, newest first; attendances are the whole occurrence's."""
    sitting = held(period)
    mine = select(sitting.c.id).where(sitting.c.host_line_id.in_(subtree_lines(org.id)))
    return _occurrences(mine, None, limit, offset)


def unrecorded_occurrences(period: Period, org: Org, *, limit=200, offset=0) -> list[OccurrenceRow]:
    """The occurrences of 未登记, newest first."""
    sitting = held(period)
    mine = select(sitting.c.id).where(
        sitting.c.host_line_id.in_(subtree_lines(org.id)), is_unrecorded(sitting)
    )
    return _occurrences(mine, None, limit, offset)


def took_part_occurrences(period: Period, org: Org, *, limit=200, offset=0) -> list[OccurrenceRow]:
    """The occurrences of 参与场次, newest first; attendances and headcount are those of the org."""
    lines = subtree_lines(org.id)
    checked, number = attended(period), counted(period)
    mine = union(
        *(
            select(rows.c.occurrence_id).where(rows.c.line_id.in_(lines))
            for rows in (checked, number)
        )
    ).subquery()
    return _occurrences(select(mine.c.occurrence_id), org, limit, offset)


def attendance_rows(
    period: Period, org: Org, *, reader: Org | None, only: str = "", limit=200, offset=0
) -> list[AttendanceRow]:
    """The check-ins of 人次, newest first. `reader`: whose names are shown whole, those of branches
    in this org's subtree of today; None masks all. `only`: guests | open."""
    rows, home = attended(period), aliased(Org)
    query = (
        select(
            Final.name, home.full_name, home.path, rows.c.standing, Event.code, Event.title,
            Occurrence.starts_at, CheckIn.checked_in_at, rows.c.review, CheckIn.line_id,
        )
        .join(CheckIn, CheckIn.id == rows.c.id)
        .join(Final, Final.id == rows.c.person_id)
        .join(Occurrence, Occurrence.id == rows.c.occurrence_id)
        .join(Event, Event.id == Occurrence.event_id)
        .join(OrgLine, OrgLine.id == rows.c.line_id)
        .join(home, home.id == OrgLine.org_id)
        .where(rows.c.line_id.in_(subtree_lines(org.id)))
        .order_by(CheckIn.checked_in_at.desc(), CheckIn.id.desc())
    )  # fmt: skip
    if only == "guests":
        query = query.where(rows.c.standing.is_(None) | rows.c.standing.not_in(COUNTED))
    if only == "open":
        query = query.where(rows.c.review == "open")
    found = db.session.execute(query.limit(limit).offset(offset))
    return [_attendance(row, reader) for row in found]


def _attendance(row, reader):
    name, org, path, standing, code, title, starts_at, at, review, line_id = row
    may_know = reader is not None and path.startswith(reader.path)
    return AttendanceRow(
        name if may_know else mask_name(name), org if line_id else None, standing, code, title,
        starts_at, at, review,
    )  # fmt: skip


def _occurrences(ids, org, limit, offset):
    """The occurrences of the ids with their host's name and the figures of org (None: of all)."""
    host = aliased(Org)
    lines = subtree_lines(org.id) if org else None
    people = select(func.count(CheckIn.id)).where(
        CheckIn.occurrence_id == Occurrence.id, CheckIn.voided_at.is_(None)
    )
    heads = select(func.coalesce(func.sum(Headcount.number), 0)).where(
        Headcount.occurrence_id == Occurrence.id, Headcount.voided_at.is_(None)
    )
    told = select(func.coalesce(func.sum(ManualTally.number), 0)).where(
        ManualTally.occurrence_id == Occurrence.id, ManualTally.voided_at.is_(None),
        ManualTally.unit == PEOPLE_TIMES,
    )  # fmt: skip
    if org:
        told = told.where(ManualTally.line_id.in_(lines))
        line = func.coalesce(CheckIn.line_id, Occurrence.host_line_id)
        people, heads = people.where(line.in_(lines)), heads.where(Headcount.line_id.in_(lines))
    query = (
        select(
            Event.code, Occurrence.code, Event.title, host.full_name, Occurrence.starts_at,
            Occurrence.ends_at, people.correlate(Occurrence).scalar_subquery(),
            heads.correlate(Occurrence).scalar_subquery(),
            told.correlate(Occurrence).scalar_subquery(), has_record(Occurrence.id),
            Event.late_reason != "",
        )
        .join(Event, Event.id == Occurrence.event_id)
        .join(HostLine, HostLine.id == Occurrence.host_line_id)
        .join(host, host.id == HostLine.org_id)
        .where(Occurrence.id.in_(ids))
        .order_by(Occurrence.starts_at.desc(), Occurrence.id)
    )  # fmt: skip
    found = db.session.execute(query.limit(limit).offset(offset))
    return [OccurrenceRow(*row[:9], bool(row[9]), bool(row[10])) for row in found]
