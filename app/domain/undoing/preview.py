"""What taking an import back would do: who goes, who comes back, which figures move."""

from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import func, select

from app import clock
from app.db import db, transaction
from app.domain import live
from app.domain.checkins import CheckIn
from app.domain.events import Event, EventOrg, Occurrence
from app.domain.members import Membership, Person
from app.domain.orgs import Org
from app.domain.rosters import RosterFile
from app.domain.undoing.touched import Touched
from app.domain.undoing.verb import check, take_back

FIRST = 12
MOST_SITTINGS = 12


class _Over(Exception):
    """Ends the rehearsal without a trace."""


@dataclass(frozen=True)
class Group:
    """People or organizations to whom the same happens: how many, and the first names."""

    total: int = 0
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sitting:
    """An occurrence that was held since, whose 应到 moves; its 实到 does not."""

    occurrence: Occurrence
    present: int
    before: int
    after: int


@dataclass(frozen=True)
class Preview:
    """`going`: leave the roster again · `returning`: whom the import sent away · `moving`: back to
    the branch before · `mending`: name, phone … as before · `closing`: organizations added ·
    `reshaping`: organizations moved or renamed · `check_ins`: valid ones of those going, which
    stay · `sittings`: whose 应到 moves, the newest twelve of `sittings_total`."""

    going: Group
    returning: Group
    moving: Group
    mending: Group
    closing: Group
    reshaping: Group
    check_ins: int
    sittings: tuple[Sitting, ...]
    sittings_total: int


def preview(file: RosterFile) -> Preview:
    """What taking it back would do. Raises NotUndoable, TouchedLater, OrgInUse."""
    touched = check(file)
    links = touched.changed.get("membership", {})
    people = {} if not links else _person_ids(links)
    joined = _person_ids(touched.added.get("membership", ()))
    gained = set(joined.values())
    left = {people[row] for row, was in links.items() if "to_on" in was} - gained
    rewritten = {people[row] for row, was in links.items() if "org_id" in was}
    moving = (gained & set(people.values())) | rewritten
    going = gained - moving
    mending = set(touched.changed.get("person", ())) - going - moving
    sittings, total = _sittings(file, touched)
    return Preview(
        _group(Person, going), _group(Person, left), _group(Person, moving),
        _group(Person, mending), _group(Org, touched.added.get("org", ())),
        _group(Org, touched.changed.get("org", ())), _check_ins(going), sittings, total,
    )  # fmt: skip


def _person_ids(ids):
    """Membership id → person id."""
    found, ids = {}, sorted(ids)
    for at in range(0, len(ids), 4_000):
        query = select(Membership.id, Membership.person_id)
        found |= dict(
            db.session.execute(query.where(Membership.id.in_(ids[at : at + 4_000]))).all()
        )
    return found


def _group(model, ids):
    ids = sorted(ids)
    name = model.name if model is Person else model.full_name
    query = select(name).where(model.id.in_(ids[:FIRST])).order_by(model.id)
    return Group(len(ids), tuple(db.session.scalars(query))) if ids else Group()


def _check_ins(people):
    people, found = sorted(people), 0
    for at in range(0, len(people), 4_000):
        found += db.session.scalar(
            select(func.count()).where(
                CheckIn.person_id.in_(people[at : at + 4_000]), CheckIn.voided_at.is_(None)
            )
        )
    return found


def _sittings(file: RosterFile, touched: Touched):
    """The newest occurrences held since the first day that moves, of events that invite one of the
    branches: 应到 before, and after in a rehearsal that is rolled back."""
    candidates = _candidates(touched)
    newest = candidates[:MOST_SITTINGS]
    if not newest:
        return (), 0
    before = {one.id: live.tally(one) for one in newest}
    with _rehearsed(file):
        after = {one.id: live.tally(one).expected for one in newest}
    found = [
        Sitting(one, before[one.id].present, before[one.id].expected, after[one.id])
        for one in newest
        if before[one.id].expected != after[one.id]
    ]
    return tuple(found), len(candidates) if found else 0


def _candidates(touched):
    links = [*touched.added.get("membership", ()), *touched.changed.get("membership", ())]
    rows = []
    for at in range(0, len(links), 4_000):
        query = select(
            Membership.org_id,
            func.count(),
            func.min(Membership.from_on),
            func.count(Membership.from_on),
        )
        query = query.where(Membership.id.in_(links[at : at + 4_000]))
        rows += db.session.execute(query.group_by(Membership.org_id)).all()
    if not rows:
        return []
    above = {
        int(i) for path in _paths({row[0] for row in rows}) for i in path.strip("/").split("/")
    }
    query = (
        select(Occurrence)
        .join(Event, Event.id == Occurrence.event_id)
        .where(
            Event.id.in_(select(EventOrg.event_id).where(EventOrg.org_id.in_(above))),
            Event.published_at.is_not(None), Event.withdrawn_at.is_(None),
            Occurrence.cancelled_at.is_(None), Occurrence.starts_at <= clock.now(),
        )
        .order_by(Occurrence.starts_at.desc())
    )  # fmt: skip
    if all(total == dated for _org, total, _first, dated in rows):
        query = query.where(Occurrence.starts_on >= min(row[2] for row in rows))
    return list(db.session.scalars(query))


def _paths(org_ids):
    return db.session.scalars(select(Org.path).where(Org.id.in_(org_ids)))


@contextmanager
def _rehearsed(file):
    """The import taken back, for as long as the block lasts."""
    try:
        with transaction() as session:
            take_back(session, file)
            session.flush()
            yield
            raise _Over
    except _Over:
        return
