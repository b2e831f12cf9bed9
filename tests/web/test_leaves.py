"""Noting leave from the list of the absent and from the person's page."""

import pytest

from app.domain import leaves, live
from tests.clicks import post
from tests.doors import open_event


@pytest.fixture
def event(cast, stopped):
    return open_event(cast, host=cast.street, title="街道大会", starts_in=60)


def leave_of(event, person):
    return leaves.leave_or_none(event.occurrences[0], person)


def test_leave_is_noted_from_the_absent_list_and_taken_back(cast, event, sign_in):
    browser, code = sign_in(cast.street_manager), event.occurrences[0].code
    page = browser.get(f"/live/{event.code}/absent").text
    assert f'href="/events/{code}/leaves?org={cast.branch.code}"' in page
    page = browser.get(f"/events/{code}/leaves?org={cast.branch.code}").text
    assert cast.li.code in page
    assert cast.han.code not in page
    path = f"/events/{code}/leaves"
    reply = post(browser, path, person=[cast.li.code, cast.wang.code], kind="sick", reason="流感")
    page = browser.get(reply.location).text
    assert "请假记下了" in page
    assert "病假" in page
    assert live.tally(event.occurrences[0]).leave == 2
    assert "请假" in browser.get(f"/events/{event.code}/attendance").text
    reply = post(browser, f"{path}/{cast.li.code}/withdrawal")
    assert "撤回了" in browser.get(reply.location).text
    assert leave_of(event, cast.li) is None


def test_what_was_asked_for_is_agreed_to_or_declined(cast, event, sign_in):
    browser, path = sign_in(cast.street_manager), f"/events/{event.code}/leaves"
    for person in (cast.li, cast.han):
        leaves.ask(event.occurrences[0], person, "personal")
    assert "本人请的，还没看" in browser.get(path).text
    assert post(browser, path, person=cast.li.code, kind="personal").status_code == 303
    reply = post(browser, f"{path}/{cast.han.code}/declining")
    assert "没有批准" in browser.get(reply.location).text
    assert not leave_of(event, cast.li).is_asked
    assert leave_of(event, cast.han) is None


def test_a_branch_notes_its_own_people_at_the_streets_event_and_nobody_else(cast, event, sign_in):
    browser, path = sign_in(cast.organizer), f"/events/{event.code}/leaves"
    page = browser.get(path).text
    assert "李雷" in page
    assert "韩梅" not in page
    assert post(browser, path, person=cast.li.code, kind="sick").status_code == 303
    assert post(browser, path, person=cast.han.code, kind="sick").status_code == 404
    leaves.ask(event.occurrences[0], cast.han, "personal")
    assert post(browser, f"{path}/{cast.han.code}/declining").status_code == 404
    assert leave_of(event, cast.han).is_asked


def test_leave_is_noted_from_the_persons_page(cast, event, sign_in):
    browser = sign_in(cast.wang_staff)
    page = browser.get(f"/people/{cast.li.code}").text
    assert "街道大会" in page
    back = f"/people/{cast.li.code}"
    reply = post(
        browser, f"/events/{event.occurrences[0].code}/leaves", person=cast.li.code,
        kind="official", back=back,
    )  # fmt: skip
    assert reply.location == back
    page = browser.get(back).text
    assert "公假" in page
    assert "改或撤回" in page


def test_what_cannot_be_is_said(cast, event, sign_in):
    browser, path = sign_in(cast.street_manager), f"/events/{event.code}/leaves"
    assert post(browser, path, kind="sick").status_code == 422
    assert post(browser, path, person=cast.li.code, kind="holiday").status_code == 422
    assert post(browser, path, person="ZZZZZZ", kind="sick").status_code == 404


def test_the_ladder(cast, event, phone, sign_in):
    path = f"/events/{event.code}/leaves"
    assert phone.get(path).status_code == 303
    assert sign_in(cast.auditor).get(path).status_code == 403
    closed = open_event(cast, host=cast.branch, starts_in=60)
    assert sign_in(cast.other_manager).get(f"/events/{closed.code}/leaves").status_code == 404
