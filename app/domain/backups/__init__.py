"""Backups: one file that holds everything but the keys, when the last was made, and the way back."""

from app.domain.backups.archive import read_manifest
from app.domain.backups.disk import NoRoom, Unwritable
from app.domain.backups.making import back_up, back_up_into, new_name
from app.domain.backups.model import (
    HOWS,
    KINDS,
    BackupRecord,
    Damaged,
    Manifest,
    NotForHere,
    NotMade,
)
from app.domain.backups.questions import LATE_DAYS, LastBackup, Made, last_backup, recent
from app.domain.backups.restoring import holds_anything, refuse_unfit, restore

__all__ = [
    "HOWS", "KINDS", "LATE_DAYS", "BackupRecord", "Damaged", "LastBackup", "Made", "Manifest",
    "NoRoom", "NotForHere", "NotMade", "Unwritable", "back_up", "back_up_into", "holds_anything", "last_backup", "new_name",
    "read_manifest", "recent", "refuse_unfit", "restore",
]  # fmt: skip
