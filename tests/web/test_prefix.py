"""Served below a path of a portal, and printed addresses of before that still work."""

import re
from urllib.parse import urlsplit

import pytest

from app.domain import passes
from tests import scope
from tests.browser.page import Page
from tests.clicks import token_of
from tests.happenings import EVENING, make

NEW, OLD, BARE = "https://portal.example/qd", "http://old.example/tw", "http://192.168.1.20:8000"


@pytest.fixture
def moved(setting):
    """The address of today below a path; two old ones."""
    return setting(public_url=NEW, old_public_urls=f"{OLD}, {BARE}", reach="public")


def below(url):
    """How a client opens an address: host apart, path with its prefix kept."""
    parts = urlsplit(url)
    return {"base_url": f"{parts.scheme}://{parts.netloc}"}


def signed_in_below(sign_in, staff):
    """A browser signed in at the address of today, over https."""
    client = sign_in(staff)
    secret = client.get_cookie("sid").value
    client.set_cookie("__Host-sid", secret, domain="portal.example", secure=True)
    return client


def strays(reply, prefix):
    """The addresses of a page that leave the prefix."""
    local = [url for _verb, url in Page(reply.text).requests if url.startswith("/")]
    return [url for url in local if not url.startswith(prefix + "/")]


def test_every_page_stays_below_the_path(app, cast, moved, sign_in):
    scene, client, found = scope.make_scene(cast), signed_in_below(sign_in, cast.zhao), {}
    pages = [rule for _e, verb, rule in scope.rules(app) if verb == "GET"]
    for rule in pages:
        path = scope.path_of(app, rule, scene)
        reply = client.get("/qd" + path, **below(NEW))
        if reply.status_code in (301, 303):
            if not urlsplit(reply.location).path.startswith("/qd/"):
                found[path] = reply.location
        elif reply.mimetype == "text/html" and strays(reply, "/qd"):
            found[path] = strays(reply, "/qd")
        elif reply.status_code == 404:
            found[path] = 404
    assert found == {}


def check_in(client, event, url, prefix):
    """A stranger's two taps below an address; (the answer, the cookies it left)."""
    shown = client.get(f"{prefix}/C/{event.code}", **below(url))
    assert strays(shown, prefix) == []
    form = {"csrf_token": token_of(shown), "name": "路人甲", "phone": "13700000001", "org": ""}
    headers = {"Referer": url + "/"}
    reply = client.post(f"{prefix}/c/{event.code}", data=form, headers=headers, **below(url))
    return reply, shown.headers.getlist("Set-Cookie")


@pytest.mark.parametrize(
    ("url", "prefix", "is_secure"), [(NEW, "/qd", True), (OLD, "/tw", False), (BARE, "", False)]
)
def test_a_phone_checks_in_by_each_address_with_cookies_it_keeps(
    cast, moved, stopped, phone, url, prefix, is_secure
):
    event = make(cast)
    stopped.at = EVENING
    reply, cookies = check_in(phone, event, url, prefix)
    assert 'data-state="done"' in reply.text
    assert strays(reply, prefix) == []
    assert cookies
    for cookie in cookies:
        assert ("Secure" in cookie) is is_secure
        assert cookie.startswith("__Host-") is is_secure
        assert "Path=/;" in cookie + ";"  # __Host- allows no other, and the old paths need it too


def test_a_proxy_that_cuts_the_path_off_changes_nothing(cast, moved, stopped, phone):
    event = make(cast)
    for url, prefix in ((NEW, "/qd"), (OLD, "/tw"), (BARE, "")):
        shown = phone.get(f"/c/{event.code}", **below(url))
        assert shown.status_code == 200
        assert strays(shown, prefix) == []


def test_codes_say_the_address_of_today_whichever_way_they_are_looked_at(cast, moved):
    event = make(cast)
    assert passes.check_in_url(moved.base_url, event.code) == f"{NEW}/C/{event.code}"


def test_a_name_nobody_gave_is_not_answered(moved, phone):
    assert phone.get("/healthz", base_url="http://evil.example").status_code == 400


def test_signing_in_comes_back_below_the_path(cast, moved, phone):
    asked = phone.get("/qd/events", **below(NEW))
    assert asked.location == "/qd/account/sign-in?next=%2Fevents"


def test_the_live_page_asks_below_the_path(cast, moved, stopped, sign_in):
    event, stopped.at = make(cast), EVENING
    client = signed_in_below(sign_in, cast.zhao)
    page = client.get(f"/qd/live/{event.code}", **below(NEW)).text
    assert re.search(r'hx-get="/qd/live/\w+/tally', page)
