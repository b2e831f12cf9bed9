"""What may be asked of the trail: the lines of a scope, about one event, one person or by one actor.

Each filter only narrows what the scope shows: a name that means something elsewhere finds nothing,
exactly like one that means nothing.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import String, cast, literal, or_, select

from app import clock
from app.db import db
from app.domain.audit import ACTORS, ACTS, AuditEntry
from app.domain.events import Event, Occurrence
from app.domain.members import Person, resolved
from app.domain.orgs import Org, subtree_ids
from app.domain.staff import Staff
from app.text import name_key, spoken_code, tidy


@dataclass(frozen=True)
class Asked:
    """What is asked for; empty: anything. event: its code (or a
    sitting's) or part of its title; person: a code, and
    where `may_name` also a full name; kind: one of ACTORS; actor: part of the name the trail wrote
    down; by: exactly this account; days inclusive, local."""

    event: str = ""
    person: str = ""
    may_name: bool = False
    kind: str = ""
    actor: str = ""
    by: Staff | None = None
    act: str = ""
    from_on: date | None = None
    to_on: date | None = None


def lines_of(
    scope: Org, asked: Asked, *, before: int | None = None, limit: int
) -> list[AuditEntry]:
    """The newest lines inside today's subtree that fit, newest first; before: an entry's id."""
    query = select(AuditEntry).where(AuditEntry.org_id.in_(subtree_ids(scope)), *_wanted(asked))
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return list(db.session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit)))


def _wanted(asked):
    found = []
    if asked.event:
        found.append(AuditEntry.subject.in_(_events(asked.event)))
    if asked.person:
        found.append(_about(asked.person, asked.may_name))
    if asked.kind in ACTORS:
        found.append(AuditEntry.actor_kind == asked.kind)
    if asked.actor:
        found.append(AuditEntry.actor_name.contains(asked.actor, autoescape=True))
    if asked.by is not None:
        found += [AuditEntry.actor_kind == "staff", AuditEntry.actor_id == asked.by.id]
    if asked.act in ACTS:
        found.append(AuditEntry.act == asked.act)
    return found + _days(asked.from_on, asked.to_on)


def _days(from_on, to_on):
    found = []
    if from_on is not None and from_on.year > 1:  # before the first day there is no instant
        found.append(AuditEntry.at >= clock.start_of(from_on))
    if to_on is not None and to_on < date.max:
        found.append(AuditEntry.at < clock.start_of(to_on + timedelta(days=1)))
    return found


def _events(words):
    """The subjects of the events that the words mean."""
    named = Event.title.icontains(tidy(words), autoescape=True)
    code = spoken_code(words)[:8]
    sitting = select(Occurrence.event_id).where(Occurrence.code == code)
    return select(_subject("event", Event.id)).where(
        or_(named, Event.code == code, Event.id.in_(sitting))
    )


def _about(words, may_name):
    """The lines about a person, under any code they ever had: merged people are one."""
    means = [Person.code == words.strip().upper()[:12]]
    if may_name:
        means.append(Person.name_key == (name_key(words) or "-"))
    same = resolved().in_(select(resolved()).where(or_(*means)))
    return or_(
        AuditEntry.person.in_(select(Person.code).where(same)),
        AuditEntry.subject.in_(select(_subject("person", Person.id)).where(same)),
    )


def _subject(noun, column):
    return literal(f"{noun}:").concat(cast(column, String))
