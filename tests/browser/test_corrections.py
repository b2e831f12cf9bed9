"""The clerk merges two people and the figures move by one; undoing brings it back."""

import re
from datetime import timedelta

from app import clock, seeds
from tests.axe import violations
from tests.browser.chromium import LAPTOP, PHONE, chromium, listen
from tests.browser.journey import Journey


def people_of(page, base):
    """人数 of the reports that cover the demo's last weeks."""
    today = clock.today()
    page.goto(f"{base}/reports?from={today - timedelta(days=60)}&to={today}")
    text = page.locator("dl.figures > div", has_text="人数").locator("dd").first.inner_text()
    return int(re.sub(r"\D", "", text))


def test_the_clerk_merges_two_people_and_the_figures_move_by_one(app, serve):
    seeds.load()
    server = serve()
    with chromium() as browser:
        page = browser.new_context(**LAPTOP).new_page()
        wrong = listen(page)
        sign_in(page, server.url)
        before = people_of(page, server.url)
        journey = Journey("the clerk merges two people", page)
        journey.open(f"{server.url}/corrections")
        sound(page)
        journey.tap(page.get_by_role("button", name="看看合并").first)
        page.wait_for_url("**/merging/**")
        sound(page)
        journey.fill("#reason", "导入了两次")
        journey.tap(page.get_by_role("button", name="合并", exact=True))
        page.wait_for_url("**/corrections/*done=done")
        told = journey.ended()
        assert told["taps"] == 3
        sound(page)
        shown = page.url.split("?")[0]
        assert people_of(page, server.url) == before - 1
        page.goto(shown)
        page.fill("#reason", "是两个人")
        page.get_by_role("button", name="撤回这次更正").click()
        page.wait_for_url("**/corrections/*done=undone")
        assert people_of(page, server.url) == before
        assert wrong == []
        phone_is_wide_enough(browser, page, server.url, shown)


def sign_in(page, base):
    page.goto(f"{base}/account/sign-in")
    page.fill("#username", "zhou")
    page.fill("#password", seeds.PASSWORD)
    page.click("main button")
    page.wait_for_url(f"{base}/")


def sound(page):
    assert violations(page) == []


def phone_is_wide_enough(browser, page, base, shown):
    state = page.context.storage_state()
    narrow = browser.new_context(**{**PHONE, "viewport": {"width": 320, "height": 700}}, storage_state=state)  # fmt: skip
    small = narrow.new_page()
    for address in (f"{base}/corrections", shown):
        small.goto(address)
        assert small.evaluate("document.documentElement.scrollWidth") <= 320, address
