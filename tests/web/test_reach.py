"""The staff page with the test code, and what the phone that scans it sees and leaves behind."""

import io
import re

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select

from app.db import db
from app.domain import reach
from tests.clicks import post, token_of
from tests.doors import open_event, scan

LAN = "http://192.168.1.20:8000"
WECHAT = {
    "User-Agent": "Mozilla/5.0 (Linux; Android 14) Mobile Safari/537.36 MicroMessenger/8.0.53"
}
CAMERA = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148"}
LAPTOP = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36"}


@pytest.fixture
def lan(setting):
    """Codes say an address of the hall's network."""
    return setting(public_url=LAN, reach="wifi", wifi_name="会场")


def code_of(browser):
    """What the picture on the page says."""
    picture = browser.get("/reach/code.png")
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.get_data())))
    return found.text


def made(browser):
    """The path of a new test code."""
    assert post(browser, "/reach").status_code == 303
    return code_of(browser).removeprefix(LAN)


def newest():
    return db.session.scalar(select(reach.ReachTest).order_by(reach.ReachTest.id.desc()))


def test_from_the_code_to_what_the_phone_told(cast, stopped, sign_in, phone, lan):
    staff = sign_in(cast.organizer)
    assert "出一个测试码" in staff.get("/reach").text
    path = made(staff)
    assert "等手机来" in staff.get("/reach").text
    seen = phone.get(path, headers=WECHAT)
    assert "打开了" in seen.text
    assert 'src="/static/' in seen.text
    assert "<script" not in seen.text
    state = staff.get("/reach/state").text
    assert "手机打开了" in state
    assert "✓ 在微信里打开的" in state
    assert "✗ 没有加密" in state
    assert "等手机上的人回答" in state
    token = token_of(seen)
    told = phone.post(path, data={"csrf_token": token, "mobile_data": "no"}, headers=WECHAT)
    assert "记下了" in told.text
    assert "连着 Wi-Fi，正是会场里的样子" in staff.get("/reach/state").text
    assert "可以印海报了" in staff.get("/reach").text
    assert phone.get(path, headers=WECHAT).status_code == 410


def test_a_camera_over_mobile_data_is_told_apart(cast, stopped, sign_in, phone, setting):
    setting(public_url="https://qd.example.org", reach="public")
    staff = sign_in(cast.organizer)
    post(staff, "/reach")
    path = code_of(staff).removeprefix("https://qd.example.org")
    options = {"headers": CAMERA, "base_url": "https://qd.example.org"}
    seen = phone.get(path, **options)
    phone.post(
        path, data={"csrf_token": token_of(seen), "mobile_data": "yes"},
        **{**options, "headers": CAMERA | {"Referer": "https://qd.example.org/"}},
    )  # fmt: skip
    state = staff.get("/reach/state").text
    for words in ("✗ 不是在微信里", "✓ 加密的", "✓ 用流量打开的"):
        assert words in state


def test_the_computer_itself_and_a_link_checker_do_not_count(cast, stopped, sign_in, phone, lan):
    staff = sign_in(cast.organizer)
    path = made(staff)
    seen = phone.get(path, headers=LAPTOP)
    assert "这个码给手机扫" in seen.text
    assert newest().opened_at is None
    phone.head(path, headers=WECHAT)
    assert newest().opened_at is None
    # A phone whose browser pretends to be a computer says so itself.
    phone.post(path, data={"csrf_token": token_of(seen), "phone": "1"}, headers=LAPTOP)
    assert newest().opened_at == stopped.at


def test_the_state_asks_on_only_while_something_can_come(cast, stopped, sign_in, phone, lan):
    staff = sign_in(cast.organizer)
    assert "hx-get" not in staff.get("/reach/state").text
    path = made(staff)
    state = staff.get("/reach/state").text
    version = re.search(r'data-version="([^"]+)"', state)[1]
    assert "furong:tick" in state
    assert staff.get(f"/reach/state?v={version}").status_code == 204
    stopped.forward(seconds=61)
    assert "一分钟了还没有手机打开" in staff.get(f"/reach/state?v={version}").text
    stopped.forward(minutes=10)
    late = staff.get(f"/reach/state?v={version}").text
    assert "10 分钟里没有手机打开" in late
    assert "hx-get" not in late
    gone = phone.get(path, headers=WECHAT)
    assert gone.status_code == 410
    assert "再出一个" in gone.text
    assert staff.get("/reach/code.png").status_code == 410


def test_without_script_the_page_asks_again_while_it_waits(cast, stopped, sign_in, phone, lan):
    staff = sign_in(cast.organizer)
    refresh = '<noscript><meta http-equiv="refresh"'
    assert refresh not in staff.get("/reach").text
    path = made(staff)
    assert refresh in staff.get("/reach").text
    phone.get(path, headers=WECHAT)
    assert refresh not in staff.get("/reach").text


def test_only_the_browser_that_made_it_shows_the_code(cast, sign_in, lan):
    made(sign_in(cast.organizer))
    other = sign_in(cast.organizer)
    assert "测试码在另一个浏览器里" in other.get("/reach").text
    assert other.get("/reach/code.png").status_code == 410


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-URL"])
def test_no_header_bends_what_the_test_code_says(cast, sign_in, lan, name):
    staff = sign_in(cast.organizer)
    post(staff, "/reach")
    reply = staff.get("/reach/code.png", headers={name: "evil.example"})
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(reply.get_data())))
    assert found.text.startswith(LAN + "/reach/")
    assert staff.get("/reach", headers={"Host": "evil.example"}).status_code == 400


def test_a_loopback_address_is_not_tested_but_changed(cast, sign_in, setting):
    setting(reach="")
    assert "/setup/reach" in sign_in(cast.zhao).get("/reach").text
    page = sign_in(cast.organizer).get("/reach").text
    assert "/setup/reach" not in page
    assert "请区级管理员" in page


def test_today_asks_for_no_test_once_two_phones_checked_in_at_this_address(
    app, cast, stopped, sign_in, lan, setting
):
    staff, words = sign_in(cast.organizer), "还没有拿手机试过"
    reach.note_address(LAN)
    event = open_event(cast)
    scan(app.test_client(), event.code, name="李雷", phone="13900000002", org=cast.branch.code)
    assert words in staff.get("/").text
    scan(app.test_client(), event.code, name="韩梅", phone="13900000003", org=cast.branch.code)
    assert words not in staff.get("/").text
    stopped.forward(minutes=1)
    setting(public_url="http://192.168.1.21:8000", reach="wifi", wifi_name="会场")
    reach.note_address("http://192.168.1.21:8000")
    assert words in staff.get("/").text


def test_today_says_that_no_phone_came_yet_until_one_did(cast, stopped, sign_in, phone, lan):
    staff, words = sign_in(cast.organizer), "还没有拿手机试过"
    assert words in staff.get("/").text
    assert words not in sign_in(cast.auditor).get("/").text
    phone.get(made(staff), headers=WECHAT)
    assert words not in staff.get("/").text
