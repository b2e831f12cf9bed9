"""The roll-call page: draw, call out, hold the heads against the check-ins."""

import re

import pytest

from app.domain import members, rollcalls
from tests.gatherings import arrive, gather
from tests.scope import token_of


@pytest.fixture
def event(cast, stopped):
    event = gather(cast.branch, cast.branch, title="支部大会")
    for number in range(6):
        person = members.make_person(f"团员{chr(0x4E00 + number)}")
        members.join_branch(person, cast.branch)
        arrive(event, person)
    return event


def post(browser, path, **fields):
    return browser.post(path, data={"csrf_token": token_of(browser, "/account"), **fields})


def test_draw_call_out_and_hear_the_result(cast, event, sign_in):
    browser = sign_in(cast.organizer)
    path = f"/events/{event.code}/rollcalls"
    assert f'href="{path}"' in browser.get(f"/events/{event.code}").text
    reply = post(browser, path, size="3")
    assert reply.status_code == 303
    page = browser.get(reply.location).text
    keys = re.findall(r'name="name-(\w+)" value="here"', page)
    assert len(keys) == 3
    where = reply.location
    reply = post(browser, where, **{f"name-{keys[0]}": "here", f"name-{keys[1]}": "away"})
    page = browser.get(reply.location).text
    assert "还有 1 个没点" in page
    assert "去撤销" in page
    reply = post(browser, where, **{f"name-{keys[2]}": "here", "name-ZZZZ": "away"})
    assert "3 个里 1 个不在" in browser.get(reply.location).text
    assert "1 个不在" in browser.get(path).text
    found = browser.get(
        re.search(r'class="small" href="([^"]+)"', browser.get(where).text)[1].replace("&amp;", "&")
    )
    assert found.text.count("<summary>撤销") == 1  # of the one who was missing, ready to be undone


def test_heads_that_disagree_are_said(cast, event, sign_in):
    browser = sign_in(cast.organizer)
    path = f"/events/{event.code}"
    reply = post(browser, f"{path}/hall", number="4")
    page = browser.get(reply.location).text
    assert "签到的比人头多 2 个" in page
    assert "比签到少 2" in browser.get(path).text
    post(browser, f"{path}/hall", number="")
    assert rollcalls.hall_of(event.occurrences[0]).heads is None


@pytest.mark.parametrize(
    ("path", "fields"),
    [("rollcalls", {"size": "0"}), ("rollcalls", {"size": "many"}), ("rollcalls", {}),
     ("hall", {"number": "-3"}), ("hall", {"number": "many"})],
)  # fmt: skip
def test_bad_input_is_refused_in_words(cast, event, sign_in, path, fields):
    reply = post(sign_in(cast.organizer), f"/events/{event.code}/{path}", **fields)
    assert reply.status_code == 422
    assert 'id="problems"' in reply.text


def test_nobody_came_is_said(cast, stopped, sign_in):
    empty = gather(cast.branch, cast.branch)
    reply = post(sign_in(cast.organizer), f"/events/{empty.code}/rollcalls", size="5")
    assert (reply.status_code, "没有名字可抽" in reply.text) == (409, True)


def test_the_ladder(cast, event, sign_in, phone):
    call = rollcalls.draw(event.occurrences[0], 3, by=cast.wang_staff)
    for path in (f"/events/{event.code}/rollcalls", f"/events/{event.code}/rollcalls/{call.code}"):
        assert phone.get(path).status_code == 303
        assert sign_in(cast.organizer).get(path).status_code == 200
        assert sign_in(cast.other_manager).get(path).status_code == 404
        assert sign_in(cast.auditor).get(path).status_code == 403
        assert sign_in(cast.zhao).get(path).status_code == 200
    other = gather(cast.branch, cast.branch)
    browser = sign_in(cast.organizer)
    assert browser.get(f"/events/{other.code}/rollcalls/{call.code}").status_code == 404
    assert browser.get(f"/events/{event.code}/rollcalls/ZZZZ").status_code == 404
    assert browser.get(f"/events/{event.code}/hall").status_code == 405
