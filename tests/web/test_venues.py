"""Venues on the web: the staff's pages, the poster, and the code at the door."""

import re
from datetime import date

import pytest

from app.domain import events, venues
from app.domain.audit import SYSTEM
from app.domain.periods import Period
from tests.doors import open_event, state_of
from tests.scope import token_of


@pytest.fixture
def home(cast, stopped):
    return venues.add_venue("荷塘青年之家", org=cast.street, level="district", by=SYSTEM)


def post(browser, path, **fields):
    return browser.post(path, data={"csrf_token": token_of(browser, "/account"), **fields})


def test_one_open_sitting_leads_straight_in(cast, home, phone):
    event = open_event(cast, venue=home)
    for path in (f"/v/{home.code}", f"/V/{home.code}", f"/v/{home.code.lower()}"):
        reply = phone.get(path)
        assert (reply.status_code, reply.location) == (303, f"/c/{event.occurrences[0].code}")
    assert state_of(phone.get(reply.location)) == "form"


def test_several_open_are_picked_from(cast, home, phone):
    rooms = [open_event(cast, venue=home, title=f"{name}分会场") for name in "东西"]
    page = phone.get(f"/v/{home.code}")
    assert state_of(page) == "form"
    for event in rooms:
        assert event.title in page.text
        assert f'href="/c/{event.occurrences[0].code}"' in page.text


def test_none_open_says_when_the_next_one_opens(cast, home, phone):
    assert "现在没有活动签到" in phone.get(f"/v/{home.code}").text
    event = open_event(cast, venue=home, title="夜校", starts_in=450)
    open_event(cast, venue=home, title="还没写好", starts_in=400, draft=True)
    page = phone.get(f"/v/{home.code}")
    assert state_of(page) == "not-open"
    assert "下一场 今天 18:30 开放" in re.sub("</?span[^>]*>", "", page.text)
    assert "夜校" in page.text
    assert event.code not in page.text
    assert "还没写好" not in page.text
    english = phone.get(f"/v/{home.code}", headers={"Accept-Language": "en"})
    assert "check-in opens" in english.text


def test_unknown_and_closed_say_so(cast, home, phone):
    assert phone.get("/v/ZZZZZZZZ").status_code == 404
    open_event(cast, venue=home)
    venues.close_venue(home, by=SYSTEM)
    page = phone.get(f"/v/{home.code}")
    assert page.status_code == 410
    assert "这里不再使用" in page.text


def test_a_manager_adds_edits_and_closes_one(cast, stopped, sign_in):
    browser = sign_in(cast.street_manager)
    assert 'href="/venues"' in browser.get("/orgs").text
    assert "还没有青年之家" in browser.get("/venues").text
    told = {"name": "荷塘青年之家", "level": "street", "org": cast.street.full_name}
    reply = post(browser, "/venues", **told, opened_on="2026-03-01", address="荷塘路 1 号")
    where = reply.location.split("?")[0]
    page = browser.get(reply.location).text
    assert "登记好了" in page
    assert "荷塘路 1 号" in page
    assert "街道级" in browser.get("/venues").text
    assert "荷塘路 1 号" in browser.get(f"{where}/edit").text
    assert post(browser, "/venues", **told).status_code == 409
    assert post(browser, where, **told | {"name": ""}).status_code == 422
    assert (
        post(browser, where, **told | {"level": "city", "opened_on": "2026-03-01"}).status_code
        == 303
    )
    assert "市级" in browser.get(where).text
    other = told | {"org": cast.branch.full_name, "opened_on": "2026-03-01"}
    assert post(browser, where, **other).status_code == 303
    spring = Period(date(2026, 1, 1), date(2026, 6, 30))
    assert venues.opened_in(spring, cast.branch) == []  # the street opened it
    assert post(browser, where, **other, opened_it="y").status_code == 303
    assert len(venues.opened_in(spring, cast.branch)) == 1
    assert post(browser, f"{where}/closing", on="2026-02-01").status_code == 422
    assert post(browser, f"{where}/closing", on="bad").status_code == 422
    assert post(browser, f"{where}/closing").status_code == 303
    assert "已停用" in browser.get("/venues").text
    assert post(browser, f"{where}/opening").status_code == 303
    assert "修改青年之家" in sign_in(cast.zhao).get("/audit").text


def test_the_poster_holds_the_code_and_its_address(cast, home, sign_in):
    browser = sign_in(cast.street_manager)
    page = browser.get(f"/venues/{home.code}/poster")
    assert page.status_code == 200
    assert f"/v/{home.code}" in page.text
    picture = browser.get(f"/venues/{home.code}/qr.svg")
    assert picture.mimetype == "image/svg+xml"


def test_an_event_takes_the_door_of_the_place_it_names(cast, home, sign_in):
    browser = sign_in(cast.street_manager)
    assert '<option value="荷塘青年之家">' in browser.get("/events/new").text
    told = {
        "title": "夜校", "host": cast.street.code, "invite": "own", "day": "2026-11-22",
        "start": "12:00", "end": "13:00", "place": "荷塘青年之家", "opens_before": "60",
        "closes_after": "0", "publish": "1",
    }  # fmt: skip
    reply = post(browser, "/events", **told)
    event = events.find_event(reply.location.rsplit("/", 1)[1])
    assert event.occurrences[0].venue.id == home.id
    page = browser.get(reply.location).text
    assert f"/v/{home.code}" in page


def test_the_ladder(cast, home, phone, sign_in):
    for path in ("/venues", f"/venues/{home.code}", f"/venues/{home.code}/poster"):
        assert phone.get(path).status_code == 303
        assert sign_in(cast.auditor).get(path).status_code == 200
    assert sign_in(cast.other_manager).get(f"/venues/{home.code}").status_code == 404
    assert sign_in(cast.organizer).get("/venues").status_code == 403
    assert post(sign_in(cast.auditor), f"/venues/{home.code}/closing").status_code == 403
