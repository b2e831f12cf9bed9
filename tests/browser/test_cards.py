"""A card on paper, on its holder's phone and at a gate; and the page where tokens are made."""

from datetime import timedelta
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from app.db import transaction
from app.domain import cards, members
from app.domain.audit import SYSTEM
from app.domain.staff.sessions import start_session
from tests.axe import violations
from tests.browser.chromium import LAPTOP, PHONE, chromium, listen, press
from tests.gatherings import arrive, gather

FITS = "document.documentElement.scrollWidth <= window.innerWidth"
LOOKS = [
    (PHONE | {"user_agent": "Mozilla/5.0", "color_scheme": "light"}, "light"),
    (PHONE | {"user_agent": "Mozilla/5.0", "color_scheme": "dark"}, "dark"),
    (LAPTOP, "wide"),
]


@pytest.fixture
def signed_in(cast, serve):
    """signed_in(browser, options) → a page of 王芳's browser at the server."""
    server = serve(workers=1)
    secret = start_session(cast.wang_staff, browser="test", absolute=timedelta(hours=12))

    def open_page(browser, **options):
        context = browser.new_context(**options)
        context.add_cookies([{"name": "sid", "value": secret, "url": server.url}])
        page = context.new_page()
        page.base = server.url
        return page

    return open_page


def decoded(page, selector):
    return zxingcpp.read_barcodes(Image.open(BytesIO(page.locator(selector).screenshot())))[0].text


def test_a_branch_prints_its_cards_eight_and_more_a_sheet(cast, signed_in, tmp_path):
    for i in range(13):
        person = members.make_person(f"欧阳{chr(0x4E00 + i)}", phone=f"1360000{i:04d}")
        members.join_branch(person, cast.branch)
    with chromium() as browser:
        page = signed_in(browser, **LAPTOP)
        wrong = listen(page)
        page.goto(f"{page.base}/orgs/{cast.branch.code}/cards")
        assert violations(page) == []
        press(page, "main form button")
        assert page.locator(".slip").count() == 15
        assert violations(page) == []
        page.emulate_media(media="print")
        codes = {decoded(page, f".slip:nth-child({n}) .qr") for n in (1, 8, 15)}
        assert len(codes) == 3
        assert all("/P/" in code for code in codes)
        sheet = page.pdf(path=tmp_path / "cards.pdf", prefer_css_page_size=True)
        assert sheet.count(b"/Type /Page\n") == 2
        assert wrong == []


def test_the_holder_reads_it_on_a_phone_in_the_dark_and_on_paper(cast, serve, tmp_path):
    secret = cards.make_card(cast.li, by=SYSTEM, org=cast.branch)
    for days, title in (
        (1, "主题团日：走进党史馆里的红色故事"),
        (200, "志愿服务"),
        (400, "青年汇"),
    ):
        row = arrive(gather(cast.street, cast.branch, title=title, starts_in=-timedelta(days=days)), cast.li)  # fmt: skip
        with transaction() as session:
            session.merge(row).granted_minutes = 90 if days > 100 else None
    gather(cast.street, cast.branch, title="下次团课", starts_in=timedelta(days=3))
    server = serve(workers=1)
    with chromium() as browser:
        for options, look in LOOKS:
            page = browser.new_context(**options).new_page()
            wrong = listen(page)
            page.goto(f"{server.url}/p/{secret}")
            page.click("#coming summary")
            assert page.evaluate(FITS), look
            assert violations(page) == [], look
            assert decoded(page, ".own-code .qr").endswith(f"/P/{secret}")
            page.screenshot(path=tmp_path / f"history-{look}.png", full_page=True)
            page.select_option("#coming select", "official")
            press(page, "#coming details button")
            assert "已经请假" in page.text_content("#coming")
            assert violations(page) == [], look
            press(page, "#coming form button")
            assert "假撤回了" in page.text_content("#coming")
            assert wrong == []
        page.pdf(path=tmp_path / "history.pdf", prefer_css_page_size=True)


def test_a_token_is_made_and_copied_and_shown_no_second_time(cast, signed_in, tmp_path):
    with chromium() as browser:
        for options, look in LOOKS:
            page = signed_in(browser, **options)
            page.goto(f"{page.base}/account/scanners")
            page.fill("#name", f"{look} 的闸机")
            press(page, "form[action='/account/scanners'] button")
            assert page.input_value("#token").startswith("furong-")
            assert page.evaluate(FITS), look
            assert violations(page) == [], look
            page.screenshot(path=tmp_path / f"scanners-{look}.png", full_page=True)
            page.goto(f"{page.base}/account/scanners")
            assert page.locator("#token").count() == 0
            assert f"{look} 的闸机" in page.text_content("#working ~ .lines")


def test_the_secretary_makes_changes_and_takes_back_a_card_on_a_phone(cast, signed_in, tmp_path):
    with chromium() as browser:
        page = signed_in(browser, **LOOKS[0][0])
        page.goto(f"{page.base}/people/{cast.li.code}")
        press(page, "#card button")
        assert page.locator(".slip").count() == 1
        assert page.evaluate(FITS)
        page.screenshot(path=tmp_path / "card.png", full_page=True)
        page.goto(f"{page.base}/people/{cast.li.code}")
        page.click("#card summary")
        assert page.evaluate(FITS)
        assert violations(page) == []
        page.locator("#card").screenshot(path=tmp_path / "panel.png")
        press(page, "#card details form:last-child button")
        assert "已作废" in page.text_content("main")
