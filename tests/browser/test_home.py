"""The first page and the search in a real browser; and how long a phone takes to check in."""

from datetime import timedelta

import pytest

from app.domain.staff.sessions import start_session
from tests.axe import violations
from tests.browser.chromium import LAPTOP, PHONE, chromium, listen, press
from tests.browser.journey import Journey
from tests.doors import open_event
from tests.gatherings import gather

LETTERS_A_SECOND = 3  # somebody who is no typist, on glass
NARROW = {"viewport": {"width": 320, "height": 640}, "locale": "zh-CN"}
FITS = "document.documentElement.scrollWidth <= window.innerWidth"


@pytest.fixture
def open_page(cast, serve):
    """open_page(browser, path) → the server's page, signed in as 周街道."""
    server = serve(workers=1)
    secret = start_session(cast.street_manager, browser="test", absolute=timedelta(hours=12))

    def enter(browser, path, options=LAPTOP):
        context = browser.new_context(**options)
        context.add_cookies([{"name": "sid", "value": secret, "url": server.url}])
        page = context.new_page()
        page.goto(server.url + path)
        return page

    return enter


def test_a_key_with_ctrl_leads_to_the_search_and_typing_finds(cast, open_page):
    event = gather(cast.street, cast.street, title="街道团日", starts_in=timedelta(days=-1))
    with chromium() as browser:
        page = open_page(browser, "/")
        wrong = listen(page)
        page.keyboard.type("k/")
        assert page.evaluate("document.activeElement.id") != "search-words", "a letter does nothing"
        page.keyboard.press("Control+k")
        page.keyboard.type("lilei")
        page.wait_for_selector(f"#results a[href='/people/{cast.li.code}']")
        assert page.input_value("#search-words") == "lilei"
        assert violations(page) == []
        page.keyboard.press("Escape")
        assert page.is_hidden("#results")
        page.keyboard.press("Meta+k")
        page.keyboard.type("jdtr")
        page.click(f"#results a[href='/events/{event.code}']")
        page.wait_for_url(f"**/events/{event.code}")
        assert wrong == []


def test_without_script_the_search_is_a_page(cast, open_page):
    with chromium() as browser:
        page = open_page(browser, "/", {**NARROW, "java_script_enabled": False})
        page.click("a.to-search")
        page.fill("#search-words", "ll")
        press(page, "main button")
        press(page, f"#results a[href='/people/{cast.li.code}']")
        assert "李雷" in page.text_content("h1")


def test_the_first_page_and_the_search_fit_and_are_accessible(cast, open_page):
    for days in (-1, -2, 1):
        gather(cast.street, cast.street, title="团" * 60, starts_in=timedelta(days=days))
    gather(cast.street, cast.street, title="青年汇")
    with chromium() as browser:
        for options in (NARROW, {**LAPTOP, "color_scheme": "dark"}):
            for path in ("/", "/search?q=社区", "/search?q=无此人"):
                page = open_page(browser, path, options)
                assert page.evaluate(FITS), path
                assert violations(page) == [], path


# Journeys: a scan is no tap; seconds are the machine's and the typing together --------------------


def seconds(told):
    return told["seconds"] + told["typed"] / LETTERS_A_SECOND


def test_a_strangers_first_check_in_then_the_phone_knows_it(cast, serve):
    first, second = open_event(cast).code, open_event(cast, title="第二场").code
    base = serve(workers=1).url
    with chromium() as browser:
        page = browser.new_context(**PHONE, java_script_enabled=False).new_page()
        wrong = listen(page)
        stranger = Journey("a stranger's first check-in", page)
        stranger.open(f"{base}/C/{first}")
        stranger.fill("#name", "欧阳小雅")
        stranger.fill("#phone", "13712345678")
        stranger.choose("#org", cast.branch.code)
        stranger.tap("button.go")
        assert page.get_attribute("main", "data-state") == "done"
        told = stranger.ended()
        assert told["taps"] <= 4
        assert seconds(told) <= 30
        known = Journey("a returning phone", page)
        known.open(f"{base}/C/{second}")
        known.tap("button.go")
        assert page.get_attribute("main", "data-state") == "done"
        told = known.ended()
        assert told["taps"] <= 1
        assert seconds(told) <= 10
        assert wrong == []
