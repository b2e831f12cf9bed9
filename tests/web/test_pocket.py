"""The offline desk: a page without a roster, and a queue that may be sent any number of times."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.db import db
from app.domain import cards, desks
from app.domain.checkins import CheckIn
from tests.doors import open_event
from tests.web.test_desks import enter, link


@pytest.fixture
def event(cast, stopped):
    return open_event(cast, title="地下室里的会")


@pytest.fixture
def desk(cast, event):
    return desks.open_desk(event, "东门", by=cast.zhao)


@pytest.fixture
def helper(app, desk):
    return enter(app.test_client(), desk)


def token(browser):
    reply = browser.get(f"{browser.path}/clock")
    return reply.json["csrf_token"]


def send(browser, scans, *, sent_at=None, **more):
    told = {"sent_at": (sent_at or clock.now()).isoformat(), "scans": scans, **more}
    return browser.post(
        f"{browser.path}/uploads", json=told, headers={"X-CSRFToken": token(browser)}
    )


def one(event, nonce="n1", at=None, **told):
    told = told or {"name": "李雷", "phone": "0002"}
    return {"nonce": nonce, "client_at": (at or clock.now()).isoformat(), "sitting": event.occurrences[0].code, **told}  # fmt: skip


def rows():
    db.session.rollback()
    return list(db.session.scalars(select(CheckIn).order_by(CheckIn.id)))


def codes(reply):
    return [outcome["code"] for outcome in reply.json["outcomes"]]


def test_the_page_holds_no_roster_and_opens_for_a_marked_browser_only(cast, helper, app):
    page = helper.get(f"{helper.path}/pocket")
    assert page.status_code == 200
    assert "李雷" not in page.text
    assert "data-wiped-at" in page.text
    assert app.test_client().get(f"{helper.path}/pocket").status_code == 303


def test_the_worker_lies_at_the_desks_path(phone):
    reply = phone.get("/desk/worker.js")
    assert reply.mimetype == "text/javascript"
    assert reply.headers["Cache-Control"] == "no-cache"


def test_a_queue_sent_any_number_of_times_is_the_same_rows(cast, event, helper):
    secret = cards.make_card(cast.han, org=cast.other_branch, by=cast.zhao.actor)
    scans = [one(event, "n1"), one(event, "n2", card=secret), one(event, "n3", name="新来的", phone="8000")]  # fmt: skip
    for _ in range(3):
        assert codes(send(helper, scans)) == ["done", "done", "done"]
    assert [row.person_id for row in rows()][:2] == [cast.li.id, cast.han.id]
    assert len(rows()) == 3


def test_the_corrected_time_decides(cast, event, helper, stopped):
    """A phone whose clock is ten minutes ahead, sending twenty minutes after the scan."""
    fast = timedelta(minutes=10)
    scanned_at = clock.now()
    said = one(event, at=scanned_at + fast)
    stopped.forward(minutes=20)
    send(helper, [said], sent_at=clock.now() + fast)
    (row,) = rows()
    assert row.checked_in_at == scanned_at
    assert row.client_at == scanned_at + fast
    assert row.received_at == clock.now()


@pytest.mark.parametrize(("off", "which"), [(-7, "made"), (7, "received")])
def test_it_is_clamped_to_the_link_and_the_receipt(cast, event, desk, helper, stopped, off, which):
    stopped.forward(minutes=5)
    send(helper, [one(event, at=clock.now() + timedelta(hours=off))])
    (row,) = rows()
    assert row.checked_in_at == (desk.made_at if which == "made" else clock.now())


def test_scans_from_before_the_expiry_are_taken_after_it(cast, event, desk, helper, stopped):
    said = one(event)
    stopped.at = desk.expires_at + timedelta(hours=1)
    assert helper.get(helper.path).status_code == 410
    sent = clock.now()
    assert codes(send(helper, [said], sent_at=sent)) == ["done"]
    stopped.at = event.occurrences[0].ends_at + timedelta(hours=24, minutes=1)
    reply = send(helper, [said], sent_at=clock.now())
    assert (reply.status_code, reply.json["code"]) == (410, "upload_too_late")


def test_a_revoked_desk_takes_nothing(cast, event, desk, helper):
    key = token(helper)
    desks.revoke_desk(desk, by=cast.zhao)
    told = {"sent_at": clock.now().isoformat(), "scans": [one(event)]}
    reply = helper.post(f"{helper.path}/uploads", json=told, headers={"X-CSRFToken": key})
    assert (reply.status_code, reply.json["code"]) == (410, "revoked")
    assert rows() == []


def test_each_refusal_has_its_code_and_a_reason_overcomes_it(cast, event, helper):
    early = open_event(cast, title="别的").occurrences[0].code
    scans = [
        one(event, "a", card="ZZZZ"), one(event, "b") | {"sitting": early},
        one(event, "c", name="", phone="0002"), one(event, "d"), one(event, "e"),
    ]  # fmt: skip
    reply = send(helper, scans)
    assert codes(reply) == ["unknown", "wrong_event", "invalid", "done", "already"]
    assert [bool(outcome["words"]) for outcome in reply.json["outcomes"]] == [True, True, True, False, False]  # fmt: skip


def test_a_scan_before_the_opening_wants_a_reason(cast, app, stopped):
    event = open_event(cast, starts_in=180)
    helper = enter(app.test_client(), desks.open_desk(event, "门口", by=cast.zhao))
    assert codes(send(helper, [one(event)])) == ["too_early"]
    assert codes(send(helper, [one(event) | {"reason": "布置会场"}])) == ["done"]
    assert rows()[0].forced_reason == "布置会场"


@pytest.mark.parametrize(
    "body",
    [{}, [], None, "x", {"sent_at": "2026-11-22T04:00:00Z"}, {"sent_at": "x", "scans": []},
     {"sent_at": "2026-11-22T04:00:00", "scans": []}, {"sent_at": "2026-11-22T04:00:00Z", "scans": [1]},
     {"sent_at": "2026-11-22T04:00:00Z", "scans": [{}] * 201}],
)  # fmt: skip
def test_what_is_no_queue_is_refused_in_words(event, helper, body):
    reply = helper.post(f"{helper.path}/uploads", json=body, headers={"X-CSRFToken": token(helper)})
    assert reply.status_code == 422
    assert reply.json["words"]
    assert rows() == []


def test_no_pin_no_upload(event, desk, phone):
    path = f"/desk/{link(desk).token}"
    reply = phone.get(f"{path}/clock")
    assert (reply.status_code, reply.json["code"]) == (403, "pin_wanted")
