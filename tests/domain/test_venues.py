"""青年之家: a lasting code at the door, and what it opens."""

from datetime import timedelta

import pytest

from app import clock
from app.db import db
from app.domain import events, venues
from app.domain.audit import SYSTEM, AuditEntry
from app.errors import Conflict, Invalid, NotFound
from tests.doors import open_event


@pytest.fixture
def home(cast, stopped):
    return venues.add_venue("荷塘青年之家", org=cast.street, level="district", by=SYSTEM)


def test_an_event_whose_place_is_a_venue_opens_from_its_door(cast, home):
    event = open_event(cast, place="荷塘青年之家", venue=venues.venue_or_none("荷塘青年之家"))
    assert events.door_of_venue(home).open == (event.occurrences[0],)
    open_event(cast, title="别处", place="别处", venue=venues.venue_or_none("别处"))
    assert len(events.door_of_venue(home).open) == 1


def test_only_what_is_on_is_behind_the_door(cast, home, stopped):
    draft = open_event(cast, venue=home, draft=True)
    called_off, taken_back = (open_event(cast, venue=home) for _ in range(2))
    events.cancel_event(called_off, by=SYSTEM, reason="下雨")
    events.withdraw_event(taken_back, by=SYSTEM)
    later = open_event(cast, venue=home, starts_in=300)
    sooner = open_event(cast, venue=home, starts_in=200)
    door = events.door_of_venue(home)
    assert (door.open, door.next) == ((), sooner.occurrences[0])
    stopped.forward(minutes=245)
    both = events.door_of_venue(home)
    assert both.open == (sooner.occurrences[0], later.occurrences[0])
    assert draft.occurrences[0] not in both.open


def test_a_door_code_is_found_in_any_spelling_and_never_changes(cast, home):
    code = home.code
    for spelt in (code, code.lower(), f" {code[:4]}-{code[4:]} "):
        assert venues.find_venue(spelt).id == home.id
    venues.edit_venue(home, by=SYSTEM, name="荷塘里青年之家", level="city", org=cast.branch)
    assert (home.code, home.org.id) == (code, cast.branch.id)
    entry = db.session.query(AuditEntry).filter_by(act="venue_edited").one()
    assert entry.facts["changes"]["title"] == ["荷塘青年之家", "荷塘里青年之家"]
    assert entry.facts["changes"]["level"] == ["区级", "市级"]
    with pytest.raises(NotFound):
        venues.find_venue("ZZZZZZZZ")


def test_a_closed_venue_is_no_place_to_choose_and_opens_again_with_its_code(cast, home, stopped):
    open_event(cast, venue=home)
    venues.close_venue(home, by=SYSTEM, on=clock.today() + timedelta(days=1))
    assert venues.venue_or_none("荷塘青年之家").id == home.id
    stopped.forward(days=1)
    open_event(cast, venue=home)
    assert home.is_closed
    assert venues.venue_or_none("荷塘青年之家") is None
    assert venues.venues_open_on(clock.today()) == []
    assert events.door_of_venue(home).open == ()
    with pytest.raises(Conflict):
        venues.close_venue(home, by=SYSTEM)
    venues.reopen_venue(home, by=SYSTEM)
    assert len(events.door_of_venue(home).open) == 1
    with pytest.raises(Conflict):
        venues.reopen_venue(home, by=SYSTEM)


def test_two_open_venues_never_share_a_name(cast, home, stopped):
    with pytest.raises(Conflict):
        venues.add_venue("荷塘青年之家", org=cast.bureau, by=SYSTEM)
    venues.close_venue(home, by=SYSTEM)
    second = venues.add_venue("荷塘青年之家", org=cast.bureau, by=SYSTEM)
    with pytest.raises(Conflict):
        venues.reopen_venue(home, by=SYSTEM)
    assert venues.venue_or_none("荷塘青年之家").id == second.id


@pytest.mark.parametrize(
    ("told", "field"),
    [({"name": " "}, "name"), ({"level": "best"}, "level"), ({"address": "路" * 121}, "address")],
)
def test_what_cannot_be_is_said_beside_its_field(cast, stopped, told, field):
    with pytest.raises(Invalid) as refusal:
        venues.add_venue(**{"name": "新家", "org": cast.street, "by": SYSTEM} | told)
    assert refusal.value.field == field


def test_a_subtree_lists_its_own_venues(cast, home):
    other = venues.add_venue("教育局青年之家", org=cast.bureau, by=SYSTEM)
    assert venues.venues_in(cast.street) == [home]
    assert set(venues.venues_in(cast.district)) == {home, other}
    assert venues.find_venue_in(cast.street, home.code) == home
    with pytest.raises(NotFound):
        venues.find_venue_in(cast.street, other.code)
