"""A hall's PC and an organizer's phone: paired by a camera's look, seen, and taken back."""

import io
from datetime import timedelta

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from app.db import db
from app.domain.staff.sessions import start_session
from tests import nu
from tests.axe import violations
from tests.browser.chromium import PHONE, PROJECTOR, chromium, listen, press
from tests.gatherings import gather
from tests.server import Server

NAME = "furong.lan"  # an address that phones reach


def read(picture):
    return [found.text for found in zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))]


@pytest.fixture
def hall(app, cast):
    """(address of a server that phones reach, the cast's running event, a secret of 何组织)."""
    event = gather(cast.branch, cast.branch, title="浏正街主题团日")
    secret = start_session(cast.organizer, browser="test", absolute=timedelta(hours=1))
    db.session.rollback()
    server = Server(app)
    server.env["FURONG_PUBLIC_URL"] = base = f"http://{NAME}:{server.port}"
    server.start()
    yield base, event, secret
    server.stop()


def organizer_of(browser, base, secret, **more):
    context = browser.new_context(**PHONE, **more)
    context.add_cookies([{"name": "sid", "value": secret, "url": base}])
    return context.new_page()


def fits(page):
    """Nothing is wider or higher than the wall, whose reader has no hand to scroll with."""
    return page.evaluate(
        "[document.documentElement.scrollWidth <= innerWidth, document.documentElement.scrollHeight <= innerHeight]"
    )


def test_a_wall_is_paired_by_its_picture_seen_and_taken_back(hall):
    base, event, secret = hall
    title, code = event.title, event.code
    db.session.rollback()
    with chromium(NAME) as browser:
        wall = browser.new_context(**PROJECTOR).new_page()
        wrong = listen(wall)
        wall.goto(f"{base}/tv")  # its one button presses itself
        wall.wait_for_selector("#waiting .letters")
        assert fits(wall) == [True, True]
        assert violations(wall) == []
        documents = {"waiting": wall.content()}
        (address,) = read(wall.screenshot())
        phone = organizer_of(browser, base, secret)
        wrong_there = listen(phone)
        phone.goto(address)
        letters = wall.inner_text(".letters strong:first-of-type")
        assert letters in phone.inner_text("main")
        assert violations(phone) == []
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
        phone.check(f"input[value='{code}']")
        phone.click("main form button")
        phone.wait_for_selector("text=大屏配好了")
        expect(wall.locator("h1")).to_have_text(title, timeout=5000)
        assert read(wall.screenshot())[0].lower() == f"{base}/c/{code}".lower()
        assert wall.locator("#count").get_attribute("data-present") == "0"
        assert violations(wall) == []
        press(phone, "text=打开活动")
        assert phone.locator("#pairings form[action$='/revocation']").is_visible()
        assert violations(phone) == []
        phone.click("#pairings form[action$='/revocation'] button")
        expect(wall.locator("main")).to_contain_text("配对已经取消", timeout=5000)
        assert violations(wall) == []
        documents |= {"revoked": wall.content(), "event": phone.content()}
        assert title not in wall.content()
        wall.wait_for_timeout(1500)
        assert wall.locator(".letters").count() == 0  # a wall left alone makes no letters
        assert wrong + wrong_there == []
    assert nu.check(documents) == []


def test_without_scripts_letters_are_typed_and_the_wall_looks_again_by_itself(hall):
    base, event, secret = hall
    title, code = event.title, event.code
    db.session.rollback()
    with chromium(NAME) as browser:
        wall = browser.new_context(**PROJECTOR, java_script_enabled=False).new_page()
        wall.goto(f"{base}/tv")
        press(wall, "main button")
        letters = "".join(wall.locator(".letters strong").all_inner_texts())
        phone = organizer_of(browser, base, secret, java_script_enabled=False)
        phone.goto(f"{base}/events/{code}")
        phone.click("summary:has-text('会场的电脑')")
        phone.fill("#letters", letters.lower())
        phone.click("#pairings form[action$='/pairings'] button")
        phone.wait_for_selector("#pairings form[action$='/revocation']")
        wall.wait_for_selector("#count", timeout=10_000)
        assert wall.inner_text("h1") == title
