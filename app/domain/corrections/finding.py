"""Choosing the other end of a correction: people and sittings of the scope, the likely ones first."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, or_, select

from app.db import db
from app.domain.checkins import CheckIn
from app.domain.corrections.stage import is_here
from app.domain.corrections.suggestions import Someone, someones
from app.domain.events import Event, Occurrence
from app.domain.members import Person
from app.domain.orgs import Org
from app.keys import match_key
from app.text import name_key, phone_digits, phone_tail, spoken_code, tidy

NEAR_DAYS = timedelta(days=45)


@dataclass(frozen=True)
class Choice:
    """A sitting to choose, and how many valid check-ins it has."""

    occurrence: Occurrence
    rows: int


def search_people_here(scope: Org, words: str, *, but: Person | None = None, limit: int = 20) -> list[Someone]:  # fmt: skip
    """People of the scope, guests too, whom the words find: name, pinyin, initials, phone."""
    words = words.strip()
    low = words.lower().replace(" ", "")
    if not low:
        return []
    match = [
        Person.name_key.contains(name_key(words), autoescape=True),
        Person.pinyin.startswith(low, autoescape=True),
        Person.initials.startswith(low, autoescape=True),
    ]
    if digits := phone_digits(words):
        match.append(Person.phone_hash == match_key("phone", digits))
    if tail := phone_tail(words):
        match.append(Person.phone_tail == tail)
    query = select(Person.id).where(Person.merged_into_id.is_(None), is_here(scope), or_(*match))
    if but is not None:
        query = query.where(Person.id != but.id)
    order = (func.length(Person.name), Person.pinyin, Person.id)
    ids = list(db.session.scalars(query.order_by(*order).limit(limit)))
    known = someones(set(ids))
    return [known[i] for i in ids]


def someone(person: Person) -> Someone:
    """A person with the branch of today and the number of valid check-ins."""
    return someones({person.id})[person.id]


def likely_sittings(event: Event, scope: Org, *, limit: int = 12) -> list[Choice]:
    """Where check-ins of the event may belong: its own other sittings, and those of the scope's
    other events, the nearest in time first."""
    anchor = event.occurrences[0]
    query = _alive(scope).where(
        Occurrence.starts_at.between(anchor.starts_at - NEAR_DAYS, anchor.starts_at + NEAR_DAYS)
    )
    found = list(db.session.scalars(query.limit(400)))
    found.sort(key=lambda o: (o.event_id != event.id, abs(o.starts_at - anchor.starts_at), o.id))
    return _choices(found[:limit])


def likely_events(event: Event, scope: Org, *, limit: int = 8) -> list[Choice]:
    """Other events the same one may have been made as, by their nearest sitting: near in time, the
    same host or title first."""
    rest = [
        c for c in likely_sittings(event, scope, limit=200) if c.occurrence.event_id != event.id
    ]
    first = {}
    for choice in rest:
        first.setdefault(choice.occurrence.event_id, choice)

    def strangeness(choice):
        other = choice.occurrence.event
        apart = abs(choice.occurrence.starts_at - event.occurrences[0].starts_at)
        is_same_day = choice.occurrence.starts_on == event.occurrences[0].starts_on
        return (not is_same_day, other.host_id != event.host_id, other.title != event.title, apart)

    return sorted(first.values(), key=strangeness)[:limit]


def search_events(scope: Org, words: str, *, but: Event, limit: int = 20) -> list[Choice]:
    """Events of the scope whose title or code the words say, by their first sitting, newest first."""
    words = tidy(words)
    if not words:
        return []
    found = _alive(scope).where(
        Event.id != but.id,
        or_(
            Event.title.contains(words, autoescape=True), Event.code == spoken_code(words)[:8],
            Occurrence.code == spoken_code(words)[:8],
        ),
    )  # fmt: skip
    rows = db.session.scalars(found.order_by(Occurrence.starts_at.desc()).limit(limit))
    return _choices(list(rows))


def _alive(scope):
    return (
        select(Occurrence)
        .join(Event, Event.id == Occurrence.event_id)
        .join(Org, Org.id == Event.host_id)
        .where(
            Org.path.like(scope.path + "%"), Event.published_at.is_not(None),
            Event.withdrawn_at.is_(None), Event.cancelled_at.is_(None),
            Occurrence.cancelled_at.is_(None),
        )
    )  # fmt: skip


def _choices(sittings):
    query = (
        select(CheckIn.occurrence_id, func.count())
        .where(CheckIn.occurrence_id.in_([o.id for o in sittings]), CheckIn.voided_at.is_(None))
        .group_by(CheckIn.occurrence_id)
    )
    counts = dict(db.session.execute(query).all())
    return [Choice(o, counts.get(o.id, 0)) for o in sittings]
