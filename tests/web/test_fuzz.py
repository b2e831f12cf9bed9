"""Junk in every field of every form and every question: an answer in words, never a fault.

The names of the fields are read out of the web floor, so that a new field is thrown at too.
"""

import contextvars
import random
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.db import db
from app.domain.staff.sessions import start_session
from app.web.headers import cookie_name
from tests import scope
from tests.scope import path_of, rules, token_of

SOME = 8  # of the junk at each address: chosen anew for each, the same every time
WEB = Path(__file__).parents[2] / "app" / "web"
NAME = re.compile(
    r"^    ([a-z_]+) = (?:[A-Za-z]*Field|line|password_line)\(|"
    r'(?:form|args)\.get(?:list)?\("([a-z_]+)"|(?:form|args)\["([a-z_]+)"\]|"([a-z_]+)" in request',
    re.M,
)
JUNK = [
    "", "\0", "A\0B", "x" * 5000, "题" * 300, "９９", "-1", "1e999", "9" * 19, "9" * 400, "NaN", "0001-01-01",
    "9999-12-31", "2026-02-30", "99:99", "23:59:59.999999", "%", "_%\\", "' OR 1=1 --", "<b onx=1>", "{{7*7}}",
    "\u202e倒", "a\u0301" * 30, "\U0001f468\u200d\U0001f469", "\r\nX-A: b", "=1+1", "\ufffe\uffff", "İıß" * 9, "../../etc/passwd",
    "//evil.example", "http://[", "yes", "new", "known", "STAFF2", "*", "on", "1", "0", "all",
    b"\xff\xfe\xed\xa0\x80",
]  # fmt: skip
MORE = {"pick-1", "pick-999", "kept", "csrf", "me"}


def field_names():
    """Every name that the web floor reads out of a form or an address."""
    found = set(MORE)
    for source in WEB.rglob("*.py"):
        for match in NAME.finditer(source.read_text("utf-8")):
            found |= {name for name in match.groups() if name}
    return sorted(found - {"csrf_token", "lang"})


@pytest.fixture
def scene(cast, stopped):
    return scope.make_scene(cast)


class Raw(FlaskClient):
    """A browser that reads no page: what it sends is nobody's."""

    def open(self, *args, **kwargs):
        db.session.rollback()
        reply = contextvars.Context().run(super().open, *args, **{"buffered": True} | kwargs)
        db.session.rollback()
        return reply


@pytest.fixture
def raw(app):
    """raw(staff or None) → a browser, signed in on a phone that remembers, and its CSRF token."""

    def enter(staff):
        client = Raw(app, app.response_class)
        if staff:
            month = timedelta(days=30)
            secret = start_session(staff, browser="x", absolute=month, remembered=True)
            client.set_cookie(cookie_name("sid", False), secret)
        return client, token_of(client, "/account" if staff else "/account/sign-in")

    return enter


SKIPPED = {"backups.create"}  # reads no field, and takes a while


def routes(app, wanted):
    return [one for one in rules(app) if one[1] == wanted and one[0] not in SKIPPED]


def test_the_names_of_the_fields_are_found():
    names = field_names()
    assert len(names) > 60
    assert {"title", "host", "person", "row", "reason", "q", "remember"} <= set(names)


@pytest.mark.parametrize("who", ["zhao", None])
def test_junk_in_any_form_is_answered_in_words(app, cast, scene, raw, who):
    client, token = raw(getattr(cast, who) if who else None)
    names, found, dice = field_names(), {}, random.Random(5)
    for endpoint, _verb, rule in routes(app, "POST"):
        for junk in (*dice.sample(JUNK, SOME), None, None):
            form = {name: junk or dice.sample(JUNK, 2) for name in names}
            if dice.random() < 0.3:
                form |= scope.FORMS.get(endpoint, lambda _scene: {})(scene)
            sent = form | {"csrf_token": token}
            reply = client.post(path_of(app, rule, scene), data=sent)
            if reply.status_code >= 500:
                found[endpoint, repr(junk)[:30]] = reply.status_code
    assert found == {}


@pytest.mark.parametrize("who", ["zhao", None])
def test_junk_in_any_question_is_answered_in_words(app, cast, scene, raw, who):
    client, _token = raw(getattr(cast, who) if who else None)
    names, found, dice = field_names(), {}, random.Random(6)
    for endpoint, _verb, rule in routes(app, "GET"):
        for junk in (*dice.sample(JUNK, SOME), None):
            asked = {name: ["1", junk] if junk else dice.sample(JUNK, 2) for name in names}
            reply = client.get(path_of(app, rule, scene), query_string=asked)
            if reply.status_code >= 500:
                found[endpoint, repr(junk)[:30]] = reply.status_code
    assert found == {}


@pytest.mark.parametrize("asked", ["title=a&title=%00", "title=%00", "%00=1"])
def test_no_nul_of_a_question_reaches_the_database(cast, sign_in, asked):
    """PostgreSQL cannot even compare with it; the second value of a name is one too."""
    assert sign_in(cast.zhao).get(f"/staff/posts?{asked}").status_code == 404


HEADERS = [
    {"Host": "["}, {"Host": "[::1"}, {"Host": "[::zz]"}, {"Host": "a:b:c"}, {"Host": "a:99999"},
    {"Host": "x" * 300}, {"Host": "a..b"}, {"Host": ""}, {"Host": "\xff"}, {"Host": "a/b@c"},
    {"Referer": "http://["}, {"Referer": "\xff//"}, {"Accept-Language": "zh;q=x,*;q=\xff"},
    {"Cookie": "sid=\xff; dev=\xff; known=~.~é.é; furong=x"}, {"If-None-Match": '"\xff'},
    {"Cookie": "known=" + "A" * 22 + ".é"}, {"If-Modified-Since": "x"}, {"Range": "bytes=9-1"},
    {"User-Agent": "\xff" * 3000}, {"HX-Request": "true"}, {"Accept-Encoding": "gzip;q=x"},
    {"X-Forwarded-For": "["}, {"Content-Type": "multipart/form-data; boundary="},
    {"Content-Type": "x; charset=x"}, {"Sec-Fetch-Site": "\xff"}, {"Authorization": "Basic \xff"},
]  # fmt: skip
PAGES = ("/", "/account/sign-in", "/staff/new", "/static/app.css", "/nothing", "/reports.csv")


@pytest.mark.parametrize("address", ["", "https://qd.example.org/furong"])
@pytest.mark.parametrize("who", ["zhao", None])
def test_junk_in_any_header_is_answered_in_words(app, cast, raw, who, address, stopped, setting):
    client, token = raw(getattr(cast, who) if who else None)
    stopped.forward(hours=30)
    setting(public_url=address)
    found = {}
    for headers in HEADERS:
        for path in PAGES:
            replies = client.get(path, headers=headers), client.post(path, headers=headers)
            sent = {"csrf_token": token}
            replies += (client.post("/staff/posts", data=sent, headers=headers),)
            for reply in replies:
                if reply.status_code >= 500:
                    found[path, str(headers)[:50]] = reply.status_code
    assert found == {}
