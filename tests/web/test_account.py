"""Signing in, remembered or not, one's devices, and what the account pages refuse."""

import io
import re
from datetime import timedelta

import pytest

from app.db import transaction
from app.domain import staff as accounts
from app.domain.staff.passwords import hash_password
from app.domain.staff.sessions import start_session
from app.web.filters import device
from tests.browser.chromium import WECHAT

PASSWORD = "芙蓉区委的一个长密码1"
WRONG = "不对不对不对不对"
REMEMBERED = 90 * 24 * 3600


def token_of(reply):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', reply.text)[1]


def post(browser, path, page="/account", **fields):
    return browser.post(path, data={"csrf_token": token_of(browser.get(page)), **fields})


@pytest.fixture
def zhao(cast):
    with transaction():
        cast.zhao.password_hash = hash_password(PASSWORD)
    return cast.zhao


@pytest.fixture
def enter(app, zhao):
    """enter(remember=…) → a browser that signed in through the page."""

    def sign_in(**more):
        browser = app.test_client()
        told = {"username": "ZHAO", "password": PASSWORD, **more}
        reply = post(browser, "/account/sign-in", "/account/sign-in", **told)
        assert reply.status_code == 303
        return browser

    return sign_in


def test_a_link_opens_the_day_at_once_and_signing_out_ends_it(app, cast, phone):
    link = accounts.reset_staff(cast.zhao, by=None, days=1).secret
    page = f"/account/opening/{link}"
    reply = post(phone, page, page, password=PASSWORD, again=PASSWORD)
    assert (reply.status_code, reply.location) == (303, "/")
    assert "赵书记" in phone.get("/account").text
    assert phone.get(page).status_code == 410
    copied = phone.get_cookie("sid").value
    post(phone, "/account/sign-out")
    phone.set_cookie("sid", copied)
    assert phone.get("/account").status_code == 303
    reply = post(phone, "/account/sign-in", "/account/sign-in", username="ZHAO", password=PASSWORD)
    assert reply.status_code == 303


def test_the_opening_page_offers_a_user_name_and_is_kept_nowhere(cast, phone):
    made = accounts.invite_staff("孙小红", role="manager", org=cast.branch, by=cast.zhao, days=20)
    page = f"/account/opening/{made.secret}"
    reply = phone.get(page)
    assert 'value="sunxiaohong"' in reply.text
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["Referrer-Policy"] == "same-origin"
    wrong = {"username": "sunxiaohong", "password": "short", "again": "short"}
    assert post(phone, page, page, **wrong).status_code == 422
    assert post(phone, page, page, **wrong | {"again": "else"}).status_code == 422
    good = {"username": "sunxiaohong", "password": PASSWORD, "again": PASSWORD, "remember": "y"}
    assert post(phone, page, page, **good).status_code == 303
    assert phone.get_cookie("sid").max_age == REMEMBERED
    assert "孙小红" in phone.get("/").text


def test_a_bug_on_a_page_with_a_secret_does_not_write_it_down(
    app, cast, phone, caplog, monkeypatch
):
    link = accounts.reset_staff(cast.zhao, by=None, days=1).secret

    def break_down(*_told):
        raise ZeroDivisionError

    monkeypatch.setattr("app.web.account.accounts.free_username", break_down)
    assert phone.get(f"/account/opening/{link}").status_code == 500
    assert "/account/opening/<secret>" in caplog.text
    assert link not in caplog.text.replace(f"secret = '{link}'", "")


def test_guessing_is_slowed_before_hashing(cast, phone, stopped):
    page = phone.get("/account/sign-in")
    form = {"csrf_token": token_of(page), "username": "zhao", "password": WRONG}
    answers = [phone.post("/account/sign-in", data=form).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
    stopped.forward(hours=1)
    assert phone.post("/account/sign-in", data=form).status_code == 422


def test_the_browser_that_signed_in_before_still_can_while_strangers_hammer(enter, phone, stopped):
    mine = enter()
    post(mine, "/account/sign-out")
    form = {"username": "zhao", "password": WRONG}
    for _ in range(11):
        reply = post(phone, "/account/sign-in", "/account/sign-in", **form)
    assert reply.status_code == 429
    good = {"username": "zhao", "password": PASSWORD}
    assert post(phone, "/account/sign-in", "/account/sign-in", **good).status_code == 429
    assert post(mine, "/account/sign-in", "/account/sign-in", **good).status_code == 303
    assert mine.get_cookie("known").http_only


def test_remembered_on_this_phone_for_ninety_days_and_not_unless_asked(enter, stopped):
    phone, office = enter(remember="y"), enter()
    assert phone.get_cookie("sid").max_age == REMEMBERED
    assert office.get_cookie("sid").max_age is None
    stopped.forward(days=89)
    assert phone.get("/account").status_code == 200
    assert office.get("/account").status_code == 303


def test_a_remembered_phone_types_the_password_before_an_export(enter, stopped):
    phone = enter(remember="y")
    assert phone.get("/reports.csv").mimetype == "text/csv"
    stopped.forward(days=3)
    reply = phone.get(
        "/reports.csv?from=2026-11-01&to=2026-11-20",
        headers={"Referer": "http://localhost/reports"},
    )
    assert reply.status_code == 303
    assert reply.location.startswith("/account/confirming?next=%2Freports.csv")
    page = reply.location
    assert 'href="/reports"' in phone.get(page).text
    assert post(phone, page, page, confirm_password=WRONG).status_code == 422
    assert phone.get("/reports.csv").status_code == 303
    reply = post(phone, page, page, confirm_password=PASSWORD)
    assert (reply.status_code, reply.location) == (
        303,
        "/reports.csv?from=2026-11-01&to=2026-11-20",
    )
    assert phone.get(reply.location).mimetype == "text/csv"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_after_the_password_nobody_is_sent_elsewhere(enter, target):
    phone = enter(remember="y")
    page = "/account/confirming?next=" + target + "&back=" + target
    assert "evil" not in phone.get(page).text.replace("next=", "").split("<form")[0]
    assert post(phone, page, page, confirm_password=PASSWORD).location == "/"


def test_what_a_remembered_phone_typed_waits_for_the_password(enter, cast, stopped):
    phone = enter(remember="y")
    stopped.forward(days=3)
    told = {"name": "孙支书", "org": cast.branch.full_name, "role": "manager"}
    page = post(phone, "/staff", **told)
    assert page.status_code == 200
    assert "再输一次密码" in page.text
    assert [row.staff.name for row in accounts.waiting_in(cast.district)] == []
    again = {"csrf_token": token_of(page), **dict(_hidden(page))}
    assert again["name"] == "孙支书"
    wrong = phone.post("/staff", data=again | {"confirm_password": WRONG})
    assert wrong.status_code == 422
    assert dict(_hidden(wrong))["name"] == "孙支书"
    done = phone.post("/staff", data=again | {"confirm_password": PASSWORD})
    assert "把这个链接发给孙支书" in done.text
    assert [row.staff.name for row in accounts.waiting_in(cast.district)] == ["孙支书"]


def test_a_file_cannot_wait_and_a_fragment_sends_the_whole_page(enter, stopped):
    phone = enter(remember="y")
    stopped.forward(days=3)
    form = {"csrf_token": token_of(phone.get("/account")), "file": (io.BytesIO(b"x"), "a.csv")}
    reply = phone.post("/staff", data=form, headers={"Referer": "http://localhost/staff/new"})
    assert reply.location == "/account/confirming?next=%2Fstaff%2Fnew&back=%2Fstaff%2Fnew&file=1"
    assert "请再选一次" in phone.get(reply.location).text
    reply = phone.get("/reports.csv", headers={"HX-Request": "true"})
    assert (reply.status_code, reply.headers["HX-Redirect"]) == (
        401,
        "/account/confirming?next=%2F",
    )


def _hidden(page):
    return re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text)


