"""What today asks of staff, and what a stranger at the front door may see."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app import clock
from app.db import db
from app.domain import counts, live, reviews
from app.domain.events import Event, EventOrg, Occurrence
from app.domain.members import Membership
from app.domain.orgs import Org, is_within
from app.domain.periods import Period

AHEAD = timedelta(days=7)
BACK = timedelta(days=90)
MOST = 20


@dataclass(frozen=True)
class Running:
    """An occurrence that is on, with its figures: of all, or of the scope where others host it."""

    occurrence: Occurrence
    tally: live.Tally
    is_host: bool


@dataclass(frozen=True)
class Today:
    """running and coming sittings by start; unrecorded: held without any record; what is missing
    to begin with: has_members, has_events."""

    running: tuple[Running, ...]
    coming: tuple[Occurrence, ...]
    unrecorded: tuple[counts.OccurrenceRow, ...]
    open_reviews: int
    has_members: bool
    has_events: bool


def today_of(scope: Org) -> Today:
    """Today as an account of this scope needs it."""
    now = clock.now()
    return Today(
        running=tuple(_running(scope, sitting) for sitting in _sittings(scope, _is_on(now))),
        coming=tuple(_sittings(scope, _is_coming(now))),
        unrecorded=_unrecorded(scope, now),
        open_reviews=reviews.open_review_count(scope),
        has_members=_has(
            select(Membership.id).join(Org, Org.id == Membership.org_id).where(_inside(scope))
        ),
        has_events=_has(select(Event.id).join(Org, Org.id == Event.host_id).where(_inside(scope))),
    )


def public_sittings(limit: int = 10) -> list[Occurrence]:
    """The next sittings, or those on now, of published events that are open to the public."""
    now = clock.now()
    query = _alive().where(Event.is_public, Occurrence.ends_at > now)
    return list(db.session.scalars(query.limit(limit)))


def _running(scope, sitting):
    is_host = is_within(scope, sitting.event.host)
    return Running(sitting, live.tally(sitting, None if is_host else scope), is_host)


def _unrecorded(scope, now):
    period = Period(clock.local_day(now - BACK), clock.local_day(now))
    rows = counts.unrecorded_occurrences(period, scope)
    return tuple(row for row in rows if row.ends_at <= now)


def _alive():
    return (
        select(Occurrence)
        .join(Event, Event.id == Occurrence.event_id)
        .join(Org, Org.id == Event.host_id)
        .where(
            Event.published_at.is_not(None), Event.withdrawn_at.is_(None),
            Event.cancelled_at.is_(None), Occurrence.cancelled_at.is_(None),
        )
        .options(
            joinedload(Occurrence.event).options(
                joinedload(Event.host), joinedload(Event.series), selectinload(Event.invitations)
            )
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
    )  # fmt: skip


def _sittings(scope, when):
    above = [int(part) for part in scope.path.strip("/").split("/")]
    asked = Org.__table__.alias()
    invited = exists(
        select(EventOrg.id)
        .join(asked, asked.c.id == EventOrg.org_id)
        .where(
            EventOrg.event_id == Event.id,
            or_(asked.c.path.like(scope.path + "%"), asked.c.id.in_(above)),
        )
    )
    query = _alive().where(when, or_(_inside(scope), invited))
    return list(db.session.scalars(query.limit(MOST)))


def _is_on(now):
    scans = and_(Occurrence.closes_at > now, Event.late_reason == "")
    checking = and_(Occurrence.opens_at <= now, scans)
    held = and_(Occurrence.starts_at <= now, Occurrence.ends_at > now)
    return and_(or_(checking, held), or_(Occurrence.closed_at.is_(None), held))


def _is_coming(now):
    return and_(
        Occurrence.opens_at > now, Occurrence.starts_at > now, Occurrence.starts_at <= now + AHEAD
    )


def _inside(scope):
    return Org.path.like(scope.path + "%")


def _has(query):
    return db.session.scalar(query.limit(1)) is not None
