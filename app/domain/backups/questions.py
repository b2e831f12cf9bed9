"""When the last backups were made, by whom and how."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app import clock
from app.db import db
from app.domain.backups.model import BackupRecord
from app.domain.staff import Staff

LATE_DAYS = 7


@dataclass(frozen=True)
class LastBackup:
    """made_at and days: local days since; None when there never was one."""

    made_at: datetime | None
    days: int | None

    @property
    def is_late(self) -> bool:
        return self.days is None or self.days >= LATE_DAYS


@dataclass(frozen=True)
class Made:
    """One backup that was made; name is None when no account made it."""

    made_at: datetime
    name: str | None
    how: str
    size_bytes: int


def last_backup() -> LastBackup:
    """When the last backup was made, by whatever way."""
    made = recent(1)
    if not made:
        return LastBackup(None, None)
    made_at = made[0].made_at
    return LastBackup(made_at, max(0, (clock.today() - clock.local_day(made_at)).days))


def recent(limit: int = 10) -> list[Made]:
    """The newest backups, newest first."""
    made = BackupRecord
    query = (
        select(made.made_at, Staff.name, made.how, made.size_bytes)
        .outerjoin(Staff, Staff.id == made.made_by_id)
        .order_by(made.made_at.desc(), made.id.desc())
        .limit(limit)
    )
    return [Made(*row) for row in db.session.execute(query)]
