"""Who is expected where, and who is on leave from it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.db import db
from app.domain.events import Event, EventOrg, Occurrence
from app.domain.leaves.model import Leave
from app.domain.members import COUNTED, Membership, Person, open_on, resolved
from app.domain.orgs import OrgLine
from app.errors import Conflict
from app.words import N_


def is_expected(occurrence: Occurrence, person: Person) -> bool:
    """Whether the person counts in 应到: a home of counted standing on the start day, and the
    nearest invitation above it is by persons."""
    modes = {row.org_id: row.mode for row in occurrence.event.invitations}
    return any(_speaks(modes, path) for path in _homes(person, occurrence.starts_on))


def leave_or_none(occurrence: Occurrence, person: Person) -> Leave | None:
    """The person's leave that holds."""
    return db.session.scalar(
        select(Leave).where(
            Leave.occurrence_id == occurrence.id, Leave.withdrawn_at.is_(None),
            Leave.person_id.in_(same_person(person)),
        )
    )  # fmt: skip


def find_leave(occurrence: Occurrence, person: Person) -> Leave:
    """The person's leave that holds; raises Conflict when somebody took it back or declined it."""
    leave = leave_or_none(occurrence, person)
    if leave is None:
        raise Conflict(N_("这个假已经撤回了。"))
    return leave


def leaves_at(occurrence: Occurrence) -> list[Leave]:
    """The leaves that hold for a sitting: those nobody looked at first, then by name."""
    query = (
        select(Leave)
        .join(Person, Person.id == Leave.person_id)
        .where(Leave.occurrence_id == occurrence.id, Leave.withdrawn_at.is_(None))
        .options(joinedload(Leave.person))
        .order_by(Person.pinyin, Leave.id)
    )
    return sorted(db.session.scalars(query), key=lambda leave: not leave.is_asked)


def leaves_of_person(person: Person, *, limit: int = 20) -> list[Leave]:
    """The person's leaves, withdrawn and declined ones too, the newest sitting first."""
    query = (
        select(Leave)
        .join(Occurrence, Occurrence.id == Leave.occurrence_id)
        .where(Leave.person_id.in_(same_person(person)))
        .options(joinedload(Leave.occurrence).joinedload(Occurrence.event))
        .order_by(Occurrence.starts_at.desc(), Leave.id.desc())
    )
    return list(db.session.scalars(query.limit(limit)))


def sittings_expecting(
    person: Person, since: datetime, until: datetime, *, limit: int = 12
) -> list[Occurrence]:
    """The published sittings that start in [since, until) and expect the person, by start."""
    query = (
        select(Occurrence)
        .join(Event, Event.id == Occurrence.event_id)
        .where(
            Occurrence.starts_at >= since, Occurrence.starts_at < until,
            Occurrence.cancelled_at.is_(None), Event.published_at.is_not(None),
            Event.cancelled_at.is_(None), Event.withdrawn_at.is_(None),
            Event.id.in_(select(EventOrg.event_id).where(EventOrg.mode == "persons")),
        )
        .options(joinedload(Occurrence.event).selectinload(Event.invitations))
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(500)
    )  # fmt: skip
    homes: dict = {}
    found = []
    for occurrence in db.session.scalars(query):
        day = occurrence.starts_on
        if day not in homes:
            homes[day] = _homes(person, day)
        modes = {row.org_id: row.mode for row in occurrence.event.invitations}
        if any(_speaks(modes, path) for path in homes[day]):
            found.append(occurrence)
    return found[:limit]


def same_person(person: Person):
    """A select of the ids that are this person: its own, and those merged into it."""
    final = person.merged_into_id or person.id
    return select(Person.id).where(resolved() == final)


def _homes(person, day):
    """The paths of ids of the person's counted homes on a local day."""
    query = (
        select(OrgLine.path)
        .join(Membership, Membership.org_id == OrgLine.org_id)
        .where(
            Membership.person_id.in_(same_person(person)), Membership.home,
            Membership.standing.in_(COUNTED), open_on(day), open_on(day, OrgLine),
        )
    )  # fmt: skip
    paths = db.session.scalars(query)
    return [[int(part) for part in path.strip("/").split("/")] for path in paths]


def _speaks(modes, path):
    """Whether the nearest invitation on the path asks for persons."""
    near = next((org for org in reversed(path) if org in modes), None)
    return modes.get(near) == "persons"
