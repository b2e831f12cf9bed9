"""Which sittings count as held: the one condition behind every figure."""

from sqlalchemy import and_

from app import clock
from app.domain.events.model import Event, Occurrence
from app.domain.periods import Period


def was_held(period: Period):
    """The condition, over Occurrence joined with its Event, that it was held: published, not cancelled,
    with its local start day in the period and not after today (docs/decisions/0006)."""
    return and_(
        Occurrence.starts_on.between(period.from_on, period.to_on),
        Occurrence.starts_on <= clock.today(),
        Occurrence.cancelled_at.is_(None),
        Event.published_at.is_not(None),
        Event.cancelled_at.is_(None),
        Event.withdrawn_at.is_(None),
    )
