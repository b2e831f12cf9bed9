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
from app.domain.counts.keys import Key
from app.domain.counts.spread import SPREADS, picked, picked_rows
from app.domain.events import Event, Occurrence
from app.domain.members import COUNTED
from app.domain.orgs import Org, OrgLine, lines_in, subtree_lines
from app.domain.periods import Period
from app.domain.tallies import PEOPLE_TIMES, Headcount, ManualTally
from app.errors import NotFound
from app.text import mask_name, spoken_code

HostLine = aliased(OrgLine)


@dataclass(frozen=True)
class OccurrenceRow:
    """An occurrence with its host and its figures: of the whole occurrence, or of one org in it."""

    event: str  # code
    occurrence: str  # code
    title: str
    host: str
    host_path: str  # of today: who may open the event
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
    minutes: int


ONLY = ("guests", "open", "hours", "volunteers")


def hosted_occurrences(
    period: Period, org: Org, *, limit=200, offset=0, **seen
) -> list[OccurrenceRow]:
    """The occurrences of 主办场次, newest first; attendances are the whole occurrence's. `seen`:
    within and scope, as in picked()."""
    return _occurrences(hosted_ids(period, org, **seen), None, limit, offset)


def unrecorded_occurrences(
    period: Period, org: Org, *, limit=200, offset=0, **seen
) -> list[OccurrenceRow]:
    """The occurrences of 未登记, newest first."""
    return _occurrences(unrecorded_ids(period, org, **seen), None, limit, offset)


def took_part_occurrences(
    period: Period, org: Org, *, limit=200, offset=0, **seen
) -> list[OccurrenceRow]:
    """The occurrences of 参与场次, newest first; attendances and headcount are those of the org."""
    return _occurrences(took_part_ids(period, org, **seen), org, limit, offset)


def hosted_ids(period, org, *, within=None, scope=None):
    """A select of the ids of the occurrences of 主办场次 that a scope may open."""
    return _hosted(held(period), org, within, scope)


def unrecorded_ids(period, org, *, within=None, scope=None):
    """The same of 未登记."""
    sitting = held(period)
    return _hosted(sitting, org, within, scope, is_unrecorded(sitting))


def took_part_ids(period, org, *, within=None, scope=None):
    """The same of 参与场次: where some row of the org may be seen."""
    parts = [
        picked(rows, "occurrence_id", org, within, scope)
        for rows in (attended(period), counted(period))
    ]
    return select(union(*parts).subquery().c.occurrence_id)


def number_of(ids) -> int:
    """How many rows a select of ids has."""
    return db.session.scalar(select(func.count()).select_from(ids.subquery()))


def find_sitting(code: str, ids) -> Occurrence:
    """The occurrence of a code among a select of ids; raises NotFound."""
    query = select(Occurrence).where(
        Occurrence.code == spoken_code(code)[:8], Occurrence.id.in_(ids)
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def _hosted(sitting, org, within, scope, *conditions):
    spread = SPREADS[within.by if within else "programme"](org)
    rows = spread.hosted(sitting).where(*conditions).subquery()
    return picked(rows, "occurrence_id", org, within, scope)


def attended_ids(period: Period, org: Org, **asked):
    """A select of the ids of attended_rows()."""
    return attended_rows(period, org, "id", **asked)


def attended_rows(
    period: Period,
    org: Org,
    *columns: str,
    only: str = "",
    sitting: Occurrence | None = None,
    hosted: bool = False,
    within: Key | None = None,
    scope: Org | None = None,
):
    """A select of columns of attended() (none named: all), the check-ins of 人次 that a scope may see: all,
    or one of ONLY, or those of one sitting; hosted: whoever came to it, of any branch."""
    rows = attended(period)
    wanted = {
        "guests": rows.c.standing.is_(None) | rows.c.standing.not_in(COUNTED),
        "open": rows.c.review == "open", "hours": rows.c.minutes > 0,
        "volunteers": rows.c.role == "volunteer",
    }  # fmt: skip
    query = select(rows)
    if only in wanted:
        query = query.where(wanted[only])
    if sitting is not None:
        query = query.where(rows.c.occurrence_id == sitting.id)
    rows = query.subquery()
    if hosted and sitting is not None:
        seen = select(*(rows.c[name] for name in columns or rows.c.keys()))
        is_root = scope is None or scope.parent_id is None
        return seen if is_root else seen.where(rows.c.line_id.in_(lines_in(scope)))
    return picked_rows(rows, org, within, scope, *columns)


def attendance_rows(
    period: Period, org: Org, *, reader: Org | None, limit=200, offset=0, **asked
) -> list[AttendanceRow]:
    """The check-ins of attended_rows(), newest first. `reader`: whose names are shown whole, those of
    branches in this org's subtree of today; None masks all."""
    rows, home = attended_rows(period, org, **asked).subquery(), aliased(Org)
    query = (
        select(
            Final.name, home.full_name, home.path, rows.c.standing, Event.code, Event.title,
            Occurrence.starts_at, CheckIn.checked_in_at, rows.c.review, rows.c.minutes, CheckIn.line_id,
        )
        .join(CheckIn, CheckIn.id == rows.c.id)
        .join(Final, Final.id == rows.c.person_id)
        .join(Occurrence, Occurrence.id == rows.c.occurrence_id)
        .join(Event, Event.id == Occurrence.event_id)
        .join(OrgLine, OrgLine.id == rows.c.line_id)
        .join(home, home.id == OrgLine.org_id)
        .order_by(CheckIn.checked_in_at.desc(), CheckIn.id.desc())
    )  # fmt: skip
    found = db.session.execute(query.limit(limit).offset(offset))
    return [_attendance(row, reader) for row in found]


def _attendance(row, reader):
    name, org, path, standing, code, title, starts_at, at, review, minutes, line_id = row
    may_know = reader is not None and path.startswith(reader.path)
    return AttendanceRow(
        name if may_know else mask_name(name), org if line_id else None, standing, code, title,
        starts_at, at, review, minutes,
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
            Event.code, Occurrence.code, Event.title, host.full_name, host.path, Occurrence.starts_at,
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
    return [OccurrenceRow(*row[:10], bool(row[10]), bool(row[11])) for row in found]
