"""A disk without room, while a backup is made or restored: measured before, said in words after."""

import errno
import shutil
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from app.db import sqlite
from app.errors import Refusal
from app.words import N_

BACKUP_FULL = N_("服务器的磁盘满了，没有留下半个文件。腾出空间再来一次。")
BACKUP_STOPPED = N_("备份写不下去：%(why)s。没有留下半个文件。")
UNNOTED_FULL = N_("备份做好了，在 %(name)s。但磁盘满了，没能在网站里记下来：先腾出空间。")
UNNOTED = N_("备份做好了，在 %(name)s。但没能在网站里记下来：%(why)s。")
RESTORE_FULL = N_("磁盘满了，没有恢复，原来的数据没有动。腾出空间再来一次。")
RESTORE_STOPPED = N_("恢复写不下去：%(why)s。原来的数据没有动。")
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class NoRoom(Refusal):
    """The disk is full, or would be."""

    code, status = "no_room", 507


class Unwritable(Refusal):
    """The disk says no for another reason."""

    code, status = "unwritable", 507


@contextmanager
def in_words(full: str, stopped: str, **facts):
    """What the disk refuses inside becomes a Refusal: `full` when it has no room left, else
    `stopped`, a sentence with a place for why. Raises NoRoom, Unwritable."""
    try:
        yield
    except OSError as error:
        raise _refusal(full, stopped, error.errno in NO_ROOM, error.strerror, facts) from None
    except (sqlite.Error, DBAPIError) as error:
        why = str(getattr(error, "orig", error))
        if not is_the_disks(why):
            raise
        raise _refusal(full, stopped, "full" in why, why, facts) from None


def is_the_disks(why: str) -> bool:
    """Whether SQLite's words tell of the disk, not of what is in the database."""
    return "disk is full" in why or "disk I/O" in why


def refuse_full(folder: Path, needed: int, words: str) -> None:
    """Raise NoRoom when the disk under the folder has less than so many bytes. words: a sentence
    with a place for need and left, in MB."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise NoRoom(words, need=needed // 2**20 + 1, left=free // 2**20)


def _refusal(full, stopped, is_full, why, facts):
    return NoRoom(full, **facts) if is_full else Unwritable(stopped, why=why, **facts)
