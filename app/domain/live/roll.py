"""The roll: everybody expected, by branch, with what became of them; and who is missing."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.db import db
from app.domain.checkins import CheckIn
from app.domain.events import Occurrence
from app.domain.leaves import Leave
from app.domain.live.frame import frame_of
from app.domain.live.seats import holders
from app.domain.members import COUNTED, Membership, Person, open_on, resolved
from app.domain.orgs import Org, OrgLine

Final = aliased(Person, name="final")


@dataclass(frozen=True)
class RollRow:
    """One person of an occurrence. org: the branch (None: 未归属); standing None: a guest;
    check_in: the valid one; leave: the open one. is_expected: counts in 应到."""

    person: Person
    org: Org | None
    standing: str | None
    check_in: CheckIn | None
    leave: Leave | None
    is_expected: bool


@dataclass(frozen=True)
class AbsentBranch:
    """Who of a branch is missing (full names) and who is excused. is_seat: one seat, nobody came."""

    org: str  # code
    name: str
    expected: int
    present: int
    missing: tuple[str, ...]
    excused: tuple[str, ...]
    is_seat: bool = False
    kinds: tuple[str, ...] = ()  # of leave, one for each of excused


def roll(
    occurrence: Occurrence, rows_of: Org | None = None, *, with_guests: bool = False
) -> list[RollRow]:
    """Everybody expected one by one, by branch in tree order, then pinyin; with_guests: after
    them everybody else who came, by time."""
    frame = frame_of(occurrence, rows_of)
    came, excused = _came(occurrence), _excused(occurrence)
    rows, seen = [], set()
    for person, org, standing in _members(occurrence, frame):
        if person.id not in seen:
            seen.add(person.id)
            mine = came.get(person.id), excused.get(person.id)
            rows.append(RollRow(person, org, standing, *mine, is_expected=True))
    return rows + (_others(occurrence, frame, seen) if with_guests else [])


def absent(occurrence: Occurrence, rows_of: Org | None = None) -> list[AbsentBranch]:
    """The branches where somebody is missing or excused, in tree order; an org whose seat nobody
    took is one too. Reads bare columns: a district's roll is thousands of people."""
    frame = frame_of(occurrence, rows_of)
    excused = {person: leave.kind for person, leave in _excused(occurrence).items()}
    branches: dict[int, list] = {}
    query = _home_members(occurrence, frame, select(Final.id, Final.name, Membership.org_id))
    for person, name, org in db.session.execute(query):
        branches.setdefault(org, []).append((person, name))
    return missing(frame, branches, came_to(occurrence), excused)


def missing(frame, branches, came, excused) -> list[AbsentBranch]:
    """The branches of a frame where somebody is missing. branches: org id → (person id, name) of its
    members of the day; came: ids; excused: id → kind of leave. Whoever is a member twice is missing
    in the first branch."""
    held, seen, found = holders(frame), set(), []
    for node in frame.nodes:
        if node.mode == "seats" and node.id not in held:
            found.append(AbsentBranch(node.code, node.full_name, 1, 0, (), (), is_seat=True))
        everybody = dict(one for one in branches.get(node.id, ()) if one[0] not in seen)
        seen |= everybody.keys()
        left = {person: name for person, name in everybody.items() if person not in came}
        if left:
            found.append(
                AbsentBranch(
                    node.code, node.full_name, len(everybody), len(everybody) - len(left),
                    tuple(name for person, name in left.items() if person not in excused),
                    tuple(name for person, name in left.items() if person in excused),
                    kinds=tuple(excused[person] for person in left if person in excused),
                )
            )  # fmt: skip
    return found


def came_to(occurrence) -> set[int]:
    """The ids of the final people with a valid row."""
    query = (
        select(resolved())
        .select_from(CheckIn)
        .join(Person, Person.id == CheckIn.person_id)
        .where(CheckIn.occurrence_id == occurrence.id, CheckIn.voided_at.is_(None))
    )
    return set(db.session.scalars(query))


def _members(occurrence, frame):
    query = _home_members(occurrence, frame, select(Final, Org, Membership.standing))
    query = query.join(Org, Org.id == Membership.org_id)
    place = {node.id: number for number, node in enumerate(frame.nodes)}
    return sorted(db.session.execute(query), key=lambda row: place[row[1].id])


def _home_members(occurrence, frame, query):
    """The query over everybody expected one by one, by pinyin."""
    return (
        query.select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .join(Final, Final.id == resolved())
        .where(
            Membership.org_id.in_(frame.person_orgs), Membership.home,
            Membership.standing.in_(COUNTED), open_on(occurrence.starts_on),
        )
        .order_by(Final.pinyin, Final.id)
    )  # fmt: skip


def _came(occurrence):
    query = (
        select(resolved(), CheckIn)
        .join(Person, Person.id == CheckIn.person_id)
        .where(CheckIn.occurrence_id == occurrence.id, CheckIn.voided_at.is_(None))
        .order_by(CheckIn.id.desc())
    )
    return dict(db.session.execute(query).all())


def _excused(occurrence):
    query = (
        select(resolved(), Leave)
        .join(Person, Person.id == Leave.person_id)
        .where(Leave.occurrence_id == occurrence.id, Leave.withdrawn_at.is_(None))
    )
    return dict(db.session.execute(query).all())


def _others(occurrence, frame, seen):
    query = (
        select(Final, Org, CheckIn)
        .select_from(CheckIn)
        .join(Person, Person.id == CheckIn.person_id)
        .join(Final, Final.id == resolved())
        .outerjoin(OrgLine, OrgLine.id == CheckIn.line_id)
        .outerjoin(Org, Org.id == OrgLine.org_id)
        .where(CheckIn.occurrence_id == occurrence.id, CheckIn.voided_at.is_(None))
        .order_by(CheckIn.checked_in_at, CheckIn.id)
    )
    if frame.scope:
        query = query.where(Org.path.like(frame.scope + "%"))
    return [
        RollRow(person, org, row.standing, row, None, is_expected=False)
        for person, org, row in db.session.execute(query)
        if person.id not in seen
    ]
