"""A small disk that fills up in the middle: a backup and a restore on a file system of their own."""

import os
import shutil
import subprocess
import sys

import pytest

from app import create_app, schema, seeds
from app.config import Settings
from app.db import db, sqlite
from tests.programs import missing
from tests.server import ROOT

# The command; from the moment it begins the so many-th draft, so many bytes are left on the disk.
FILLED = """
import os, sys
folder, number, room = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
del sys.argv[1:4]
def fill(event, told):
    global number
    if event == "open" and ".furong-draft-" in str(told[0]) and told[2] & os.O_CREAT:
        number -= 1
        if number == 0:
            here = os.statvfs(folder)
            with open(folder + "/filler", "wb") as out:
                out.write(bytes(max(0, here.f_bavail * here.f_frsize - room)))
sys.addaudithook(fill)
from app.cli import main
main()
"""


@pytest.fixture
def disk(tmp_path):
    """A file system of 40 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    told = ["mount", "-t", "tmpfs", "-o", "size=40m,mode=700", "none", str(place)]
    if os.geteuid() != 0 or subprocess.run(told, check=False, capture_output=True).returncode:
        missing("only root can mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.fixture
def home(disk):
    """An instance of the demo district on it, and a backup of it elsewhere."""
    app = create_app(Settings.read({"FURONG_INSTANCE_DIR": str(disk / "home")}))
    with app.app_context():
        schema.migrate()
        seeds.load()
        db.session.remove()
        db.engine.dispose()
    return disk / "home"


def furong(home, *words, number=0, room=0):
    env = os.environ | {"FURONG_INSTANCE_DIR": str(home), "FURONG_DATABASE_URL": ""}
    told = [sys.executable, "-c", FILLED, str(home.parent), str(number), str(room), *words]
    done = subprocess.run(told, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    (home.parent / "filler").unlink(missing_ok=True)
    return done


def rows(home):
    """Every row of the tables a refusal must leave alone."""
    connection = sqlite.connect(home / "furong.db")
    names = [n for (n,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")]
    found = {n: connection.execute(f'SELECT * FROM "{n}"').fetchall() for n in names}
    sound = connection.execute("PRAGMA integrity_check").fetchall()
    connection.close()
    return found, sound


def drafts(folder):
    return [
        path.name for path in folder.rglob("*") if "draft" in path.name or "before" in path.name
    ]


# Drafts of a backup: 1 the file, 2 the dump. The dump is written first.
@pytest.mark.parametrize("part", [0.0, 0.3, 0.8, 1.02, 1.1])
def test_a_disk_that_fills_up_while_a_backup_is_made(home, tmp_path, part):
    before, size = rows(home), (home / "furong.db").stat().st_size
    box = home / "a.furong"
    done = furong(home, "backup", str(box), number=2, room=int(size * part))
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert "磁盘满了" in done.stderr or "磁盘空间不够" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not box.exists()
    assert drafts(home) == []
    assert rows(home) == before


# Drafts of a restore: 1 the database.
@pytest.mark.parametrize("part", [0.0, 0.3, 0.9, 1.01])
def test_a_disk_that_fills_up_while_a_backup_is_restored(home, tmp_path, part):
    box = tmp_path / "a.furong"
    assert furong(home, "backup", str(box)).returncode == 0
    before, size = rows(home), (home / "furong.db").stat().st_size
    done = furong(home, "restore", "--replace", str(box), number=1, room=int(size * part))
    if done.returncode == 0:  # there was room enough
        assert part > 1
        return
    assert done.returncode == 1, done.stderr
    assert "磁盘满了，没有恢复，原来的数据没有动" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert drafts(home) == []
    assert rows(home) == before


def test_a_stick_too_small_for_the_backup_is_said_and_left_empty(home, disk, tmp_path):
    own = tmp_path / "home"
    shutil.copytree(home, own)
    (disk / "ballast").write_bytes(bytes(os.statvfs(disk).f_bavail * 4096 - 300_000))
    done = furong(own, "backup", str(disk / "stick" / "a.furong"))
    assert done.returncode == 1
    assert "磁盘满了" in done.stderr
    assert list((disk / "stick").iterdir()) == []
