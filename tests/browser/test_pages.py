"""Every page, full of the demo district: valid HTML, no axe violation, nothing wider than its
window, nothing wrong on the console; and the phone's page within its 40 KB."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from app import seeds
from app.db import db
from app.domain import staff as accounts
from app.domain.events import Event
from app.domain.staff.sessions import start_session
from tests import nu
from tests.axe import violations
from tests.browser.chromium import PHONE, chromium, listen

SIZES = {"phone": {"width": 360, "height": 780}, "laptop": {"width": 1440, "height": 900}}
PHONE_BYTES = 40 * 1024
# Pages of the half-year that only a demo with something on each of them leads to.
HALF_YEAR = {
    "reports.index", "reports.hosted", "reports.took_part", "reports.attendances", "reports.people",
    "reports.headcounts", "reports.tallies", "reports.unrecorded", "summaries.index",
    "summaries.rows", "summaries.sentences", "checks.index", "closings.index", "closings.show",
    "closings.paper", "closings.sample", "handins.index", "handins.register", "handins.minutes",
    "blanks.index", "tallies.index", "tallies.edit", "services.index", "services.edit",
    "honours.index", "honours.edit", "studies.index", "studies.new", "studies.show",
    "studies.listing", "studies.missing", "evidence.index", "evidence.tally", "hours.index",
    "headcount.edit",
}  # fmt: skip


class Links(HTMLParser):
    """The addresses a page links to."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        href = dict(attrs).get("href" if tag == "a" else "src" if tag == "iframe" else "", "")
        if href.startswith("/"):
            self.found.append(href)


def one_page_an_endpoint(app, client, starts):
    """Walk the links and keep one address an endpoint: {endpoint: path}. Exports are left out."""
    routes, kept, queue, seen = app.url_map.bind("localhost"), {}, list(starts), set()
    while queue:
        path = queue.pop(0)
        parts = urlsplit(path)
        try:
            endpoint, _args = routes.match(parts.path, "GET")
        except Exception:  # noqa: S112 (a link out of the map is the page reader's find)
            continue
        if endpoint in kept or path in seen or endpoint == "static":
            continue
        seen.add(path)
        reply = client.get(path)
        if reply.mimetype != "text/html" or reply.status_code != 200:
            continue
        kept[endpoint] = path
        queue += Links(reply.text).found
    return kept


@pytest.fixture
def district(app, empty_house):
    """The demo district, and a session of its district account."""
    seeds.load()
    zhao = db.session.scalar(
        select(accounts.Staff).where(accounts.Staff.role == "district").limit(1)
    )
    secret = start_session(zhao, browser="test", absolute=timedelta(hours=12))
    running = next(
        e
        for e in db.session.scalars(select(Event))
        if any(o.phase == "open" for o in e.occurrences)
    )
    return secret, running.code


def test_every_page_is_valid_accessible_and_fits(app, district, serve):
    secret, code = district
    staff, stranger = app.test_client(), app.test_client()
    staff.set_cookie("sid", secret)
    starts = ["/", f"/events/{code}", f"/live/{code}", f"/events/{code}/attendance"]
    inside = one_page_an_endpoint(app, staff, starts)
    outside = one_page_an_endpoint(
        app, stranger, ["/", f"/c/{code}", f"/e/{code}", "/me", "/staff"]
    )
    assert len(inside) > 25, sorted(inside)
    assert set(inside) >= HALF_YEAR, sorted(HALF_YEAR - set(inside))
    documents = {f"staff {p}": staff.get(p).text for p in inside.values()}
    documents |= {f"phone {p}": stranger.get(p).text for p in outside.values()}
    documents |= {"404": stranger.get("/nothing").text}
    invalid = nu.check(documents)
    assert not invalid, "\n".join(invalid)
    server, wrong = serve(), []
    with chromium() as browser:
        for size in SIZES.values():
            for scheme in ("light", "dark"):
                context = browser.new_context(
                    viewport=size, color_scheme=scheme, locale="zh-CN", timezone_id="Asia/Shanghai"
                )
                context.add_cookies([{"name": "sid", "value": secret, "url": server.url}])
                wrong += look_at(context, server, inside.values())
                context.close()
        context = browser.new_context(**PHONE)
        wrong += look_at(context, server, [*outside.values(), "/nothing"])
    assert not wrong, "\n".join(wrong)


def look_at(context, server, paths):
    """What is wrong with these pages in this window."""
    page, found = context.new_page(), []
    console = listen(page)
    for path in paths:
        page.goto(server.url + path)
        found += [f"{path}: {words}" for words in violations(page)]
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if wide > 0 and "/poster" not in path and "/sheet" not in path:
            found.append(f"{path}: {wide} px too wide")
    page.close()
    return found + [words for words in console if "404" not in words]


def test_the_phone_page_weighs_at_most_40_kb(app, district, serve):
    _secret, code = district
    server, weights = serve(), []
    with chromium() as browser:
        context = browser.new_context(**PHONE)
        page = context.new_page()
        link = context.new_cdp_session(page)
        link.send("Network.enable")
        link.on("Network.loadingFinished", lambda e: weights.append(e["encodedDataLength"]))
        page.goto(f"{server.url}/C/{code}", wait_until="networkidle")
        assert page.get_attribute("main", "data-state") == "form"
        assert not page.locator("script").count()
    assert 10_000 < sum(weights) <= PHONE_BYTES, sum(weights)


def test_the_form_can_be_read_at_twice_the_text_size(app, district, serve):
    _secret, code = district
    server = serve()
    with chromium() as browser:
        page = browser.new_context(**PHONE | {"viewport": {"width": 320, "height": 640}}).new_page()
        page.goto(f"{server.url}/c/{code}")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert page.is_visible("button.go")


def test_english_pages_have_no_chinese_words_of_ours(app, district):
    """Data stays Chinese; the product's own words on an empty form do not."""
    _secret, code = district
    client = app.test_client()
    text = client.get(f"/c/{code}?lang=en").text
    assert 'lang="en"' in text
    assert re.search(r">\s*Check in\s*<", text)
    assert client.get("/me").text.count("我的记录") == 0
