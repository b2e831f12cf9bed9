"""The one file: a zip any tool opens (manifest.json and the dump), and after it, as the zip's
comment, the SHA-256 of every byte before. A byte flipped or missing anywhere is found.
"""

import hashlib
import json
import os
import re
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from pathlib import Path

from app import clock, keys
from app.domain.backups.model import FORMAT, MEMBERS, PRODUCT, Damaged, Manifest, NotForHere
from app.words import N_

MARK = b"furong-sha256:"
TAIL = len(MARK) + 64
CHUNK = 1024 * 1024
DRAFT = ".furong-draft-"
LEFT_BEHIND = timedelta(days=1)  # a draft this old is what a crash left
MOST_MANIFEST = 256 * 1024
BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError,
    TypeError, ValueError, RecursionError,
)  # fmt: skip


class _Sealed:
    """A file that knows the SHA-256 of what went through it, and keeps back the last TAIL bytes."""

    def __init__(self, out):
        self.out, self.digest, self.held, self.size = out, hashlib.sha256(), b"", 0

    def write(self, piece):
        self.held += bytes(piece)
        self._let_go(self.held[:-TAIL])
        self.held = self.held[-TAIL:]
        return len(piece)

    def flush(self):
        self.out.flush()

    def seal(self):
        """Put the digest where the zip's comment stands."""
        self.held = MARK + self.digest.hexdigest().encode()
        whole = self.digest.copy()
        whole.update(self.held)
        self.out.write(self.held)
        self.size += TAIL
        return whole.hexdigest()

    def _let_go(self, piece):
        self.out.write(piece)
        self.digest.update(piece)
        self.size += len(piece)


def pack(manifest: Manifest, dump: Path, out) -> tuple[int, str]:
    """Write the backup into a binary file; returns its size and its SHA-256."""
    sealed = _Sealed(out)
    how = zipfile.ZIP_DEFLATED if manifest.kind == "sqlite" else zipfile.ZIP_STORED
    with zipfile.ZipFile(sealed, "w", how, compresslevel=1) as box:
        box.comment = b"-" * TAIL
        words = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
        with box.open("manifest.json", "w") as inside:
            inside.write(words.encode())
        with dump.open("rb") as source, box.open(manifest.member, "w", force_zip64=True) as inside:
            while piece := source.read(CHUNK):
                inside.write(piece)
    digest = sealed.seal()
    return sealed.size, digest


def read_manifest(path: Path) -> Manifest:
    """What a backup says of itself, every byte of it checked first. Raises Damaged; NotForHere for
    a format this program does not know yet."""
    _check_whole(path)
    try:
        with zipfile.ZipFile(path) as box:
            head, *others = box.infolist()
            if head.filename != "manifest.json" or head.file_size > MOST_MANIFEST:
                raise Damaged
            told = json.loads(box.read(head))
        if told["product"] != PRODUCT:
            raise Damaged
        if told["format"] != FORMAT:
            raise NotForHere(N_("这份备份是更新版本的芙蓉签到做的。先升级程序，再恢复。"))
        manifest = Manifest(**{f.name: _of_type(told[f.name], f.type) for f in fields(Manifest)})
        if MEMBERS.get(manifest.kind) != manifest.member or not _plain(manifest):
            raise Damaged
        if datetime.fromisoformat(manifest.made_at).tzinfo is None:
            raise Damaged
        if [(i.filename, i.file_size) for i in others] != [(manifest.member, manifest.size_bytes)]:
            raise Damaged
    except BROKEN:
        raise Damaged from None
    return manifest


def unpack(path: Path, manifest: Manifest, to: Path) -> None:
    """Write the dump to a new file (0600), never more of it than the manifest says. Raises
    Damaged."""
    digest, left = hashlib.sha256(), manifest.size_bytes
    try:
        with zipfile.ZipFile(path) as box, box.open(manifest.member) as source, new_file(to) as out:
            while piece := source.read(CHUNK):
                left -= len(piece)
                if left < 0:
                    raise Damaged
                digest.update(piece)
                out.write(piece)
    except BROKEN:
        raise Damaged from None
    if left or digest.hexdigest() != manifest.sha256:
        raise Damaged


@contextmanager
def draft_in(folder: Path):
    """The path of a file to be made in the folder, gone afterwards unless it was moved to its
    place; what a crash left there long ago goes too."""
    stale = (clock.now() - LEFT_BEHIND).timestamp()
    for left in folder.glob(f"{DRAFT}*"):
        if left.stat().st_mtime < stale:
            left.unlink(missing_ok=True)
    path = folder / f"{DRAFT}{keys.token()}"
    try:
        yield path
    finally:
        for left in folder.glob(f"{path.name}*"):  # SQLite's own files beside it too
            left.unlink(missing_ok=True)


def new_file(path: Path):
    """Open a file that must not exist yet, for its owner alone."""
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b")


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_whole(path):
    """The comment at the end is the SHA-256 of everything before it."""
    left, digest = path.stat().st_size - TAIL, hashlib.sha256()
    with path.open("rb") as file:
        while left > 0 and (piece := file.read(min(CHUNK, left))):
            digest.update(piece)
            left -= len(piece)
        tail = file.read(TAIL + 1)
    if left != 0 or tail != MARK + digest.hexdigest().encode():
        raise Damaged


def _plain(manifest):
    """Table names and counts go into SQL."""
    return all(
        re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name) and type(count) is int and count >= 0
        for name, count in manifest.rows.items()
    )


def _of_type(value, kind):
    wanted = {"str": str, "int": int}.get(getattr(kind, "__name__", ""), dict)
    if type(value) is not wanted:
        raise Damaged
    return value
