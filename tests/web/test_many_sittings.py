"""Three rooms at the same time, three days in a row: each sitting has its own page, list and absent."""

from datetime import timedelta

import pytest

from app import clock
from app.domain import attendance, checkins, events, live
from app.domain.audit import SYSTEM
from tests.doors import open_event, person_fields, scan, state_of

HOUR = timedelta(hours=1)


@pytest.fixture
def rooms(cast, stopped):
    """One event in three rooms, open now."""
    event = open_event(cast, title="技能比武", place="一号厅")
    now = clock.now()
    for place in ("二号厅", "三号厅"):
        events.add_occurrence(event, starts_at=now, ends_at=now + 2 * HOUR, by=SYSTEM, place=place)
    return event


@pytest.fixture
def days(cast, stopped):
    """The same training on three days, the first of them open now."""
    event = open_event(cast, title="骨干培训", place="教室")
    first = event.occurrences[0]
    for day in (1, 2):
        later = timedelta(days=day)
        events.add_occurrence(
            event, starts_at=first.starts_at + later, ends_at=first.ends_at + later, by=SYSTEM
        )
    return event


def test_the_events_code_asks_which_room_and_the_rooms_code_does_not(cast, rooms, phone):
    page = phone.get(f"/c/{rooms.code}")
    for occurrence in rooms.occurrences:
        assert f'href="/c/{occurrence.code}"' in page.text
        assert occurrence.place in page.text
        assert state_of(phone.get(f"/c/{occurrence.code}")) == "form"


def test_each_room_has_its_own_figures_list_and_absent(cast, rooms, phone, sign_in):
    first, second, third = rooms.occurrences
    scan(phone, first.code, **person_fields(cast.li, cast.branch, phone="13900000002"))
    checkins.tick(second, cast.han, by=SYSTEM)
    browser = sign_in(cast.street_manager)
    for sitting, here, away in (
        (first, "李雷", "韩梅"),
        (second, "韩梅", "李雷"),
        (third, "", "韩梅"),
    ):
        assert live.tally(sitting).present == (1 if here else 0)
        absent = browser.get(f"/live/{sitting.code}/absent").text
        assert away in absent
        assert not here or here not in absent
        assert sitting.place in browser.get(f"/live/{sitting.code}").text
        listed = browser.get(f"/events/{rooms.code}/attendance?occurrence={sitting.code}").text
        assert sitting.place in listed
        table = browser.get(f"/events/{rooms.code}/attendance.csv?occurrence={sitting.code}")
        text = table.data.decode("utf-8-sig")
        assert not here or here in text
        assert away not in text
    whole = browser.get(f"/events/{rooms.code}/attendance.csv").data.decode("utf-8-sig")
    assert "李雷" in whole
    assert "韩梅" in whole


def test_who_is_in_two_rooms_counts_in_both_and_is_shown(cast, rooms, sign_in):
    first, second, _third = rooms.occurrences
    for sitting in (first, second):
        checkins.tick(sitting, cast.li, by=SYSTEM)
    assert [live.tally(one).present for one in rooms.occurrences] == [1, 1, 0]
    twice = attendance.in_two_rooms(rooms)
    assert [(one.person.name, one.first.id, one.second.id) for one in twice] == [
        ("李雷", first.id, second.id)
    ]
    assert attendance.in_two_rooms(rooms, cast.other_branch) == []
    page = sign_in(cast.street_manager).get(f"/events/{rooms.code}").text
    assert "1 人在同时开的两场都签了到" in page


def test_the_code_of_three_days_opens_the_day_that_is_on(cast, days, phone, stopped):
    for number in range(3):
        today = days.occurrences[number]
        reply = scan(phone, days.code, **person_fields(cast.li, cast.branch, phone="13900000002"))
        assert state_of(reply) == "done", number
        assert live.tally(today).present == 1
        stopped.forward(days=1)
    assert attendance.in_two_rooms(days) == []
    assert [live.tally(one).present for one in days.occurrences] == [1, 1, 1]


def test_between_two_days_the_code_says_when_the_next_one_opens(cast, days, phone, stopped):
    stopped.forward(hours=12)
    page = phone.get(f"/c/{days.occurrences[1].code}")
    assert state_of(page) == "not-open"
    page = phone.get(f"/c/{days.code}")
    assert state_of(page) == "not-open"
