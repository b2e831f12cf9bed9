"""The hours of a sitting as a table: who came, how long, what is proposed, what is confirmed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app import clock
from app.db import db, transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.checkins import CheckIn
from app.domain.events import Occurrence
from app.domain.hours.leaving import is_off
from app.domain.hours.rule import (
    SHARE_PERCENT,
    counts_out,
    has_left,
    measured_minutes,
    out_until,
    planned_minutes,
    proposed_minutes,
)
from app.domain.members import Person, open_on
from app.domain.orgs import Org, OrgLine, OrgName, lines_in
from app.domain.staff import Staff


@dataclass(frozen=True)
class HourRow:
    """One valid check-in. org: the branch's short name today, empty for 未归属; unit: its full name
    of the day; left_at None: not checked out (forgotten, once nobody may any more); measured None:
    nothing is measured; granted None: nobody confirmed. Minutes throughout."""

    code: str
    name: str
    org: str
    unit: str
    standing: str | None
    role: str
    came_at: datetime
    left_at: datetime | None
    out_how: str | None
    measured: int | None
    proposed: int
    granted: int | None
    granted_by: str
    is_forgotten: bool
    is_inside: bool
    is_short: bool  # was there for less than 60 % of the planned length
    is_grantable: bool

    @property
    def state(self) -> str:
        """granted | forgotten | inside | waiting"""
        if self.granted is not None:
            return "granted"
        return "forgotten" if self.is_forgotten else "inside" if self.is_inside else "waiting"


@dataclass(frozen=True)
class HourSheet:
    """The rows of a sitting. waiting: rows that 全部按建议认定 would confirm."""

    rows: tuple[HourRow, ...]
    planned: int
    checks_out: bool
    is_over: bool  # nobody may check out any more

    @property
    def waiting(self) -> int:
        return sum(
            1
            for row in self.rows
            if row.granted is None and row.is_grantable and self._is_usual(row)
        )

    @property
    def granted(self) -> int:
        """Rows that are confirmed."""
        return sum(1 for row in self.rows if row.granted is not None)

    @property
    def granted_minutes(self) -> int:
        return sum(row.granted or 0 for row in self.rows)

    @property
    def measured_minutes(self) -> int:
        return sum(row.measured or 0 for row in self.rows)

    @property
    def not_out(self) -> int:
        """Rows without a check-out, forgotten or still inside."""
        return sum(1 for row in self.rows if row.is_forgotten or row.is_inside)

    @property
    def has_open(self) -> bool:
        """Whether any row can be confirmed and is not."""
        return any(row.granted is None and row.is_grantable for row in self.rows)

    def _is_usual(self, row):
        return not row.is_forgotten and (self.checks_out or row.role == "volunteer")


def sheet_of(occurrence: Occurrence, rows_of: Org | None = None) -> HourSheet:
    """The hours of a sitting, by branch and name; rows_of limits it to one org's subtree. Where there
    is no check-out, volunteers come first."""
    found = db.session.execute(_query([occurrence], rows_of)).all()
    names = _units(found)
    now = clock.now()
    rows = [_row(*one, names, now) for one in found]
    checks_out = counts_out(occurrence.event)
    if not checks_out:
        rows.sort(key=lambda row: row.role != "volunteer")
    return HourSheet(
        tuple(rows), planned_minutes(occurrence), checks_out, out_until(occurrence) < now
    )


def export_hours(occurrences: list[Occurrence], *, what: str, by: Actor) -> list[HourRow]:
    """The rows to hand in, by sitting, branch and name: everybody where there is check-out, else
    volunteers and whoever has hours confirmed; written down in the trail as `what`."""
    event = occurrences[0].event
    with transaction() as session:
        found = [
            one
            for one in session.execute(_query(occurrences, None)).all()
            if counts_out(event) or one[0].role == "volunteer" or one[0].granted_minutes is not None
        ]
        audit.record(
            "exported", by=by, org_id=event.host_id, subject=f"event:{event.id}", what=what,
            rows=len(found),
        )  # fmt: skip
        names, now = _units(found), clock.now()
        return [_row(*one, names, now) for one in found]


def granted_minutes_of(occurrences: list[Occurrence], rows_of: Org | None = None) -> dict[int, int]:
    """Occurrence id → minutes confirmed on its valid rows; sittings without any, and those that
    count nowhere, are left out."""
    query = (
        select(CheckIn.occurrence_id, func.sum(CheckIn.granted_minutes))
        .where(
            CheckIn.occurrence_id.in_([one.id for one in occurrences if not is_off(one)]),
            CheckIn.voided_at.is_(None), CheckIn.granted_minutes.is_not(None),
        )
        .group_by(CheckIn.occurrence_id)
    )  # fmt: skip
    if rows_of is not None:
        query = query.where(CheckIn.line_id.in_(lines_in(rows_of)))
    return {occurrence_id: int(minutes) for occurrence_id, minutes in db.session.execute(query)}


def _query(occurrences, rows_of):
    query = (
        select(CheckIn, OrgLine.org_id, Org.short_name, Staff.name)
        .outerjoin(OrgLine, OrgLine.id == CheckIn.line_id)
        .outerjoin(Org, Org.id == OrgLine.org_id)
        .outerjoin(Staff, Staff.id == CheckIn.granted_by_id)
        .join(Person, Person.id == CheckIn.person_id)
        .join(Occurrence, Occurrence.id == CheckIn.occurrence_id)
        .where(CheckIn.occurrence_id.in_([o.id for o in occurrences]), CheckIn.voided_at.is_(None))
        .options(
            joinedload(CheckIn.person), joinedload(CheckIn.occurrence).joinedload(Occurrence.event)
        )
        .order_by(
            Occurrence.starts_at, Occurrence.id, Org.path.nullslast(), Person.pinyin, CheckIn.id
        )
    )
    return query if rows_of is None else query.where(CheckIn.line_id.in_(lines_in(rows_of)))


def _units(found):
    """(org id, day) → the full name the org bore on that day."""
    ids = {org_id for _row, org_id, _short, _staff in found if org_id}
    names = {}
    for day in {row.occurrence.starts_on for row, *_rest in found}:
        query = select(OrgName.org_id, OrgName.full_name).where(
            OrgName.org_id.in_(ids), open_on(day, OrgName)
        )
        names |= {(org_id, day): name for org_id, name in db.session.execute(query)}
    return names


def _row(row, org_id, short_name, staff_name, names, now):
    occurrence = row.occurrence
    measured, is_out = measured_minutes(row, occurrence), has_left(row)
    is_missing = counts_out(occurrence.event) and not is_out
    is_closed = out_until(occurrence) < now
    planned = planned_minutes(occurrence)
    return HourRow(
        code=row.code, name=row.person.name, org=short_name or "",
        unit=names.get((org_id, occurrence.starts_on), short_name or ""), standing=row.standing,
        role=row.role, came_at=row.checked_in_at, left_at=row.checked_out_at if is_out else None,
        out_how=row.checked_out_how if is_out else None, measured=measured,
        proposed=proposed_minutes(row, occurrence), granted=row.granted_minutes,
        granted_by=staff_name or "", is_forgotten=is_missing and is_closed,
        is_inside=is_missing and not is_closed,
        is_short=is_out and 100 * measured < SHARE_PERCENT * planned,
        is_grantable=is_out or occurrence.ends_at <= now,
    )  # fmt: skip
