"""What was reported in figures: sums by unit, and the rows behind them."""

from sqlalchemy import func, select

from app.db import db
from app.domain.events import Event, Occurrence, was_held
from app.domain.orgs import Org, subtree_lines
from app.domain.periods import Period
from app.domain.tallies.model import ManualTally


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
