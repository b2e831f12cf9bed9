"""The phone in a real browser, as WeChat drives it: fingers that tap twice, go back, reload,
lend the phone, and come again another day."""

import re

import pytest
from sqlalchemy import func, select

from app.db import db
from app.domain.checkins import CheckIn
from tests.browser.chromium import PHONE, chromium, listen, press
from tests.doors import open_event


@pytest.fixture
def door(app, cast, serve):
    """(code, branch code, base address) of an event that is open now."""
    event = open_event(cast)
    code, branch = event.code, cast.branch.code
    return code, branch, serve().url


def valid_rows():
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(CheckIn.voided_at.is_(None)))


def state(page):
    return page.get_attribute("main", "data-state")


def fill(page, branch, name="李雷", number="13900000002"):
    page.fill("#name", name)
    page.fill("#phone", number)
    page.select_option("#org", branch)


@pytest.mark.parametrize("script", [True, False], ids=["script on", "script off"])
def test_a_double_tap_a_reload_and_the_back_button_are_one_row(door, script):
    code, branch, base = door
    with chromium() as browser:
        page = browser.new_context(**PHONE, java_script_enabled=script).new_page()
        wrong = listen(page)
        page.goto(f"{base}/C/{code}")
        fill(page, branch)
        page.dblclick("button.go", no_wait_after=True)
        page.wait_for_selector("main[data-state=done], main[data-state=already]")
        page.reload()
        assert state(page) == "already"
        page.go_back()
        assert state(page) == "already"
        page.goto(f"{base}/c/{code}")
        assert state(page) == "already"
        assert wrong == []
    assert valid_rows() == 1


def test_a_second_person_on_the_same_phone_is_a_second_row(door):
    code, branch, base = door
    with chromium() as browser:
        page = browser.new_context(**PHONE, java_script_enabled=False).new_page()
        page.goto(f"{base}/c/{code}")
        fill(page, branch)
        press(page, "button.go")
        press(page, "button.plain")
        assert state(page) == "form"
        assert page.input_value("#name") == ""
        fill(page, branch, "王芳", "0001")
        press(page, "button.go")
        assert state(page) == "done"
    assert valid_rows() == 2


def test_a_remembered_phone_needs_one_tap_and_forgets_when_told(door, cast):
    code, branch, base = door
    second = open_event(cast, title="第二场").code
    with chromium() as browser:
        page = browser.new_context(**PHONE, java_script_enabled=False).new_page()
        page.goto(f"{base}/c/{code}")
        fill(page, branch)
        press(page, "button.go")
        page.goto(f"{base}/C/{second}")
        assert state(page) == "one-tap"
        press(page, "button.go")
        assert state(page) == "done"
        page.goto(f"{base}/me")
        assert page.locator(".lines > li").count() == 2
        press(page, "form button.secondary")
        assert page.locator(".lines > li").count() == 0
        page.goto(f"{base}/c/{second}")
        assert state(page) == "form"
    assert valid_rows() == 2


def test_typed_words_survive_a_wrong_answer_and_a_search(app, cast, serve):
    event = open_event(cast, host=cast.district, invited=[])
    code, base = event.code, serve().url
    with chromium() as browser:
        page = browser.new_context(**PHONE, java_script_enabled=False).new_page()
        page.goto(f"{base}/c/{code}")
        page.fill("#name", "林涛")
        page.fill("#phone", "139000000")
        press(page, "button.go")
        assert state(page) == "form"
        assert page.input_value("#name") == "林涛"
        assert page.input_value("#phone") == "139000000"
        assert "现在是 9 位" in page.text_content("main")
        page.fill("#phone", "13900000004")
        if page.locator("#branch").is_hidden():
            page.click("details:has(#branch) summary")
        page.fill("#branch", "yczx")
        press(page, "button[formaction]")
        assert page.input_value("#phone") == "13900000004"
        page.check(f"input[name=org][value='{cast.class_one.code}']")
        press(page, "button.go")
        assert state(page) == "done"
        assert re.search(r"林\*，尾号 0004", page.text_content("main"))
    assert valid_rows() == 1


def test_a_phone_without_cookies_is_told_and_shown_the_way_out(door):
    code, branch, base = door
    with chromium() as browser:
        context = browser.new_context(**PHONE, java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{base}/c/{code}")
        fill(page, branch)
        context.clear_cookies()
        press(page, "button.go")
        assert state(page) == "form"
        assert page.input_value("#name") == "李雷"
        assert "签到台" in page.text_content("[role=alert]")
        press(page, "button.go")
        assert state(page) == "done"
    assert valid_rows() == 1
