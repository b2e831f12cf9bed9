"""The desk: a link and a PIN, masked hits, ticks it may undo, walk-ins; nothing without the right."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.db import db
from app.domain import cards, corrections, desks, members
from app.domain.checkins import CheckIn
from tests.doors import form_of, open_event
from tests.gatherings import arrive, sitting, statements
from tests.scope import token_of


@pytest.fixture
def event(cast, stopped):
    return open_event(cast, title="五四表彰会")


@pytest.fixture
def east(cast, event):
    return desks.open_desk(event, "东门", by=cast.zhao)


def link(desk):
    return next(one for one in desks.desks_of(desk.event) if one.desk.id == desk.id)


@pytest.fixture
def helper(app, east):
    """A helper's phone that typed the PIN."""
    return enter(app.test_client(), east)


def enter(browser, desk, pin=None):
    line = link(desk)
    path = f"/desk/{line.token}"
    page = browser.get(path)
    reply = browser.post(f"{path}/pin", data=form_of(page, pin=pin or line.pin))
    if pin is None:
        assert reply.status_code == 303
    browser.path = path
    browser.last = reply
    return browser


def post(browser, path="", **fields):
    return browser.post(browser.path + path, data=form_of(browser.get(browser.path), **fields))


def rows():
    db.session.rollback()
    return list(db.session.scalars(select(CheckIn).order_by(CheckIn.id)))


def test_the_organizer_opens_a_desk_and_reads_link_and_pin(cast, event, sign_in):
    browser = sign_in(cast.zhao)
    path = f"/events/{event.code}/desks"
    assert f'href="{path}"' in browser.get(f"/events/{event.code}").text
    reply = browser.post(path, data={"csrf_token": token_of(browser, path), "name": "东门"})
    assert reply.status_code == 303
    page = browser.get(path).text
    (line,) = desks.desks_of(event)
    assert line.pin in page
    assert f"/desk/{line.token}" in page
    picture = browser.get(f"{path}/{line.desk.code}/qr.png")
    assert picture.mimetype == "image/png"


@pytest.mark.parametrize("name", ["", "东" * 41])
def test_a_desk_has_a_short_name(cast, event, sign_in, name):
    browser = sign_in(cast.zhao)
    path = f"/events/{event.code}/desks"
    reply = browser.post(path, data={"csrf_token": token_of(browser, path), "name": name})
    assert (reply.status_code, desks.desks_of(event)) == (422, [])


def test_the_ladder_of_the_organizers_page(cast, event, east, sign_in, phone):
    path = f"/events/{event.code}/desks"
    assert phone.get(path).status_code == 303
    assert sign_in(cast.street_manager).get(path).status_code == 200
    assert sign_in(cast.organizer).get(path).status_code == 404  # of an invited branch only
    assert sign_in(cast.auditor).get(path).status_code == 403
    browser = sign_in(cast.zhao)
    assert browser.get(f"{path}/ZZZZ/qr.png").status_code == 404
    assert browser.get(f"{path}/{east.code}/pin").status_code == 405


def test_nothing_is_shown_before_the_pin(east, phone, cast):
    path = f"/desk/{link(east).token}"
    page = phone.get(path)
    assert page.status_code == 200
    assert "找人" not in page.text
    form = form_of(page, q="李雷", person=cast.li.code)
    for way in ("", "/hits", "/checkins", "/walkins", "/checkins/XXXX/annulment"):
        assert phone.post(path + way, data=form).status_code == 403
    assert rows() == []


@pytest.mark.parametrize("token", ["x" * 22, "1", "0"])
def test_an_unknown_link_does_not_exist(phone, east, token):
    assert phone.get(f"/desk/{token}").status_code == 404


def test_a_revoked_and_an_expired_link_say_so(cast, event, east, helper, stopped):
    west = desks.open_desk(event, "西门", by=cast.zhao)
    desks.revoke_desk(east, by=cast.zhao)
    reply = helper.get(helper.path)
    assert (reply.status_code, "已经停用" in reply.text) == (410, True)
    stopped.forward(hours=14)
    reply = helper.get(f"/desk/{link(west).token}")
    assert (reply.status_code, "过期" in reply.text) == (410, True)


def test_a_new_pin_asks_every_browser_again(cast, east, helper):
    assert "找人" in helper.get(helper.path).text
    desks.renew_pin(east, by=cast.zhao)
    assert "找人" not in helper.get(helper.path).text


