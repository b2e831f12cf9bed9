"""What tests of backups share: one made, one put back, and everything there is, row for row."""

from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import text

from app import schema
from app.db import db, is_sqlite, transaction
from app.domain import backups
from app.domain.audit import SYSTEM
from app.domain.backups import archive
from tests.programs import need
from tests.scope import rows_of_everything

# What a restore ends on purpose (decision 0016), and the trail that says so.
SETTLED = ("staff_session", "invitation", "setup_link", "audit_entry")


def settings_of(app):
    return app.extensions["settings"]


def need_programs():
    """On PostgreSQL: the three programs a backup and its way back are made with."""
    for name in () if is_sqlite() else ("pg_dump", "pg_restore", "psql"):
        need(name)


def make(app, path, **told):
    """A backup at path; returns path."""
    need_programs()
    db.session.rollback()
    backups.back_up_into(path, settings=settings_of(app), by=SYSTEM, **told)
    return path


def put_back(app, path, **told):
    """Restore path over what is here, which stays aside; returns where."""
    db.session.rollback()
    manifest = backups.read_manifest(path)
    told = {"settings": settings_of(app), "migrate": schema.bring_up, "keep": True} | told
    return backups.restore(path, manifest, **told)


def resealed(path, to, dump=None, **changes):
    """The backup at path with other words in its manifest (or another dump), its checksum right:
    what only somebody who knows the format could make."""
    manifest = replace(backups.read_manifest(path), **changes)
    inside = to.with_suffix(".dump")
    if dump is None:
        archive.unpack(path, backups.read_manifest(path), inside)
    else:
        inside.write_bytes(dump)
    with to.open("wb") as out:
        archive.pack(manifest, inside, out)
    return to


def kept(rows):
    """The tables that come back exactly as they were."""
    return {name: rows[name] for name in rows if name not in SETTLED}


def everything():
    return rows_of_everything()


def rename_root(name):
    """Make the database another one than the backup holds."""
    with transaction() as session:
        session.execute(text("UPDATE org SET short_name = :n WHERE parent_id IS NULL"), {"n": name})


def root_name():
    db.session.rollback()
    found = db.session.scalar(text("SELECT short_name FROM org WHERE parent_id IS NULL"))
    db.session.rollback()
    return found


@contextmanager
def no_schemas_left():
    """Afterwards a PostgreSQL test database holds no schema that a restore put aside."""
    try:
        yield
    finally:
        db.session.remove()
        schema.migrate()
        if not is_sqlite():
            with db.engine.begin() as connection:
                names = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before_restore_%'"
                for name in connection.scalars(text(names)).all():
                    connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
