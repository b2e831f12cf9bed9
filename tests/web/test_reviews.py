"""The page of doubts: who may open it, and that a click does what it says."""

import re

import pytest

from app.db import db, transaction
from app.domain import checkins, signals
from app.domain.audit import SYSTEM
from app.domain.devices import Device
from tests.doors import open_event, person_fields, scan, state_of
from tests.gatherings import arrive, gather, guest, statements


@pytest.fixture
def doubted(cast, stopped):
    """An event of 浏正街 with a guest who may be 李雷."""
    event = gather(cast.branch, cast.branch, title="读书会")
    row = arrive(event, guest("李雷", phone="13700000001"), org=cast.branch, reasons=("identity",))
    return event, row


def token_of(reply):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', reply.text)[1]


def post(browser, path, **fields):
    return browser.post(path, data={"csrf_token": token_of(browser.get("/account")), **fields})


def reread(row):
    db.session.expire_all()
    return db.session.get(checkins.CheckIn, row.id)


def test_a_doubt_stands_with_its_reason_and_its_best_match(cast, doubted, sign_in):
    page = sign_in(cast.organizer).get("/reviews").text
    for words in (
        "读书会",
        "名册里对不上",
        "****0001",
        "****0002",
        "是本人",
        "就是来宾",
        "手机号不同",
    ):
        assert words in page
    assert "13700000001" not in page


def test_one_click_makes_it_the_person_and_says_so(cast, doubted, sign_in):
    _event, row = doubted
    browser = sign_in(cast.organizer)
    reply = post(browser, f"/reviews/{row.code}/confirmation", person=cast.li.code)
    assert reply.status_code == 303
    assert reread(row).person_id == cast.li.id
    page = browser.get(reply.location).text
    assert "已确认是本人" in page
    assert "没有要核对的" in page


def test_the_next_row_is_where_the_list_goes_on(cast, doubted, sign_in):
    event, row = doubted
    second = arrive(event, guest("甲乙"), org=cast.branch, reasons=("walk_in",))
    reply = post(sign_in(cast.organizer), f"/reviews/{row.code}/acceptance", next=second.code)
    assert reply.location.endswith(f"done=accepted#r-{second.code}")


def test_a_wrong_row_is_undone_with_a_reason(cast, doubted, sign_in):
    _event, row = doubted
    browser = sign_in(cast.organizer)
    assert post(browser, f"/reviews/{row.code}/rejection", reason="").status_code == 422
    assert post(browser, f"/reviews/{row.code}/rejection", reason="代签").status_code == 303
    assert reread(row).void_reason == "代签"
    assert "已经撤销" in browser.get(f"/reviews/{row.code}").text


def test_all_of_one_event_at_once(cast, doubted, sign_in):
    event, _row = doubted
    arrive(event, guest("王芳"), org=cast.branch, reasons=("identity",), tail="0001")
    browser = sign_in(cast.organizer)
    assert "全部是本人（1 条）" in browser.get("/reviews").text
    reply = post(browser, "/reviews/confirmation", event=event.code)
    assert "确认了 1 条" in browser.get(reply.location).text
    assert "还有 1 条拿不准" in browser.get(reply.location).text


def test_another_person_is_found_by_initials(cast, doubted, sign_in):
    _event, row = doubted
    page = sign_in(cast.organizer).get(f"/reviews/{row.code}?q=wf").text
    assert "王芳" in page
    assert "韩梅" not in sign_in(cast.organizer).get(f"/reviews/{row.code}?q=hm").text


def test_fifty_doubts_are_one_page_and_few_statements(cast, stopped, sign_in):
    event = gather(cast.branch, cast.branch)
    for number in range(50):
        arrive(
            event,
            guest(f"来宾{number}", phone=f"137{number:08}"),
            org=cast.branch,
            reasons=("identity",),
        )
    browser = sign_in(cast.organizer)
    with statements() as asked:
        page = browser.get("/reviews").text
    assert page.count('id="doubt-') == 50
    assert len(asked) < 20


@pytest.mark.parametrize("path", ["", "/{row}", "?event={event}"])
def test_the_ladder_of_reading(cast, doubted, sign_in, phone, path):
    event, row = doubted
    path = "/reviews" + path.format(row=row.code, event=event.code)
    assert sign_in(cast.organizer).get(path).status_code == 200
    assert sign_in(cast.zhao).get(path).status_code == 200
    assert phone.get(path).status_code == 303
    assert sign_in(cast.auditor).get(path).status_code == 403
    other = sign_in(cast.other_manager).get(path)
    assert other.status_code == (200 if path == "/reviews" else 404)
    assert "李雷" not in other.text


@pytest.mark.parametrize("verb", ["confirmation", "acceptance", "rejection"])
def test_the_ladder_of_clearing(cast, doubted, sign_in, phone, verb):
    _event, row = doubted
    path, fields = f"/reviews/{row.code}/{verb}", {"person": cast.li.code, "reason": "代签"}
    token = token_of(phone.get("/account/sign-in"))
    assert phone.post(path, data={"csrf_token": token, **fields}).status_code == 303
    for stranger, status in ((cast.other_manager, 404), (cast.auditor, 403)):
        browser = sign_in(stranger)
        token = token_of(browser.get("/account"))
        assert browser.post(path, data={"csrf_token": token, **fields}).status_code == status
    browser = sign_in(cast.organizer)
    assert browser.post(path, data=fields).status_code == 400
    assert browser.get(path).status_code == 405
    assert post(browser, f"/reviews/ZZZZ/{verb}", **fields).status_code == 404
    assert post(browser, path, **fields).status_code == 303
    assert post(browser, path, **fields).status_code == 409


