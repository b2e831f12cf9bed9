"""Who was turned away, as numbers: a counter by sitting and reason, no row of anybody."""

from contextlib import contextmanager

from sqlalchemy import func, select

from app import clock
from app.db import db, transaction, upsert
from app.domain.checkins.model import TURNED_AWAY, RefusalCount
from app.domain.events import Event, Occurrence
from app.errors import Refusal


def count_refusal(occurrence_id: int, reason: str) -> None:
    """One more of TURNED_AWAY; one statement, for any number of processes at once."""
    table, now = RefusalCount.__table__, clock.now()
    new = {"occurrence_id": occurrence_id, "reason": reason, "number": 1, "last_at": now}
    changes = {"number": table.c.number + 1, "last_at": now}
    with transaction() as session:
        session.execute(upsert(table, new, key=("occurrence_id", "reason"), changes=changes))


@contextmanager
def counting_refusals(occurrence: Occurrence):
    """Count what the block refuses, if it is one of TURNED_AWAY; the refusal goes on its way."""
    occurrence_id = occurrence.id
    try:
        yield
    except Refusal as refusal:
        if refusal.code in TURNED_AWAY:
            count_refusal(occurrence_id, refusal.code)
        raise


def refusals_of(event: Event) -> list[tuple[str, int]]:
    """(reason, how often) over all sittings of an event, the most frequent first."""
    number = func.sum(RefusalCount.number)
    query = (
        select(RefusalCount.reason, number)
        .join(Occurrence, Occurrence.id == RefusalCount.occurrence_id)
        .where(Occurrence.event_id == event.id)
        .group_by(RefusalCount.reason)
        .order_by(number.desc(), RefusalCount.reason)
    )
    return [(reason, int(many)) for reason, many in db.session.execute(query)]
