"""Everything one person did, for that person alone: what their card opens."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from app import clock
from app.db import db
from app.domain.checkins import CheckIn
from app.domain.events import Event, Occurrence
from app.domain.members import Person, open_on
from app.domain.orgs import Org, OrgLine, OrgName


@dataclass(frozen=True)
class HistoryRow:
    """One check-in. branch: the name, of that day, of the org it counts for, empty for none. state:
    valid | voided | off (the sitting was called off or taken back: it counts nowhere)."""

    title: str
    code: str
    host: str
    place: str
    starts_at: datetime
    branch: str
    checked_in_at: datetime
    checked_out_at: datetime | None
    role: str
    how: str
    granted_minutes: int | None
    is_corrected: bool
    review: str
    state: str

    @property
    def counts(self) -> bool:
        """Held (from its first day on) and valid: what the figures count."""
        return self.state == "valid" and clock.local_day(self.starts_at) <= clock.today()


@dataclass(frozen=True)
class Year:
    """The sums of one calendar year of the sittings' start days, and its rows, newest first."""

    year: int
    rows: tuple[HistoryRow, ...]

    @property
    def attendances(self) -> int:
        return sum(1 for row in self.rows if row.counts)

    @property
    def granted_minutes(self) -> int:
        return sum(row.granted_minutes or 0 for row in self.rows if row.counts)


@dataclass(frozen=True)
class History:
    """All of it, by year, the newest first."""

    years: tuple[Year, ...]

    @property
    def rows(self) -> list[HistoryRow]:
        return [row for year in self.years for row in year.rows]

    @property
    def attendances(self) -> int:
        return sum(year.attendances for year in self.years)

    @property
    def granted_minutes(self) -> int:
        return sum(year.granted_minutes for year in self.years)


def history_of(person: Person) -> History:
    """What the person (and whoever was merged into them) checked in to, undone rows too."""
    host = aliased(Org)
    same = or_(Person.id == person.id, Person.merged_into_id == person.id)
    query = (
        select(CheckIn, Occurrence, Event, host.full_name, OrgName.full_name)
        .join(Person, Person.id == CheckIn.person_id)
        .join(Occurrence, Occurrence.id == CheckIn.occurrence_id)
        .join(Event, Event.id == Occurrence.event_id)
        .join(host, host.id == Event.host_id)
        .outerjoin(OrgLine, OrgLine.id == CheckIn.line_id)
        .outerjoin(
            OrgName,
            and_(OrgName.org_id == OrgLine.org_id, open_on(Occurrence.starts_on, OrgName)),
        )
        .where(same)
        .order_by(Occurrence.starts_at.desc(), CheckIn.id.desc())
    )
    rows = [_row(*found) for found in db.session.execute(query)]
    years = groupby(rows, lambda row: clock.local_day(row.starts_at).year)
    return History(tuple(Year(year, tuple(of_year)) for year, of_year in years))


def _row(row, occurrence, event, host, branch):
    off = event.withdrawn_at or event.cancelled_at or occurrence.cancelled_at
    state = "voided" if row.voided_at else "off" if off or not event.published_at else "valid"
    return HistoryRow(
        title=event.title, code=occurrence.code, host=host, place=occurrence.place,
        starts_at=occurrence.starts_at, branch=branch or "", checked_in_at=row.checked_in_at,
        checked_out_at=row.checked_out_at, role=row.role, how=row.how,
        granted_minutes=row.granted_minutes, is_corrected=row.corrections > 0 or row.replaces_id is not None,
        review=row.review, state=state,
    )  # fmt: skip
