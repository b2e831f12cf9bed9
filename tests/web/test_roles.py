"""Roles in the list of an event and in its form."""

import pytest

from app.domain import checkins, events
from app.domain.audit import SYSTEM
from app.domain.programmes import VOLUNTEERING, programme_named
from tests.clicks import post
from tests.doors import open_event

FORM = {
    "title": "清河", "day": "2026-11-23", "start": "9:00", "end": "11:00", "invite": "own",
    "opens_before": "60", "closes_after": "0", "walk_ins": "y",
}  # fmt: skip


@pytest.fixture
def event(cast, stopped):
    event = open_event(cast, host=cast.branch)
    for person in (cast.li, cast.wang):
        checkins.tick(event.occurrences[0], person, by=SYSTEM)
    return event


def rows_of(event):
    return checkins.CheckIn.query.filter_by(occurrence_id=event.occurrences[0].id).all()


def test_ticked_rows_get_the_chosen_role_and_the_files_say_so(cast, event, sign_in):
    browser, path = sign_in(cast.organizer), f"/events/{event.code}"
    page = browser.get(f"{path}/attendance")
    assert "change=roles" in page.text
    first = rows_of(event)[0]
    page = browser.get(f"{path}/attendance?change=roles&part=present").text
    assert f'name="row" value="{first.code}"' in page
    reply = post(browser, f"{path}/roles", row=first.code, role="lecturer")
    page = browser.get(reply.location).text
    assert "改了 1 人的角色" in page
    assert "主讲" in page
    reply = post(browser, f"{path}/roles", row=[one.code for one in rows_of(event)], role="judge")
    assert "roles=2" in reply.location
    table = browser.get(f"{path}/attendance.csv").data.decode("utf-8-sig")
    assert table.count("评委") == 2


def test_a_role_there_is_not_and_a_row_of_another_event_are_refused(cast, event, sign_in):
    browser, path = sign_in(cast.organizer), f"/events/{event.code}/roles"
    first = rows_of(event)[0].code
    assert post(browser, path, row=first, role="king").status_code == 422
    other = open_event(cast, host=cast.branch, title="另一场")
    foreign = checkins.tick(other.occurrences[0], cast.han, by=SYSTEM)
    assert post(browser, path, row=[first, foreign.code], role="judge").status_code == 404
    assert post(sign_in(cast.other_manager), path, row=first, role="judge").status_code == 404
    assert post(sign_in(cast.auditor), path, row=first, role="judge").status_code == 403
    assert {row.role for row in rows_of(event)} == {"audience"}


def test_whoever_comes_to_voluntary_service_is_a_volunteer_unless_chosen(cast, stopped, sign_in):
    browser = sign_in(cast.organizer)
    serving = programme_named(VOLUNTEERING).code
    for told, role in (
        ({"programmes": serving}, "volunteer"), ({}, "audience"),
        ({"programmes": serving, "usual_role": "observer"}, "observer"),
    ):  # fmt: skip
        reply = post(browser, "/events", **FORM, **told, host=cast.branch.code)
        event = events.find_event(reply.location.rsplit("/", 1)[1])
        assert event.usual_role == role
    page = browser.get(f"/events/{event.code}/edit").text
    assert '<option value="observer" selected>' in page
    bad = post(browser, "/events", **FORM, host=cast.branch.code, usual_role="king")
    assert bad.status_code == 422
