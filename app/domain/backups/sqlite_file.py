"""SQLite: a consistent copy while others write, and putting a copy in the place of the database."""

import os
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy import create_engine

from app.db import db, engine_options, gate, sqlite
from app.domain.backups.disk import is_the_disks, refuse_full
from app.domain.backups.model import Damaged, Manifest, NotForHere, NotMade
from app.words import N_


def copy_to(path: Path) -> tuple[str, int, dict[str, int]]:
    """VACUUM INTO an empty file: one read transaction, nobody waits for it. Returns the schema's
    revision, 0, and table → rows. Raises NotMade."""
    source = place()
    if not source.is_file():
        raise NotMade(N_("还没有数据可以备份。"))
    with closing(db.engine.raw_connection()) as pooled:
        try:
            _copy(pooled.driver_connection, path)
        except sqlite.Error as error:
            if is_the_disks(str(error)):
                raise
            raise NotMade(N_("数据库读不出来：%(why)s"), why=str(error)) from None
    revision, rows = _look(path)
    if not revision:
        raise NotMade(N_("还没有数据可以备份。"))
    return revision, 0, rows


def put_back(dump: Path, manifest: Manifest, *, then, migrate, stamp: str, keep: bool) -> str:
    """Check the dump, finish it (`then`: SQL to run; today's schema) and put it in the database's
    place in one step. The database that was there stays aside when keep; returns its path, or an
    empty string. Raises Damaged, NotForHere; what the disk refuses passes through."""
    _refuse_unsound(dump, manifest)
    _finish(dump, then, migrate)
    db.session.remove()
    db.engine.dispose()
    home = place()
    aside = Path(f"{home}.before-restore-{stamp}")
    with gate(db.engine), _alone(home) as there, ExitStack() as undo:
        if there:
            _set_aside(home, aside, undo)
        os.replace(dump, home)
        undo.pop_all()
        settle(home.parent)
    if there and not keep:
        aside.unlink()
    return str(aside) if there and keep else ""


def place() -> Path:
    """Where the database is; behind a link, where the link leads."""
    return Path(db.engine.url.database).resolve()


def settle(folder: Path) -> None:
    """Make the renames in a folder last through a power cut, where the file system can."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)


def _copy(connection, path):
    """The draft and, packed, the file: twice the pages there are now, those still in the log too."""
    pages, size = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size")
    )
    refuse_full(
        path.parent, 2 * pages * size,
        N_("服务器的磁盘空间不够：做备份大约要 %(need)s MB，只剩 %(left)s MB。腾出空间再来一次。"),
    )  # fmt: skip
    connection.execute("VACUUM INTO ?", (str(path),))


def _refuse_unsound(dump, manifest):
    """The dump is a sound database and holds exactly what the manifest says. Raises Damaged."""
    try:
        with closing(sqlite.connect(dump)) as connection:
            sound = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        found = _look(dump)
    except sqlite.Error as error:
        if is_the_disks(str(error)):
            raise
        raise Damaged from None
    if not sound or found != (manifest.revision, manifest.rows):
        raise Damaged


def _finish(dump, then, migrate):
    engine = create_engine(f"sqlite:///{dump}", **engine_options("sqlite://"))
    try:
        with engine.execution_options(furong_write=True).begin() as connection:
            for words in then:
                connection.exec_driver_sql(words)
            migrate(connection)
    finally:
        engine.dispose()
    with closing(sqlite.connect(dump, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=delete")  # all of it in the one file
    with dump.open("rb") as file:
        os.fsync(file.fileno())


@contextmanager
def _alone(home):
    """Hold the database so that nobody else has it open; yields whether there is one. One that
    cannot be read at all is nobody's. Raises NotForHere while a server uses it."""
    if not home.exists():
        yield False
        return
    with closing(sqlite.connect(home, timeout=0.5, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA journal_mode=delete")
            connection.execute("PRAGMA locking_mode=exclusive")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite.DatabaseError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise NotForHere(N_("网站还开着，正在用这个数据库。先停下网站，再恢复。")) from None
        yield True


def _set_aside(home, aside, undo):
    """Give the database a second name; undo learns how to take it back, should the disk say no."""
    os.link(home, aside)
    undo.callback(aside.unlink)
    for suffix in ("-wal", "-shm", "-journal"):  # only one that cannot be opened has them
        left, kept = Path(f"{home}{suffix}"), Path(f"{aside}{suffix}")
        if left.exists():
            os.replace(left, kept)
            undo.callback(os.replace, kept, left)


def _look(path):
    """(revision, table → rows) of a database file."""
    with closing(sqlite.connect(path)) as connection:
        tables = [
            name for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name"
            )
        ]  # fmt: skip
        rows = {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 (a name out of the file's own schema)
            for name in tables
        }
        found = None
        if "alembic_version" in rows:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return found[0] if found else "", rows
