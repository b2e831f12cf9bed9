"""What an import touched, and who touched the same rows after it."""

from dataclasses import dataclass, field

from sqlalchemy import Row, and_, exists, func, or_, select

from app.db import db
from app.domain import journal, rosters
from app.domain.audit import ACTS, AuditEntry
from app.domain.checkins import CheckIn
from app.domain.corrections import KINDS, Correction
from app.domain.events import Event, EventOrg
from app.domain.journal import RowChange
from app.domain.members import Membership, Person, Post, lasted
from app.domain.orgs import Org
from app.domain.rosters import RosterFile
from app.domain.staff import Staff

MANY = 4_000
LINKS = {"membership": Membership, "post": Post}


@dataclass
class Touched:
    """Rows of an import by kind of change (`changes`: as noted). `people`: everybody it touched; `added_people` those it
    made; `added` and `changed`: table → ids or id → columns before."""

    changes: list[Row] = field(default_factory=list)
    added: dict[str, list[int]] = field(default_factory=dict)
    changed: dict[str, dict[int, dict]] = field(default_factory=dict)
    people: set[int] = field(default_factory=set)

    @property
    def added_people(self) -> set[int]:
        return set(self.added.get("person", ()))

    @property
    def orgs(self) -> set[int]:
        """Organizations that were added, renamed or moved."""
        return {*self.added.get("org", ()), *self.changed.get("org", ())}


@dataclass(frozen=True)
class Later:
    """What came after an import: `words` is a catalogue key, `name` whom or what it was about, `who`
    did it, `at` when; None where nothing tells."""

    words: str
    name: str = ""
    who: str = ""
    at: object = None


def touched_by(file: RosterFile) -> Touched:
    """The rows that the journal holds of an import."""
    found = Touched(journal.changes_of(rosters.ACT, file.id))
    for change in found.changes:
        if change.before is None:
            found.added.setdefault(change.table_name, []).append(change.row_id)
        else:
            found.changed.setdefault(change.table_name, {})[change.row_id] = change.before
        person = change.row_id if change.table_name == "person" else change.after.get("person_id")
        if person:
            found.people.add(person)
    for table, model in LINKS.items():
        for ids in _batches(found.changed.get(table, ())):
            found.people.update(
                db.session.scalars(select(model.person_id).where(model.id.in_(ids)))
            )
    return found


def later_than(file: RosterFile, touched: Touched) -> Later | None:
    """The newest act that changed the same people or organizations after the import; None when all
    still stands as the import left it. Acts that were taken back themselves do not count."""
    act = _later_act(file, touched)
    if act is not None:
        return act
    if journal.can_take_back(rosters.ACT, file.id, touched.changes):
        return None
    return _by_hand(file, touched) or Later("")


def orgs_in_use(touched: Touched) -> list[Org]:
    """Added organizations that hold something by now: members, children, events, accounts."""
    added = set(touched.added.get("org", ()))
    if not added:
        return []
    held = (
        exists().where(Membership.org_id == Org.id, lasted()),
        exists().where(Event.host_id == Org.id),
        exists().where(EventOrg.org_id == Org.id),
        exists().where(Staff.org_id == Org.id),
        exists().where(CheckIn.chosen_org_id == Org.id),
    )
    query = select(Org).where(Org.id.in_(added), or_(*held)).order_by(Org.path)
    found = list(db.session.scalars(query))
    child = select(Org.parent_id).where(Org.parent_id.in_(added), Org.id.not_in(added))
    parents = set(db.session.scalars(child.where(Org.closed_on.is_(None))))
    found += [db.session.get(Org, org_id) for org_id in parents - {org.id for org in found}]
    return found


def _later_act(file, touched):
    """The newest import or correction noted later on the same rows, or on links of the same people."""
    found = None
    for change in _later_changes(file, touched):
        if (found is None or change.id > found.id) and not _is_undone(change):
            found = change
    return _named(found) if found else None


def _later_changes(file, touched):
    newer = RowChange.id > touched.changes[-1].id
    ours = and_(RowChange.act == rosters.ACT, RowChange.act_id == file.id)
    query = select(func.max(RowChange.id)).where(newer, ~ours)
    query = query.group_by(RowChange.act, RowChange.act_id)
    wanted = [("person", touched.people), *((name, touched.orgs) for name in ("org",))]
    tops = set()
    for table, everybody in wanted:
        for ids in _batches(everybody):
            tops.update(db.session.scalars(
                query.where(RowChange.table_name == table, RowChange.row_id.in_(ids))
            ))  # fmt: skip
    for table, model in LINKS.items():
        for ids in _batches(touched.people):
            mine = query.join(model, model.id == RowChange.row_id)
            tops.update(db.session.scalars(
                mine.where(RowChange.table_name == table, model.person_id.in_(ids))
            ))  # fmt: skip
    return list(db.session.scalars(select(RowChange).where(RowChange.id.in_(tops))))


def _act_of(change):
    return db.session.get(RosterFile if change.act == rosters.ACT else Correction, change.act_id)


def _is_undone(change):
    act = _act_of(change)
    return act is not None and act.undone_at is not None


def _named(change):
    act = _act_of(change)
    if act is None:
        return Later("")
    who = db.session.get(Staff, act.made_by_id).name if act.made_by_id else ""
    if isinstance(act, Correction):
        return Later(KINDS.get(act.kind, ""), "", who, act.made_at)
    return Later(ACTS["roster_applied"][0], act.filename, who, act.applied_at)


def _by_hand(file, touched):
    """The newest line of the trail about one of the people or organizations since."""
    subjects = [f"person:{i}" for i in touched.people] + [f"org:{i}" for i in touched.orgs]
    newest = None
    for some in _batches(subjects):
        query = select(AuditEntry).where(
            AuditEntry.subject.in_(some), AuditEntry.at >= file.applied_at,
            AuditEntry.act.not_in(("phone_shown", "org_added", "exported")),
        )  # fmt: skip
        entry = db.session.scalar(query.order_by(AuditEntry.id.desc()).limit(1))
        if entry and (newest is None or entry.id > newest.id):
            newest = entry
    if newest is None:
        return None
    kind, _, row_id = newest.subject.partition(":")
    row = db.session.get(Person if kind == "person" else Org, int(row_id))
    name = row.name if kind == "person" else row.full_name
    return Later(ACTS[newest.act][0], name, newest.actor_name, newest.at)


def _batches(values):
    values = sorted(values)
    return [values[at : at + MANY] for at in range(0, len(values), MANY)]
