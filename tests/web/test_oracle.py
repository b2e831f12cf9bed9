"""The phone is no oracle: no sequence of scans tells who is on the roster, or who was ticked."""

import pytest
from sqlalchemy import func, select

from app.db import db
from app.domain import audit, checkins
from app.domain.checkins import CheckIn
from tests.doors import form_of, open_event, scan, state_of

MEMBER = {"name": "李雷", "phone": "0002"}
STRANGER = {"name": "陌生", "phone": "0002"}


@pytest.fixture
def evening(cast, stopped):
    """李雷 was ticked by staff: nobody typed anything."""
    event = open_event(cast)
    checkins.tick(event.occurrences[0], cast.li, by=audit.SYSTEM)
    return event


def states(browsers, event, typed, org):
    """What a phone after the other is told about the same words."""
    return [state_of(scan(browser, event.code, **typed, org=org.code)) for browser in browsers]


def row_count():
    return db.session.scalar(select(func.count()).select_from(CheckIn))


@pytest.mark.parametrize("tail", ["0002", "13900000002"])
def test_a_tick_is_not_something_typed(evening, cast, phone, tail):
    """Else name and four digits could be tried until the answer is `already`."""
    reply = scan(phone, evening.code, name="李雷", phone=tail, org=cast.branch.code)
    assert state_of(reply) == "done"
    assert row_count() == 1


def test_typing_twice_is_told_the_same_of_a_ticked_member_and_a_stranger(evening, cast, app):
    """On one phone and on the next: the second time the words were typed before."""
    one, other = app.test_client(), app.test_client()
    assert states([one, one, other], evening, STRANGER, cast.branch) == [
        "done",
        "already",
        "already",
    ]
    one, other = app.test_client(), app.test_client()
    assert states([one, one, other], evening, MEMBER, cast.branch) == ["done", "already", "already"]
    assert row_count() == 2


def test_a_correction_frees_the_words_of_both(evening, cast, app):
    """What was corrected away counts as typed for neither."""
    for typed in (STRANGER, MEMBER):
        one = app.test_client()
        scan(one, evening.code, **typed, org=cast.branch.code)
        page = one.get(f"/c/{evening.code}?fix=1")
        fields = {"name": typed["name"] + "甲", "phone": "13788880000", "correct": "1"}
        reply = one.post(f"/c/{evening.code}", data=form_of(page, **fields, org=cast.branch.code))
        assert state_of(reply) == "done"
        assert states([app.test_client()], evening, typed, cast.branch) == ["done"]


def test_a_full_hall_is_full_for_a_ticked_member_too(cast, stopped, app):
    """Else a full hall tells, without leaving a trace, which words the roster knows."""
    event = open_event(cast, capacity=1, capacity_binds=True)
    checkins.tick(event.occurrences[0], cast.li, by=audit.SYSTEM)
    told = [states([app.test_client()], event, typed, cast.branch) for typed in (MEMBER, STRANGER)]
    assert told == [["full"], ["full"]]
