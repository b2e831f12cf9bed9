"""furong roster plan and apply: figures a line each, JSON for programs, 2 for wrong use, 1 for no."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from app.cli import furong
from app.db import db
from app.domain import orgs, rosters
from app.domain.members import Person
from tests.domain.tables import FILES, PEOPLE_HEAD, text

LISTS = {"new", "changed", "moved", "left", "ambiguous", "unknown_branch", "broken"}


@pytest.fixture
def run(app, monkeypatch):
    monkeypatch.setattr("app.cli.create_app", lambda _settings: app)

    def run(*words):
        done = CliRunner().invoke(furong, ["roster", *map(str, words)])
        db.session.rollback()
        return done

    return run


@pytest.fixture
def roster(tmp_path):
    def write(*rows):
        path = tmp_path / "名单.csv"
        path.write_bytes(text([PEOPLE_HEAD, *rows]))
        return path

    return write


def test_a_tree_and_its_people_come_in_and_the_second_delivery_is_as_expected(run, empty_house):
    assert run("apply", FILES / "orgs.xlsx").stdout.splitlines()[0] == "新增 175"
    assert orgs.root_or_none().full_name == "共青团长沙市芙蓉区委员会"
    assert "新增 367" in run("apply", FILES / "roster_gb18030.csv").stdout
    plan = run("plan", FILES / "roster_second.xlsx", "--complete", "--format", "json")
    lists = json.loads(plan.stdout)
    assert lists.keys() == LISTS
    expected = json.loads((FILES / "expected.json").read_text())["second_after_gb18030_complete"]
    assert {name: len(lists[name]) for name in expected} == expected
    assert db.session.scalar(select(func.count()).select_from(Person)) == 367
    done = run("apply", FILES / "roster_second.xlsx", "--complete", "--as-of", "2026-09-01")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "离开 9" in done.stdout.splitlines()


def test_a_plan_in_words_names_the_rows_that_want_a_look(cast, run, roster):
    done = run("plan", roster(["孙新", "", "", "浏正街社区团支"]))
    assert "支部不认识 第 2 行 孙新" in done.stdout
    assert "浏正街社区团支部" in done.stdout


def test_over_a_tenth_leaving_wants_the_number(cast, run, roster):
    path = roster(["王芳", "13900000001", "", "浏正街社区团支部"])
    done = run("apply", path, "--complete")
    assert (done.exit_code, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert run("apply", path, "--complete", "--leaving", 1).exit_code == 0


def test_an_import_by_command_is_in_the_history(cast, run, roster):
    run("apply", roster(["孙新", "", "", "浏正街社区团支部"]))
    row = rosters.files_in(cast.district)[0]
    assert (row.file.filename, row.made_by, row.file.counts["new"]) == ("名单.csv", None, 1)


@pytest.mark.parametrize(
    "words",
    [["apply"], ["apply", "nowhere.csv"], ["plan", FILES / "orgs.xlsx", "--format", "xml"],
     ["apply", FILES / "orgs.xlsx", "--as-of", "gestern"],
     ["apply", FILES / "orgs.xlsx", "--leaving", "-1"]],
)  # fmt: skip
def test_wrong_use_is_2(run, words):
    assert run(*words).exit_code == 2


def test_refusals_are_1_and_one_line(cast, run, roster, tmp_path):
    (tmp_path / "x.xlsx").write_bytes(b"no list")
    for words in (
        ["apply", tmp_path / "x.xlsx"],
        ["plan", roster(["孙新", "", "", "浏正街社区团支部"]), "--as-of", "2099-01-01"],
    ):
        done = run(*words)
        assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)


def test_people_before_the_tree_are_refused(run, roster, empty_house):
    done = run("apply", roster(["孙新", "", "", "浏正街社区团支部"]))
    assert done.exit_code == 1
    assert "组织表" in done.stderr
