"""PostgreSQL: pg_dump of one snapshot, and one transaction that puts a dump in the place of what is
there. The three programs come with PostgreSQL's client package.
"""

import os
import re
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from psycopg.conninfo import make_conninfo
from sqlalchemy import text

from app.db import db
from app.domain.backups.model import Manifest, NotForHere, NotMade
from app.errors import Refusal
from app.words import N_

OURS = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
OTHERS = (
    "SELECT nspname FROM pg_namespace WHERE nspname <> current_schema()"
    " AND nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%'"
)
BUSY = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
FUNCTIONS = (
    "SELECT DISTINCT t.tgfoid::regprocedure FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE NOT t.tgisinternal AND n.nspname = current_schema() AND c.relname = ANY(:tables)"
)
CHUNK = 1024 * 1024
PATIENCE = 20  # tenths of a second until those who just left are gone


class ProgramFailed(Refusal):
    """pg_dump, pg_restore or psql said no."""

    code, status, words = (
        "backup_program",
        409,
        N_("%(program)s 没有做完，什么都没有改动：%(why)s"),
    )


def copy_to(path: Path) -> tuple[str, int, dict[str, int]]:
    """pg_dump of one snapshot into a file, while others write. Returns the schema's revision, the
    server's major version, and table → rows of the same snapshot. Raises NotMade, ProgramFailed."""
    engine = db.engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        server = _version_of(connection)
        program = _program("pg_dump", server)
        tables = connection.scalars(text(OURS)).all()
        if "alembic_version" not in tables:
            raise NotMade(N_("还没有数据可以备份。"))
        rows = {name: _count(connection, name) for name in tables}
        revision = connection.scalar(text("SELECT version_num FROM alembic_version")) or ""
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        others = [f'--exclude-schema="{name}"' for name in connection.scalars(text(OTHERS))]
        _run(
            [program, "--format=custom", "--compress=1", "--no-owner", "--no-privileges",
             "--no-comments", f"--snapshot={snapshot}", f"--file={path}", *others, _address()]
        )  # fmt: skip
    return revision, server, rows


def put_back(dump: Path, manifest: Manifest, *, then, migrate, stamp: str, keep: bool) -> str:
    """Put the dump in the place of the tables that are there: one transaction, counted before it
    ends, `then` (SQL) with it, or nothing. What was there stays in a schema aside when keep; returns
    its name, or an empty string. A cut before today's schema is made up for by the next start.
    Raises NotForHere, ProgramFailed."""
    aside = f"before_restore_{stamp.replace('-', '_')}"
    db.session.remove()
    db.engine.dispose()
    with db.engine.connect() as connection:
        server = _version_of(connection)
        if server < manifest.server:
            raise NotForHere(
                N_("这份备份来自 PostgreSQL %(theirs)s，这里是 %(ours)s。换同样新或更新的数据库。"),
                theirs=manifest.server, ours=server,
            )  # fmt: skip
        _refuse_busy(connection)
        there = set(connection.scalars(text(OURS)))
        tables = sorted(there & (manifest.rows.keys() | db.metadata.tables.keys()))
        functions = connection.scalars(text(FUNCTIONS), {"tables": tables}).all()
        schema = connection.scalar(text("SELECT quote_ident(current_schema())"))
    db.engine.dispose()
    before = _aside(schema, aside, tables, functions)
    after = [
        *_checks(schema, manifest), f"SET LOCAL search_path = {schema};",
        *(f"{words};" for words in then), *([] if keep else [f"DROP SCHEMA {aside} CASCADE;"]),
    ]  # fmt: skip
    _replay(dump, before, after, _program("pg_restore", server), _program("psql", server))
    with db.engine.begin() as connection:
        migrate(connection)
    return aside if keep else ""


def _refuse_busy(connection):
    for _tenth in range(PATIENCE):
        if not connection.scalar(text(BUSY)):
            return
        connection.execute(text("SELECT pg_sleep(0.1), pg_stat_clear_snapshot()"))
    raise NotForHere(
        N_("网站还开着，或有别的程序连着这个数据库。先停下网站、关掉别的连接，再恢复。")
    )


