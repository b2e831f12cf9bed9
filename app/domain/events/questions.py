"""Which events somebody may see, and what a code stands for."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app import clock
from app.db import db
from app.domain.events.merged import surviving
from app.domain.events.model import Event, EventOrg, Occurrence
from app.domain.orgs import Org, is_within
from app.errors import NotFound
from app.text import spoken_code


@dataclass(frozen=True)
class Sight:
    """An event as one account sees it. rows_of is None where every row may be seen (the host lies
    in the account's subtree), else the org whose subtree limits the rows (the one widening)."""

    event: Event
    rows_of: Org | None

    @property
    def is_host(self) -> bool:
        return self.rows_of is None


def find_event(code: str) -> Event:
    """The event of an event code or of one of its occurrences' codes; raises NotFound."""
    found = event_or_occurrence(code)
    return found.event if isinstance(found, Occurrence) else found


def event_or_occurrence(code: str) -> Event | Occurrence:
    """What a public code stands for, typed in any case; raises NotFound."""
    wanted = spoken_code(code)[:8]
    found = db.session.scalar(select(Event).where(Event.code == wanted))
    found = found or db.session.scalar(select(Occurrence).where(Occurrence.code == wanted))
    if found is None:
        raise NotFound
    return found


def find_public(code: str) -> Event:
    """The published event of a code, for anybody (of one merged into another: the other); raises
    NotFound for drafts and what was taken back."""
    event = surviving(find_event(code))
    if event.published_at is None or event.withdrawn_at is not None:
        raise NotFound
    return event


def find_announced(code: str) -> Event:
    """The event of a code that people may be asked to: published, not called off, not told of
    afterwards, with a sitting that is on. Raises NotFound."""
    event = find_public(code)
    sittings = sittings_of(event_or_occurrence(code))
    is_on = any(sitting.cancelled_at is None for sitting in sittings)
    if event.cancelled_at is not None or event.is_late_record or not is_on:
        raise NotFound
    return event


def event_in_sight(scope: Org, code: str) -> Sight:
    """An event hosted in the scope's subtree (all rows), or one that invites part of it (published,
    only its own rows: product.md §1). Raises NotFound for anything else."""
    event = find_event(code)
    if is_within(scope, event.host):
        return Sight(event, None)
    if event.published_at is not None and event.withdrawn_at is None and invites(event, scope):
        return Sight(event, scope)
    raise NotFound


def is_in_sight(scope: Org, event: Event) -> bool:
    """Whether `event_in_sight` shows it."""
    is_out = event.published_at is not None and event.withdrawn_at is None
    return is_within(scope, event.host) or (is_out and invites(event, scope))


def event_hosted_in(scope: Org, code: str) -> Event:
    """An event whose host lies in the scope's subtree; raises NotFound."""
    event = find_event(code)
    if not is_within(scope, event.host):
        raise NotFound
    return event


def invites(event: Event, scope: Org) -> bool:
    """Whether the scope's subtree meets the subtree of an invited org."""
    return any(is_within(scope, row.org) or is_within(row.org, scope) for row in event.invitations)


def occurrence_of(event: Event, code: str | None) -> Occurrence:
    """The event's occurrence of a code (occurrence or event code, or None): the given one, else the
    one that is open or comes next, else the last. Raises NotFound for a foreign code."""
    wanted = spoken_code(code or "")
    for occurrence in event.occurrences:
        if occurrence.code == wanted:
            return occurrence
    if wanted and wanted != event.code:
        raise NotFound
    return likely_occurrence(event, clock.now())


def sitting_of(event: Event, code: str) -> Occurrence:
    """The event's occurrence of exactly this code; raises NotFound."""
    wanted = spoken_code(code)
    for occurrence in event.occurrences:
        if occurrence.code == wanted:
            return occurrence
    raise NotFound


def likely_occurrence(event: Event, now: datetime) -> Occurrence:
    """The occurrence somebody means now: open, else the next, else the last held."""
    alive = [o for o in event.occurrences if o.cancelled_at is None] or event.occurrences
    for wanted in ("open", "upcoming", "draft"):
        for occurrence in alive:
            if occurrence.phase_at(now) == wanted:
                return occurrence
    return alive[-1]


def sittings_of(found: Event | Occurrence) -> list[Occurrence]:
    """What a code announces: the sittings of an event that are on, or the one occurrence."""
    return [found] if isinstance(found, Occurrence) else found.alive


def open_occurrences(event: Event, now: datetime) -> list[Occurrence]:
    """The occurrences whose check-in is open at an instant, by start."""
    return [o for o in event.occurrences if o.phase_at(now) == "open"]


def events_in(scope: Org, *, limit: int = 200) -> list[Event]:
    """Events hosted in the subtree, newest start first."""
    query = (
        select(Event)
        .join(Org, Org.id == Event.host_id)
        .where(Org.path.like(scope.path + "%"))
        .options(selectinload(Event.occurrences), selectinload(Event.invitations))
    )
    found = list(db.session.scalars(query.order_by(Event.id.desc()).limit(limit)))
    return sorted(found, key=lambda e: (e.occurrences[0].starts_at, e.id), reverse=True)


def invited_in(scope: Org):
    """A select of the ids of events that invite an org of the subtree, or one above it."""
    above = [int(part) for part in scope.path.strip("/").split("/")]
    invited = Org.__table__.alias()  # of its own: the query around it joins the host
    return (
        select(EventOrg.event_id)
        .join(invited, invited.c.id == EventOrg.org_id)
        .where(invited.c.path.like(scope.path + "%") | invited.c.id.in_(above))
    )


def newest_event(scope: Org) -> Event | None:
    """The event of the subtree that was made last and is to be held: published, not called off."""
    query = (
        select(Event)
        .join(Org, Org.id == Event.host_id)
        .where(
            Org.path.like(scope.path + "%"), Event.published_at.is_not(None),
            Event.withdrawn_at.is_(None), Event.cancelled_at.is_(None),
        )
    )  # fmt: skip
    return db.session.scalar(query.order_by(Event.id.desc()).limit(1))


def events_inviting(scope: Org, *, limit: int = 100) -> list[Event]:
    """Published events of other hosts that invite part of the subtree, newest first."""
    invited = invited_in(scope)
    query = (
        select(Event)
        .join(Org, Org.id == Event.host_id)
        .where(
            Event.id.in_(invited), Event.published_at.is_not(None), Event.withdrawn_at.is_(None),
            Org.path.not_like(scope.path + "%"),
        )
        .options(selectinload(Event.occurrences))
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(Event.id.desc()).limit(limit)))
