"""What a desk or a machine writes: one row a person, one row a nonce, and its own undo."""

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app import clock
from app.db import db
from app.domain import checkins, identity, members
from app.domain.audit import Actor, AuditEntry
from app.domain.checkins import Attempt, CheckIn
from app.domain.members import Person
from app.errors import Conflict, Invalid, NotFound
from tests.doors import open_event
from tests.gatherings import arrive

DESK, OTHER = Actor("desk", 1, "东门"), Actor("desk", 2, "西门")
numbers = count()


@pytest.fixture
def evening(cast, stopped):
    return open_event(cast).occurrences[0]


def scan(occurrence, person, by=DESK, **told):
    return checkins.scan_in(occurrence, person, by=by, how="desk", **told)


def typed(occurrence, name, phone="", number="", by=DESK, **told):
    return checkins.scan_typed(
        occurrence, identity.read(name, phone, number), by=by, how="desk", **told
    )


def rows(occurrence):
    query = select(CheckIn).where(CheckIn.occurrence_id == occurrence.id).order_by(CheckIn.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def many(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_a_scan_bears_line_standing_role_and_source(evening, cast):
    told = scan(evening, cast.li, nonce="n1")
    (row,) = rows(evening)
    assert (told.state, told.check_in, told.was_forced) == ("done", row, False)
    assert (row.person_id, row.line.path, row.standing) == (cast.li.id, cast.branch.path, "member")
    assert (row.source, row.nonce, row.how, row.role) == ("desk:1", "n1", "desk", "audience")
    assert (row.review, row.forced_reason) == ("none", "")
    assert [(a.answer, a.source) for a in db.session.scalars(select(Attempt))] == [("done", "desk:1")]  # fmt: skip


def test_the_same_nonce_any_number_of_times_is_one_row(evening, cast):
    for _ in range(4):
        assert scan(evening, cast.li, nonce="n1").state == "done"
    assert (len(rows(evening)), many(Attempt)) == (1, 1)


def test_another_nonce_is_already_and_leaves_an_attempt_once(evening, cast):
    scan(evening, cast.li, nonce="n1")
    for _ in range(3):
        assert scan(evening, cast.li, nonce="n2", by=OTHER).state == "already"
    assert (len(rows(evening)), many(Attempt)) == (1, 2)


def test_an_undo_lasts_over_its_own_nonce(evening, cast):
    row = scan(evening, cast.li, nonce="n1").check_in
    checkins.annul(row, by=DESK)
    with pytest.raises(checkins.Annulled):
        scan(evening, cast.li, nonce="n1")
    assert scan(evening, cast.li, nonce="n2").state == "done"
    assert [r.voided_at is None for r in rows(evening)] == [False, True]


def test_a_failed_attempt_does_not_swallow_a_later_success(evening, cast):
    early = evening.opens_at - timedelta(minutes=1)
    with pytest.raises(checkins.TooEarly):
        scan(evening, cast.li, nonce="n1", at=early)
    assert (rows(evening), many(Attempt)) == ([], 0)
    assert scan(evening, cast.li, nonce="n1").state == "done"


@pytest.mark.parametrize(
    ("ahead", "refusal", "code"),
    [(-61, checkins.TooEarly, "too_early"), (90, checkins.TooLate, "too_late")],
)
def test_the_time_of_the_scan_decides_and_force_is_marked(evening, cast, ahead, refusal, code):
    at = evening.starts_at + timedelta(minutes=ahead)
    with pytest.raises(refusal) as caught:
        scan(evening, cast.li, at=at)
    assert caught.value.code == code
    told = scan(evening, cast.li, at=at, forced_reason="工作人员记得他到了")
    assert (told.was_forced, told.at) == (True, at)
    assert told.check_in.forced_reason == "工作人员记得他到了"
    (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "let_in"))
    assert (entry.facts["refusal"], entry.person) == (code, cast.li.code)


def test_force_that_was_not_needed_is_not_marked(evening, cast):
    told = scan(evening, cast.li, forced_reason="以防万一")
    assert (told.was_forced, told.check_in.forced_reason) == (False, "")


def test_a_full_sitting_lets_in_with_a_reason_only(cast, stopped):
    occurrence = open_event(cast, capacity=1, capacity_binds=True).occurrences[0]
    scan(occurrence, cast.li)
    with pytest.raises(checkins.Full):
        scan(occurrence, cast.han)
    assert scan(occurrence, cast.li).state == "already"
    row = scan(occurrence, cast.han, forced_reason="主讲人的助手").check_in
    assert (row.forced_reason, row.reasons) == ("主讲人的助手", ("over_capacity",))


def test_nobody_is_forced_into_what_is_called_off(evening, cast):
    from_now = clock.now()
    evening.cancelled_at = from_now
    db.session.commit()
    with pytest.raises(checkins.CalledOff):
        scan(evening, cast.li, forced_reason="来都来了")
    assert rows(evening) == []


def test_a_simulated_scan_writes_nothing(evening, cast):
    told = scan(evening, cast.li, nonce="n1", simulate=True)
    assert (told.state, told.check_in) == ("done", None)
    assert (rows(evening), many(Attempt), many(Person)) == ([], 0, many(Person))
    before = many(Person)
    assert typed(evening, "路人甲", "13700000001", org=cast.branch, simulate=True).state == "done"
    assert (rows(evening), many(Person)) == ([], before)


def test_typed_words_that_are_certain_are_the_member(evening, cast):
    told = typed(evening, "李雷", "13900000002", org=cast.branch)
    assert (told.check_in.person_id, told.check_in.review) == (cast.li.id, "none")


def test_typed_words_of_nobody_are_a_guest_with_a_suspect(evening, cast):
    row = typed(evening, "李雷", "13711112222", org=cast.branch).check_in
    assert row.person_id != cast.li.id
    assert (row.suspected_person_id, row.reasons) == (cast.li.id, ("identity",))
    again = typed(evening, "李雷", "13711112222", org=cast.branch, by=OTHER)
    assert (again.state, again.check_in) == ("already", row)
    assert typed(evening, "李雷", "13711113333", org=cast.branch).state == "done"


def test_a_guest_without_a_phone_is_one_row_for_the_same_tail(evening, cast):
    assert typed(evening, "新来的", "8000", org=cast.branch).state == "done"
    assert typed(evening, "新来的", "8000", org=cast.branch).state == "already"
    assert typed(evening, "新来的", "8001", org=cast.branch).state == "done"
    assert len(rows(evening)) == 2


def test_a_person_who_checked_in_by_phone_is_already_there(evening, cast):
    arrive(evening.event, cast.li)
    assert scan(evening, cast.li).state == "already"


def test_an_undo_is_for_the_same_source_and_fifteen_minutes(evening, cast, stopped):
    row = scan(evening, cast.li).check_in
    with pytest.raises(NotFound):
        checkins.annul(row, by=OTHER)
    stopped.forward(minutes=15)
    checkins.annul(row, by=DESK, reason="扫错了人")
    assert (row.void_reason, row.voided_by_kind, row.voided_by_id) == ("扫错了人", "desk", 1)
    with pytest.raises(Conflict):
        checkins.annul(row, by=DESK)
    late = scan(evening, cast.li).check_in
    stopped.forward(minutes=15, seconds=1)
    with pytest.raises(checkins.TooLateToUndo):
        checkins.annul(late, by=DESK)


@pytest.mark.parametrize("nonce", ["", "n" * 65])
def test_a_nonce_is_1_to_64_characters(evening, cast, nonce):
    with pytest.raises(Invalid):
        scan(evening, cast.li, nonce=nonce)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["scan", "annul", "restore"]), st.integers(0, 2), st.integers(0, 4), st.booleans()),
        max_size=20,
    )
)  # fmt: skip
def test_whatever_happens_there_is_one_valid_row_a_person_and_one_row_a_nonce(cast, stopped, steps):
    occurrence = open_event(cast).occurrences[0]
    people = [members.make_person(f"人{next(numbers)}") for _ in range(3)]
    for person in people:
        members.join_branch(person, cast.branch)
    nonces = {}
    for act, who, number, is_other in steps:
        by, person = (OTHER if is_other else DESK), people[who]
        if act == "scan":
            nonce = f"{occurrence.id}-{number}"
            try:
                told = scan(occurrence, person, by=by, nonce=nonce)
            except (checkins.Annulled, checkins.NonceReused):
                assert (by.id, nonce) in nonces
                continue
            first = nonces.setdefault((by.id, nonce), told.check_in.id)
            if told.state == "done":
                nonces[by.id, nonce] = told.check_in.id
                assert first == told.check_in.id or told.check_in.nonce == nonce
            continue
        mine = [row for row in rows(occurrence) if row.person_id == person.id]
        if mine:
            try:
                if act == "annul":
                    checkins.annul(mine[-1], by=by)
                else:
                    checkins.restore_check_in(mine[0], by=by)
            except (Conflict, NotFound):
                pass
    valid = [row.person_id for row in rows(occurrence) if row.voided_at is None]
    assert len(valid) == len(set(valid))
    keys = [(row.source, row.nonce) for row in rows(occurrence)]
    assert len(keys) == len(set(keys))


def test_a_paper_counts_from_the_start_and_keeps_its_day(evening, cast, stopped):
    stopped.at = evening.closes_at + timedelta(days=3)
    row = scan(evening, cast.li, paper_on=evening.starts_on).check_in
    assert (row.paper_on, row.checked_in_at) == (evening.starts_on, evening.starts_at)
    assert (row.received_at, row.forced_reason) == (stopped.at, "")
    with pytest.raises(Invalid):
        scan(evening, cast.han, paper_on=clock.today() + timedelta(days=1))
    assert scan(evening, cast.li, paper_on=evening.starts_on).state == "already"