def _aside(schema, aside, tables, functions):
    """Move what is there out of the way: indexes, sequences and triggers go with their tables."""
    return [
        "BEGIN;", "SET LOCAL lock_timeout = '10s';", f"CREATE SCHEMA {aside};",
        *(f'ALTER TABLE {schema}."{name}" SET SCHEMA {aside};' for name in tables),
        *(f"ALTER FUNCTION {name} SET SCHEMA {aside};" for name in functions),
    ]  # fmt: skip


def _checks(schema, manifest):
    """Raise inside the transaction unless every row arrived. (Names are checked in the manifest.)"""
    wrong = [
        f'(SELECT count(*) FROM {schema}."{name}") <> {count}'  # noqa: S608
        for name, count in manifest.rows.items()
    ]
    return [
        f"DO $furong$ BEGIN IF {' OR '.join(wrong)} THEN"
        " RAISE EXCEPTION 'rows are missing'; END IF; END $furong$;"
    ]


def _replay(dump, before, after, pg_restore, psql):
    """psql in one transaction: our lines, the dump as SQL, our lines. When the dump breaks off,
    psql is ended before it could commit."""
    with tempfile.TemporaryFile() as said:
        into = subprocess.Popen(
            [psql, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--dbname={_address()}"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said, env=_environment(),
        )  # fmt: skip
        try:
            with suppress(BrokenPipeError):
                into.stdin.write("\n".join(before).encode() + b"\n")
                _feed(dump, pg_restore, into.stdin)
                into.stdin.write("\n".join([*after, "COMMIT;"]).encode() + b"\n")
                into.stdin.close()
        except BaseException:
            into.kill()
            raise
        finally:
            if into.wait() != 0 and not into.stdin.closed:
                with suppress(BrokenPipeError):
                    into.stdin.close()
        if into.returncode:
            said.seek(0)
            raise ProgramFailed(program="psql", why=_first_line(said.read()))


def _feed(dump, pg_restore, into):
    with tempfile.TemporaryFile() as said:
        told = [pg_restore, "--no-owner", "--no-privileges", "--file=-", str(dump)]
        with subprocess.Popen(told, stdout=subprocess.PIPE, stderr=said, env=_environment()) as out:
            shutil.copyfileobj(out.stdout, into, CHUNK)
        if out.returncode:
            said.seek(0)
            raise ProgramFailed(program="pg_restore", why=_first_line(said.read()))


def _program(name, server):
    """The program's path, new enough for the server. Raises NotMade."""
    path = shutil.which(name)
    if path is None:
        raise NotMade(
            N_("没有找到 %(name)s。请安装 PostgreSQL %(version)s 的客户端程序（postgresql-client）。"),
            name=name, version=server,
        )  # fmt: skip
    own = int(re.search(r"(\d+)", _run([path, "--version"]))[1])
    if own < server:
        raise NotMade(
            N_("%(name)s 是 %(own)s 版，数据库是 %(version)s 版。请安装不低于数据库的客户端程序。"),
            name=name, own=own, version=server,
        )  # fmt: skip
    return path


def _run(told):
    done = subprocess.run(told, capture_output=True, env=_environment(), check=False)
    if done.returncode:
        raise ProgramFailed(program=Path(told[0]).name, why=_first_line(done.stderr))
    return done.stdout.decode("utf-8", "replace")


def _address():
    """The database for libpq, without its password: that goes by the environment."""
    _args, told = db.engine.dialect.create_connect_args(db.engine.url)
    return make_conninfo("", **{k: told[k] for k in told if k not in ("password", "context")})


def _environment():
    password = db.engine.url.password
    own = {"PGPASSWORD": str(password)} if password else {}
    return os.environ | {"LC_ALL": "C.UTF-8", "PGCONNECT_TIMEOUT": "10"} | own


def _first_line(said):
    """The first line that names an error."""
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    named = [line for line in lines if "error" in line.lower() or "fatal" in line.lower()]
    return (named or lines or ["?"])[0][:200]


def _version_of(connection):
    return int(connection.scalar(text("SHOW server_version_num"))) // 10_000


def _count(connection, name):
    return connection.scalar(text(f'SELECT count(*) FROM "{name}"'))  # noqa: S608 (out of pg_tables)
