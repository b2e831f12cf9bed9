"""Applying a file: one transaction that plans again, and then either does all of it or nothing."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app import clock
from app.db import db, lock_words, transaction
from app.domain import audit, orgs
from app.domain.audit import Actor
from app.domain.orgs import Org
from app.domain.rosters.drafts import new_file, open_draft
from app.domain.rosters.model import RosterFile
from app.domain.rosters.planning import plan_people
from app.domain.rosters.refusals import NoTree, NotTyped, PlanChanged
from app.domain.rosters.shapes import ORGS, Plan
from app.domain.rosters.trees import plan_orgs
from app.domain.rosters.writing import write_people
from app.errors import Conflict
from app.words import N_

FASTER = N_("有人同时改了名册，什么都没有写入。请再看一遍方案。")
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
    with transaction() as session:
        lock_words(session, "roster")
        session.refresh(file)
        draft = open_draft(file)
        scope = session.get(Org, file.org_id)
        plan = plan_rows(
            draft.kind, draft.rows, scope=scope, complete=complete, as_of=as_of, young=draft.young
        )
        if plan.fingerprint != shown:
            raise PlanChanged(plan)
        _carry_out(session, plan, scope, file, by=by, leaving=leaving)
    return plan


def apply_rows(
    kind: str, rows, *, scope: Org | None, by: Actor, filename: str = "", complete: bool = False,
    as_of: date | None = None, leaving: int | None = None,
) -> Plan:  # fmt: skip
    """Plan and apply rows at once (the command line). Raises NotTyped, NoTree, BadDay."""
    with transaction() as session:
        lock_words(session, "roster")
        plan = plan_rows(kind, rows, scope=scope, complete=complete, as_of=as_of)
        _carry_out(session, plan, scope, None, by=by, leaving=leaving, filename=filename)
    return plan


def _carry_out(session, plan, scope, file, *, by, leaving, filename=""):
    if plan.left and plan.wants_number and leaving != len(plan.left):
        raise NotTyped(members=plan.members, absent=len(plan.left))
    try:
        if plan.kind == ORGS:
            scope = _write_orgs(session, plan, scope, by)
        else:
            write_people(session, plan)
        if scope is None:
            return  # no usable row, and no tree to remember the file at
        if file is None:
            file = new_file(plan.kind, filename, scope, by.id if by.kind == "staff" else None)
            session.add(file)
        _remember(file, plan)
        session.flush()
    except IntegrityError as error:
        raise Conflict(FASTER) from error
    _audit(plan, file, by)


def _remember(file, plan):
    file.applied_at, file.as_of_on, file.sealed = clock.now(), plan.as_of, None
    file.complete = plan.complete
    file.counts = {**plan.figures, "under_14_by_branch": plan.under_14_by_branch}


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
    org.kind, org.domain = values["kind"], values["domain"]
    org.opened_on = values["opened_on"]
