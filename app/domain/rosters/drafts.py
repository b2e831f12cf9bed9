"""A file between plan and apply: kept in the database, sealed, so that any process may go on.

Only the columns that are needed are kept. Of somebody possibly under 14 without consent not even
the name is: the line, the masked name and the branch, and whom on file the row meant.
"""

import json
import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import and_, or_, select, update

from app import clock
from app.db import db, transaction
from app.domain.orgs import Org
from app.domain.rosters.model import RosterFile
from app.domain.rosters.planning import plan_people
from app.domain.rosters.refusals import DraftGone, FileAgain
from app.domain.sheets import FIELDS, ORGS, PEOPLE, Column, OrgRow, PersonRow, Sheet, read_sheet
from app.domain.staff import Staff
from app.errors import NotFound
from app.keys import new_code, seal, unseal
from app.text import mask_name, tidy

LIFE = timedelta(days=7)
RESULT_LIFE = timedelta(days=366)  # names of lines that were not taken are kept no longer
PERSON_CELLS = (
    "line", "name", "phone", "admission_number", "branch", "birth_month", "political_status",
    "post", "consent", "problems",
)  # fmt: skip
ORG_CELLS = (
    "line", "full_name", "short_name", "parent", "kind", "domain", "opened_on", "problems",
)  # fmt: skip
KEPT = {PEOPLE: set(PERSON_CELLS), ORGS: set(ORG_CELLS)}


@dataclass(frozen=True, slots=True)
class Young:
    """What is kept of a row that may be about somebody under 14."""

    line: int
    masked_name: str
    branch: str
    person_id: int | None


class Said(NamedTuple):
    """A thing that was pasted, by its number: the words, why they are nobody ("" for somebody), and
    what was not used of them. Of somebody possibly under 14 no word is kept."""

    at: int
    text: str
    why: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Draft:
    """An unsealed draft: rows as the reader gave them, and how the columns were read. `said` is
    what was pasted, when it was no file."""

    kind: str
    columns: tuple[Column, ...]
    rows: tuple
    young: tuple[Young, ...] = ()
    title: str = ""
    also: tuple[str, ...] = ()
    cut_after: int | None = None
    said: tuple[Said, ...] = ()

    @property
    def dropped(self) -> tuple[str, ...]:
        """The headings of columns nothing was kept of."""
        return tuple(column.heading for column in self.columns if not column.field)


@dataclass(frozen=True)
class FileRow:
    """A file in the history: for which organization, and whose (None: the command line's)."""

    file: RosterFile
    org: Org
    made_by: Staff | None


def draft_of(sheet: Sheet, scope: Org) -> Draft:
    """The part of a sheet that may be kept."""
    columns = tuple(
        Column(c.index, c.heading, c.field if c.field in KEPT[sheet.kind] else None)
        for c in sheet.columns
        if c.heading or c.field
    )
    rows, young = sheet.rows, ()
    if sheet.kind == PEOPLE:
        found = plan_people(rows, scope=scope).possibly_under_14
        young = tuple(
            Young(e.line, mask_name(e.name), e.branch, e.was.id if e.was else None) for e in found
        )
        lines = {entry.line for entry in found}
        rows = tuple(row for row in rows if row.line not in lines)
    return Draft(sheet.kind, columns, rows, young, sheet.title, sheet.also, sheet.cut_after)


def take_in(content: bytes, filename: str, *, scope: Org, made_by: Staff) -> RosterFile:
    """Read an uploaded file and keep what is needed of it as a draft.

    Drafts older than seven days are emptied on the way. Raises UnreadableFile.
    """
    sheet = read_sheet(content, filename)
    return keep(draft_of(sheet, scope), filename, scope=scope, made_by=made_by)


def keep(
    draft: Draft, filename: str, *, scope: Org, made_by: Staff, source: str = "file"
) -> RosterFile:
    """Store a draft; those that lie for too long are emptied on the way."""
    sealed = sealed_draft(draft)  # before the write gate closes: it takes a while
    with transaction() as session:
        session.execute(
            update(RosterFile)
            .where(RosterFile.sealed.is_not(None), RosterFile.made_at < clock.now() - LIFE)
            .values(sealed=None)
        )
        session.execute(
            update(RosterFile)
            .where(RosterFile.result.is_not(None), RosterFile.made_at < clock.now() - RESULT_LIFE)
            .values(result=None)
        )
        file = new_file(draft.kind, filename, scope, made_by.id)
        file.sealed, file.source = sealed, source
        session.add(file)
    return file


def new_file(kind: str, filename: str, scope: Org, made_by_id: int | None) -> RosterFile:
    """A RosterFile without contents, not yet in a session."""
    return RosterFile(
        code=new_code(8), kind=kind, filename=shown_name(filename), org_id=scope.id,
        made_by_id=made_by_id, made_at=clock.now(), complete=False, counts={},
    )  # fmt: skip


def read_again(file: RosterFile, content: bytes, filename: str, mapping) -> None:
    """Read the file once more, its columns as `mapping` says (index → field or None).

    Raises UnreadableFile, BadMapping, DraftGone.
    """
    sheet = read_sheet(content, filename, mapping)
    sealed = sealed_draft(draft_of(sheet, org_of(file)))
    with transaction():
        open_draft(file)
        file.kind, file.filename, file.sealed = sheet.kind, shown_name(filename), sealed


