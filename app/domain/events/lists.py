"""The lists of events an account opens: what runs, what comes, what was, what is not out yet."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import selectinload

from app import clock
from app.db import db
from app.domain.events.model import Event, EventOrg, Occurrence
from app.domain.events.questions import likely_occurrence
from app.domain.orgs import Org
from app.domain.programmes import Programme
from app.text import latin_key, spoken_code, tidy

PARTS = ("running", "upcoming", "invited", "drafts", "past")
PAGE = 50


@dataclass(frozen=True)
class Listed:
    """A line of a list: the event, the sitting somebody means now, and how many it has."""

    event: Event
    occurrence: Occurrence
    occurrences: int


@dataclass(frozen=True)
class Listing:
    """One page of a part: its lines, how many there are in all, which page of how many."""

    part: str
    rows: list[Listed]
    total: int
    page: int
    pages: int

    @property
    def more(self) -> int:
        """How many lines are not on this page."""
        return self.total - len(self.rows)


def list_events(
    scope: Org, part: str, *, words: str = "", from_on: date | None = None,
    to_on: date | None = None, page: int = 1, size: int = PAGE,
) -> Listing:  # fmt: skip
    """One part of the events hosted in today's subtree of scope, or (part "invited") those of other
    hosts that invite some of it. words: found in title (its pinyin and initials too), place or
    host, or the code; from_on, to_on: a sitting starts in these local days, both inclusive. A page
    beyond the last is the last."""
    where = [_seen(scope, part), _in_part(part, clock.now()), *_asked(words, from_on, to_on)]
    found = select(Event.id).join(Org, Org.id == Event.host_id).where(*where)
    total = db.session.scalar(select(func.count()).select_from(found.subquery()))
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    query = (
        select(Event)
        .where(Event.id.in_(found))
        .options(selectinload(Event.occurrences), selectinload(Event.host))
        .order_by(*_order(part))
        .limit(size)
        .offset((page - 1) * size)
    )
    now = clock.now()
    rows = [Listed(e, likely_occurrence(e, now), len(e.occurrences)) for e in db.session.scalars(query)]  # fmt: skip
    return Listing(part, rows, total, page, pages)


def sittings_today(scope: Org, *, after: timedelta, limit: int = 200) -> list[Occurrence]:
    """The sittings of today hosted in the subtree that are not called off: those that start on
    this local day, and those that run on from an earlier one or ended less than `after` ago. The
    scope's own first, then by start."""
    now = clock.now()
    runs_on = and_(Occurrence.starts_at <= now, Occurrence.ends_at > now - after)
    query = (
        select(Occurrence)
        .join(Event, Event.id == Occurrence.event_id)
        .join(Org, Org.id == Event.host_id)
        .where(
            Org.path.like(scope.path + "%"), Event.published_at.is_not(None),
            Event.withdrawn_at.is_(None), Event.cancelled_at.is_(None),
            Occurrence.cancelled_at.is_(None), Event.late_reason == "",
            or_(Occurrence.starts_on == clock.local_day(now), runs_on),
        )
        .options(selectinload(Occurrence.event).selectinload(Event.occurrences))
        .order_by((Org.id != scope.id), Occurrence.starts_at, Occurrence.id)
    )  # fmt: skip
    return list(db.session.scalars(query.limit(limit)))


def recent_places(scope: Org, limit: int = 12) -> list[str]:
    """The places events of the subtree used last, to be offered again."""
    newest = func.max(Occurrence.id)
    query = (
        select(Occurrence.place)
        .join(Event, Event.id == Occurrence.event_id)
        .join(Org, Org.id == Event.host_id)
        .where(Org.path.like(scope.path + "%"), Occurrence.place != "")
        .group_by(Occurrence.place)
        .order_by(newest.desc())
    )
    return list(db.session.scalars(query.limit(limit)))


def usual_programmes(scope: Org) -> list[Programme]:
    """The programmes of the event the org itself held or planned last: likely the next one's."""
    query = select(Event).where(
        Event.host_id == scope.id, Event.withdrawn_at.is_(None), Event.cancelled_at.is_(None)
    )
    last = db.session.scalar(query.order_by(Event.id.desc()).limit(1))
    return list(last.programmes) if last else []


def _seen(scope, part):
    inside = Org.path.like(scope.path + "%")
    if part != "invited":
        return inside
    above = [int(step) for step in scope.path.strip("/").split("/")]
    invited_org = select(Org.id).where(or_(Org.path.like(scope.path + "%"), Org.id.in_(above)))
    invited = select(EventOrg.event_id).where(EventOrg.org_id.in_(invited_org))
    return and_(~inside, Event.id.in_(invited))


def _in_part(part, now):
    out = and_(Event.published_at.is_not(None), Event.withdrawn_at.is_(None))
    alive = and_(Occurrence.cancelled_at.is_(None), Event.cancelled_at.is_(None))
    scans = and_(Occurrence.closed_at.is_(None), Event.late_reason == "")
    checking = and_(Occurrence.opens_at <= now, Occurrence.closes_at > now, scans)
    on_now = and_(Occurrence.starts_at <= now, Occurrence.ends_at > now)
    running = and_(out, _some(alive, or_(checking, on_now)))
    upcoming = and_(out, _some(alive, Occurrence.starts_at > now))
    return {
        "running": running,
        "upcoming": and_(upcoming, ~running),
        "past": and_(out, ~running, ~upcoming),
        # What was out and taken back can be put back; a draft taken back is gone.
        "drafts": or_(
            and_(Event.published_at.is_(None), Event.withdrawn_at.is_(None)),
            and_(
                Event.published_at.is_not(None),
                Event.withdrawn_at.is_not(None),
                Event.merged_into_id.is_(None),
            ),
        ),
        "invited": out,
    }[part]


def _some(*conditions):
    of_event = Occurrence.event_id == Event.id
    return select(Occurrence.id).where(of_event, *conditions).correlate(Event).exists()


def _asked(words, from_on, to_on):
    asked = []
    if words := tidy(words):
        asked.append(
            or_(
                Event.title.icontains(words, autoescape=True),
                *_read_aloud(latin_key(words)),
                Org.full_name.contains(words, autoescape=True),
                Org.short_name.contains(words, autoescape=True),
                Event.code == spoken_code(words)[:8],
                _some(Occurrence.place.contains(words, autoescape=True)),
            )
        )
    days = [Occurrence.starts_on >= from_on] if from_on else []
    days += [Occurrence.starts_on <= to_on] if to_on else []
    return [*asked, _some(*days)] if days else asked


def _read_aloud(latin):
    """The title by pinyin or initials."""
    columns = (Event.pinyin, Event.initials) if len(latin) > 1 else ()
    return [column.contains(latin, autoescape=True) for column in columns]


def _order(part):
    if part == "drafts":
        return (Event.id.desc(),)
    start = func.min if part in ("running", "upcoming") else func.max
    when = (
        select(start(Occurrence.starts_at))
        .where(Occurrence.event_id == Event.id)
        .correlate(Event)
        .scalar_subquery()
    )
    forward = part in ("running", "upcoming")
    return (when.asc() if forward else when.desc(), Event.id.asc() if forward else Event.id.desc())
