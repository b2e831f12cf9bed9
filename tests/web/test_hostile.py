"""Input nobody's browser sends: no 500, whatever stands where a text was expected."""

from io import BytesIO

import pytest

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
