"""furong signals sweep: what waits, or one event again; a refusal in one line."""

import pytest
from click.testing import CliRunner

from app.cli import furong
from app.db import db
from app.domain import checkins
from tests.gatherings import arrive, gather


@pytest.fixture
def run(app, monkeypatch):
    monkeypatch.setattr("app.cli.create_app", lambda _settings: app)

    def run(*words):
        return CliRunner().invoke(furong, ["signals", "sweep", *words])

    return run


def test_it_looks_through_what_waits_once(cast, stopped, run):
    event = gather(cast.branch, cast.branch)
    stopped.forward(hours=2)
    row = arrive(event, cast.li)  # after the planned end
    done = run()
    assert (done.exit_code, done.stdout) == (0, "查了 1 场，新找出 1 条要核对的。\n")
    db.session.expire_all()
    assert db.session.get(checkins.CheckIn, row.id).review_reasons == "late"
    assert run().stdout == "查了 0 场，新找出 0 条要核对的。\n"
    assert run("--event", event.code).stdout == "查了 1 场，新找出 0 条要核对的。\n"


def test_an_unknown_event_and_an_empty_house_are_refusals(cast, run):
    done = run("--event", "ZZZZZZ")
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 1
    assert run("--nonsense").exit_code == 2


def test_without_an_org_it_says_what_to_do_first(app, empty_house, run):
    done = run()
    assert (done.exit_code, "还没有组织" in done.stderr) == (1, True)
