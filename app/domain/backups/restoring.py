"""Restoring: every reason to refuse comes before the first byte is changed."""

from pathlib import Path

from sqlalchemy import inspect, select, table
from sqlalchemy.exc import DatabaseError, OperationalError

from app import clock
from app.config import Settings
from app.db import db, is_sqlite
from app.domain.backups import afterwards, disk, postgresql, sqlite_file
from app.domain.backups.archive import draft_in, unpack
from app.domain.backups.disk import in_words
from app.domain.backups.making import fingerprints
from app.domain.backups.model import KINDS, Manifest, NotForHere
from app.words import N_

LIVED_IN = ("org", "staff")  # without a row here nothing else can have one


def refuse_unfit(
    manifest: Manifest, *, settings: Settings, revisions: set[str], keys_lost: bool = False
) -> None:
    """Raise NotForHere unless this program, with these settings and keys, can use the backup.
    revisions: the schemas this program knows. keys_lost: take it without its keys."""
    here = "sqlite" if settings.database.startswith("sqlite") else "postgresql"
    if manifest.kind != here:
        raise NotForHere(
            N_(
                "这份备份是 %(theirs)s 的，这里的 FURONG_DATABASE_URL 是 %(ours)s 的。"
                "把它改成 %(theirs)s 再恢复。"
            ),
            theirs=KINDS[manifest.kind], ours=KINDS[here],
        )  # fmt: skip
    if manifest.revision not in revisions:
        raise NotForHere(N_("这份备份是更新版本的芙蓉签到做的。先升级程序，再恢复。"))
    if not keys_lost:
        _refuse_wrong_keys(manifest, fingerprints(settings))


def holds_anything() -> bool:
    """Whether there is something here that a restore would replace. A database that cannot be read
    counts as something."""
    db.session.rollback()
    try:
        with db.engine.connect() as connection:
            found = set(inspect(connection).get_table_names())
            return any(
                connection.scalar(select(1).select_from(table(name)).limit(1)) is not None
                for name in LIVED_IN
                if name in found
            )
    except OperationalError:
        raise  # out of reach, which is no answer
    except DatabaseError:
        return True


def restore(
    path: Path,
    manifest: Manifest,
    *,
    settings: Settings,
    migrate,
    keep: bool,
    keys_lost: bool = False,
) -> str:
    """Put the backup in the place of what is here: all of it, brought up to today's schema by
    `migrate(connection)`, or nothing. keep: what was here stays aside; returns where, or an empty
    string. Raises Damaged, NotForHere, NoRoom, Unwritable, ProgramFailed."""
    there = sqlite_file.place().parent if is_sqlite() else settings.folder
    disk.refuse_full(
        there, manifest.size_bytes * 11 // 10,
        N_("磁盘空间不够：恢复大约要 %(need)s MB，只剩 %(left)s MB。腾出空间再来一次。"),
    )  # fmt: skip
    dump = sqlite_file if is_sqlite() else postgresql
    with in_words(disk.RESTORE_FULL, disk.RESTORE_STOPPED), draft_in(there) as draft:
        unpack(path, manifest, draft)
        return dump.put_back(
            draft, manifest, then=afterwards.statements(manifest, keys_lost=keys_lost),
            migrate=migrate, stamp=f"{clock.local(clock.now()):%Y%m%d-%H%M%S-%f}"[:-3], keep=keep,
        )  # fmt: skip


def _refuse_wrong_keys(manifest, here):
    files = {"SECRET_KEY": "secret.key", "PII_KEY": "pii.key"}
    missing = [files[name] for name in files if not here[name]]
    if missing:
        raise NotForHere(
            N_("先把原来的 %(files)s 放进数据文件夹，再恢复。备份里没有密钥。"),
            files="、".join(missing),
        )
    wrong = [files[name] for name in files if here[name] != manifest.keys.get(name)]
    if wrong:
        raise NotForHere(
            N_("数据文件夹里的 %(files)s 不是做这份备份时用的。放回原来的，再恢复。"),
            files="、".join(wrong),
        )
