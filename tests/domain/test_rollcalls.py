"""Names drawn by chance and heads counted: a sample and a comparison, never a figure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.db import db
from app.domain import checkins, members, rollcalls
from app.domain.audit import SYSTEM, Actor, AuditEntry
from app.domain.rollcalls.calls import drawn
from app.errors import Conflict, Invalid, NotFound
from tests.gatherings import arrive, gather

DESK = Actor("desk", 3, "东门")


@pytest.fixture
def sitting(cast, stopped):
    """Twelve people of the branch at its evening."""
    event = gather(cast.branch, cast.branch)
    for number in range(12):
        person = members.make_person(f"团员{chr(0x4E00 + number)}")
        members.join_branch(person, cast.branch)
        arrive(event, person)
    return event.occurrences[0]


def trail(act):
    return [e.facts for e in db.session.query(AuditEntry).filter_by(act=act).order_by(AuditEntry.id)]  # fmt: skip


@given(
    ids=st.sets(st.integers(1, 10**6), min_size=1, max_size=80),
    size=st.integers(1, 50),
    seed=st.text("0123456789abcdef", min_size=1, max_size=32),
)
def test_a_draw_is_distinct_names_and_the_same_again(ids, size, seed):
    names = drawn(list(ids), size, seed)
    assert len(names) == len(set(names)) == min(size, len(ids))
    assert set(names) <= ids
    assert drawn(sorted(ids, reverse=True), size, seed) == names


def test_a_roll_call_draws_valid_rows_only_and_keeps_its_seed(cast, sitting):
    gone = sitting_rows(sitting)[0]
    checkins.void_check_in(gone, by=SYSTEM, reason="扫错了")
    call = rollcalls.draw(sitting, 50, by=cast.wang_staff)
    lines = rollcalls.lines_of(call)
    assert (call.drawn_from, len(lines)) == (11, 11)
    assert gone.id not in {line.check_in.id for line in lines}
    again = drawn([row.id for row in sitting_rows(sitting) if row.id != gone.id], 50, call.seed)
    assert [line.check_in.id for line in lines] == again
    assert trail("roll_called")[0]["number"] == 11


def sitting_rows(occurrence):
    query = db.session.query(checkins.CheckIn).filter_by(occurrence_id=occurrence.id)
    return query.order_by(checkins.CheckIn.id).all()


def test_answers_are_counted_and_can_be_taken_back(cast, sitting):
    call = rollcalls.draw(sitting, 3, by=cast.wang_staff)
    one, two, _three = (line.key for line in rollcalls.lines_of(call))
    assert rollcalls.answer(call, {one: True, two: False, "XXXX": True}, by=cast.wang_staff) == 2
    (result,) = rollcalls.results_of([sitting])
    assert (result.drawn, result.here, result.away, result.waiting) == (3, 1, 1, 1)
    assert rollcalls.answer(call, {one: True, two: False}, by=cast.wang_staff) == 0
    rollcalls.answer(call, {two: None}, by=cast.wang_staff)
    (result,) = rollcalls.results_of([sitting])
    assert (result.here, result.away, result.waiting) == (1, 0, 2)
    assert [(f["here"], f["away"]) for f in trail("roll_answered")] == [(1, 1), (1, 0)]


def test_a_roll_call_changes_no_check_in(cast, sitting):
    call = rollcalls.draw(sitting, 3, by=cast.wang_staff)
    rollcalls.answer(call, {line.key: False for line in rollcalls.lines_of(call)}, by=cast.wang_staff)  # fmt: skip
    assert {(row.review, row.voided_at) for row in sitting_rows(sitting)} == {("none", None)}


@pytest.mark.parametrize("size", [0, 51, -1])
def test_one_to_fifty_names(cast, sitting, size):
    with pytest.raises(Invalid):
        rollcalls.draw(sitting, size, by=cast.wang_staff)


def test_nobody_is_drawn_where_nobody_came(cast, stopped):
    with pytest.raises(Conflict):
        rollcalls.draw(gather(cast.branch, cast.branch).occurrences[0], 5, by=cast.wang_staff)


def test_a_roll_call_is_found_through_its_event_only(cast, sitting):
    call = rollcalls.draw(sitting, 3, by=cast.wang_staff)
    assert rollcalls.find_roll_call(sitting.event, call.code.lower()) == call
    with pytest.raises(NotFound):
        rollcalls.find_roll_call(gather(cast.other_branch, cast.other_branch), call.code)


@pytest.mark.parametrize(
    ("heads", "difference", "notable"), [(12, 0, False), (13, 1, True), (11, -1, True), (0, -12, True)]
)  # fmt: skip
def test_heads_stand_beside_the_check_ins(sitting, heads, difference, notable):
    rollcalls.count_hall(sitting, heads, by=DESK)
    hall = rollcalls.hall_of(sitting)
    assert (hall.checked_in, hall.difference, hall.is_notable) == (12, difference, notable)


def test_five_per_cent_apart_is_not_worth_a_word(cast, stopped):
    event = gather(cast.branch, cast.branch)
    for number in range(20):
        person = members.make_person(f"群众{chr(0x4E00 + number)}")
        members.join_branch(person, cast.branch)
        arrive(event, person)
    sitting = event.occurrences[0]
    rollcalls.count_hall(sitting, 21, by=DESK)
    assert not rollcalls.hall_of(sitting).is_notable
    rollcalls.count_hall(sitting, 22, by=DESK)
    assert rollcalls.hall_of(sitting).is_notable


def test_a_count_is_voided_not_overwritten(sitting):
    for number in (30, 31, 31, None):
        rollcalls.count_hall(sitting, number, by=DESK)
    rows = db.session.query(rollcalls.HallCount).order_by(rollcalls.HallCount.id).all()
    assert [(row.number, row.voided_at is None) for row in rows] == [(30, False), (31, False)]
    assert rollcalls.hall_of(sitting).heads is None
    assert [(f["before"], f["number"]) for f in trail("hall_counted")] == [(None, 30), (30, 31), (31, None)]  # fmt: skip


@pytest.mark.parametrize("number", [-1, 100_000])
def test_a_count_is_a_number_of_people(sitting, number):
    with pytest.raises(Invalid):
        rollcalls.count_hall(sitting, number, by=DESK)
