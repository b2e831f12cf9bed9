"""furong staff add | reset, furong org list: what an installer types first."""

import json

import pytest
from click.testing import CliRunner

from app.cli import furong
from app.domain import staff as accounts
from tests.doors import token_of

PASSWORD = "correct horse battery"


@pytest.fixture
def run(app, monkeypatch):
    monkeypatch.setattr("app.cli.create_app", lambda _settings: app)
    return lambda *words, typed="": CliRunner().invoke(furong, words, input=typed)


def enter(browser, username, password):
    token = token_of(browser.get("/account/sign-in"))
    fields = {"csrf_token": token, "username": username, "password": password}
    return browser.post("/account/sign-in", data=fields).status_code


def add(run, name, code, *words, typed=PASSWORD + "\n"):
    return run("staff", "add", name, "--role", "manager", "--org", code, *words, typed=typed)


def test_an_account_opened_here_signs_in_at_once(cast, run, phone):
    done = add(run, "liu", cast.street.code, "--password-stdin")
    assert (done.exit_code, done.stderr) == (0, "")
    assert PASSWORD not in done.stdout
    assert enter(phone, "liu", PASSWORD) == 303
    assert phone.get("/orgs").status_code == 200


def test_a_new_password_ends_every_session(cast, run, app, phone):
    add(run, "liu", cast.street.code, "--password-stdin")
    enter(phone, "liu", PASSWORD)
    done = run("staff", "reset", "liu", "--password-stdin", typed="another long password\n")
    assert done.exit_code == 0
    assert phone.get("/orgs").status_code == 303
    assert enter(app.test_client(), "liu", PASSWORD) == 422
    assert enter(app.test_client(), "liu", "another long password") == 303


def test_without_a_password_one_is_made_and_printed(cast, run, phone):
    done = add(run, "liu", cast.street.code)
    assert enter(phone, "liu", done.stdout.split("：")[-1].strip()) == 303


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("staff", "add", "liu", "--role", "manager", "--org", "NOSUCH"), "NOSUCH"),
        (("staff", "reset", "liu"), "liu"),
        (("report", "--from", "2026-01-01", "--to", "2026-06-30", "--org", "NOSUCH"), "NOSUCH"),
    ],
)
def test_what_does_not_exist_is_named_in_one_line(cast, run, words, says):
    done = run(*words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert says in done.stderr


def test_an_empty_tree_says_what_comes_first(app, run):
    done = run("report", "--from", "2026-01-01", "--to", "2026-06-30")
    assert done.exit_code == 1
    assert "roster apply" in done.stderr


def test_a_weak_password_opens_nothing(cast, run):
    done = add(run, "liu", cast.street.code, "--password-stdin", typed="short\n")
    assert done.exit_code == 1
    assert "liu" not in {staff.username for staff in accounts.all_staff()}


def test_orgs_are_listed_with_the_codes_other_commands_take(cast, run):
    rows = json.loads(run("org", "list", "--format", "json").stdout)
    assert len(rows) == 7
    assert rows[0] == {
        "code": cast.district.code, "name": "共青团芙蓉区委员会", "parent": None, "kind": "district",
    }  # fmt: skip
    branch = next(row for row in rows if row["code"] == cast.branch.code)
    assert (branch["parent"], branch["kind"]) == (cast.street.code, "branch")
