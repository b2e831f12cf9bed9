"""A period cut into stretches of days: what sums over sittings is asked for by the stretch.

SQLite's sorters and temporary tables lie in the memory (its TEMP_STORE says so), so a figure of a
million check-ins would take what a million rows take. A sitting starts on one day, so the figures of
sittings are the sums of the stretches' own; 人数 alone are not.
"""

from datetime import timedelta

from sqlalchemy import func, select

from app.db import db
from app.domain.checkins import CheckIn
from app.domain.events import Event, Occurrence, was_held
from app.domain.periods import Period

MOST = 40_000  # check-ins of a stretch, where one day has no more


def stretches(period: Period) -> list[Period]:
    """The days of the period, each once and in order, in as few stretches as hold MOST check-ins."""
    starts, number = [period.from_on], 0
    for day, more in _check_ins_by_day(period):
        if number and number + more > MOST:
            starts.append(day)
            number = 0
        number += more
    ends = [start - timedelta(days=1) for start in starts[1:]]
    return [Period(*days) for days in zip(starts, [*ends, period.to_on], strict=True)]


def _check_ins_by_day(period):
    """(day, how many) in order. Each sitting is counted by itself, from an index: nothing is sorted."""
    number = (
        select(func.count()).where(CheckIn.occurrence_id == Occurrence.id).correlate(Occurrence)
    )
    query = (
        select(Occurrence.starts_on, number.scalar_subquery())
        .join(Event, Event.id == Occurrence.event_id)
        .where(was_held(period))
        .order_by(Occurrence.starts_on)
    )
    days: dict = {}
    for day, more in db.session.execute(query):
        days[day] = days.get(day, 0) + more
    return days.items()
