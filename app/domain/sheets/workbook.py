"""Opens a workbook in a child process, behind gates that a bomb does not pass."""

import json
import os
import struct
import subprocess
import sys
import threading
import zipfile
from contextlib import contextmanager, suppress
from io import BytesIO

from app.domain.sheets import grid
from app.domain.sheets.refusals import Damaged, Locked, NotATable, TooHeavy, TooManyRows

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
MOST_UNPACKED = 64 * 2**20
MOST_ENTRIES = 200
MOST_RATIO = 200
WALL_SECONDS = 60
CHILD_ENDED = {grid.HEAVY: TooHeavy, grid.LOCKED: Locked, 1: Damaged}


class Workbook:
    """A workbook open in a child: asked for the tops of its pages, then for one page's rows."""

    encoding = ""

    def __init__(self, child, content):
        self.child, self.content = child, content

    def tops(self) -> list[dict]:
        """Return {name, height, wide, top} of each visible worksheet. Raises UnreadableFile."""
        answer = self._asked(b"%d\n%b" % (len(self.content), self.content))
        return answer["pages"]

    def taken(self, **wish) -> dict:
        """Return the wanted cells of one page, see grid.taken. Raises UnreadableFile."""
        return self._asked(json.dumps(wish).encode() + b"\n")

    def _asked(self, question):
        with suppress(BrokenPipeError):  # it died of the file; its end says how
            self.child.stdin.write(question)
            self.child.stdin.flush()
        answer = self.child.stdout.readline()
        if not answer.endswith(b"\n"):
            raise CHILD_ENDED.get(self.child.wait(), TooHeavy)
        answer = json.loads(answer)
        if answer.get("too_long"):
            raise TooManyRows(rows=grid.MOST_ROWS)
        return answer


@contextmanager
def opened(content: bytes):
    """Give the Workbook; its child is gone at the end, however the end came.

    Raises NotATable, Locked, Damaged and TooHeavy. The child has 1 GiB and 30 s of processor
    time of its own, so a file that unpacks to more takes nothing down but its own import.
    """
    check(content)
    child = subprocess.Popen(
        [sys.executable, "-P", grid.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: value for name, value in os.environ.items() if not name.startswith("FURONG_")},
    )
    timer = threading.Timer(WALL_SECONDS, child.kill)
    timer.start()
    try:
        yield Workbook(child, content)
    finally:
        timer.cancel()
        child.kill()
        with suppress(BrokenPipeError):
            child.stdin.close()
        child.stdout.close()
        child.wait()


def is_workbook(content: bytes) -> bool:
    """Whether the first bytes are those of a zip (.xlsx, .ods) or of an old Office file (.xls)."""
    return content.startswith((ZIP, OLE))


def check(content: bytes) -> None:
    """Raise NotATable, Locked, Damaged or TooHeavy unless the file may be opened."""
    if content.startswith(OLE):
        if ENCRYPTED_PACKAGE in content:
            raise Locked
        return
    entries = _entries(content)
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if any(entry.flag_bits & 1 for entry in entries):
        raise Locked
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or unpacked > packed * MOST_RATIO:
        raise TooHeavy
    names = {entry.filename for entry in entries}
    if not any(name.startswith("xl/") for name in names) and "content.xml" not in names:
        raise NotATable


def _entries(content):
    # Counted by signature first: a directory of a million entries is itself a bomb.
    if content.count(b"PK\x01\x02") > MOST_ENTRIES:
        raise TooHeavy
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            return packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, struct.error) as error:
        raise Damaged from error