def test_exports_and_accounts_ask_and_nothing_else_does(app):
    asks = {name for name, view in app.view_functions.items() if getattr(view, "confirms", False)}
    assert asks == {
        "attendance.csv", "attendance.xlsx", "hours.xlsx", "backups.create", "roster.untaken", "reports.csv", "reports.xlsx", "reports.json",
        "summaries.txt", "summaries.json",
        "cards.create", "cards.show", "cards.update", "people.phone", "staff.new", "staff.create", "staff.posts", "staff.open_posts",
        "closings.json",
        "blanks.filled", "handins.register_csv", "handins.register_xlsx",
        "studies.csv",
        "scanners.create", "handins.rows", "handins.workbook",
        "staff.renew_waiting", "staff.reset", "staff.revoke", "staff.hand_over", "staff.withdraw",
        "staff.delete",
    }  # fmt: skip


def test_a_new_password_signs_the_other_devices_out(enter):
    here, there = enter(), enter(remember="y")
    told = {
        "old_password": PASSWORD,
        "password": "另外一个长密码2026",
        "again": "另外一个长密码2026",
    }
    assert post(here, "/account/password", **told | {"old_password": WRONG}).status_code == 422
    assert post(here, "/account/password", **told).status_code == 303
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303


def test_devices_are_listed_in_words_and_signed_out_one_by_one(enter, app):
    here, there, third = enter(), enter(), enter(remember="y")
    page = here.get("/account").text
    codes = re.findall(r'action="/account/sessions/(\w+)"', page)
    assert len(codes) == 2
    assert "记住到" in page
    assert post(here, f"/account/sessions/{codes[0]}").status_code == 303
    alive = [browser.get("/account").status_code for browser in (here, there, third)]
    assert sorted(alive) == [200, 200, 303]
    post(here, "/account/sessions")
    assert there.get("/account").status_code == third.get("/account").status_code == 303
    with app.test_request_context():
        assert device(WECHAT) == "微信 · 安卓手机"
        assert device("curl/8") == "另一种浏览器"


def test_wechat_names_itself_last_and_is_known_all_the_same(cast):
    long = f"Mozilla/5.0 {'x' * 200} MicroMessenger/8.0.53 Android"
    start_session(cast.zhao, browser=long, absolute=timedelta(hours=1))
    kept = accounts.sessions_of(cast.zhao)[0].browser
    assert len(kept) == 120
    assert kept.startswith("MicroMessenger ")


def test_one_hands_the_own_account_over_and_may_take_it_back(cast, sign_in, phone):
    browser = sign_in(cast.organizer)
    hand_over = f"/staff/{cast.organizer.code}/handover"
    assert post(browser, hand_over, successor="").status_code == 422
    page = post(browser, hand_over, successor="孙小红").text
    assert "把这个链接发给孙小红" in page
    assert "已经请孙小红接任" in browser.get("/account").text
    assert post(browser, f"{hand_over}/withdrawal").location == "/account?done=withdrawn"
    page = post(browser, hand_over, successor="李接任").text
    link = re.search(r"/account/opening/[\w-]{22}", page)[0]
    assert "你从何组织手里接这个账号" in phone.get(link).text
    told = {"username": "lijieren", "password": PASSWORD, "again": PASSWORD}
    assert post(phone, link, link, **told).status_code == 303
    assert browser.get("/account").status_code == 303
    assert "李接任" in phone.get("/account").text


def test_a_stranger_is_asked_to_sign_in_and_never_sent_elsewhere(cast, phone):
    reply = phone.get("/staff")
    assert reply.status_code == 303
    assert reply.location.startswith("/account/sign-in?next=%2Fstaff")