def test_a_guesser_is_slowed_and_another_browser_is_not(app, east):
    guesser = app.test_client()
    told = [enter(guesser, east, pin="000000").last.status_code for _ in range(11)]
    assert told == [422] * 10 + [429]
    assert "找人" in enter(app.test_client(), east).get(guesser.path).text


def test_a_mark_is_of_one_browser(app, east, helper):
    """The cookie of the mark alone, on another phone, opens nothing."""
    thief = app.test_client()
    mark = helper.get_cookie(f"desk-{east.code}")
    thief.set_cookie(f"desk-{east.code}", mark.value)
    assert "找人" not in thief.get(helper.path).text


def test_a_search_and_a_tick_in_one_tap(cast, east, helper):
    page = post(helper, q="lilei").text
    assert "李*" in page
    assert "李雷" not in page
    reply = post(helper, "/checkins", person=cast.li.code)
    assert reply.status_code == 303
    page = helper.get(reply.location).text
    assert "李* 签到了" in page
    (row,) = rows()
    assert (row.person_id, row.how, row.actor_kind, row.actor_id) == (cast.li.id, "desk", "desk", east.id)  # fmt: skip
    reply = post(helper, "/checkins", person=cast.li.code)
    assert "早就签过了" in helper.get(reply.location).text
    assert len(rows()) == 1


@pytest.mark.parametrize("words", ["李雷", "lilei", "ll", "0002", "02", "13900000002"])
def test_somebody_is_found_by(helper, words):
    assert "李*" in post(helper, "/hits", q=words).text


@pytest.mark.parametrize("words", ["", "李", "l", "2", "%", "%%", "__", "李雷李雷"])
def test_short_or_wild_words_find_nobody(helper, words):
    assert "<li>" not in post(helper, "/hits", q=words).text


def test_at_most_twenty_and_nothing_whole(cast, helper):
    for number in range(30):
        person = members.make_person(f"欧阳同名{chr(0x4E00 + number)}", phone=f"1995555{number:04d}")  # fmt: skip
        members.join_branch(person, cast.branch)
    page = post(helper, "/hits", q="欧阳").text
    assert page.count("<li>") == 20
    assert "同名" not in page
    assert not re.search(r"1\d{10}|(?<!\d)\d{5,}(?!\d)", re.sub(r'value="[^"]*"|href="[^"]*"|action="[^"]*"', "", page))  # fmt: skip


def test_the_invited_come_first(cast, app, stopped):
    event = open_event(cast, host=cast.branch, invited=[(cast.other_branch, "persons")])
    for branch in (cast.branch, cast.other_branch):
        person = members.make_person("欧阳娜", phone=f"1995555{branch.id:04d}")
        members.join_branch(person, branch)
    browser = enter(app.test_client(), desks.open_desk(event, "门口", by=cast.zhao))
    page = post(browser, "/hits", q="欧阳娜").text
    assert page.index(cast.other_branch.full_name) < page.index(cast.branch.full_name)


def test_internal_ids_do_not_work(cast, helper):
    for code in (str(cast.li.id), "1", "../", "%"):
        assert post(helper, "/checkins", person=code).status_code == 404
    assert rows() == []


def test_a_card_is_scanned_in_any_spelling(cast, helper):
    secret = cards.make_card(cast.li, org=cast.branch, by=cast.zhao.actor)
    reply = post(helper, "/checkins", card=f" HTTP://127.0.0.1/P/{secret.upper()} ")
    assert "李* 签到了" in helper.get(reply.location).text
    reply = post(helper, "/checkins", card="ABCD")
    assert (reply.status_code, "没有这张个人卡" in reply.text) == (404, True)
    cards.revoke_card(cast.li, org=cast.branch, by=cast.zhao.actor)
    reply = post(helper, "/checkins", card=secret)
    assert (reply.status_code, "已经作废" in reply.text) == (404, True)


def test_the_same_page_sent_twice_is_one_scan(cast, helper):
    form = form_of(helper.get(helper.path), person=cast.li.code)
    replies = [helper.post(f"{helper.path}/checkins", data=form) for _ in range(3)]
    assert {reply.status_code for reply in replies} == {303}
    assert {reply.location for reply in replies} == {replies[0].location}


