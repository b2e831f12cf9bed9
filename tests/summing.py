"""Kinds of activity for events that tests make."""

from app.db import transaction
from app.domain import programmes
from app.domain.events import EventProgramme


def tag(event, *names):
    """The event, tagged with these kinds of activity."""
    with transaction() as session:
        for name in names:
            one = programmes.programme_named(name)
            session.add(EventProgramme(event_id=event.id, programme_id=one.id))
    return event
