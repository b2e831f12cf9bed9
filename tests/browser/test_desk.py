"""A helper with a link and a PIN, in a real browser: search, tick, undo, a walk-in, a card, without an
account; the same without script."""

import re

import pytest

from app.db import db
from app.domain import cards, desks
from app.domain.checkins import CheckIn
from tests.axe import violations
from tests.browser.chromium import LAPTOP, PHONE, chromium, listen
from tests.browser.journey import Journey
from tests.doors import open_event
from tests.films import film

NARROW = {"viewport": {"width": 320, "height": 640}, "locale": "zh-CN", "color_scheme": "dark"}
LI = re.compile(r"签到\s*: 李\*")
FITS = "document.documentElement.scrollWidth <= window.innerWidth"


@pytest.fixture
def desk(cast):
    event = open_event(cast, title="青年汇：写字楼里的心理减压课")
    return desks.open_desk(event, "东门", by=cast.zhao)


def rows():
    db.session.rollback()
    return db.session.query(CheckIn).order_by(CheckIn.id).all()


def enter(journey, server, desk):
    line = desks.desks_of(desk.event)[0]
    journey.open(f"{server.url}/desk/{line.token}")
    journey.fill("#pin", line.pin)
    journey.tap("main form button")


def test_open_the_link_type_the_pin_tick_undo_and_take_a_walk_in(cast, serve, desk):
    server = serve(workers=1)
    with chromium() as browser:
        page = browser.new_context(**PHONE).new_page()
        wrong = listen(page)
        enter(Journey("desk-pin", page), server, desk)
        assert violations(page) == []
        journey = Journey("desk-tick", page)
        journey.fill("#q", "lilei")
        journey.tap(page.get_by_role("button", name=LI))
        assert "李* 签到了" in page.text_content("#answer")
        assert journey.ended()["taps"] == 2
        page.get_by_role("button", name="签错了，撤销").click()
        page.wait_for_selector("text=撤销了")
        assert "撤销了" in page.text_content("#answer")
        journey = Journey("desk-walk-in", page)
        journey.tap("#walking-in")
        journey.fill("#name", "周新来")
        journey.fill("#phone", "4321")
        journey.choose("#org", cast.branch.code)
        journey.tap(page.get_by_role("button", name="登记并签到"))
        assert "周** 签到了" in page.text_content("#answer")
        assert journey.ended()["seconds"] < 10
        assert page.evaluate(FITS)
        assert violations(page) == []
        assert wrong == []
    assert [(row.how, row.voided_at is None) for row in rows()] == [("desk", False), ("desk", True)]


def test_without_script_on_a_narrow_dark_phone(cast, serve, desk):
    server = serve(workers=1)
    with chromium() as browser:
        page = browser.new_context(**NARROW, java_script_enabled=False).new_page()
        enter(Journey("desk-plain", page), server, desk)
        page.fill("#q", "0002")
        page.get_by_role("button", name="查找").click()
        page.get_by_role("button", name=LI).click()
        assert "李* 签到了" in page.text_content("#answer")
        assert page.evaluate(FITS)
        assert page.is_hidden("#camera")
    assert len(rows()) == 1


def test_a_card_held_before_the_camera_checks_its_holder_in(cast, serve, desk, tmp_path):
    server = serve(workers=1)
    secret = cards.make_card(cast.li, org=cast.branch, by=cast.zhao.actor)
    seen = film(tmp_path / "card.y4m", cards.card_url("https://qd.example", secret))
    with chromium(camera=seen) as browser:
        page = browser.new_context(**LAPTOP).new_page()
        enter(Journey("desk-card", page), server, desk)
        wrong = listen(page)
        page.click("text=用摄像头扫")
        page.wait_for_selector("text=李* 签到了", timeout=10_000)
        page.wait_for_selector("#camera video:visible")
        page.wait_for_timeout(1500)
        assert "李* 签到了" in page.text_content("#answer")
        assert wrong == []
    assert len(rows()) == 1


def test_without_a_network_the_camera_still_reads_cards_into_the_queue(cast, serve, desk, tmp_path):
    server = serve(workers=1)
    secret = cards.make_card(cast.li, org=cast.branch, by=cast.zhao.actor)
    seen = film(tmp_path / "card.y4m", cards.card_url("https://qd.example", secret))
    with chromium(camera=seen) as browser:
        context = browser.new_context(**PHONE)
        page = context.new_page()
        enter(Journey("desk-offline-card", page), server, desk)
        page.wait_for_selector("#test-offline[data-good=yes]")
        page.goto(f"{page.url}/pocket")
        page.wait_for_selector("#test-offline[data-good=yes]")
        server.stop()
        page.reload()
        page.click("text=用摄像头扫")
        page.wait_for_selector("#waiting[data-waiting='1']", timeout=10_000)
        page.wait_for_timeout(1500)  # the card stays before the camera: it is one
        assert page.get_attribute("#waiting", "data-waiting") == "1"
        server.start()
        page.click("#send")
        page.wait_for_selector("#waiting[data-waiting='0']")
        assert "李*" in page.text_content("#queue")
    assert [(row.person_id, row.how) for row in rows()] == [(cast.li.id, "desk")]
