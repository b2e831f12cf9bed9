"""What a code opens: the facts of one sitting as the phone's pages need them, and the branches
to choose from. Frozen: they outlive the transaction that writes the check-in."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock
from app.db import db
from app.domain.events import Event, EventOrg, Occurrence, event_or_occurrence, surviving
from app.domain.orgs import Org
from app.domain.passes import Sitting
from app.errors import NotFound
from app.text import spoken_code

NATIVE_LIMIT = 60  # up to so many invited branches are a native select


@dataclass(frozen=True)
class Door:
    """One occurrence seen from the door."""

    occurrence_id: int
    code: str  # of the occurrence
    event_code: str
    event_id: int
    title: str
    series: str
    host: str
    host_id: int
    place: str
    starts_at: datetime
    ends_at: datetime
    starts_on: date
    opens_at: datetime
    closes_at: datetime
    phase: str
    cancel_reason: str
    after_words: str
    capacity: int | None
    capacity_binds: bool
    walk_ins: bool
    checks_out: bool  # hours go from check-in to check-out
    usual_role: str  # of whoever scans
    rotates: bool
    epoch: int

    @property
    def sitting(self) -> Sitting:
        """What a pass has to be of to open it."""
        return Sitting(self.occurrence_id, self.epoch)


@dataclass(frozen=True)
class Choice:
    """A branch to choose: public code, name, the name of what it hangs under."""

    code: str
    name: str
    under: str


def doors_of(code: str, at: datetime | None = None) -> list[Door]:
    """The doors a code stands for: one for an occurrence; every occurrence of an event, by start.
    Of an event merged into another: the other's. at: when they are asked for, if not now. Raises NotFound for an unknown code and a draft."""
    wanted = spoken_code(code)[:8]
    query = (
        select(Occurrence)
        .join(Event, Event.id == Occurrence.event_id)
        .options(joinedload(Occurrence.event).joinedload(Event.host), joinedload(Occurrence.event).joinedload(Event.series))
        .where((Occurrence.code == wanted) | (Event.code == wanted), Event.published_at.is_not(None))
        .order_by(Occurrence.starts_at, Occurrence.id)
    )  # fmt: skip
    found = list(db.session.scalars(query))
    if not found:
        raise NotFound
    if found[0].event.merged_into_id is not None:  # printed codes live for years
        return doors_of(surviving(event_or_occurrence(wanted)).code, at)
    return [_door(occurrence, at or clock.now()) for occurrence in found]


def likely_door(doors: list[Door]) -> Door | None:
    """The one that is meant without asking: the only one, the only open one, or, when none is
    open, the only one still to come; None where a person has to pick."""
    if len(doors) == 1:
        return doors[0]
    for phase in ("open", "upcoming"):
        found = [door for door in doors if door.phase == phase]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def invited_branches(door: Door) -> list[Choice]:
    """The branches of today's invited subtrees and the orgs invited by seat, in tree order; at most
    NATIVE_LIMIT + 1 are read: more mean a search."""
    roots = list(
        db.session.scalars(
            select(Org.path).join(EventOrg, EventOrg.org_id == Org.id).where(EventOrg.event_id == door.event_id)
        )
    )  # fmt: skip
    if not roots:
        return _choices(door, select(Org).where(Org.parent_id.is_not(None)), NATIVE_LIMIT + 1)
    inside = Org.path.like(roots[0] + "%")
    for path in roots[1:]:
        inside = inside | Org.path.like(path + "%")
    return _choices(door, select(Org).where(inside), NATIVE_LIMIT + 1)


def branch_choices(door: Door, words: str, *, limit: int = 20) -> list[Choice]:
    """Branches of the whole tree whose name holds the words, or whose pinyin or initials fit."""
    words = words.strip()
    if not words:
        return []
    low = words.lower().replace(" ", "")
    query = select(Org).where(
        Org.full_name.contains(words, autoescape=True)
        | Org.short_name.contains(words, autoescape=True)
        | Org.pinyin.startswith(low, autoescape=True)
        | Org.initials.startswith(low, autoescape=True)
    )
    return _choices(door, query, limit)


def all_branches(door: Door) -> list[Choice]:
    """Every branch, in tree order: the picker for those who cannot spell theirs."""
    return _choices(door, select(Org), 2000)


def chosen_org(code: str) -> Org | None:
    """The open org behind a chosen code."""
    return db.session.scalar(
        select(Org).where(Org.code == code.strip().upper()[:12], Org.closed_on.is_(None))
    )


def _choices(door, query, limit):
    """Leaves, because members belong to a branch; an inner node only when it was invited by seat:
    somebody comes for it."""
    parent = select(Org.parent_id).where(Org.parent_id.is_not(None), Org.closed_on.is_(None))
    seats = select(EventOrg.org_id).where(
        EventOrg.event_id == door.event_id, EventOrg.mode == "seats"
    )
    query = query.where(Org.closed_on.is_(None), Org.id.not_in(parent) | Org.id.in_(seats))
    rows = db.session.scalars(query.options(joinedload(Org.parent)).order_by(Org.path).limit(limit))
    return [Choice(o.code, o.full_name, o.parent.short_name if o.parent else "") for o in rows]


def _door(occurrence, now):
    event = occurrence.event
    series = event.series.name if event.series else ""
    return Door(
        occurrence_id=occurrence.id, code=occurrence.code, event_code=event.code,
        event_id=event.id, title=event.title, series=series, host=event.host.short_name,
        host_id=event.host_id, place=occurrence.place, starts_at=occurrence.starts_at,
        ends_at=occurrence.ends_at, starts_on=occurrence.starts_on, opens_at=occurrence.opens_at,
        closes_at=occurrence.closed_at or occurrence.closes_at, phase=occurrence.phase_at(now),
        cancel_reason=event.cancel_reason, after_words=event.after_words,
        capacity=occurrence.capacity, capacity_binds=occurrence.capacity_binds,
        walk_ins=event.walk_ins, usual_role=event.usual_role, checks_out=event.checks_out and not event.is_late_record,
        rotates=event.rotates, epoch=event.epoch,
    )  # fmt: skip
