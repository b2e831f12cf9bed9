"""Names pasted into a box: a draft of one branch, each line shown as it was read and corrected."""

from dataclasses import dataclass, replace

from sqlalchemy import func, select

from app.db import db, transaction
from app.domain.orgs import Org, is_within
from app.domain.rosters.branches import Branches
from app.domain.rosters.drafts import Draft, Said, draft_of, keep, open_draft, org_of, sealed_draft
from app.domain.rosters.model import RosterFile
from app.domain.rosters.shapes import Entry, Plan
from app.domain.sheets import (
    LEFT_OUT,
    PEOPLE,
    PersonRow,
    Sheet,
    person_of,
    read_pasted,
)
from app.domain.staff import Staff
from app.errors import Invalid, NotFound

SOURCE = "paste"
TAKEN = ("new", "changed", "moved")
DOUBTFUL = ("ambiguous", "unknown_branch", "broken", "possibly_under_14")


@dataclass(frozen=True)
class PastedLine:
    """A pasted thing and the row read of it, None for nobody (`said.why`) or for a child (no why)."""

    said: Said
    row: PersonRow | None


def paste_in(text: str, *, branch: Org, scope: Org, made_by: Staff) -> RosterFile:
    """A draft of the names in a text; whoever has no branch of their own is meant for `branch`.

    Raises PastedNothing, PastedTooMuch; NotFound for a branch outside the scope.
    """
    if not is_within(scope, branch) or branch.is_closed:
        raise NotFound
    items = read_pasted(text)
    rows = tuple(
        replace(item.row, branch=item.row.branch or branch.full_name) for item in items if item.row
    )
    if not _is_only_one(branch, scope):
        scope = branch  # two branches of one name: the text is about this one
    said = tuple(Said(item.at, item.text, item.why, item.remark) for item in items)
    draft = _without_children(rows, said, scope)
    return keep(draft, branch.short_name, scope=scope, made_by=made_by, source=SOURCE)


def lines_of(draft: Draft) -> list[PastedLine]:
    """Every pasted thing with its row, in the order of the text."""
    rows = {row.line: row for row in draft.rows}
    return [PastedLine(said, rows.get(said.at)) for said in draft.said]


@dataclass(frozen=True)
class Fate:
    """A pasted line and what the plan does with it: the name of a list of the plan, "unchanged", or
    "" for what is nobody. `entry` is the line of the plan, when there is one."""

    line: PastedLine
    list: str
    entry: Entry | None = None


def fates(draft: Draft, plan: Plan) -> list[Fate]:
    """Every pasted line with what becomes of it, in the order of the text."""
    found = {}
    for name in (*TAKEN, *DOUBTFUL):
        for entry in getattr(plan, name):
            found.setdefault(entry.line, (name, entry))
    told = []
    for line in lines_of(draft):
        at = line.said.at
        name, entry = found.get(at, ("unchanged" if line.row else "", None))
        told.append(Fate(line, name, entry))
    return told


def branch_code(file: RosterFile, line: PastedLine) -> str:
    """The code of the branch a line names, else of the branch most lines of the draft name."""
    named = [row.branch for row in open_draft(file).rows]
    wanted = [line.row.branch] if line.row else []
    wanted += [max(set(named), key=named.count)] if named else []
    for name in wanted:
        org, _why = Branches(org_of(file)).find(name)
        if org is not None:
            return db.session.get(Org, org.id).code
    return ""


def find_line(file: RosterFile, at: str | int) -> PastedLine:
    """One pasted thing by its number, as an address says it. Raises NotFound, DraftGone."""
    for line in lines_of(open_draft(file)):
        if str(line.said.at) == str(at):
            return line
    raise NotFound


def correct_line(file: RosterFile, at: str | int, *, name: str, phone: str, branch: Org) -> None:
    """Say who a pasted line is. Raises Invalid beside the field, NotFound, DraftGone."""
    with transaction():
        draft, line = open_draft(file), find_line(file, at)
        read = person_of(line.said.at, {"name": name, "phone": phone})
        if read.is_broken:
            raise Invalid(read.problems[0], field="name")
        if read.phone_problem:
            raise Invalid(read.phone_problem, field="phone")
        was = line.row or read
        row = replace(
            was, name=read.name, phone=read.phone, phone_problem=None, branch=branch.full_name,
            problems=tuple(p for p in was.problems if p != was.phone_problem),
        )  # fmt: skip
        _put(file, draft, line.said._replace(why=""), row)


def leave_out(file: RosterFile, at: str | int) -> None:
    """Take a pasted line out of the draft; it stays on the list of what was not read."""
    with transaction():
        draft, line = open_draft(file), find_line(file, at)
        _put(file, draft, line.said._replace(why=LEFT_OUT), None)


def _put(file, draft, said, row):
    rows = [one for one in draft.rows if one.line != said.at] + ([row] if row else [])
    rows.sort(key=lambda one: one.line)
    everything = tuple(said if one.at == said.at else one for one in draft.said)
    young = tuple(one for one in draft.young if one.line != said.at)
    fresh = _without_children(tuple(rows), everything, org_of(file))
    file.sealed = sealed_draft(replace(fresh, young=(*young, *fresh.young)))


def _without_children(rows, said, scope):
    """The draft; of lines about somebody possibly under 14 neither the row nor the words stay."""
    sheet = Sheet(PEOPLE, "", "", 0, (), rows, (), ())
    draft = draft_of(sheet, scope)
    young = {one.line for one in draft.young}
    kept = tuple(Said(one.at, "", "", "") if one.at in young else one for one in said)
    return replace(draft, said=kept)


def _is_only_one(branch, scope):
    query = select(func.count()).where(
        Org.full_name == branch.full_name, Org.closed_on.is_(None), Org.path.like(scope.path + "%")
    )
    return db.session.scalar(query) == 1
