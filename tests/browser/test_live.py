"""The live page in a real browser: it fills by itself, keeps what the reader did, and gives way."""

import re

import pytest
from playwright.sync_api import expect

from app.domain import audit, checkins, events, members
from tests.browser.chromium import LAPTOP, chromium, listen, press
from tests.doors import open_event
from tests.gatherings import arrive
from tests.server import Server

PRESENT = '#tally[data-present="{}"]'


@pytest.fixture
def event(cast):
    """The district's event: 街道 with two branches, 教育局 with a school and a class."""
    return open_event(cast, host=cast.district, invited=None)


@pytest.fixture
def server(app, event):
    """The real server on the test's database."""
    server = Server(app).start()
    yield server
    server.stop()


@pytest.fixture
def open_page(server, cast, sign_in):
    """open_page(path) → a signed-in laptop's page, with a list of what went wrong in it."""
    client = sign_in(cast.zhao)
    with chromium() as browser:
        context = browser.new_context(**LAPTOP)
        context.add_cookies(
            [{"name": "sid", "value": client.get_cookie("sid").value, "url": server.url}]
        )

        def opened(path):
            page = context.new_page()
            page.wrong = listen(page)
            page.goto(server.url + path)
            return page

        yield opened


def polls(page, seconds):
    """How many times the page asked in so many seconds of its own time."""
    asked = []
    page.on(
        "request", lambda request: asked.append(request.url) if "/tally?" in request.url else None
    )
    page.wait_for_timeout(seconds * 1000)
    return len(asked)


def test_it_fills_by_itself_and_keeps_focus_unfolded_rows_and_open_details(event, cast, open_page):
    page = open_page(f"/live/{event.code}")
    row, fold = page.locator(f"#row-{cast.branch.code}"), page.locator(f"#fold-{cast.street.code}")
    fold.click()
    page.wait_for_selector(f"#row-{cast.branch.code}", state="hidden")
    assert f"flip={cast.street.code}" in page.url
    assert page.evaluate("document.activeElement.id") == f"fold-{cast.street.code}"
    page.locator("#curve-numbers summary").click()
    arrive(event, cast.wang)
    page.wait_for_selector(PRESENT.format(1))
    assert fold.get_attribute("aria-expanded") == "false"
    assert row.is_hidden()
    assert page.locator("#curve-numbers").get_attribute("open") is not None
    fold.focus()
    arrive(event, cast.li)
    page.wait_for_selector(PRESENT.format(2))
    assert page.evaluate("document.activeElement.id") == f"fold-{cast.street.code}"
    fold.click()
    page.wait_for_selector(f"#row-{cast.branch.code}", state="visible")
    arrive(event, cast.han)
    page.wait_for_selector(PRESENT.format(3))
    assert row.is_visible()
    assert page.wrong == []


def test_after_a_change_it_asks_with_the_new_version_and_the_time_moves_on_204(
    event, cast, open_page
):
    page = open_page(f"/live/{event.code}")
    arrive(event, cast.wang)
    page.wait_for_selector(PRESENT.format(1))
    version = page.locator("#tally").get_attribute("data-version")
    with page.expect_response(lambda reply: f"v={version}" in reply.url) as found:
        pass
    assert found.value.status == 204
    before = page.locator("#updated").text_content()
    expect(page.locator("#updated")).not_to_have_text(before)
    assert re.fullmatch(r"\d\d:\d\d:\d\d", page.locator("#updated").text_content())


def test_it_asks_every_second_pauses_and_is_slow_out_of_sight(event, open_page):
    page = open_page(f"/live/{event.code}")
    assert 2 <= polls(page, 4) <= 6
    hide = """shown => { Object.defineProperty(document, 'hidden', {get: () => !shown, configurable: true});
                         document.dispatchEvent(new Event('visibilitychange')); }"""
    page.evaluate(hide, False)
    assert polls(page, 4) <= 1
    with page.expect_request(lambda request: "/tally?" in request.url, timeout=1500):
        page.evaluate(hide, True)
    page.locator("#pause").click()
    page.wait_for_url("**pause=1**")
    assert polls(page, 3) == 0
    page.locator("#pause").click()
    assert polls(page, 3) >= 1


def test_it_says_that_the_server_is_away_and_recovers_by_itself(event, cast, server, open_page):
    page = open_page(f"/live/{event.code}")
    page.wait_for_timeout(1200)
    server.stop()
    page.wait_for_selector("#away", state="visible")
    arrive(event, cast.wang)
    server.start()
    page.wait_for_selector(PRESENT.format(1), timeout=15000)
    page.wait_for_selector("#away", state="hidden")


def test_it_ends_by_itself_when_the_event_is_over(event, cast, open_page):
    page = open_page(f"/live/{event.code}")
    events.close_check_in(event.occurrences[0], by=cast.zhao.actor)
    page.wait_for_selector("#tally:not([hx-get])")
    assert "已结束" in page.locator("#tally").text_content()
    assert polls(page, 3) == 0


def test_a_sentence_for_the_ears_comes_at_most_every_fifteen_seconds(event, cast, open_page):
    page = open_page(f"/live/{event.code}")
    expect(page.locator("#ears")).not_to_be_empty()
    first = page.locator("#ears").text_content()
    arrive(event, cast.wang)
    page.wait_for_selector(PRESENT.format(1))
    assert page.locator("#ears").text_content() == first


def test_without_script_it_folds_and_pauses_by_links_and_refreshes_itself(
    event, cast, server, sign_in
):
    client = sign_in(cast.zhao)
    with chromium() as browser:
        context = browser.new_context(**LAPTOP, java_script_enabled=False)
        context.add_cookies(
            [{"name": "sid", "value": client.get_cookie("sid").value, "url": server.url}]
        )
        page = context.new_page()
        page.goto(f"{server.url}/live/{event.code}")
        page.locator(f"#fold-{cast.street.code}").click()
        assert page.locator(f"#row-{cast.branch.code}").is_hidden()
        assert page.locator("meta[http-equiv=refresh]").count() == 1
        press(page, "#pause")
        assert page.locator("meta[http-equiv=refresh]").count() == 0
        assert page.locator(f"#row-{cast.branch.code}").is_hidden()


def test_the_missing_are_copied_or_stand_selected(event, cast, open_page):
    checkins.tick(event.occurrences[0], cast.wang, by=audit.SYSTEM)
    members.join_branch(members.make_person("新来的"), cast.branch)
    page = open_page(f"/live/{event.code}/absent")
    page.evaluate("Object.defineProperty(window, 'isSecureContext', {value: false})")
    page.locator("button[data-copy]").click()
    expect(page.locator("#copied")).not_to_be_empty()
    selected = page.evaluate(
        "(() => { const f = document.activeElement; return f.value.slice(f.selectionStart, f.selectionEnd); })()"
    )
    assert "李雷、新来的" in selected
