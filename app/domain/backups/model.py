"""That a backup was made, what one file says of itself, and how a backup is refused."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Instant, db
from app.errors import Refusal
from app.words import N_

PRODUCT, FORMAT = "furong", 1
MEMBERS = {"sqlite": "furong.db", "postgresql": "furong.pgdump"}
HOWS = {"command": N_("命令"), "download": N_("下载")}
KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


class BackupRecord(db.Model):
    """A backup that was made: by the command, or as a download."""

    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    how: Mapped[str] = mapped_column(String(10))  # command | download
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of the file, hex


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself: everything needed to refuse it before a byte is restored."""

    product: str
    format: int
    kind: str  # sqlite | postgresql
    made_at: str  # ISO 8601, UTC
    revision: str  # the schema's
    server: int  # major version of PostgreSQL; 0 for SQLite
    keys: dict[str, str]  # SECRET_KEY, PII_KEY → fingerprint, never the key
    rows: dict[str, int]  # table → how many
    member: str
    size_bytes: int  # of the member, unpacked
    sha256: str  # of the member, unpacked


class Damaged(Refusal):
    """Not a backup, or not as it was made."""

    code, words = (
        "backup_damaged",
        N_("这个文件不是芙蓉签到的备份，或者没有传完整、已经损坏。什么都没有改动。换一份备份。"),
    )


class NotForHere(Refusal):
    """A good backup that cannot be restored here, for the reason given."""

    code, status = "backup_not_for_here", 409


class NotMade(Refusal):
    """No backup came about, for the reason given."""

    code, status = "backup_not_made", 409
