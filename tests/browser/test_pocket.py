"""The desk in a real browser while the network is cut: 50 scans, a reload, the network back, 50 rows."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from app import clock
from app.db import db
from app.domain import audit, cards, desks, events, members
from app.domain.checkins import CheckIn
from tests.axe import violations
from tests.browser.chromium import PHONE, chromium

MANY = 50


@pytest.fixture
def desk(cast):
    start = clock.now() - timedelta(minutes=10)
    event = events.make_event(
        "地下室里的会", host=cast.street, by=None, actor=audit.SYSTEM, starts_at=start,
        ends_at=start + timedelta(hours=2),
    )  # fmt: skip
    return desks.open_desk(event, "东门", by=cast.zhao)


def crowd(cast):
    """25 secrets of cards, and 25 (name, phone) of members without one."""
    secrets, typed = [], []
    for number in range(MANY // 2):
        for with_card in (True, False):
            phone = f"13{6 if with_card else 7}0000{number:04d}"
            person = members.make_person(f"团员{chr(0x4E00 + number)}{'甲' if with_card else '乙'}", phone=phone)  # fmt: skip
            members.join_branch(person, cast.branch)
            if with_card:
                secrets.append(cards.make_card(person, org=cast.branch, by=cast.zhao.actor))
            else:
                typed.append((person.name, phone))
    return secrets, typed


def rows():
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(CheckIn.voided_at.is_(None)))


def open_desk(page, server, desk):
    (line,) = desks.desks_of(desk.event)
    page.goto(f"{server.url}/desk/{line.token}")
    page.fill("#pin", line.pin)
    page.click("button.go")
    page.wait_for_selector("#q")
    return f"{server.url}/desk/{line.token}/pocket"


def waiting(page, number):
    expect(page.locator("#waiting")).to_have_attribute("data-waiting", str(number), timeout=30_000)


def test_fifty_scans_without_a_network_are_fifty_rows_however_often_sent(cast, desk, serve):
    secrets, typed = crowd(cast)
    server = serve(workers=2)
    with chromium() as browser:
        page = browser.new_context(**PHONE).new_page()
        pocket = open_desk(page, server, desk)
        expect(page.locator("#test-offline")).to_have_attribute("data-good", "yes", timeout=15_000)
        server.stop()
        page.goto(pocket)
        expect(page.locator("h1")).to_contain_text("离线签到台")
        assert "团员" not in page.content()
        for secret in secrets:
            page.fill("#card", secret)
            page.press("#card", "Enter")
        for name, phone in typed:
            page.fill("#name", name)
            page.fill("#phone", phone)
            page.press("#phone", "Enter")
        waiting(page, MANY)
        expect(page.locator("#away")).to_be_visible()
        page.reload()
        waiting(page, MANY)
        assert violations(page) == []
        held = page.evaluate("localStorage.getItem(Object.keys(localStorage)[0])")
        server.start()
        page.click("#send")
        waiting(page, 0)
        assert rows() == MANY
        assert page.locator("#queue li[data-state=done]").count() == MANY
        # The same queue once more, as a phone would that never heard the answer.
        page.evaluate("held => localStorage.setItem(Object.keys(localStorage)[0], held)", held)
        page.reload()
        waiting(page, 0)
        expect(page.locator("#queue li[data-state=done]")).to_have_count(MANY, timeout=30_000)
        assert rows() == MANY
        kept = page.evaluate("localStorage.getItem(Object.keys(localStorage)[0])")
        assert not any(phone in kept for _name, phone in typed)
        assert not any(secret in kept for secret in secrets)


def test_what_is_refused_stays_and_a_reason_lets_it_in(cast, serve):
    start = clock.now() + timedelta(hours=3)
    event = events.make_event(
        "晚上的会", host=cast.street, by=None, actor=audit.SYSTEM, starts_at=start,
        ends_at=start + timedelta(hours=1),
    )  # fmt: skip
    desk = desks.open_desk(event, "东门", by=cast.zhao)
    server = serve(workers=2)
    with chromium() as browser:
        page = browser.new_context(**PHONE).new_page()
        page.goto(open_desk(page, server, desk))
        page.fill("#name", "李雷")
        page.fill("#phone", "0002")
        page.press("#phone", "Enter")
        item = page.locator("#queue li[data-state=refused]")
        expect(item).to_contain_text("还没开始签到")
        assert violations(page) == []
        item.locator("input[name=reason]").fill("来布置会场的")
        item.locator("form button").click()
        expect(page.locator("#queue li[data-state=done]")).to_have_count(1)
        expect(page.locator("#queue")).to_contain_text("李*")
    assert rows() == 1


def test_a_day_after_the_end_the_phone_holds_nothing(desk, serve):
    server = serve(workers=2)
    with chromium() as browser:
        context = browser.new_context(**PHONE)
        page = context.new_page()
        page.goto(open_desk(page, server, desk))
        expect(page.locator("#test-offline")).to_have_attribute("data-good", "yes", timeout=15_000)
        server.stop()
        page.fill("#name", "李雷")
        page.fill("#phone", "0002")
        page.press("#phone", "Enter")
        waiting(page, 1)
        page.clock.set_fixed_time(clock.now() + timedelta(hours=30))
        page.reload()
        waiting(page, 0)
        assert page.evaluate("localStorage.length") == 0
