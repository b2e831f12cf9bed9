"""The secretary's code tonight: on a phone, in WeChat, signed in: from today's page to a code that
a camera reads, in at most six taps; and what hangs on it."""

import io
from datetime import timedelta

import pytest
import zxingcpp
from PIL import Image

from app.domain.staff.sessions import start_session
from tests import nu
from tests.axe import violations
from tests.browser.chromium import PHONE, chromium, listen, press
from tests.browser.journey import Journey

MOST_TAPS, MOST_SECONDS = 6, 60


def read(picture):
    return [found.text.lower() for found in zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))]


@pytest.fixture
def phone_of(cast, serve):
    """phone_of(browser, **more) → a page of 王芳's phone, signed in; phone_of.base is the address."""
    server = serve()
    secret = start_session(cast.wang_staff, browser="test", absolute=timedelta(hours=1))

    def enter(browser, **more):
        context = browser.new_context(**PHONE, **more)
        context.add_cookies([{"name": "sid", "value": secret, "url": server.url}])
        return context.new_page()

    enter.base = server.url
    return enter


@pytest.mark.parametrize("script", [True, False], ids=["script on", "script off"])
def test_from_today_to_a_code_on_the_screen(phone_of, script):
    with chromium() as browser:
        page = phone_of(browser, java_script_enabled=script)
        wrong = listen(page)
        journey = Journey("the secretary's code tonight", page)
        journey.open(phone_of.base + "/")
        journey.tap("main .head a[href='/events/new']")
        journey.fill("#title", "主题团日：读一封家书")
        journey.tap("button[name=publish]")
        code = page.wait_for_selector("img.qr")
        code.wait_for_element_state("visible")
        box = code.bounding_box()
        seen = page.screenshot()
        told = journey.ended()
        assert told["taps"] <= MOST_TAPS, told
        assert told["seconds"] <= MOST_SECONDS, told
        assert box["width"] >= 200
        assert box["y"] + box["height"] <= PHONE["viewport"]["height"]
        address = f"{phone_of.base}/c/{page.url.rsplit('/', 1)[1]}".lower()
        assert [found.split("/c/")[1] for found in read(seen)] == [address.split("/c/")[1]]
        assert wrong == []


def test_the_pages_on_the_way_are_valid_accessible_and_fit(phone_of):
    documents, found = {}, []
    with chromium() as browser:
        page = phone_of(browser)
        page.goto(phone_of.base + "/events/new")
        page.fill(
            "#title",
            "“学习二十大、永远跟党走、奋进新征程”主题教育实践活动暨2026年度青年志愿者集中培训" * 2,
        )
        press(page, "button[name=draft]")
        page.click("form[action$='/publication'] button")
        code = page.wait_for_selector("strong.num").inner_text()
        for path in (
            "/events/new", "/events/new?late=1", f"/events/{code}", f"/events/{code}/share",
            f"/events/{code}/edit", f"/events/{code}/attendance.xlsx",
        ):  # fmt: skip
            page.goto(phone_of.base + path)
            documents[path] = page.content()
            found += [f"{path}: {words}" for words in violations(page)]
            for width in (320, 360):
                page.set_viewport_size({"width": width, "height": 780})
                wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
                found += [f"{path}: {wide} px too wide at {width}"] if wide > 0 else []
        page.goto(f"{phone_of.base}/events/{code}/share")
        picture = page.wait_for_selector("img.share")
        assert picture.evaluate("one => one.complete && one.naturalWidth") == 1080
        assert len(read(page.screenshot(full_page=True))) == 1
    invalid = nu.check(documents)
    assert not found + invalid, "\n".join(found + invalid)