def shown_name(filename: str) -> str:
    """A file's name without its folder, as it is shown and stored."""
    return tidy(filename.replace("\\", "/").rsplit("/", 1)[-1])[-120:] or "–"


def drop_columns(file: RosterFile, mapping: dict[int, str | None]) -> None:
    """Leave out columns that were read. Raises FileAgain when the mapping wants a column that is
    not kept, or a kept one read as something else: its cells are no longer there."""
    with transaction():
        draft = open_draft(file)
        now = {column.index: column.field for column in draft.columns if column.field}
        wanted = {index: field for index, field in mapping.items() if field}
        if any(now.get(index) != field for index, field in wanted.items()):
            raise FileAgain
        gone = {field for index, field in now.items() if index not in wanted}
        if gone & {"name", "branch", "full_name"}:
            raise FileAgain
        blank = dict.fromkeys(gone)
        rows = [{**_cells(draft.kind, row), **blank} for row in draft.rows]
        columns = [
            Column(c.index, c.heading, None if c.field in gone else c.field) for c in draft.columns
        ]
        kept = Draft(
            draft.kind, tuple(columns), tuple(_row(draft.kind, row) for row in rows),
            draft.young, draft.title, draft.also, draft.cut_after,
        )  # fmt: skip
        file.sealed = sealed_draft(kept)


def open_draft(file: RosterFile) -> Draft:
    """The Draft of a file; raises DraftGone when it is applied, given up, too old or damaged."""
    if file.sealed is None or file.made_at < clock.now() - LIFE:
        raise DraftGone
    try:
        said = json.loads(zlib.decompress(unseal(file.sealed)))
    except ValueError:
        raise DraftGone from None
    return Draft(
        said["kind"],
        tuple(Column(*column) for column in said["columns"]),
        tuple(_row(said["kind"], row) for row in _named(said["kind"], said["rows"])),
        tuple(Young(*young) for young in said["young"]),
        said["title"],
        tuple(said["also"]),
        said["cut_after"],
        tuple(Said(*one) for one in said.get("said", ())),
    )


def give_up(file: RosterFile) -> None:
    """Empty a draft. Nothing of the roster changes, so the audit trail is not concerned."""
    with transaction():
        if file.applied_at is None:
            file.sealed = None


def find_file_in(scope: Org, code: str) -> RosterFile:
    """A file that was uploaded for an organization of the scope; raises NotFound."""
    query = select(RosterFile).join(Org, Org.id == RosterFile.org_id)
    file = db.session.scalar(
        query.where(RosterFile.code == str(code).upper()[:12], Org.path.like(scope.path + "%"))
    )
    if file is None:
        raise NotFound
    return file


def files_in(scope: Org, *, limit: int = 30) -> list[FileRow]:
    """The newest files of the scope: those that were applied, and drafts that wait."""
    waits = and_(RosterFile.sealed.is_not(None), RosterFile.made_at >= clock.now() - LIFE)
    query = (
        select(RosterFile, Org, Staff)
        .join(Org, Org.id == RosterFile.org_id)
        .outerjoin(Staff, Staff.id == RosterFile.made_by_id)
        .where(Org.path.like(scope.path + "%"), or_(RosterFile.applied_at.is_not(None), waits))
        .order_by(RosterFile.id.desc())
        .limit(limit)
    )
    return [FileRow(*row) for row in db.session.execute(query)]


def sealed_draft(draft: Draft) -> bytes:
    """The draft as it is stored."""
    rows = [list(_cells(draft.kind, row).values()) for row in draft.rows]
    said = {
        "kind": draft.kind, "rows": rows, "title": draft.title, "also": draft.also,
        "columns": [[c.index, c.heading, c.field] for c in draft.columns],
        "young": [[y.line, y.masked_name, y.branch, y.person_id] for y in draft.young],
        "cut_after": draft.cut_after, "said": draft.said,
    }  # fmt: skip
    return seal(zlib.compress(json.dumps(said, ensure_ascii=False, default=str).encode(), 3))


def _cells(kind, row):
    names = PERSON_CELLS if kind == PEOPLE else ORG_CELLS
    return {name: getattr(row, name) for name in names}


def _named(kind, rows):
    names = PERSON_CELLS if kind == PEOPLE else ORG_CELLS
    return (dict(zip(names, row, strict=True)) for row in rows)


def _row(kind, cells):
    cells = {**cells, "problems": tuple(cells["problems"])}
    if kind == PEOPLE:
        return PersonRow(**cells)
    opened = cells["opened_on"]
    return OrgRow(
        **{**cells, "opened_on": date.fromisoformat(opened) if isinstance(opened, str) else opened}
    )


def choosable(kind: str):
    """The Fields that a column of such a file may be read as."""
    return [field for field in FIELDS[kind] if field.key in KEPT[kind]]


def org_of(file: RosterFile) -> Org:
    """The organization whose subtree the file is about."""
    return db.session.get(Org, file.org_id)
