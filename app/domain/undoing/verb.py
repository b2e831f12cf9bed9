"""Taking an import back: one transaction, the rows as they were before, added rows count no more."""

from sqlalchemy import case, exists, func, select, update

from app import clock
from app.db import db, lock_words, transaction
from app.domain import audit, journal, orgs, rosters
from app.domain.audit import Actor
from app.domain.journal import RowChange
from app.domain.rosters import RosterFile
from app.domain.staff import Staff
from app.domain.undoing.touched import later_than, orgs_in_use, touched_by
from app.errors import Conflict
from app.words import N_

DATED = ("membership", "post", "org_line", "org_name")


class NotUndoable(Conflict):
    """It is not applied, taken back already, or from before there was a journal."""

    code, words = "not_undoable", N_("这次导入没有可以撤回的改动。")


class TouchedLater(Conflict):
    """Something later changed the same rows; `later` says what."""

    code, words = "touched_later", N_("这之后又改过同样的人或组织，这次导入不能整批撤回了。")

    def __init__(self, later):
        super().__init__()
        self.later = later


class OrgInUse(Conflict):
    """An organization that the import added holds something by now."""

    code = "org_in_use"
    words = N_("“%(name)s”是这次导入建的，现在已经有人、活动或账号了。先把它们移走，再撤回。")


def undo_import(file: RosterFile, *, by: Actor) -> None:
    """Take an import back (docs/decisions/0014). Raises NotUndoable, TouchedLater, OrgInUse."""
    with transaction() as session:
        lock_words(session, "roster")
        lock_words(session, "correction")
        session.refresh(file, with_for_update=True)
        touched = check(file)
        take_back(session, file, touched.changes)
        file.undone_at = clock.now()
        file.undone_by_id = by.id if by.kind == "staff" else None
        audit.record(
            "roster_undone", by=by, org_id=file.org_id, subject=f"roster:{file.id}",
            file=file.filename, people=len(touched.people),
        )  # fmt: skip


def is_noted(file: RosterFile) -> bool:
    """Whether the journal still holds what the import changed, and it was not taken back yet."""
    noted = exists().where(RowChange.act == rosters.ACT, RowChange.act_id == file.id)
    return file.applied_at is not None and not file.is_undone and db.session.scalar(select(noted))


def who_undid(file: RosterFile) -> str:
    """The name of who took it back; "" when nobody did, or the command line."""
    return db.session.get(Staff, file.undone_by_id).name if file.undone_by_id else ""


def check(file: RosterFile):
    """What the import touched, when it can be taken back. Raises NotUndoable, TouchedLater,
    OrgInUse."""
    if file.applied_at is None or file.is_undone:
        raise NotUndoable
    touched = touched_by(file)
    if not touched.changes:
        raise NotUndoable
    if (later := later_than(file, touched)) is not None:
        raise TouchedLater(later)
    for org in orgs_in_use(touched):
        raise OrgInUse(name=org.full_name)
    return touched


def take_back(session, file: RosterFile, checked: list | None = None) -> None:
    """The rows as they were, inside the caller's transaction; `checked` are the changes of a check
    inside it."""
    journal.take_back(session, rosters.ACT, file.id, neutralise_all=_neutralise, checked=checked)
    orgs.follow_lines(session, "/")


def _neutralise(session, table_name, ids):
    """Nothing is deleted: a link gets no days, a new organization is closed from its first day, a
    new person stays without membership. A new organization keeps its first line and name, which
    begin with it and not on a day."""
    table, today = db.metadata.tables[table_name], clock.today()
    for start in range(0, len(ids), journal.MANY):
        mine = table.c.id.in_(ids[start : start + journal.MANY])
        if table_name == "org":
            session.execute(update(table).where(mine).values(closed_on=today))
        elif table_name in ("membership", "post"):
            first = func.coalesce(table.c.from_on, today)
            session.execute(update(table).where(mine).values(from_on=first, to_on=first))
        elif table_name in DATED:
            ends = case((table.c.from_on.is_(None), table.c.to_on), else_=table.c.from_on)
            session.execute(update(table).where(mine).values(to_on=ends))
