"""A disk that says no: whatever was being done, nothing is half done, and it is said in one line."""

import os
import subprocess
import sys

import pytest

from app.db import db, is_sqlite
from tests import boxes
from tests.server import ROOT

# The command, on a system that lets no file grow beyond so many bytes.
SMALL = """
import resource, sys
most = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
from app.cli import main
main()
"""


@pytest.fixture(autouse=True)
def tidy(app, cast):
    boxes.need_programs()
    with boxes.no_schemas_left():
        yield


@pytest.fixture
def furong(app):
    """furong(most, words…) → the command where no file may be over `most` bytes."""
    settings = boxes.settings_of(app)
    env = os.environ | {
        "FURONG_INSTANCE_DIR": str(settings.folder), "FURONG_DATABASE_URL": settings.database_url,
    }  # fmt: skip

    def run(most, *words):
        db.session.remove()
        db.engine.dispose()
        told = [sys.executable, "-c", SMALL, str(most), *map(str, words)]
        return subprocess.run(told, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    return run


def in_one_line(done):
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


def names(folder):
    return {path.name for path in folder.iterdir() if not path.name.startswith("furong.db-")}


@pytest.mark.parametrize("part", [0.3, 0.9])
def test_a_backup_that_finds_no_room_leaves_no_file_and_an_older_one_as_it_was(
    app, furong, tmp_path, part
):
    path = boxes.make(app, tmp_path / "a.furong")
    whole, folder = path.read_bytes(), boxes.settings_of(app).folder
    size = (folder / "furong.db").stat().st_size if is_sqlite() else len(whole)
    before, rows = names(folder), boxes.everything()
    said = in_one_line(furong(int(size * part), "backup", path, "--replace"))
    assert "没有" in said
    assert path.read_bytes() == whole
    assert names(folder) == before
    assert names(tmp_path) == {"a.furong"}
    assert boxes.everything() == rows


@pytest.mark.parametrize("part", [0.5, 0.999])
def test_a_restore_that_finds_no_room_leaves_everything_as_it_was(app, furong, tmp_path, part):
    path, folder = boxes.make(app, tmp_path / "a.furong"), boxes.settings_of(app).folder
    boxes.rename_root("原来的")
    size = boxes.backups.read_manifest(path).size_bytes
    before, rows = names(folder), boxes.everything()
    said = in_one_line(furong(int(size * part), "restore", path, "--replace"))
    assert "原来的数据没有动" in said
    assert names(folder) == before
    assert boxes.everything() == rows