def test_own_ticks_are_undone_for_fifteen_minutes(cast, app, event, helper, stopped):
    post(helper, "/checkins", person=cast.li.code)
    (row,) = rows()
    west = enter(app.test_client(), desks.open_desk(event, "西门", by=cast.zhao))
    undo = f"/checkins/{row.code}/annulment"
    assert post(west, undo).status_code == 404
    assert "撤销" not in post(west, "/hits", q="李雷").text
    assert "撤销" in post(helper, "/hits", q="李雷").text
    stopped.forward(minutes=16)
    assert "撤销" not in post(helper, "/hits", q="李雷").text
    assert post(helper, undo).status_code == 409
    stopped.forward(minutes=-2)
    reply = post(helper, undo)
    assert "撤销了" in helper.get(reply.location).text
    (row,) = rows()
    assert row.voided_by_kind == "desk"


def walk(helper, **fields):
    return post(helper, "/walkins", **{"name": "新来的", "phone": "13712345678", "branch": "", **fields})  # fmt: skip


def test_a_walk_in_is_a_guest_of_the_branch_for_review(cast, helper):
    reply = walk(helper, org=cast.branch.code)
    assert reply.status_code == 303
    assert "新** 签到了" in helper.get(reply.location).text
    (row,) = rows()
    assert (row.how, row.chosen_org_id, row.reasons) == ("desk", cast.branch.id, ("identity",))


def test_a_walk_in_of_no_branch_and_of_one_by_its_words(cast, helper):
    assert walk(helper, org="").status_code == 303
    reply = walk(helper, name="又一位", org="?", branch="育才一班")
    assert reply.status_code == 303
    assert [row.chosen_org_id for row in rows()] == [None, cast.class_one.id]


def test_words_that_fit_several_branches_ask_which(cast, helper):
    reply = walk(helper, org="?", branch="支部")
    assert reply.status_code == 422
    assert f'value="{cast.branch.code}"' in reply.text
    assert 'value="新来的"' in reply.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"name": ""}, "请写姓名"), ({"phone": "123"}, "11 位"), ({"org": "?"}, "选一个支部"),
     ({"org": "ZZZZ"}, "选一个支部"), ({"org": "?", "branch": "没有这个"}, "选一个支部")],
)  # fmt: skip
def test_a_walk_in_with_something_wrong_keeps_what_was_typed(cast, helper, fields, words):
    reply = walk(helper, **{"org": cast.branch.code, **fields})
    assert (reply.status_code, words in reply.text) == (422, True)
    assert rows() == []


def test_out_of_hours_and_over_capacity_want_a_reason(cast, app, stopped):
    event = open_event(cast, starts_in=180)
    helper = enter(app.test_client(), desks.open_desk(event, "门口", by=cast.zhao))
    reply = post(helper, "/checkins", person=cast.li.code)
    assert (reply.status_code, "还没开始签到" in reply.text, "破例签到" in reply.text) == (409, True, True)  # fmt: skip
    post(helper, "/checkins", person=cast.li.code, reason="来布置会场的")
    (row,) = rows()
    assert row.forced_reason == "来布置会场的"


def test_a_reason_that_was_not_needed_is_not_kept(cast, helper):
    post(helper, "/checkins", person=cast.li.code, reason="以防万一")
    assert rows()[0].forced_reason == ""


def test_a_tick_is_eight_statements_or_fewer(cast, helper):
    form = form_of(helper.get(helper.path), person=cast.li.code)
    with statements() as said:
        assert helper.post(f"{helper.path}/checkins", data=form).status_code == 303
    begin = next(n for n, words in enumerate(said) if "IMMEDIATE" in words or "advisory" in words)
    writing = [words for words in said[begin:] if not words.startswith("BEGIN")]
    assert len(writing) <= 8, "\n".join(w[:160].replace("\n", " ") for w in writing)


def test_a_sitting_of_another_event_is_not_this_desks(cast, helper):
    other = open_event(cast, title="另一场").occurrences[0]
    reply = post(helper, "/checkins", person=cast.li.code, sitting=other.code)
    assert reply.status_code == 404
    assert rows() == []


def test_who_was_let_in_over_a_refusal_is_marked_in_the_list_with_the_reason(cast, app, stopped, sign_in):  # fmt: skip
    event = open_event(cast, host=cast.branch, starts_in=180)
    helper = enter(app.test_client(), desks.open_desk(event, "门口", by=cast.zhao))
    post(helper, "/checkins", person=cast.li.code, reason="来布置会场的")
    stopped.forward(minutes=180)
    post(helper, "/checkins", person=cast.wang.code, reason="以防万一")
    page = sign_in(cast.organizer).get(f"/events/{event.code}/attendance").text
    assert "破例：来布置会场的" in page
    assert "以防万一" not in page


