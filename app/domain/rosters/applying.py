"""Applying a file: one transaction that plans again, and then either does all of it or nothing."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app import clock
from app.db import db, is_sqlite, lock_words, transaction
from app.domain import audit, orgs
from app.domain.audit import Actor, AuditEntry
from app.domain.journal import RowChange
from app.domain.members import Membership, Post
from app.domain.orgs import Org
from app.domain.rosters.drafts import new_file, open_draft
from app.domain.rosters.model import RosterFile
from app.domain.rosters.noting import note_people, note_tree, people_before, tree_before
from app.domain.rosters.planning import plan_people
from app.domain.rosters.refusals import NoTree, NotTyped, PlanChanged
from app.domain.rosters.results import sealed_result
from app.domain.rosters.shapes import ORGS, Plan
from app.domain.rosters.trees import plan_orgs
from app.domain.rosters.writing import prepared, write_people
from app.errors import Conflict
from app.words import N_

FASTER = N_("有人同时改了名册，什么都没有写入。请再看一遍方案。")
STAMPED = (AuditEntry, RowChange, Membership, Post)
ADDED = ("short_name", "kind", "domain", "opened_on")


def plan_file(file: RosterFile, *, complete: bool = False, as_of: date | None = None) -> Plan:
    """The plan of a waiting file today. Raises DraftGone, BadDay."""
    draft = open_draft(file)
    scope = db.session.get(Org, file.org_id)
    return plan_rows(
        draft.kind, draft.rows, scope=scope, complete=complete, as_of=as_of, young=draft.young
    )


def plan_rows(kind: str, rows, *, scope, complete=False, as_of=None, young=()) -> Plan:
    """The plan of rows of either kind. Raises NoTree for people without a tree, BadDay."""
    if kind == ORGS:
        return plan_orgs(rows, scope=scope, as_of=as_of)
    if scope is None:
        raise NoTree
    return plan_people(rows, scope=scope, complete=complete, as_of=as_of, young=young)


def apply_file(
    file: RosterFile, *, by: Actor, shown: str, complete: bool = False,
    as_of: date | None = None, leaving: int | None = None,
) -> Plan:  # fmt: skip
    """Apply a waiting file and empty its draft.

    `shown` is the fingerprint of the plan that was looked at. Raises PlanChanged when it is no
    longer that, NotTyped when over 10 % leave and `leaving` is not their number, DraftGone.
    """
    work = _work_of(file, complete, as_of) if is_sqlite() else None
    with transaction() as session:
        lock_words(session, "roster")
        session.refresh(file)
        draft = open_draft(file)
        if work is None or not work.still_holds(file.sealed):
            work = _work_of(file, complete, as_of)
        if work.plan.fingerprint != shown:
            raise PlanChanged(work.plan)
        scope = session.get(Org, file.org_id)
        _carry_out(session, work, scope, file, by=by, leaving=leaving, draft=draft)
    return work.plan


def apply_rows(
    kind: str, rows, *, scope: Org | None, by: Actor, filename: str = "", complete: bool = False,
    as_of: date | None = None, leaving: int | None = None,
) -> Plan:  # fmt: skip
    """Plan and apply rows at once (the command line). Raises NotTyped, NoTree, BadDay."""
    how = {"complete": complete, "as_of": as_of}
    work = _prepared(kind, rows, scope, how) if is_sqlite() else None
    with transaction() as session:
        lock_words(session, "roster")
        if work is None or not work.still_holds(None):
            work = _prepared(kind, rows, scope, how)
        _carry_out(session, work, scope, filename, by=by, leaving=leaving)
    return work.plan


@dataclass(frozen=True)
class _Work:
    """A plan and all that can be made ready of it; made before the gate closes, so that phones wait
    for the writing alone. It holds as long as nobody touched the roster since (`stamp`)."""

    plan: Plan
    ready: dict
    sealed: bytes | None
    stamp: tuple | None

    def still_holds(self, sealed) -> bool:
        now = _stamp(self.plan.kind)
        return self.stamp is not None and (self.sealed, self.stamp) == (sealed, now)


def _work_of(file, complete, as_of):
    draft, scope = open_draft(file), db.session.get(Org, file.org_id)
    how = {"complete": complete, "as_of": as_of, "young": draft.young}
    return _prepared(draft.kind, draft.rows, scope, how, file.sealed)


def _prepared(kind, rows, scope, how, sealed=None):
    stamp = _stamp(kind)
    plan = plan_rows(kind, rows, scope=scope, **how)
    return _Work(plan, prepared(plan) if kind != ORGS else {}, sealed, stamp)


def _stamp(kind):
    """What differs as soon as anybody of the roster was changed: each such change adds a link, a
    note of the journal or a line of the trail. Only where writers come one by one (SQLite): there a
    number that was not there cannot appear below the highest one later. Else None."""
    if kind == ORGS or not is_sqlite():
        return None
    highest = [select(func.max(model.id)).scalar_subquery() for model in STAMPED]
    still = select(func.count()).where(Membership.to_on.is_(None)).scalar_subquery()
    return (clock.today(), *db.session.execute(select(*highest, still)).one())


def _carry_out(session, work, scope, file, *, by, leaving, draft=None):
    plan = work.plan
    if plan.left and plan.wants_number and leaving != len(plan.left):
        raise NotTyped(members=plan.members, absent=len(plan.left))
    try:
        if plan.kind == ORGS:
            before = tree_before(session, scope)
            scope = _write_orgs(session, plan, scope, by)
            if scope is None:
                return None  # no usable row, and no tree to remember the file at
            file = _kept(session, file, plan, scope, by, draft)
            note_tree(session, file.id, before, scope)
        else:
            file = _kept(session, file, plan, scope, by, draft)
            before = people_before(session, plan)
            note_people(session, file.id, before, write_people(session, plan, work.ready))
        session.flush()
    except IntegrityError as error:
        raise Conflict(FASTER) from error
    _audit(plan, file, by)
    return file


def _kept(session, file, plan, scope, by, draft):
    """The file (or a new one of a name) with its figures and its result, and an id."""
    if isinstance(file, str):
        file = new_file(plan.kind, file, scope, by.id if by.kind == "staff" else None)
    session.add(file)
    file.applied_at, file.as_of_on, file.sealed = clock.now(), plan.as_of, None
    file.complete = plan.complete
    file.counts = {**plan.figures, "under_14_by_branch": plan.under_14_by_branch}
    file.result = sealed_result(plan, draft)
    session.flush()
    return file


def _audit(plan, file, by):
    figures = {name: plan.figures[name] for name in ("new", "changed", "moved")}
    subject = f"roster:{file.id}"
    if plan.kind == ORGS:
        audit.record(
            "orgs_applied", by=by, org_id=file.org_id, subject=subject, file=file.filename,
            **figures,
        )  # fmt: skip
        return
    audit.record(
        "roster_applied", by=by, org_id=file.org_id, subject=subject, file=file.filename,
        left=len(plan.left), day=plan.as_of.isoformat(), **figures,
    )  # fmt: skip


def _write_orgs(session, plan, scope, by):
    """Add, move and rename, parents before children; returns the root the file belongs to."""
    entries = sorted([*plan.new, *plan.moved, *plan.changed], key=lambda entry: entry.values["at"])
    made = {entry.line: entry.was for entry in entries if entry.was}
    for entry in entries:
        parent = _parent(session, entry, made)
        if entry.was is None:
            named = {key: entry.values[key] for key in ADDED}
            made[entry.line] = orgs.add_org(
                entry.values["full_name"], by=by, parent=parent, **named
            )
        else:
            _change_org(entry, parent, plan.as_of, by)
    session.flush()
    session.expire_all()  # parents were changed by id
    if scope is None:
        scope = session.scalar(select(Org).where(Org.parent_id.is_(None)))
    return scope


def _parent(session, entry, made):
    kind, which = entry.values["parent"] or (None, None)
    if kind == "org":
        return session.get(Org, which)
    return made.get(which)


def _change_org(entry, parent, day, by):
    org, values = entry.was, entry.values
    if parent is not None:
        orgs.move_org(org, parent, by=by, on=day)
    orgs.rename_org(org, values["full_name"], values["short_name"], by=by, on=day)
    orgs.retype_org(org, values["kind"], values["domain"], by=by, on=day)
    org.opened_on = values["opened_on"]
