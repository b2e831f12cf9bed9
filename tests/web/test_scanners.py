"""The page where tokens for machines are made: shown once, stopped at will, on the ladder."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.db import db
from app.domain import desks, events, scanners
from app.domain.audit import AuditEntry
from app.domain.scanners import Scanner
from tests.doors import open_event
from tests.scope import token_of

TOKEN = re.compile(r'value="(furong-[\w-]{22})"')


def post(browser, path, **fields):
    return browser.post(path, data={"csrf_token": token_of(browser, "/account"), **fields})


@pytest.fixture
def organizer(cast, sign_in):
    return sign_in(cast.organizer)


def make(browser, **fields):
    told = {"name": "西门闸机", "desk": "", "days": "7"} | fields
    return post(browser, "/account/scanners", **told)


def test_a_token_is_shown_once_and_works_until_it_is_stopped(organizer, phone):
    page = make(organizer)
    token = TOKEN.search(page.text)[1]
    asked = {"Authorization": f"Bearer {token}"}
    assert phone.get("/api/v1/events", headers=asked).status_code == 200
    again = organizer.get("/account/scanners").text
    assert token not in again
    assert "西门闸机" in again
    (made,) = db.session.scalars(select(Scanner))
    assert token not in (made.token_hash, made.code)
    reply = post(organizer, f"/account/scanners/{made.code}/revocation")
    assert (reply.status_code, reply.location) == (303, "/account/scanners?done=revoked")
    assert "西门闸机" not in organizer.get(reply.location).text
    assert phone.get("/api/v1/events", headers=asked).status_code == 401
    acts = [e.act for e in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert acts[-2:] == ["scanner_made", "scanner_revoked"]


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "x" * 41}, {"days": "9999"}, {"days": "x"}, {"desk": "ZZZZ"}]
)
def test_a_wrong_form_makes_nothing(organizer, wrong):
    assert make(organizer, **wrong).status_code == 422
    assert list(db.session.scalars(select(Scanner))) == []


def test_nobody_has_more_than_twenty(organizer):
    for _ in range(20):
        assert make(organizer).status_code == 200
    assert make(organizer).status_code == 409


def test_who_may_make_one_and_whose_one_may_stop(cast, sign_in, organizer, phone):
    make(organizer)
    (made,) = db.session.scalars(select(Scanner))
    stop = f"/account/scanners/{made.code}/revocation"
    for staff in (cast.wang_staff, cast.zhao):
        assert post(sign_in(staff), stop).status_code == 404
    assert make(sign_in(cast.auditor)).status_code == 403
    assert sign_in(cast.auditor).get("/account/scanners").status_code == 403
    assert "/account/scanners" not in sign_in(cast.auditor).get("/account").text
    assert phone.get("/account/scanners").status_code == 303
    db.session.rollback()
    assert db.session.get(Scanner, made.id).revoked_at is None


def test_a_desk_whose_event_was_put_off_is_still_one_to_make_a_token_for(cast, stopped):
    event = open_event(cast, host=cast.branch)
    desk = desks.open_desk(event, "东门", by=cast.organizer)
    later = event.occurrences[0].starts_at + timedelta(days=3)
    events.edit_occurrence(
        event.occurrences[0], by=cast.organizer.actor, starts_at=later,
        ends_at=later + timedelta(hours=1),
    )  # fmt: skip
    stopped.forward(days=2)
    assert [one.code for one in scanners.open_desks(cast.branch)] == [desk.code]
    stopped.forward(days=3)
    assert scanners.open_desks(cast.branch) == []
