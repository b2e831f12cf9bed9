"""What wants a human eye: the open doubts of a scope, newest event first."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.db import db
from app.domain import members
from app.domain.checkins import CheckIn
from app.domain.events import Event, EventOrg, Occurrence
from app.domain.orgs import Org, is_within, lines_in
from app.domain.reviews.matches import Match, matches_of, roots_of
from app.errors import NotFound

MOST = 200  # doubts on one page; cleared ones make room for the rest


@dataclass(frozen=True)
class Doubt:
    """An open check-in with the people it may be, best first."""

    check_in: CheckIn
    matches: tuple[Match, ...]

    @property
    def certain(self) -> Match | None:
        """The one match that may be confirmed together with others."""
        return next((match for match in self.matches if match.is_certain), None)

    @property
    def is_guest(self) -> bool:
        """Whether the row stands for a guest, not for somebody of the roster."""
        return not any("self" in match.grounds for match in self.matches)


@dataclass(frozen=True)
class EventDoubts:
    """The doubts of one event. may_clear: the host lies in the scope; else they are only shown."""

    event: Event
    doubts: tuple[Doubt, ...]
    may_clear: bool

    @property
    def certain(self) -> int:
        """How many have exactly one certain match."""
        return sum(1 for doubt in self.doubts if doubt.certain is not None)


@dataclass(frozen=True)
class Waiting:
    """count of open doubts; since: when the oldest of them checked in, None for none."""

    count: int
    since: datetime | None


def waiting_reviews(scope: Org) -> Waiting:
    """How many open doubts staff of this scope may clear, and since when the oldest waits."""
    query = _open().where(_hosted(scope)).order_by(None)
    query = query.with_only_columns(func.count(CheckIn.id), func.min(CheckIn.checked_in_at))
    return Waiting(*db.session.execute(query).one())


def open_reviews(scope: Org, event: Event | None = None) -> list[EventDoubts]:
    """The open doubts of events hosted in the subtree, and those of its own rows elsewhere."""
    query = _open().where(or_(_hosted(scope), _invited(scope)))
    if event is not None:
        query = query.where(Occurrence.event_id == event.id)
    query = query.options(
        joinedload(CheckIn.occurrence)
        .joinedload(Occurrence.event)
        .options(joinedload(Event.host), selectinload(Event.invitations)),
        joinedload(CheckIn.person), joinedload(CheckIn.chosen_org),
    ).limit(MOST)  # fmt: skip
    rows = list(db.session.scalars(query))
    return [
        _event_doubts(scope, list(same)) for _id, same in groupby(rows, lambda r: r.occurrence.event_id)
    ]  # fmt: skip


def find_review(scope: Org, code: str) -> CheckIn:
    """A check-in of an event hosted in the subtree; raises NotFound."""
    query = select(CheckIn).where(CheckIn.code == str(code).strip().upper()[:12])
    found = db.session.scalar(query)
    if found is None or not is_within(scope, found.occurrence.event.host):
        raise NotFound
    return found


def doubt_about(scope: Org, check_in: CheckIn) -> Doubt:
    """One check-in with the people it may be."""
    return _doubts(scope, [check_in])[0]


def search_matches(scope: Org, check_in: CheckIn, words: str) -> list[members.MemberRow]:
    """People of the scope or of an invited org whom the words find: for a name typed quite wrong."""
    found = {}
    roots = db.session.scalars(select(Org).where(Org.id.in_(roots_of(scope, check_in.occurrence))))
    for root in roots:
        found |= {row.person.id: row for row in members.search_people(root, words)}
    return list(found.values())[:30]


def _open():
    return (
        select(CheckIn)
        .join(Occurrence, Occurrence.id == CheckIn.occurrence_id)
        .join(Event, Event.id == Occurrence.event_id)
        .join(Org, Org.id == Event.host_id)
        .where(CheckIn.review == "open", CheckIn.voided_at.is_(None))
        .order_by(
            Occurrence.starts_at.desc(), Event.id.desc(), Occurrence.id, CheckIn.checked_in_at,
            CheckIn.id,
        )
    )  # fmt: skip


def _hosted(scope):
    return Org.path.like(scope.path + "%")


def _invited(scope):
    """The rows of the scope's own lines at a published event that invites part of it."""
    above = [int(part) for part in scope.path.strip("/").split("/")]
    guest = Org.__table__.alias()
    asked = exists(
        select(EventOrg.id)
        .join(guest, guest.c.id == EventOrg.org_id)
        .where(
            EventOrg.event_id == Event.id,
            or_(guest.c.path.like(scope.path + "%"), guest.c.id.in_(above)),
        )
    )
    published = Event.published_at.is_not(None) & Event.withdrawn_at.is_(None)
    return published & asked & CheckIn.line_id.in_(lines_in(scope))


def _event_doubts(scope, rows):
    event = rows[0].occurrence.event
    if not is_within(scope, event.host):
        return EventDoubts(event, tuple(Doubt(row, ()) for row in rows), may_clear=False)
    return EventDoubts(event, tuple(_doubts(scope, rows)), may_clear=True)


def _doubts(scope, rows):
    found = []
    for _id, same in groupby(rows, lambda row: row.occurrence_id):
        group = list(same)
        matches = matches_of(scope, group[0].occurrence, group)
        found += [Doubt(row, tuple(matches[row.id])) for row in group]
    return found
