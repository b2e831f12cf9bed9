"""furong keys renew: what the old key signed goes on being good."""

from datetime import UTC, datetime

import pytest

from app import create_app, keys
from app.config import Settings, SettingsError
from app.domain import passes
from app.domain.backups.making import fingerprints
from app.domain.passes import Sitting
from tests.commands.test_settings import run

HERE, NOW = Sitting(1, 0), datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_keys():
    before = keys._signing_keys, keys._pii_key
    yield
    keys._signing_keys, keys._pii_key = before


def installed(folder):
    return create_app(Settings.read({"FURONG_INSTANCE_DIR": str(folder)}))


def test_a_session_and_a_pass_of_the_old_key_are_good_after_a_renewal(tmp_path):
    app = installed(tmp_path)
    browser = app.test_client()
    with browser.session_transaction() as session:
        session["kept"] = "yes"
    cookie = browser.get_cookie("furong").value
    told, mark = passes.pass_of(HERE, NOW), fingerprints(app.extensions["settings"])
    done = run(tmp_path, "keys", "renew")
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 把" in done.stdout
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
    app = installed(tmp_path)
    browser = app.test_client()
    browser.set_cookie("furong", cookie)
    with browser.session_transaction() as session:
        assert session["kept"] == "yes"
    assert passes.judge_pass(HERE, told, NOW) == "fresh"
    assert passes.pass_of(HERE, NOW) != told
    assert fingerprints(app.extensions["settings"]) == mark  # a backup of before still fits
    first = (tmp_path / "secret.key").read_bytes().splitlines()[0]
    (tmp_path / "secret.key").write_bytes(first + b"\n")
    installed(tmp_path)
    assert passes.judge_pass(HERE, told, NOW) == "forged"


def test_a_key_of_the_environment_is_renewed_there(tmp_path):
    done = run(tmp_path, "keys", "renew", FURONG_SECRET_KEY="k" * 40)
    assert done.returncode == 1
    assert "FURONG_SECRET_KEY" in done.stderr
    assert not (tmp_path / "secret.key").exists()


def test_a_short_line_among_the_keys_stops_the_start(tmp_path):
    installed(tmp_path)
    with (tmp_path / "secret.key").open("ab") as out:
        out.write(b"\nshort\n")
    with pytest.raises(SettingsError):
        installed(tmp_path)
