"""The database handle, the column types, and the one way to write.

SQLite: a read opens a deferred BEGIN, a verb opens BEGIN IMMEDIATE behind a
cross-process gate (flock). Four writers with IMMEDIATE alone starve one another;
a read that turns into a write inside a deferred BEGIN is refused at once.
"""

import fcntl
import json
import os
from contextlib import contextmanager
from datetime import UTC, datetime

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, MetaData, String, cast, event, func, literal, text
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from app.config import SettingsError

try:  # Debian's SQLite 3.40 has the WAL-reset bug; this wheel bundles a mended one
    from pysqlite3 import dbapi2 as sqlite
except ImportError:
    import sqlite3 as sqlite

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


class Instant(TypeDecorator):
    """An aware UTC datetime, in SQLite as in PostgreSQL; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True
    python_type = datetime  # a decorator does not say its own

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime; use app.clock.now()")
        return value.astimezone(UTC)

    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(str):
    """JSON text made ahead of the write gate: a JSON column stores it as it is."""


def to_json(value) -> str:
    """The text of a JSON column."""
    return value if isinstance(value, Json) else json.dumps(value)


def engine_options(url: str) -> dict:
    """What create_engine needs for this URL. Raises SettingsError for one that names no database
    this product runs on."""
    try:
        dialect = make_url(url).get_dialect().name
    except (ArgumentError, ImportError, ValueError):
        dialect = None
    if dialect not in ("sqlite", "postgresql"):
        raise SettingsError(
            "FURONG_DATABASE_URL 要空着（SQLite），或写成 postgresql+psycopg://用户@主机/库。"
        )
    if dialect == "sqlite":
        own = {"module": sqlite, "connect_args": {"timeout": 5, "check_same_thread": False}}
    else:
        own = {"pool_pre_ping": True, "pool_size": 8, "max_overflow": 8}
    # An error goes to the log, and the values are people's.
    return own | {"hide_parameters": True, "json_serializer": to_json}


@contextmanager
def transaction(*, still: bool = False):
    """Commit on the way out, roll back on error; an inner one joins the outer.

    Anything read before is read again inside: a verb never decides on stale rows. still: all it reads
    is one moment, as it always is on SQLite, where nobody else writes meanwhile.
    """
    session = db.session()
    if session.info.get("writing"):
        yield session
        return
    if session.info.get("reading"):
        raise RuntimeError("a snapshot() only reads")
    _end_read(session)
    with gate(session.get_bind()):
        session.info["writing"] = True
        try:
            options = {"isolation_level": "REPEATABLE READ"} if still and not is_sqlite() else {}
            session.connection(execution_options={"furong_write": True, **options})
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info["writing"] = False


@contextmanager
def snapshot():
    """All that is read inside is one moment, whoever writes meanwhile; holds nobody up. Yields the
    connection, for a cursor. What was read before is read again; an inner one joins the outer."""
    session = db.session()
    if session.info.get("reading"):
        yield session.connection()
        return
    if session.info.get("writing"):
        raise RuntimeError("a snapshot() inside a transaction()")
    _end_read(session)
    session.info["reading"] = True
    still = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    try:
        yield session.connection(execution_options={} if is_sqlite() else still)
    finally:
        session.rollback()
        session.info["reading"] = False


@contextmanager
def one_moment():
    """snapshot(), or the transaction() that is open already: all that is read is one moment."""
    if db.session().info.get("writing"):
        yield
        return
    with snapshot():
        yield


def _end_read(session):
    """End the read before; what it read is expired."""
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("objects were changed outside transaction()")
    session.rollback()


@contextmanager
def gate(engine):
    """Let one SQLite writer at a time in, over all processes of this host, in queue order."""
    if engine.dialect.name != "sqlite":
        yield
        return
    handle = os.open(f"{engine.url.database}.gate", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def is_sqlite() -> bool:
    """Whether this application's database is SQLite."""
    return db.engine.dialect.name == "sqlite"


def lock_words(session, *words) -> None:
    """Serialise writers that name the same words until the transaction ends (PostgreSQL only:
    the gate already does it on SQLite)."""
    if session.get_bind().dialect.name == "postgresql":
        key = "|".join(str(word) for word in words)
        session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 7))"), {"key": key}
        )


def locked_words(session, *words):
    """`lock_words` as a column of a statement that has to run first anyway: it waits there for the
    other writers, and what is read after it is what they left. A constant on SQLite."""
    if session.get_bind().dialect.name != "postgresql":
        return literal(1)
    key = "|".join(str(word) for word in words)
    return func.length(cast(func.pg_advisory_xact_lock(func.hashtextextended(key, 7)), String))


def upsert(table, values: dict, *, key: str | tuple[str, ...], changes: dict):
    """INSERT … ON CONFLICT (key) DO UPDATE SET changes, for either database."""
    key = [key] if isinstance(key, str) else list(key)
    insert = sqlite_insert if is_sqlite() else postgresql_insert
    return insert(table).values(values).on_conflict_do_update(index_elements=key, set_=changes)


@event.listens_for(Engine, "connect")
def _prepare(connection, _record):
    if not type(connection).__module__.startswith(("sqlite3", "pysqlite3")):
        return
    connection.isolation_level = None  # we say BEGIN ourselves
    for name, wanted in PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={wanted}")
        got = connection.execute(f"PRAGMA {name}").fetchone()[0]
        if got != wanted:
            raise RuntimeError(f"SQLite refused PRAGMA {name}={wanted}: it says {got}")


@event.listens_for(Engine, "begin")
def _begin(connection):
    if connection.dialect.name == "sqlite":
        write = connection.get_execution_options().get("furong_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
