"""The projector's rotating code in a real browser, read by another program's decoder."""

import io
import time

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from app.domain import passes
from app.domain.audit import SYSTEM
from tests.axe import violations
from tests.browser.chromium import PHONE, PROJECTOR, chromium, listen, press
from tests.doors import open_event

STEP = 15
SLOW_CLOCK = "Date.now = (real => () => real() - 600000)(Date.now)"  # ten minutes behind


@pytest.fixture
def evening(cast):
    return open_event(cast, rotates=True)


def code_on(page) -> str:
    """What a phone held up to the screen reads."""
    (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.screenshot())))
    return read.text


def next_code(page, before, within=STEP + 5):
    """The code that follows, and how long it took to appear."""
    began = time.monotonic()
    while time.monotonic() - began < within:
        told = code_on(page)
        if told != before:
            return told
        time.sleep(0.5)
    raise AssertionError("the code did not change")


def wall(browser, server, event, **options):
    page = browser.new_context(**PROJECTOR, **options).new_page()
    page.add_init_script(SLOW_CLOCK)
    page.goto(f"{server.url}/screen/{passes.open_screen(event, by=SYSTEM)}")
    return page


def state_at(browser, address):
    """A new phone opens what it scanned."""
    page = browser.new_context(**PHONE).new_page()
    page.goto(address)
    return page.get_attribute("main", "data-state"), page


def test_a_picture_of_the_wall_is_used_now_and_after_three_rotations_and_refused_a_minute_later(
    evening, cast, serve
):
    server = serve(workers=2)
    with chromium() as browser:
        page = wall(browser, server, evening)
        wrong = listen(page)
        first = next_code(page, code_on(page))  # its step begins about now
        shown_at = time.monotonic()
        state, phone = state_at(browser, first)
        assert state == "form"
        phone.fill("#name", "李雷")
        phone.fill("#phone", "13900000002")
        phone.select_option("#org", cast.branch.code)
        press(phone, "button.go")
        assert phone.get_attribute("main", "data-state") == "done"
        nodes = page.evaluate("document.querySelectorAll('*').length")
        told = first
        for _ in range(3):
            told = next_code(page, told)
        assert state_at(browser, told)[0] == "form"
        assert abs(page.evaluate("document.querySelectorAll('*').length") - nodes) <= 2
        time.sleep(max(0, shown_at + 61 - time.monotonic()))
        state, phone = state_at(browser, first)
        assert state == "refused"
        assert "对准大屏再扫一次" in phone.inner_text("main")
        assert violations(phone) == []
        assert wrong == []


def test_a_wall_that_lost_contact_goes_grey_and_comes_back(evening, serve):
    server = serve(workers=1)
    with chromium() as browser:
        page = wall(browser, server, evening)
        away = page.locator("#away")
        expect(away).to_be_hidden()
        told = code_on(page)
        assert violations(page) == []
        page.context.set_offline(True)
        expect(away).to_be_visible(timeout=15_000)
        assert away.inner_text() == "网络中断，请勿扫码"
        assert zxingcpp.read_barcodes(Image.open(io.BytesIO(page.screenshot()))) == []
        page.context.set_offline(False)
        expect(away).to_be_hidden(timeout=15_000)
        assert state_at(browser, next_code(page, told))[0] == "form"


def test_three_walls_on_two_processes_show_the_same_code(evening, serve):
    """One step is looked at three times: they agree but for the second between two questions."""
    server = serve(workers=2)
    with chromium() as browser:
        pages = [wall(browser, server, evening) for _ in range(3)]
        next_code(pages[0], code_on(pages[0]))
        time.sleep(2)
        assert len({code_on(page) for page in pages}) == 1
        assert len({page.inner_text(".pin") for page in pages}) == 1


def test_the_code_and_the_pin_fit_the_wall(evening, cast, serve):
    long = open_event(
        cast, rotates=True, title="共青团芙蓉区委员会五四主题团日暨志愿服务岗前培训" * 2
    )
    server = serve(workers=1)
    with chromium() as browser:
        for event in (evening, long):
            page = wall(browser, server, event)
            assert page.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
            assert code_on(page).startswith(server.url.upper())
            page.close()
