"""What a venue's door code opens at this moment."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock
from app.db import db
from app.domain.events.model import Event, Occurrence
from app.domain.orgs import Org
from app.domain.venues import Venue


@dataclass(frozen=True)
class VenueDoor:
    """open: the sittings whose check-in is open there now, by start; next: the one that opens next,
    or None."""

    open: tuple[Occurrence, ...]
    next: Occurrence | None


def door_of_venue(venue: Venue) -> VenueDoor:
    """What is on at a venue: published sittings that are on. A closed venue has none."""
    now = clock.now()
    query = (
        select(Occurrence)
        .join(Event, Event.id == Occurrence.event_id)
        .where(
            Occurrence.venue_id == venue.id, Occurrence.closes_at > now,
            Occurrence.cancelled_at.is_(None), Event.published_at.is_not(None),
            Event.cancelled_at.is_(None), Event.withdrawn_at.is_(None), Event.merged_into_id.is_(None),
        )
        .options(joinedload(Occurrence.event).joinedload(Event.host))
        .order_by(Occurrence.opens_at, Occurrence.starts_at, Occurrence.id)
    )  # fmt: skip
    found = [] if venue.is_closed else _of_its_own(venue, db.session.scalars(query))
    phases = [(occurrence.phase_at(now), occurrence) for occurrence in found]
    is_open = [one for phase, one in phases if phase == "open"]
    return VenueDoor(
        tuple(sorted(is_open, key=lambda one: (one.starts_at, one.id))),
        next((one for phase, one in phases if phase == "upcoming"), None),
    )


def _of_its_own(venue, found):
    """Those of hosts below or above the org that keeps the venue: whoever else names its place in a
    form does not get its door."""
    own = db.session.get(Org, venue.org_id).path
    hosts = ((one, one.event.host.path) for one in found)
    return [one for one, host in hosts if host.startswith(own) or own.startswith(host)]