def test_the_camera_has_its_place_beside_the_box_for_a_keyboard_scanner(helper):
    for path in (helper.path, f"{helper.path}/pocket"):
        page = helper.get(path).text
        assert re.search(r'<input[^>]*name="card"[^>]*data-scan', page)
        assert 'id="camera"' in page
        assert "/static/scan.js" in page


def test_the_page_says_how_many_came_and_what_this_desk_wrote(cast, app, event, helper):
    west = enter(app.test_client(), desks.open_desk(event, "西门", by=cast.zhao))
    post(west, "/checkins", person=cast.han.code)
    post(helper, "/checkins", person=cast.li.code)
    page = helper.get(helper.path).text
    assert "已到 2 人" in page
    lately = page[page.index('id="latest"') : page.index('id="without"')]
    assert "李*" in lately
    assert "尾号 0002" in lately
    assert "韩*" not in lately


def test_a_double_tap_on_a_hit_is_one_scan(cast, helper):
    page = post(helper, q="李雷")
    hit = page.text[page.text.index('id="hits"') : page.text.index('id="walk-in"')]
    form = {"csrf_token": token_of(helper, helper.path), "person": cast.li.code}
    form["nonce"] = re.search(r'name="nonce" value="([^"]+)"', hit)[1]
    replies = [helper.post(f"{helper.path}/checkins", data=form).location for _ in range(2)]
    assert replies[0] == replies[1]
    assert "state=done" in replies[0]


def test_somebody_who_has_gone_is_checked_out_at_the_desk(cast, app, stopped):
    event = open_event(cast, checks_out=True)
    helper = enter(app.test_client(), desks.open_desk(event, "门口", by=cast.zhao))
    arrive(event, cast.li)
    assert "签退" in post(helper, "/hits", q="李雷").text
    reply = post(helper, "/checkins", person=cast.li.code)
    assert "给他签退" in helper.get(reply.location).text
    stopped.forward(minutes=40)
    reply = post(helper, f"/checkins/{rows()[0].code}/leaving")
    assert "李* 签退了" in helper.get(reply.location).text
    (row,) = rows()
    assert (row.checked_out_how, row.measured_minutes) == ("desk", 40)
    assert "签退" in post(helper, "/hits", q="李雷").text


def test_where_nobody_checks_out_the_desk_offers_none(cast, helper, event):
    post(helper, "/checkins", person=cast.li.code)
    assert "签退" not in post(helper, "/hits", q="李雷").text
    reply = post(helper, f"/checkins/{rows()[0].code}/leaving")
    assert (reply.status_code, "不用签退" in reply.text) == (409, True)
    assert post(helper, "/checkins/ZZZZ/leaving").status_code == 404


# Paper, typed in later ---------------------------------------------------------------------------


def test_a_signed_sheet_is_typed_in_and_its_day_stays_in_the_list(cast, app, stopped, sign_in):
    event = open_event(cast, host=cast.branch)
    helper = enter(app.test_client(), desks.open_desk(event, "门口", by=cast.zhao))
    stopped.forward(hours=5)  # check-in has closed: a live tick wants a reason, a paper does not
    assert post(helper, "/checkins", person=cast.li.code).status_code == 409
    day = "2026-11-21"
    assert "签到纸补录" in helper.get(f"{helper.path}?paper_on={day}").text
    reply = post(helper, "/checkins", person=cast.li.code, paper_on=day)
    page = helper.get(reply.location).text
    assert "李* 签到了" in page
    assert f'name="paper_on" value="{day}"' in page  # the next one is of the same sheet
    reply = walk(helper, org=cast.branch.code, paper_on=day)
    assert reply.status_code == 303
    for row in rows():
        assert (row.how, str(row.paper_on), row.forced_reason) == ("paper", day, "")
        assert row.checked_in_at == event.occurrences[0].starts_at
    page = sign_in(cast.organizer).get(f"/events/{event.code}/attendance").text
    assert len(re.findall(r'纸质补录 <span class="num">昨天', page)) == 2


@pytest.mark.parametrize("day", ["2026-11-23", "9999-12-31", "2026-02-30", "nonsense"])
def test_a_paper_of_a_day_to_come_or_of_none_is_refused(cast, helper, day):
    assert post(helper, "/checkins", person=cast.li.code, paper_on=day).status_code == 422
    assert helper.get(f"{helper.path}?paper_on={day}").status_code == 422
    assert rows() == []


