"""Making a backup while people check in: a consistent copy first, then the one file."""

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

from app import clock, keys
from app.config import Settings
from app.db import db, is_sqlite, transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.backups import disk, postgresql, sqlite_file
from app.domain.backups.archive import digest_of, draft_in, new_file, pack
from app.domain.backups.disk import in_words
from app.domain.backups.model import (
    FORMAT,
    MEMBERS,
    PRODUCT,
    BackupRecord,
    Manifest,
    NotMade,
)
from app.domain.orgs import root_or_none
from app.words import N_


def new_name() -> str:
    """The dated name of a backup made now. Not .zip: some browsers unpack those unasked."""
    return f"furong-{clock.local(clock.now()):%Y%m%d-%H%M%S}.furong"


def fingerprints(settings: Settings) -> dict[str, str]:
    """The two keys in force, name → fingerprint; empty for one that is not there."""
    return {
        "SECRET_KEY": keys.fingerprint(settings.folder / "secret.key", settings.secret_key),
        "PII_KEY": keys.fingerprint(settings.folder / "pii.key", settings.pii_key),
    }


def back_up_into(
    path: Path, *, settings: Settings, by: Actor, replace: bool = False, note: bool = True
) -> int:
    """Make a backup at path (0600): whole, or not at all. A file with something in it stays unless
    replace. note: write down that it was made. Returns its size. Raises
    NotMade, NoRoom, Unwritable."""
    _refuse_taken(path, replace)
    with in_words(disk.BACKUP_FULL, disk.BACKUP_STOPPED):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with draft_in(path.parent) as draft:
            with new_file(draft) as out:
                size, digest = _write(out, settings)
            os.replace(draft, path)
            sqlite_file.settle(path.parent)
    if note:
        with in_words(disk.UNNOTED_FULL, disk.UNNOTED, name=path.name):
            _note("command", size, digest, by)
    return size


def back_up(*, settings: Settings, by: Actor):
    """Make a backup as a file without a name, at its beginning: it goes when it is closed. Returns
    it and its size. Raises NotMade, NoRoom, Unwritable."""
    with in_words(disk.BACKUP_FULL, disk.BACKUP_STOPPED), ExitStack() as unless_whole:
        out = unless_whole.enter_context(tempfile.TemporaryFile(dir=settings.folder))
        size, digest = _write(out, settings)
        _note("download", size, digest, by)
        unless_whole.pop_all()  # the caller sends it on
    out.seek(0)
    return out, size


def _refuse_taken(path, replace):
    if path.exists() and not path.is_file():
        raise NotMade(N_("%(name)s 不是文件，备份不能写在那里。"), name=path.name)
    if path.exists() and path.stat().st_size and not replace:
        raise NotMade(
            N_("%(name)s 已经在那里，没有覆盖。换个文件名，或者加 --replace。"), name=path.name
        )


def _write(out, settings):
    """Dump, look at the dump, pack both."""
    with draft_in(settings.folder) as dump:
        new_file(dump).close()
        size, digest = pack(_manifest(dump, settings), dump, out)
    out.flush()
    os.fsync(out.fileno())
    return size, digest


def _manifest(dump, settings):
    kind, made_at = "sqlite" if is_sqlite() else "postgresql", clock.now()
    copy_to = sqlite_file.copy_to if kind == "sqlite" else postgresql.copy_to
    revision, server, rows = copy_to(dump)
    return Manifest(
        product=PRODUCT, format=FORMAT, kind=kind, made_at=made_at.isoformat(timespec="seconds"),
        revision=revision, server=server, keys=fingerprints(settings), rows=rows,
        member=MEMBERS[kind], size_bytes=dump.stat().st_size, sha256=digest_of(dump),
    )  # fmt: skip


def _note(how, size, digest, by):
    with transaction() as session:
        root = root_or_none()
        session.add(
            BackupRecord(
                made_at=clock.now(), made_by_id=by.id, how=how, size_bytes=size, digest=digest
            )
        )
        audit.record(
            "backup_made", by=by, org_id=root.id if root else None, how=how, size_bytes=size
        )
    db.session.rollback()
