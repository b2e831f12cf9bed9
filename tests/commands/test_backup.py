"""furong backup | restore: what is typed, what is said, and that nothing is lost by a slip."""

import os

import pytest
from click.testing import CliRunner

from app.cli import furong
from app.db import is_sqlite
from tests import boxes


@pytest.fixture(autouse=True)
def tidy(app, empty_house):
    with boxes.no_schemas_left():
        yield


@pytest.fixture
def run(app, monkeypatch):
    """run(words…) → the result of furong, on this test's database."""
    boxes.need_programs()
    settings = boxes.settings_of(app)
    monkeypatch.setattr("app.cli.create_app", lambda _settings: app)
    monkeypatch.setenv("FURONG_INSTANCE_DIR", str(settings.folder))
    monkeypatch.setenv("FURONG_DATABASE_URL", settings.database_url)

    def type_(*words):
        boxes.db.session.rollback()
        return CliRunner().invoke(furong, [str(word) for word in words])

    return type_


def refused(done):
    """The one line of a refusal."""
    assert (done.exit_code, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


def test_there_and_back(cast, run, tmp_path):
    box = tmp_path / "a.furong"
    done = run("backup", box)
    assert done.exit_code == 0, done.stderr
    for words in (str(box), "secret.key", "pii.key"):
        assert words in done.stdout
    boxes.rename_root("后来")
    done = run("restore", box, "--replace")
    assert done.exit_code == 0, done.stderr
    assert "重新登录" in done.stdout
    assert "before" in done.stdout
    assert boxes.root_name() == "芙蓉团区委"


def test_nothing_is_replaced_without_the_word(cast, run, tmp_path):
    box = tmp_path / "a.furong"
    run("backup", box)
    boxes.rename_root("后来")
    assert "--replace" in refused(run("restore", box))
    assert boxes.root_name() == "后来"
    assert "--replace" in refused(run("backup", box))
    assert run("backup", box, "--replace").exit_code == 0
    run("restore", box, "--replace")
    assert boxes.root_name() == "后来"


def test_an_empty_place_needs_no_word(app, cast, run, tmp_path):
    box = tmp_path / "a.furong"
    run("backup", box)
    if is_sqlite():
        boxes.db.session.remove()
        boxes.db.engine.dispose()
        for left in boxes.settings_of(app).folder.glob("furong.db*"):
            left.unlink()
    else:
        with boxes.transaction() as session:
            session.execute(boxes.text("TRUNCATE org, staff CASCADE"))
    done = run("restore", box)
    assert done.exit_code == 0, done.stderr
    assert "before" not in done.stdout
    assert boxes.root_name() == "芙蓉团区委"


@pytest.mark.parametrize("keyword", ["", "FOLDER"])
def test_without_a_name_it_is_dated(app, cast, run, tmp_path, monkeypatch, keyword):
    settings = boxes.settings_of(app)
    folder = tmp_path if keyword else settings.folder / "backups"
    done = run("backup", *([tmp_path] if keyword else []))
    assert done.exit_code == 0, done.stderr
    (made,) = folder.glob("furong-20??????-??????.furong")
    assert str(made) in done.stdout
    assert made.stat().st_mode & 0o077 == 0
    made.unlink()


def test_a_damaged_file_is_refused_in_one_line(cast, run, tmp_path):
    box = tmp_path / "a.furong"
    run("backup", box)
    box.write_bytes(box.read_bytes()[:-1])
    before = boxes.everything()
    assert "损坏" in refused(run("restore", box, "--replace"))
    assert boxes.everything() == before
    assert run("restore", tmp_path / "none.furong").exit_code == 2


def test_a_wrong_key_is_named_and_lost_keys_have_a_way(app, cast, run, tmp_path, monkeypatch):
    box = tmp_path / "a.furong"
    run("backup", box)
    boxes.rename_root("后来")
    monkeypatch.setenv("FURONG_PII_KEY", "another key, long enough to be taken as one")
    assert "pii.key" in refused(run("restore", box, "--replace"))
    assert boxes.root_name() == "后来"
    assert run("restore", box, "--replace", "--keys-lost").exit_code == 0
    assert boxes.root_name() == "芙蓉团区委"


def test_a_place_that_cannot_be_written_is_said_in_one_line(cast, run, tmp_path):
    (tmp_path / "file").write_text("x")
    refused(run("backup", tmp_path / "file" / "a.furong"))
    assert "不是文件" in refused(run("backup", "/dev/null"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_root_is_sent_to_the_owner_of_the_folder(app, cast, run, tmp_path):
    folder = boxes.settings_of(app).folder
    os.chown(folder, 65534, -1)
    try:
        assert "sudo -u" in refused(run("backup", tmp_path / "a.furong"))
    finally:
        os.chown(folder, 0, -1)
    assert not list(tmp_path.iterdir())
