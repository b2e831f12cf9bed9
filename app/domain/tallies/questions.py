"""What was reported in figures: sums by unit, and the rows behind them."""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.db import db
from app.domain.events import Event, Occurrence, was_held
from app.domain.orgs import Org, OrgLine, lines_in, subtree_lines
from app.domain.periods import Period
from app.domain.staff import Staff
from app.domain.tallies.model import ManualTally
from app.errors import NotFound
from app.text import spoken_code


def tallied(period: Period, org: Org) -> dict[str, int]:
    """Unit → the sum of the valid tallies of the org's subtree, by the lines of their day: those of
    an occurrence held in the period, and those of a stretch of days that lies inside it."""
    query = (
        select(ManualTally.unit, func.sum(ManualTally.number))
        .where(
            ManualTally.id.in_(tallies_within(period)),
            ManualTally.line_id.in_(subtree_lines(org.id)),
        )
        .group_by(ManualTally.unit)
    )
    return {unit: int(number) for unit, number in db.session.execute(query.order_by("unit"))}


def tallies_within(period: Period):
    """A select of the ids of the valid tallies that belong to the period."""
    inside = (ManualTally.from_on >= period.from_on) & (ManualTally.to_on <= period.to_on)
    held = (
        select(Occurrence.id).join(Event, Event.id == Occurrence.event_id).where(was_held(period))
    )
    return select(ManualTally.id).where(
        ManualTally.voided_at.is_(None),
        ManualTally.occurrence_id.in_(held) | (ManualTally.occurrence_id.is_(None) & inside),
    )


@dataclass(frozen=True)
class TallyRow:
    """A tally as a list shows it: whose it is, and the event where it is of one."""

    tally: ManualTally
    org: Org
    event: Event | None
    occurrence: str  # code, or nothing
    made_by: str


def tallies_in(scope: Org, *, limit: int, offset: int = 0) -> list[TallyRow]:
    """The tallies of the orgs of today's subtree, voided ones too, the last written first."""
    query = _rows().where(ManualTally.line_id.in_(lines_in(scope)))
    newest = query.order_by(ManualTally.made_at.desc(), ManualTally.id.desc())
    return [_row(row) for row in db.session.execute(newest.limit(limit).offset(offset))]


def find_tally(scope: Org, code: str) -> TallyRow:
    """The tally of a code inside the scope's subtree; raises NotFound."""
    query = _rows().where(
        ManualTally.code == spoken_code(code)[:12], ManualTally.line_id.in_(lines_in(scope))
    )
    found = db.session.execute(query).one_or_none()
    if found is None:
        raise NotFound
    return _row(found)


def _rows():
    return (
        select(ManualTally, Org, Event, Occurrence.code, Staff.name)
        .join(OrgLine, OrgLine.id == ManualTally.line_id)
        .join(Org, Org.id == OrgLine.org_id)
        .outerjoin(Occurrence, Occurrence.id == ManualTally.occurrence_id)
        .outerjoin(Event, Event.id == Occurrence.event_id)
        .outerjoin(Staff, Staff.id == ManualTally.made_by_id)
    )


def _row(row):
    return TallyRow(row[0], row[1], row[2], row[3] or "", row[4] or "")
