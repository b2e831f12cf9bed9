"""The sittings a scope has to do with: hosted in its subtree, or inviting some of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app import clock
from app.db import db
from app.domain import live
from app.domain.counts.base import has_record, held, is_unrecorded
from app.domain.events import Event, EventOrg, Occurrence, invited_in
from app.domain.orgs import Org, is_within
from app.domain.periods import Period
from app.domain.today.folds import Folded, fold

AHEAD = BACK = timedelta(days=7)
MOST = 1000  # rows of a list; a district has no more in a week, a month owes no more
FIGURES = 5  # sittings whose figures are counted for the page: each costs a handful of statements
FLAT = 8  # lines of a list that need no folding


@dataclass(frozen=True)
class Running:
    """An occurrence that is on, with its figures: of all, or of the scope where others host it."""

    occurrence: Occurrence
    tally: live.Tally
    is_host: bool


@dataclass(frozen=True)
class Ended(Running):
    """An occurrence of the last days at which somebody of the scope was missing."""


@dataclass(frozen=True)
class Unrecorded:
    """An occurrence that was held and of which nothing was written down. event, occurrence: codes."""

    event: str
    occurrence: str
    title: str
    host: str
    path: str
    domain: str
    starts_at: datetime

    @property
    def is_of_school(self) -> bool:
        """Held by a school: pupils are counted first, see tallies."""
        return self.domain == "school"


def running_of(scope: Org) -> Folded:
    """What is on now; Running at once, bare occurrences in the folds."""
    rows = fold(scope, _sittings(scope, _is_on(clock.now())), _host, flat=FIGURES)
    return Folded(tuple(_counted(Running, scope, row) for row in rows.shown), rows.folds)


def coming_of(scope: Org) -> Folded:
    """What begins within seven days."""
    return fold(scope, _sittings(scope, _is_coming(clock.now())), _host, flat=FLAT)


def ended_of(scope: Org) -> Folded:
    """What ended within seven days and at which somebody of the scope is missing, the latest first;
    those in the folds are not counted, and may have missed nobody. A sitting of the subtree without
    any record is owed, not missed."""
    told = and_(_is_over(clock.now()), or_(~_inside(scope), has_record(Occurrence.id)))
    rows = _sittings(scope, told, newest_first=True)
    rows = fold(scope, [row for row in rows if row.event.invitations], _host, flat=FIGURES)
    ended = (_counted(Ended, scope, row) for row in rows.shown)
    return Folded(tuple(one for one in ended if one.tally.missing), rows.folds)


def unrecorded_of(scope: Org, period: Period) -> list[Unrecorded]:
    """What was held in the period by the subtree of today without any record, newest first."""
    sitting = held(period)
    query = (
        select(Event.code, Occurrence.code, Event.title, Org.short_name, Org.path, Org.domain, Occurrence.starts_at)
        .join(sitting, sitting.c.id == Occurrence.id)
        .join(Event, Event.id == Occurrence.event_id)
        .join(Org, Org.id == Event.host_id)
        .where(_inside(scope), is_unrecorded(sitting))
        .order_by(Occurrence.starts_at.desc(), Occurrence.id)
        .limit(MOST)
    )  # fmt: skip
    return [Unrecorded(*row) for row in db.session.execute(query)]


def public_sittings(limit: int = 10) -> list[Occurrence]:
    """The next sittings, or those on now, of published events that are open to the public."""
    query = _alive().where(Event.is_public, Occurrence.ends_at > clock.now())
    return list(db.session.scalars(query.order_by(*_by_start()).limit(limit)))


def _counted(kind, scope, sitting):
    is_host = is_within(scope, sitting.event.host)
    return kind(sitting, live.tally(sitting, None if is_host else scope), is_host)


def _host(sitting):
    return sitting.event.host.path


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
                joinedload(Event.host), joinedload(Event.series),
                selectinload(Event.invitations).joinedload(EventOrg.org),
            )
        )
    )  # fmt: skip


def _sittings(scope, when, *, newest_first=False):
    query = _alive().where(when, or_(_inside(scope), Event.id.in_(invited_in(scope))))
    order = [column.desc() for column in _by_start()] if newest_first else _by_start()
    return list(db.session.scalars(query.order_by(*order).limit(MOST)))


def _by_start():
    return Occurrence.starts_at, Occurrence.id


def _is_on(now):
    scans = and_(Occurrence.closes_at > now, Event.late_reason == "")
    checking = and_(Occurrence.opens_at <= now, scans)
    on = and_(Occurrence.starts_at <= now, Occurrence.ends_at > now)
    return and_(or_(checking, on), or_(Occurrence.closed_at.is_(None), on))


def _is_coming(now):
    return and_(
        Occurrence.opens_at > now, Occurrence.starts_at > now, Occurrence.starts_at <= now + AHEAD
    )


def _is_over(now):
    return and_(Occurrence.ends_at.between(now - BACK, now), ~_is_on(now))


def _inside(scope):
    return Org.path.like(scope.path + "%")
