"""Input nobody's browser sends: no 500, whatever stands where a text was expected."""

from io import BytesIO

import pytest
from sqlalchemy import event as hooks
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app import create_app
from app.config import Settings
from app.db import db
from app.domain import audit, events
from tests.doors import form_of, open_event, token_of

FORMS = [
    ("/account/sign-in", ("username", "password")),
    ("/events", ("title", "day", "start", "host", "capacity", "after_words", "invite")),
    ("/staff", ("name", "role", "org")),
    ("/account/password", ("old_password", "password", "again")),
]


@pytest.mark.parametrize(("address", "names"), FORMS)
def test_a_file_in_place_of_a_text_is_no_text(cast, sign_in, address, names):
    browser = sign_in(cast.zhao)
    token = token_of(browser.get("/account"))
    files = {name: (BytesIO(b"\xff\x00"), "x.txt") for name in names}
    reply = browser.post(
        address, data=files | {"csrf_token": token}, content_type="multipart/form-data"
    )
    assert reply.status_code == 422


@pytest.mark.parametrize(
    "body", [{"username": 5, "password": None}, {"username": ["a"]}, [1, 2], 7]
)
def test_json_in_place_of_a_form_is_no_form(cast, phone, body):
    token = token_of(phone.get("/account/sign-in"))
    reply = phone.post("/account/sign-in", json=body, headers={"X-CSRFToken": token})
    assert reply.status_code == 422


def test_a_file_in_place_of_a_name_at_the_door(cast, stopped, phone):
    event = open_event(cast)
    form = form_of(phone.get(f"/c/{event.code}"), phone="0002", org="")
    for address in (f"/c/{event.code}", f"/c/{event.code}/branches"):
        files = {"name": (BytesIO(b"x"), "x"), "branch": (BytesIO(b"x"), "x")}
        reply = phone.post(address, data=form | files, content_type="multipart/form-data")
        assert reply.status_code in (200, 422)


def test_searching_a_branch_of_a_withdrawn_event_is_told_so(cast, stopped, phone):
    event = open_event(cast)
    form = form_of(phone.get(f"/c/{event.code}"), branch="浏正")
    events.withdraw_event(event, by=audit.SYSTEM)
    assert phone.post(f"/c/{event.code}/branches", data=form).status_code == 410


def test_no_nul_reaches_the_database(cast, stopped, sign_in):
    """PostgreSQL cannot even compare with it; SQLite would find nobody."""
    event = open_event(cast)
    browser = sign_in(cast.zhao)
    token = token_of(browser.get("/account"))
    asked = []

    def note(_connection, _cursor, _statement, parameters, *_rest):
        asked.append(str(parameters))

    hooks.listen(db.engine, "before_cursor_execute", note)
    try:
        for address, name in (
            (f"/events/{event.code}/attendance", "person"),
            (f"/events/{event.code}", "programmes"),
            (f"/events/{event.code}", "orgs"),
            ("/closings", "org"),
            ("/reports/checks/programmes", "org"),
        ):
            reply = browser.post(address, data=about(event, token) | {name: "A\0B"})
            assert reply.status_code in (404, 422)
            files = {"file": (BytesIO(b"x"), "x.txt")}
            reply = browser.post(address, data=about(event, token) | {name: "A\0B"} | files)
            assert reply.status_code in (404, 422)
    finally:
        hooks.remove(db.engine, "before_cursor_execute", note)
    assert asked
    assert not [one for one in asked if "\\x00" in one]


def about(event, token):
    """The whole form of an event."""
    return {
        "csrf_token": token, "title": event.title, "host": event.host.code, "invite": "some",
        "day": "2026-11-22", "start": "12:00", "end": "13:00", "opens_before": "30",
        "closes_after": "30", "orgs": event.host.code,
    }  # fmt: skip


def test_an_error_of_the_database_says_no_values(app):
    """It ends in the log, and the values are people's."""
    with pytest.raises(DBAPIError) as failed:
        db.session.execute(text("SELECT :phone FROM nowhere"), {"phone": "13900000001"})
    db.session.rollback()
    assert "13900000001" not in str(failed.value)


def test_a_new_instance_folder_is_nobody_elses(tmp_path):
    folder = tmp_path / "instance"
    create_app(Settings.read({"FURONG_INSTANCE_DIR": str(folder)}))
    assert folder.stat().st_mode & 0o077 == 0