def test_nobody_signed_a_paper_before_check_in_opened(cast, app, stopped):
    event = open_event(cast, starts_in=180)
    helper = enter(app.test_client(), desks.open_desk(event, "门口", by=cast.zhao))
    reply = post(helper, "/checkins", person=cast.li.code, paper_on="2026-11-22")
    assert (reply.status_code, rows()) == (409, [])


def test_a_paper_tick_is_undone_like_any_other(cast, helper):
    post(helper, "/checkins", person=cast.li.code, paper_on="2026-11-21")
    (row,) = rows()
    post(helper, f"/checkins/{row.code}/annulment")
    assert rows()[0].voided_at is not None


# Heads -------------------------------------------------------------------------------------------


def test_a_helper_counts_heads_and_the_organizer_sees_whose_count_it_is(cast, app, stopped, sign_in):  # fmt: skip
    event = open_event(cast, host=cast.school)
    helper = enter(app.test_client(), desks.open_desk(event, "门口", by=cast.zhao))
    path = f"{helper.path}/headcount"
    assert path in helper.get(helper.path).text
    field = f"heads-{cast.class_one.code}"
    reply = post(helper, "/headcount", **{field: "46"}, evidence="班主任清点单")
    assert reply.status_code == 303
    page = helper.get(reply.location).text
    assert "记下了" in page
    assert 'value="46"' in page
    assert "签到台" in sign_in(cast.zhao).get(f"/events/{event.code}/headcount").text
    reply = post(helper, "/headcount", **{field: "47"})  # as if nobody had counted before
    assert (reply.status_code, "刚刚有人改过" in reply.text) == (409, True)
    reply = post(helper, "/headcount", **{field: "many", f"was-{cast.class_one.code}": "46"})
    assert (reply.status_code, 'aria-invalid="true"' in reply.text) == (422, True)


def test_heads_of_an_org_that_was_not_asked_are_not_taken(cast, app, stopped):
    event = open_event(cast, host=cast.school)
    helper = enter(app.test_client(), desks.open_desk(event, "门口", by=cast.zhao))
    assert post(helper, "/headcount", **{f"heads-{cast.branch.code}": "3"}).status_code == 404


def test_no_heads_before_the_pin(east, phone, cast):
    path = f"/desk/{link(east).token}"
    form = form_of(phone.get(path), **{f"heads-{cast.branch.code}": "3"})
    assert phone.get(f"{path}/headcount").status_code == 403
    assert phone.post(f"{path}/headcount", data=form).status_code == 403


# The link and its event --------------------------------------------------------------------------


def test_the_link_lives_on_with_a_sitting_put_off_or_added(cast, event, east, helper, stopped):
    later = sitting(event, starts_in=timedelta(days=7))
    stopped.at = later.ends_at + timedelta(hours=12, seconds=-1)
    assert "找人" in helper.get(helper.path).text
    stopped.forward(seconds=1)
    assert helper.get(helper.path).status_code == 410


def test_a_desk_of_an_event_made_twice_works_for_the_one_that_stayed(cast, app, stopped):
    gone, kept = (open_event(cast, title=title) for title in ("五四表彰会", "五四表彰大会"))
    helper = enter(app.test_client(), desks.open_desk(gone, "门口", by=cast.zhao))
    corrections.merge_events(kept, gone, by=cast.zhao, reason="建了两遍")
    page = post(helper, q="李雷").text
    assert "五四表彰大会" in page
    post(helper, "/checkins", person=cast.li.code)
    assert [row.occurrence_id for row in rows()] == [kept.occurrences[0].id]


def test_a_pin_is_read_in_any_width(app, east):
    wide = link(east).pin.translate({ord(c): 0xFEE0 + ord(c) for c in "0123456789"})
    browser = app.test_client()
    assert enter(browser, east, pin=f" {wide[:3]} {wide[3:]} ").last.status_code == 303


def test_one_guesser_does_not_use_up_the_tries_of_the_others(app, east, stopped):
    guesser = app.test_client()
    for _ in range(12):
        for _ in range(6):
            enter(guesser, east, pin="000000")
        stopped.forward(minutes=1)
    assert "找人" in enter(app.test_client(), east).get(guesser.path).text


def test_the_code_of_an_event_is_no_personal_code_and_that_is_said(cast, event, helper):
    reply = post(helper, "/checkins", card=f"HTTP://127.0.0.1/C/{event.code}")
    assert (reply.status_code, "不是个人码" in reply.text) == (404, True)
    assert rows() == []
