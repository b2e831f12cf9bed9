"""furong event add: the code alone on a line, 2 for wrong use, 1 for a refusal in one line."""

import re

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from app.cli import furong
from app.db import db
from app.domain import events
from app.keys import CODE_LETTERS

WHEN = ["--starts", "2026-11-22T19:00", "--ends", "2026-11-22T20:30"]


@pytest.fixture
def run(app, monkeypatch):
    monkeypatch.setattr("app.cli.create_app", lambda _settings: app)

    def run(*words):
        return CliRunner().invoke(furong, ["event", "add", *words])

    return run


def test_an_event_is_published_and_its_code_is_all_that_is_printed(cast, run):
    done = run("--title", "主题团日", "--host", cast.street.code, *WHEN, "--programme", "宣讲",
               "--programme", "读书")  # fmt: skip
    assert (done.exit_code, done.stderr) == (0, "")
    assert re.fullmatch(f"[{CODE_LETTERS}]{{6}}\n", done.stdout)
    event = events.find_event(done.stdout.strip())
    assert event.published_at is not None
    assert [row.org_id for row in event.invitations] == [cast.street.id]
    assert {programme.name for programme in event.programmes} == {"宣讲", "读书"}
    assert event.occurrences[0].starts_at.isoformat() == "2026-11-22T11:00:00+00:00"


def test_the_orgs_named_are_the_ones_invited(cast, run):
    done = run("--title", "联谊", "--host", cast.branch.code, *WHEN, "--invite", cast.branch.code,
               "--invite", cast.class_one.code.lower())  # fmt: skip
    event = events.find_event(done.stdout.strip())
    assert {row.org_id for row in event.invitations} == {cast.branch.id, cast.class_one.id}


@pytest.mark.parametrize(
    "words",
    [
        ["--title", "x", "--host", "H"],
        ["--title", "x", "--host", "H", "--starts", "now", "--ends", "2026-11-22T20:30"],
        ["--title", "x", "--host", "H", *WHEN, "--nosuch"],
    ],
)
def test_wrong_use_is_2(cast, run, words):
    assert run(*words).exit_code == 2


@pytest.mark.parametrize(
    ("title", "host", "when", "words"),
    [
        ("主题团日", "NOSUCH", WHEN, "没有编号是“NOSUCH”的组织"),
        ("", None, WHEN, "给活动起个名字"),
        ("主题团日", None, ["--starts", "2026-11-22T19:00", "--ends", "2026-11-22T18:00"], "结束要晚于开始"),
        ("主题团日", None, ["--starts", "0001-01-01T00:00", "--ends", "0001-01-01T01:00"], "年份要在"),
    ],
)  # fmt: skip
def test_a_refusal_is_1_in_one_line_and_leaves_nothing(cast, run, title, host, when, words):
    done = run("--title", title, "--host", host or cast.branch.code, *when, "--programme", "新类型")
    assert (done.exit_code, done.stdout) == (1, "")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert db.session.scalars(select(events.Event)).all() == []
