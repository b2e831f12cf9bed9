"""An event that was made twice: its printed codes go on and lead to the one that stayed."""

from sqlalchemy import select

from app.db import db
from app.domain.events.model import Event, Occurrence


def counterparts(gone: Event, kept: Event) -> dict[int, Occurrence]:
    """Sitting id of `gone` → the sitting of `kept` that is the same one: on the same day, the
    nearest start first, none taken twice; one sitting each is the same one on any day. Sittings
    called off have none."""
    free, pairs = [o for o in kept.occurrences if o.cancelled_at is None], {}
    mine = [o for o in gone.occurrences if o.cancelled_at is None]
    if len(mine) == len(free) == 1:
        return {mine[0].id: free[0]}
    for sitting in mine:
        same = [o for o in free if o.starts_on == sitting.starts_on]
        if same:
            nearest = min(same, key=lambda o: (abs(o.starts_at - sitting.starts_at), o.id))
            pairs[sitting.id] = nearest
            free.remove(nearest)
    return pairs


def surviving(found: Event | Occurrence) -> Event | Occurrence:
    """What a code leads to today: itself, or what it was merged into. A sitting leads to its
    counterpart, to the whole event where there is none."""
    event = found.event if isinstance(found, Occurrence) else found
    if event.merged_into_id is None:
        return found
    kept = db.session.scalar(select(Event).where(Event.id == event.merged_into_id))
    return kept if found is event else counterparts(event, kept).get(found.id, kept)
