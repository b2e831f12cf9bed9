"""What a hostile reader found at the door, each kept from coming back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.db import db
from app.domain import cards, checkins, corrections, desks, events, hours, members, venues
from app.domain.audit import SYSTEM
from app.domain.checkins import CheckIn
from tests.doors import form_of, open_event, scan, state_of, token_of
from tests.machines import machine
from tests.web.test_desks import enter, post
from tests.web.test_pocket import codes, one, send, token

HOUR = timedelta(hours=1)
LI = {"name": "李雷", "phone": "13900000002"}


@pytest.fixture
def event(cast, stopped):
    return open_event(cast, minutes=100, checks_out=True)


@pytest.fixture
def desk(cast, event):
    return desks.open_desk(event, "东门", by=cast.zhao)


@pytest.fixture
def helper(app, desk):
    return enter(app.test_client(), desk)


def rows():
    db.session.rollback()
    return list(db.session.scalars(select(CheckIn).order_by(CheckIn.id)))


@pytest.mark.parametrize(
    ("field", "value"),
    [("card", "x" * 601), ("name", "长" * 61), ("phone", "1" * 31), ("nonce", "\ud800"),
     ("sitting", "\ud800"), ("org", "\ud800"), ("client_at", "0001-01-01T00:00:00Z"), ("name", 5)],
)  # fmt: skip
def test_one_bad_scan_does_not_hold_up_the_queue(event, helper, field, value):
    bad = one(event, "bad", name="某人", phone="0009") | {field: value}
    reply = send(helper, [bad, one(event, "good")])
    assert sorted(codes(reply)) == ["done", "invalid"]
    assert len(rows()) == 1


def test_a_nest_too_deep_is_no_queue(helper):
    reply = helper.post(
        f"{helper.path}/uploads", data="[" * 20000, content_type="application/json",
        headers={"X-CSRFToken": token(helper)},
    )  # fmt: skip
    assert reply.status_code == 422


def test_the_open_sitting_goes_before_the_one_somebody_did_not_leave(cast, stopped, phone):
    event = open_event(cast, minutes=60, checks_out=True)
    morning = event.occurrences[0]
    afternoon = {"starts_at": morning.ends_at + HOUR, "ends_at": morning.ends_at + 2 * HOUR}
    events.add_occurrence(event, by=SYSTEM, **afternoon)
    assert state_of(scan(phone, event.code, org=cast.branch.code, **LI)) == "done"
    stopped.forward(minutes=115)
    assert state_of(phone.get(f"/C/{event.code}")) == "one-tap"
    assert state_of(phone.get(f"/C/{event.code}?other=1")) == "form"


@pytest.mark.parametrize("way", ["phone", "desk"])
def test_a_name_that_grows_when_folded_is_refused_in_words(cast, event, helper, phone, way):
    told = {"name": "ß" * 40, "phone": "13811112222", "org": cast.branch.code}
    reply = scan(phone, event.code, **told) if way == "phone" else post(helper, "/walkins", **told)
    assert reply.status_code == 422
    assert rows() == []


def test_a_phone_that_wrote_no_row_checks_nobody_out(cast, event, desk, app, stopped):
    checkins.scan_in(event.occurrences[0], cast.li, by=desk.actor, how="desk")
    other = app.test_client()
    assert state_of(scan(other, event.code, name="李雷", phone="0002", org=cast.branch.code)) == "done"  # fmt: skip
    stopped.forward(minutes=1)
    fields = {"csrf_token": token_of(other.get("/account/sign-in"))}
    reply = other.post(f"/c/{event.occurrences[0].code}/checkout", data=fields)
    assert state_of(reply) == "checked-out"  # as a guest would be told
    assert rows()[0].checked_out_at is None
    stopped.forward(minutes=99)
    assert hours.check_out(rows()[0], how="desk", by=desk.actor) == 100


def test_another_person_typed_after_closing_hears_that_it_is_closed(cast, event, phone, stopped):
    scan(phone, event.code, org=cast.branch.code, **LI)
    page = phone.get(f"/c/{event.code}?other=1")
    events.close_check_in(event.occurrences[0], by=cast.zhao.actor)
    stopped.forward(seconds=5)
    other = {"name": "韩梅", "phone": "13900000003", "org": cast.other_branch.code}
    reply = phone.post(f"/c/{event.code}", data=form_of(page, **other))
    assert (reply.status_code, state_of(reply)) == (409, "closed")
    reply = phone.post(f"/c/{event.code}", data=form_of(page, org=cast.branch.code, **LI))
    assert (reply.status_code, state_of(reply)) == (200, "already")


def test_a_nonce_of_somebody_else_opens_no_gate(cast, stopped, app):
    one_event, other = open_event(cast, title="甲"), open_event(cast, title="乙")
    gate = machine(app, cast.street_manager)
    li, han = (cards.make_card(p, by=SYSTEM, org=cast.street) for p in (cast.li, cast.han))
    assert gate.check_in(one_event.code, card=li, nonce="1").status_code == 200
    for event, card in ((other, li), (one_event, han)):
        reply = gate.check_in(event.code, card=card, nonce="1")
        assert (reply.status_code, reply.json["error"]["code"]) == (409, "nonce_reused")
    assert len(rows()) == 1


def test_a_queue_sent_again_after_an_undo_is_told_so(event, helper):
    scans = [one(event, "n1")]
    assert codes(send(helper, scans)) == ["done"]
    post(helper, f"/checkins/{rows()[0].code}/annulment")
    assert codes(send(helper, scans)) == ["annulled"]


def test_nul_in_hidden_fields_is_no_bug(cast, event, helper, sign_in):
    assert post(helper, "/checkins", person=cast.li.code, nonce="a\0b").status_code == 303
    browser = sign_in(cast.zhao)
    fields = {"csrf_token": token_of(browser.get("/account")), "row": "A\0B", "org": cast.branch.code}  # fmt: skip
    assert browser.post(f"/events/{event.code}/seats", data=fields).status_code == 404


def test_a_venues_door_is_its_keepers(cast, stopped, phone):
    venue = venues.add_venue("浏正街青年之家", org=cast.branch, by=cast.wang_staff.actor)
    own = open_event(cast, host=cast.branch, title="自己的会", place=venue.name, venue=venue)
    open_event(cast, host=cast.other_branch, title="别处的会", place=venue.name, venue=venue)
    reply = phone.get(f"/v/{venue.code}")
    assert (reply.status_code, own.occurrences[0].code in reply.location) == (303, True)


def test_a_functional_branch_makes_nobodys_card(cast, stopped, sign_in):
    members.join_branch(cast.lin, cast.branch, home=False)
    home = cards.make_card(cast.lin, by=SYSTEM, org=cast.class_one)
    browser = sign_in(cast.wang_staff)
    fields = {"csrf_token": token_of(browser.get("/account"))}
    assert browser.post(f"/people/{cast.lin.code}/card", data=fields).status_code == 404
    assert cards.person_of(home).id == cast.lin.id


def test_a_scanner_of_a_desk_goes_along_when_its_event_is_merged(cast, stopped, app):
    gone, kept = open_event(cast, title="甲"), open_event(cast, title="乙")
    gate = machine(app, cast.zhao, desk=desks.open_desk(gone, "东门", by=cast.zhao))
    card = cards.make_card(cast.li, by=SYSTEM, org=cast.street)
    corrections.merge_events(kept, gone, by=cast.zhao, reason="建了两遍")
    reply = gate.check_in(gone.code, card=card, nonce="1")
    assert (reply.status_code, rows()[0].occurrence.event_id) == (200, kept.id)
    assert clock.now() == rows()[0].received_at


def test_one_phone_that_hammers_is_slowed_and_its_neighbour_is_not(
    cast, event, phone, app, stopped
):
    """Whoever is typed, members or strangers: only what the phone did counts."""
    members_too = [LI, {"name": "韩梅", "phone": "13900000003"}]
    typed = members_too + [{"name": f"来宾{n}号", "phone": f"1370000{n:04d}"} for n in range(9)]
    replies = [scan(phone, event.code, org=cast.branch.code, **told) for told in typed]
    assert [reply.status_code for reply in replies] == [200] * 10 + [429]
    assert "来宾8号" in replies[-1].text
    assert len(rows()) == 10
    told = {"name": "邻座", "phone": "13711112222", "org": cast.branch.code}
    assert state_of(scan(app.test_client(), event.code, **told)) == "done"
    stopped.forward(minutes=1)
    assert state_of(scan(phone, event.code, org=cast.branch.code, **typed[-1])) == "done"