def test_a_person_who_does_not_fit_is_not_found(cast, doubted, sign_in):
    _event, row = doubted
    for code in ("", "ZZZZ", cast.han.code):
        path = f"/reviews/{row.code}/confirmation"
        assert post(sign_in(cast.organizer), path, person=code).status_code == 404
    assert reread(row).review == "open"


@pytest.fixture
def burst(cast, stopped):
    """One phone that checked in two members and a guest within a minute, not looked through yet."""
    event = gather(cast.branch, cast.branch, title="冬训")
    rows = [arrive(event, who, org=cast.branch) for who in (cast.wang, cast.li, guest("路人"))]
    with transaction() as session:
        phone = Device(token_hash="0" * 64, made_at=stopped.at, seen_at=stopped.at)
        session.add(phone)
        session.flush()
        for row in rows:
            row.device_id = phone.id
    return event, rows


def test_a_page_says_what_was_not_looked_through_and_a_button_does_it(cast, burst, sign_in):
    _event, rows = burst
    browser = sign_in(cast.organizer)
    assert "1 场有新签到还没查过" in browser.get("/reviews").text
    assert reread(rows[0]).review == "none"  # looking at the page changes nothing
    reply = post(browser, "/reviews/sweep")
    assert reply.status_code == 303
    page = browser.get(reply.location).text
    assert "新找出 3 条要看的" in page
    assert "还没查过" not in page
    assert "没有新的要看" in browser.get(post(browser, "/reviews/sweep").location).text


def test_doubts_stand_by_reason_with_plain_words_and_a_burst_is_cleared_at_once(
    cast, burst, sign_in
):
    event, rows = burst
    arrive(event, guest("甲乙"), org=cast.branch, reasons=("walk_in",))
    signals.sweep(event.occurrences[0], by=SYSTEM)
    browser = sign_in(cast.organizer)
    page = browser.get("/reviews").text
    for words in ("一分钟里签得太密", "3 条，1 部手机", "也许是帮没带手机的人签", "不在邀请范围"):
        assert words in page
    assert "这些全部是本人（2 条）" in page
    codes = re.findall(r'name="row" value="(\w+)"', page)
    assert set(codes) == {row.code for row in rows}
    reply = post(browser, "/reviews/confirmation", event=event.code, row=codes)
    page = browser.get(reply.location).text
    assert "确认了 2 条" in page
    assert "还有 1 条拿不准" in page
    assert [reread(row).review for row in rows] == ["accepted", "accepted", "open"]


def test_a_row_of_another_event_is_not_cleared_along(cast, burst, doubted, sign_in):
    event, _rows = burst
    _other, row = doubted
    post(sign_in(cast.organizer), "/reviews/confirmation", event=event.code, row=[row.code])
    assert reread(row).review == "open"


def test_closing_check_in_looks_through_it(cast, burst, sign_in):
    event, rows = burst
    reply = post(sign_in(cast.organizer), f"/events/{event.occurrences[0].code}/closing")
    assert reply.status_code == 303
    assert reread(rows[0]).review_reasons == "burst"


def test_the_ladder_of_looking_through(cast, burst, sign_in, phone):
    _event, rows = burst
    reply = phone.post(
        "/reviews/sweep", data={"csrf_token": token_of(phone.get("/account/sign-in"))}
    )
    assert "/account/sign-in" in reply.location
    assert post(sign_in(cast.auditor), "/reviews/sweep").status_code == 403
    assert post(sign_in(cast.other_manager), "/reviews/sweep").status_code == 303
    assert reread(rows[0]).review == "none"  # not theirs
    assert sign_in(cast.organizer).get("/reviews/sweep").status_code == 404


def test_one_phone_that_checks_in_three_is_never_refused_and_is_looked_at_afterwards(
    cast, stopped, sign_in, phone
):
    event = open_event(cast)
    for number, person in enumerate((cast.wang, cast.li, cast.han), 1):
        org = cast.other_branch if person is cast.han else cast.branch
        reply = scan(phone, event.code, **person_fields(person, org, phone=f"1390000000{number}"))
        assert (reply.status_code, state_of(reply)) == (200, "done")
        stopped.forward(seconds=15)
    live_page = sign_in(cast.street_manager).get(f"/live/{event.code}").text
    assert 'data-present="3"' in live_page
    post(sign_in(cast.street_manager), f"/events/{event.occurrences[0].code}/closing")
    page = sign_in(cast.street_manager).get("/reviews").text
    assert page.count('id="doubt-') == 3
    assert "3 条，1 部手机" in page
    assert 'data-present="3"' in sign_in(cast.street_manager).get(f"/live/{event.code}").text
