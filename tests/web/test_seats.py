"""The page of the seats."""

import pytest

from app.domain import checkins, live
from app.domain.audit import SYSTEM
from tests.clicks import post
from tests.doors import open_event


@pytest.fixture
def event(cast, stopped):
    invited = [(cast.branch, "seats"), (cast.other_branch, "seats")]
    event = open_event(cast, host=cast.street, invited=invited)
    for person in (cast.li, cast.wang):
        checkins.tick(event.occurrences[0], person, by=SYSTEM)
    return event


def holder(event):
    return live.seats(event.occurrences[0])[0].holder


def test_the_seat_is_given_to_another_and_marked(cast, event, sign_in):
    browser, path = sign_in(cast.street_manager), f"/events/{event.code}/seats"
    occurrence = event.occurrences[0].code
    assert f"/events/{occurrence}/seats" in browser.get(f"/events/{event.code}/attendance").text
    assert f"/events/{occurrence}/seats" in browser.get(f"/live/{event.code}/absent").text
    assert "还没有人到" in browser.get(path).text
    assert holder(event).person.name == "李雷"
    other = checkins.CheckIn.query.filter_by(person_id=cast.wang.id).one()
    reply = post(browser, path, org=cast.branch.code, row=other.code, substitute="1")
    page = browser.get(reply.location).text
    assert "席位定好了" in page
    assert holder(event).person.name == "王芳"
    listed = browser.get(f"/events/{event.code}/attendance").text
    assert "代表浏正街支部 代会" in listed
    table = browser.get(f"/events/{event.code}/attendance.csv").data.decode("utf-8-sig")
    assert "代表单位" in table.splitlines()[0]
    assert "浏正街社区团支部,是" in table


def test_what_has_no_seat_or_is_elsewhere_is_refused(cast, event, phone, sign_in):
    browser, path = sign_in(cast.street_manager), f"/events/{event.code}/seats"
    row = holder(event).code
    assert post(browser, path, org=cast.class_one.code, row=row).status_code == 422
    assert post(browser, path, org="ZZZZZZ", row=row).status_code == 404
    assert post(browser, path, org=cast.branch.code, row="ZZZZZZ").status_code == 404
    assert phone.get(path).status_code == 303
    assert sign_in(cast.wang_staff).get(path).status_code == 404
    assert sign_in(cast.auditor).get(path).status_code == 403
