"""The database's shape: every model in one place, and bringing a database up to it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from app.db import db, transaction
from app.domain import (
    audit,
    backups,
    blanks,
    cards,
    checkins,
    checks,
    closings,
    corrections,
    desks,
    devices,
    events,
    evidence,
    honours,
    journal,
    leaves,
    members,
    orgs,
    passes,
    programmes,
    reach,
    rollcalls,
    rosters,
    scanners,
    services,
    staff,
    studies,
    summaries,
    tallies,
    venues,
)

ROOMS = (
    audit, orgs, members, staff, rosters, programmes, venues, events, devices, checkins, leaves,
    tallies, journal, corrections, reach, backups, passes, cards, desks, scanners, rollcalls,
    services, studies, honours, evidence, summaries, closings, blanks, checks,
)  # fmt: skip
MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def alembic_config() -> Config:
    """Alembic's settings without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def migrate() -> None:
    """Bring the database to the newest migration: all of it or nothing. Two processes that
    start at once take turns."""
    with transaction() as session:
        connection = session.connection()
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(7460301)"))
        bring_up(connection)


def bring_up(connection) -> None:
    """Run what is missing up to the newest migration, inside the connection's transaction."""
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def revisions() -> set[str]:
    """The migrations this code knows."""
    walk = ScriptDirectory.from_config(alembic_config()).walk_revisions()
    return {script.revision for script in walk}


def is_current() -> bool:
    """Whether the database is at this code's newest migration."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head
