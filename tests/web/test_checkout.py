"""签退 on the phone: offered to whoever came in on it, told of nothing else."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.db import db
from app.domain import audit, checkins, events, hours
from app.domain.checkins import Attempt, CheckIn
from tests.doors import open_event, scan, state_of, token_of
from tests.gatherings import statements


@pytest.fixture
def event(cast, stopped):
    """100 minutes of the street, with check-out, from now on."""
    return open_event(cast, minutes=100, checks_out=True)


def rows():
    db.session.rollback()
    return list(db.session.scalars(select(CheckIn).order_by(CheckIn.id)))


def outs():
    db.session.rollback()
    return list(db.session.scalars(select(Attempt).where(Attempt.answer == "out")))


def come(browser, event, person, phone, org):
    return scan(browser, event.code, name=person.name, phone=phone, org=org.code)


def li_comes(browser, event, cast):
    return come(browser, event, cast.li, "13900000002", cast.branch)


def leave(browser, event, **fields):
    token = {"csrf_token": token_of(browser.get("/account/sign-in"))}
    return browser.post(f"/c/{event.occurrences[0].code}/checkout", data=token | fields)


def test_the_answer_says_when_to_check_out_and_a_second_scan_offers_it(cast, event, phone, stopped):
    reply = li_comes(phone, event, cast)
    assert state_of(reply) == "done"
    for words in ("13:40 结束", "再扫一次码", "15:40 以前都行", "/checkout"):
        assert words in reply.text
    stopped.forward(minutes=75)
    again = phone.get(f"/C/{event.code}")
    assert (again.status_code, state_of(again)) == (200, "already")
    assert "到场记 75 分钟" in again.text
    assert "不用再做什么" not in again.text
    assert len(rows()) == 1


def test_one_tap_checks_out_and_the_answer_is_the_page_itself(cast, event, phone, stopped):
    li_comes(phone, event, cast)
    stopped.forward(minutes=75)
    reply = leave(phone, event)
    assert (reply.status_code, state_of(reply)) == (200, "checked-out")
    for words in ("已签退", "13:15", "到场 75 分钟", "李*"):
        assert words in reply.text
    (row,) = rows()
    assert (row.checked_out_how, row.measured_minutes, row.granted_minutes) == ("phone", 75, None)
    assert [(a.check_in_id, a.device_id) for a in outs()] == [(row.id, row.device_id)]
    page = phone.get(f"/c/{event.code}").text
    assert "已签退" in page
    assert "到场 75 分钟" in page


def test_tapping_again_is_kind_and_moves_it_for_a_quarter_of_an_hour(cast, event, phone, stopped):
    li_comes(phone, event, cast)
    stopped.forward(minutes=30)
    leave(phone, event)
    stopped.forward(minutes=14)
    assert "再签退一次" in phone.get(f"/c/{event.code}").text
    again = leave(phone, event)
    assert (again.status_code, state_of(again)) == (200, "checked-out")
    assert "到场 44 分钟" in again.text
    stopped.forward(minutes=30)
    assert "/checkout" not in phone.get(f"/c/{event.code}").text
    again = leave(phone, event)
    assert (again.status_code, state_of(again)) == (200, "checked-out")
    assert "到场 44 分钟" in again.text
    assert (rows()[0].measured_minutes, len(outs())) == (44, 2)


def test_only_the_phone_that_checked_in_may_check_out(cast, event, app, phone, stopped):
    li_comes(phone, event, cast)
    other = app.test_client()
    stopped.forward(minutes=75)
    refused = leave(other, event)
    assert (refused.status_code, state_of(refused)) == (409, "not-out")
    assert "这部手机没有在这一场签到" in refused.text
    repeated = come(other, event, cast.li, "13900000002", cast.branch)
    assert state_of(repeated) == "already"  # the same words: nothing is offered either
    assert "/checkout" not in repeated.text
    assert leave(other, event).status_code == 409
    assert rows()[0].checked_out_at is None


def test_without_a_token_or_with_somebody_elses_number_nothing_happens(cast, event, phone, stopped):
    li_comes(phone, event, cast)
    stopped.forward(minutes=75)
    path = f"/c/{event.occurrences[0].code}/checkout"
    assert phone.post(path).status_code == 400
    for who in ("7", "-1", "x" * 50, "99999999999999999999"):
        reply = leave(phone, event, who=who)
        assert reply.status_code in (200, 409)
    assert phone.post("/c/ZZZZZZ/checkout", data={"csrf_token": token_of(phone.get("/account/sign-in"))}).status_code == 404  # fmt: skip


def test_before_the_start_and_after_two_hours_the_page_says_so(cast, stopped, phone):
    event = open_event(cast, minutes=100, starts_in=30, checks_out=True)
    reply = li_comes(phone, event, cast)
    assert "/checkout" not in reply.text
    assert "14:10 结束" in reply.text
    early = leave(phone, event)
    assert (early.status_code, state_of(early)) == (409, "not-out")
    assert "还没开始" in early.text
    stopped.forward(minutes=30 + 100 + 120, seconds=1)
    page = phone.get(f"/c/{event.code}")
    assert "签退已经停止" in page.text
    assert "/checkout" not in page.text
    late = leave(phone, event)
    assert (late.status_code, "签退已经停止" in late.text) == (409, True)


def test_after_check_in_has_closed_one_still_checks_out(cast, event, phone, stopped):
    li_comes(phone, event, cast)
    stopped.forward(minutes=160)
    assert state_of(phone.get(f"/c/{event.code}")) == "already"
    assert "到场 100 分钟" in leave(phone, event).text


def test_an_event_without_check_out_offers_none(cast, stopped, phone):
    event = open_event(cast)
    assert "签退" not in li_comes(phone, event, cast).text
    page = phone.get(f"/c/{event.code}")
    assert "签退" not in page.text
    assert leave(phone, event).status_code == 409


def test_several_people_on_one_phone_are_several_buttons(cast, event, phone, stopped):
    li_comes(phone, event, cast)
    come(phone, event, cast.han, "13900000003", cast.other_branch)
    stopped.forward(minutes=75)
    page = phone.get(f"/c/{event.code}").text
    assert page.count('name="who"') == 2
    assert page.index("李*") < page.index('name="who" value="1"')
    assert state_of(leave(phone, event, who="0")) == "checked-out"
    assert [row.checked_out_at is None for row in rows()] == [False, True]
    assert "韩*" in leave(phone, event, who="1").text
    assert all(row.measured_minutes == 75 for row in rows())


def test_a_second_sitting_does_not_stand_in_the_way_of_leaving_the_first(cast, event, phone, stopped):  # fmt: skip
    start = event.occurrences[0].ends_at + timedelta(minutes=10)
    events.add_occurrence(
        event, by=audit.SYSTEM, starts_at=start, ends_at=start + timedelta(minutes=90),
        opens_at=event.occurrences[0].ends_at,
    )  # fmt: skip
    li_comes(phone, event, cast)
    stopped.forward(minutes=105)
    page = phone.get(f"/c/{event.code}")
    assert state_of(page) == "one-tap"  # an event's code opens its only open sitting
    first = f"/c/{event.occurrences[0].code}"
    assert f'href="{first}"' in page.text
    assert "到场记 100 分钟" in phone.get(first).text
    leave(phone, event)
    assert f'href="{first}"' not in phone.get(f"/c/{event.code}").text


def test_a_row_that_only_the_roster_shares_is_never_told_of(cast, event, app, phone, stopped):
    """Another phone is told `done` for a row it did not write: its own times are all it sees."""
    by_number = {"name": "李雷", "number": "202043000002", "org": cast.branch.code}
    li_comes(phone, event, cast)
    stopped.forward(minutes=10)
    other = app.test_client()
    assert state_of(scan(other, event.code, **by_number)) == "done"
    assert len(rows()) == 1
    stopped.forward(minutes=20)
    assert "到场 30 分钟" in leave(phone, event).text
    page = other.get(f"/c/{event.code}").text
    assert "已签退" not in page
    assert "到场记 20 分钟" in page
    stopped.forward(minutes=40)
    assert "到场 60 分钟" in leave(other, event).text
    assert rows()[0].measured_minutes == 30  # the first leaving, more than 15 minutes ago
    hours.grant(rows()[0], 30, by=cast.street_manager)
    assert "认定时长" not in other.get(f"/c/{event.code}").text
    assert "认定时长" not in other.get("/me").text
    assert "认定时长 30 分钟" in phone.get(f"/c/{event.code}").text


def test_my_page_shows_the_hours_that_were_confirmed(cast, event, phone, stopped):
    li_comes(phone, event, cast)
    stopped.forward(minutes=75)
    leave(phone, event)
    assert "认定时长" not in phone.get("/me").text
    hours.grant(rows()[0], 100, by=cast.street_manager)
    assert "认定时长 100 分钟" in phone.get("/me").text


def test_an_undone_check_in_cannot_check_out(cast, event, phone, stopped):
    li_comes(phone, event, cast)
    stopped.forward(minutes=75)
    checkins.void_check_in(rows()[0], by=audit.SYSTEM, reason="签错了")
    assert leave(phone, event).status_code == 409
    assert rows()[0].checked_out_at is None


def test_a_corrected_name_leaves_one_stay(cast, event, phone, stopped):
    scan(phone, event.code, name="李磊", phone="13900000002", org=cast.branch.code)
    page = phone.get(f"/c/{event.code}?fix=1")
    fields = {"csrf_token": token_of(page), "correct": "1", "name": "李雷", "phone": "13900000002"}
    phone.post(f"/c/{event.code}", data=fields | {"org": cast.branch.code})
    stopped.forward(minutes=75)
    assert phone.get(f"/c/{event.code}").text.count('name="who"') == 1
    leave(phone, event)
    assert [row.measured_minutes for row in rows() if row.voided_at is None] == [75]


def test_a_phone_that_forgot_itself_is_nobody(cast, event, phone, stopped):
    li_comes(phone, event, cast)
    stopped.forward(minutes=75)
    phone.post("/me/forgetting", data={"csrf_token": token_of(phone.get("/me"))})
    assert leave(phone, event).status_code == 409


def test_a_look_writes_nothing_and_the_offer_costs_one_question(cast, event, phone, stopped):
    li_comes(phone, event, cast)
    stopped.forward(minutes=400)
    phone.get(f"/c/{event.code}")
    assert event.occurrences[0].closed_out_at is None
    assert rows()[0].checked_out_at is None
    assert clock.now() == stopped.at


def test_the_answer_of_a_check_in_costs_no_more_for_check_out(cast, event, app, stopped):
    plain = open_event(cast, minutes=100)
    asked = {}
    for one in (plain, event):
        browser = app.test_client()
        page = browser.get(f"/c/{one.code}")
        form = {"csrf_token": token_of(page), "name": "李雷", "phone": "13900000002"}
        with statements() as said:
            browser.post(f"/c/{one.code}", data=form | {"org": cast.branch.code})
        asked[one.id] = len(said)
    assert asked[plain.id] == asked[event.id]


def test_a_rotating_code_offers_check_out_on_the_second_scan_too(cast, event, phone, stopped):
    li_comes(phone, event, cast)
    events.edit_event(event, by=audit.SYSTEM, rotates=True)
    stopped.forward(minutes=75)
    page = phone.get(f"/c/{event.code}")  # a printed code, without a pass: of who is inside already
    assert state_of(page) == "already"
    assert state_of(leave(phone, event)) == "checked-out"


def test_typing_it_all_again_is_already_with_the_offer_and_one_attempt_more(cast, event, phone, stopped):  # fmt: skip
    li_comes(phone, event, cast)
    stopped.forward(minutes=75)
    again = li_comes(phone, event, cast)
    assert (again.status_code, state_of(again)) == (200, "already")
    assert "到场记 75 分钟" in again.text
    assert len(rows()) == 1
    answers = db.session.scalars(select(Attempt.answer).order_by(Attempt.id))
    assert list(answers) == ["done", "already"]
