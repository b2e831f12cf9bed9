"""Notes every row an import touches in the journal, so that the import can be taken back."""

from dataclasses import dataclass

from sqlalchemy import select

from app.db import Json
from app.domain import journal
from app.domain.members import Membership, Post
from app.domain.orgs import Org, OrgLine, OrgName, subtree_ids
from app.domain.rosters.on_file import batches

ACT = "roster"
MEMBERSHIPS, POSTS = Membership.__table__, Post.__table__
LINKS = (MEMBERSHIPS, POSTS)
TREE = (Org.__table__, OrgLine.__table__, OrgName.__table__)


@dataclass(frozen=True)
class Before:
    """Rows as they stood: table name → id → columns. `who` are the people a plan is about."""

    rows: dict[str, dict[int, dict]]
    who: tuple[int, ...] = ()


def people_before(session, plan) -> Before:
    """Everybody on file whom the plan changes, with every membership and post."""
    known = [e for e in (*plan.changed, *plan.moved, *plan.new) if e.was is not None]
    who = tuple(sorted({entry.was.id for entry in (*known, *plan.left)}))
    rows = {"person": journal.snapshot(session, "person", (entry.was.id for entry in known))}
    for table in LINKS:
        rows[table.name] = journal.snapshot(session, table.name, _links(session, table, who))
    return Before(rows, who)


def note_people(session, file_id: int, before: Before, added: dict[int, Json]) -> None:
    """Write down what became of them, and the people added (id → note) with all they got."""
    journal.note(session, ACT, file_id, "person", before.rows["person"])
    journal.note_added(session, ACT, file_id, "person", added)
    for table in LINKS:
        ids = _links(session, table, before.who)
        journal.note(session, ACT, file_id, table.name, before.rows[table.name], ids)
        journal.note_added(session, ACT, file_id, table.name, _notes(session, table, added))


def tree_before(session, scope: Org | None) -> Before:
    """The tree below scope (None: there is none yet) with its dated lines and names."""
    if scope is None:
        return Before({table.name: {} for table in TREE})
    found = {table.name: _of_tree(session, table, scope) for table in TREE}
    return Before({n: journal.snapshot(session, n, ids) for n, ids in found.items()})


def note_tree(session, file_id: int, before: Before, scope: Org) -> None:
    """Write down what became of the tree below scope."""
    for table in TREE:
        ids = _of_tree(session, table, scope)
        journal.note(session, ACT, file_id, table.name, before.rows[table.name], ids)


def _links(session, table, who):
    """The ids of all rows of these people in a table of links."""
    return [row for ids in batches(who) for row in session.scalars(
        select(table.c.id).where(table.c.person_id.in_(ids))
    )]  # fmt: skip


def _notes(session, table, added):
    """id → note of the links of people who were added: all of them are new."""
    found = {}
    for ids in batches(added):
        rows = session.execute(select(table).where(table.c.person_id.in_(ids))).all()
        notes = journal.notes_of(table.name, [row._asdict() for row in rows])
        found.update(zip([row.id for row in rows], notes, strict=True))
    return found


def _of_tree(session, table, scope):
    mine = table.c.id if table is Org.__table__ else table.c.org_id
    return session.scalars(select(table.c.id).where(mine.in_(subtree_ids(scope)))).all()
