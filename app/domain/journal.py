"""The journal: which columns of which rows one act changed, so that the act can be taken back.

An act notes every row it touches; taking it back puts the old values in, newest change first, and
only while each row still holds what the act left there. A row the act added is not deleted: the
room that noted it says how it is neutralised.
"""

import base64
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime

from sqlalchemy import JSON, Index, Row, String, bindparam, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Json, db, to_json
from app.errors import Conflict
from app.words import N_

MANY = 400  # values in one IN: the drivers' limits lie above


class RowChange(db.Model):
    """One row an act changed: its columns before and after; before is NULL for an added row."""

    __table_args__ = (Index(None, "act", "act_id"), Index(None, "table_name", "row_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[str] = mapped_column(String(12))  # roster | correction
    act_id: Mapped[int]
    table_name: Mapped[str] = mapped_column(String(40))
    row_id: Mapped[int]
    before: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict] = mapped_column(JSON)


NOTED = (RowChange.id, RowChange.table_name, RowChange.row_id, RowChange.before, RowChange.after)


class ChangedSince(Conflict):
    """A row of the act was changed by something later."""

    code, words = (
        "changed_since",
        N_("这之后又改过其中的内容，不能整批撤回。请先撤回后来的那一次。"),
    )


def snapshot(session, table: str, ids: Iterable[int]) -> dict[int, dict]:
    """The rows of a table as they stand, id → columns, for `note` after the change."""
    session.flush()
    columns, found, ids = db.metadata.tables[table].c, {}, sorted(set(ids))
    names = columns.keys()
    for start in range(0, len(ids), MANY):
        some = ids[start : start + MANY]
        rows = session.execute(select(*columns).where(columns.id.in_(some)))
        found |= {row.id: dict(zip(names, map(_plain, row), strict=True)) for row in rows}
    return found


def note(session, act: str, act_id: int, table: str, before: dict[int, dict], ids=()) -> int:
    """Write down what became of the rows of `before` (from `snapshot`) and of added rows `ids`.
    Returns how many rows changed."""
    after = snapshot(session, table, {*before, *ids})
    rows = []
    for row_id, values in sorted(after.items()):
        old = before.get(row_id)
        changed = [name for name in values if old is None or old[name] != values[name]]
        if changed:
            was = {name: old[name] for name in changed} if old else None
            rows.append((row_id, was, {name: values[name] for name in changed}))
    _write(session, act, act_id, table, rows)
    return len(rows)


def notes_of(table: str, rows: Iterable[dict]) -> list[Json]:
    """The notes of rows an act is about to add, in their order; made before the gate closes where
    that can be. A column that is not among a row's is NULL; the id is not part of a note."""
    columns = [column.name for column in db.metadata.tables[table].c if column.name != "id"]
    return [Json(to_json({name: _plain(row.get(name)) for name in columns})) for row in rows]


def note_added(session, act: str, act_id: int, table: str, added: dict[int, Json]) -> None:
    """Write down rows the act added: id → note (from `notes_of`)."""
    _write(session, act, act_id, table, ((row_id, None, note) for row_id, note in added.items()))


def _write(session, act, act_id, table, rows):
    noted = [
        {
            "act": act, "act_id": act_id, "table_name": table, "row_id": row_id,
            "before": before, "after": after,
        }
        for row_id, before, after in rows
    ]  # fmt: skip
    for start in range(0, len(noted), MANY):
        session.execute(insert(RowChange.__table__), noted[start : start + MANY])


def changes_of(act: str, act_id: int) -> list[Row]:
    """Every row an act changed, in the order it was noted: plain rows, for there may be many."""
    query = select(*NOTED).where(RowChange.act == act, RowChange.act_id == act_id)
    return db.session.execute(query.order_by(RowChange.id)).all()


def can_take_back(act: str, act_id: int, changes: list[Row] | None = None) -> bool:
    """Whether every row still holds what the act left there (`changes`: what it noted, if read)."""
    changes = changes_of(act, act_id) if changes is None else changes
    return not _changed_since(db.session(), changes)


def take_back(
    session, act: str, act_id: int, *, neutralise: Callable | None = None,
    neutralise_all: Callable | None = None, last: Callable[[Row], bool] = lambda _change: False,
    checked: list[Row] | None = None,
) -> int:  # fmt: skip
    """Put the old values of an act's rows in, inside the caller's transaction; how many rows.

    Added rows go first, newest first: to neutralise(session, table, row id) one by one, or to
    neutralise_all(session, table, ids) together; without either they are left alone. `last` names
    the changes to be put back after all others: rows that need a place which another one must leave
    first (a unique index looks at each step). `checked` are the act's changes when the caller has
    read and checked them (`can_take_back`) in this very transaction. Raises ChangedSince.
    """
    changes = changes_of(act, act_id) if checked is None else checked
    if checked is None and _changed_since(session, changes):
        raise ChangedSince
    added: dict[str, list[int]] = {}
    for change in reversed(changes):
        if change.before is None:
            added.setdefault(change.table_name, []).append(change.row_id)
    for table, ids in added.items():
        if neutralise_all is not None:
            neutralise_all(session, table, ids)
        for row_id in ids if neutralise is not None else ():
            neutralise(session, table, row_id)
    changed = [change for change in changes if change.before is not None]
    _restore(session, [change for change in changed if not last(change)])
    _restore(session, [change for change in changed if last(change)])
    session.expire_all()
    return len(changes)


def _restore(session, changes):
    """Put the values in that each row had before the first of its changes, many rows a statement."""
    was: dict[tuple, dict] = {}
    for change in reversed(changes):
        was.setdefault((change.table_name, change.row_id), {}).update(change.before)
    alike: dict[tuple, list] = {}
    for (table, row_id), values in was.items():
        alike.setdefault((table, *sorted(values)), []).append((row_id, values))
    for (name, *columns), rows in alike.items():
        table = db.metadata.tables[name]
        statement = update(table).where(table.c.id == bindparam("at_id"))
        statement = statement.values({column: bindparam(f"was_{column}") for column in columns})
        session.connection().execute(statement, [
            {"at_id": row_id, **{f"was_{n}": _typed(table.c[n], values[n]) for n in columns}}
            for row_id, values in rows
        ])  # fmt: skip


def forget(session, act: str, act_ids: Iterable[int]) -> None:
    """Drop the notes of acts that nobody will take back any more (retention)."""
    ids = list(act_ids)
    session.execute(delete(RowChange).where(RowChange.act == act, RowChange.act_id.in_(ids)))


def _changed_since(session, changes):
    """The rows that hold something else than the last note of this act left there."""
    left: dict[tuple, dict] = {}
    for change in changes:
        left.setdefault((change.table_name, change.row_id), {}).update(change.after)
    by_table: dict[str, list] = {}
    for table, row_id in left:
        by_table.setdefault(table, []).append(row_id)
    now = {table: snapshot(session, table, ids) for table, ids in by_table.items()}
    return [
        key for key, after in left.items()
        if (row := now[key[0]].get(key[1])) is None
        or any(row[name] != value for name, value in after.items())
    ]  # fmt: skip


def _plain(value):
    """A column's value as JSON can hold it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(bytes(value)).decode()
    return value


def _typed(column, value):
    if value is None:
        return None
    kind = column.type.python_type
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    return base64.b64decode(value) if kind is bytes else value
