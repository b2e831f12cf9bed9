"""请假: asked before, noted before or after; it stands beside 应到 and never shrinks it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.db import db
from app.domain import checkins, events, leaves, live
from app.domain.audit import SYSTEM, AuditEntry
from app.errors import Conflict, Invalid
from tests.doors import open_event


@pytest.fixture
def sitting(cast, stopped):
    return open_event(cast, host=cast.branch, starts_in=60).occurrences[0]


def figures(sitting):
    found = live.tally(sitting)
    return found.expected, found.present, found.leave, found.missing


def test_leave_stands_beside_those_expected(cast, sitting):
    assert figures(sitting) == (2, 0, 0, 2)
    leaves.note(sitting, cast.li, "sick", "发烧", by=cast.wang_staff.actor)
    assert figures(sitting) == (2, 0, 1, 1)
    branch = live.absent(sitting)[0]
    assert (branch.missing, branch.excused) == (("王芳",), ("李雷",))
    line = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "leave_noted")).one()
    assert (line.facts["leave"], line.facts["reason"]) == ("sick", "发烧")


def test_whoever_comes_after_all_is_present_and_the_leave_stays(cast, sitting, stopped):
    leaves.note(sitting, cast.li, "personal", by=SYSTEM)
    checkins.tick(sitting, cast.li, by=SYSTEM)
    assert figures(sitting) == (2, 1, 0, 1)
    assert leaves.leave_or_none(sitting, cast.li).withdrawn_at is None
    with pytest.raises(Conflict):
        leaves.note(sitting, cast.li, "personal", by=SYSTEM)


def test_one_asks_before_the_start_and_not_after_it(cast, sitting, stopped):
    leave = leaves.ask(sitting, cast.li, "official", "区里开会")
    assert leave.is_asked
    assert figures(sitting)[2] == 1
    with pytest.raises(Conflict):
        leaves.ask(sitting, cast.li, "official")
    stopped.forward(minutes=60)
    with pytest.raises(leaves.TooLateToAsk):
        leaves.ask(sitting, cast.wang, "sick")
    with pytest.raises(leaves.TooLateToAsk):
        leaves.withdraw(leave)
    leaves.note(sitting, cast.wang, "sick", by=SYSTEM)
    stopped.forward(days=3)
    leaves.withdraw(leaves.leave_or_none(sitting, cast.wang), by=SYSTEM)
    leaves.note(sitting, cast.wang, "official", by=SYSTEM)
    assert figures(sitting) == (2, 0, 2, 0)


def test_agreed_or_declined_once(cast, sitting):
    leave = leaves.ask(sitting, cast.li, "sick")
    leaves.note(sitting, cast.li, "personal", by=cast.wang_staff.actor)
    assert (leave.is_asked, leave.kind) == (False, "personal")
    with pytest.raises(Conflict):
        leaves.decline(leave, by=SYSTEM)
    other = leaves.ask(sitting, cast.wang, "sick")
    leaves.decline(other, by=SYSTEM)
    assert figures(sitting)[2] == 1
    with pytest.raises(Conflict):
        leaves.ask(sitting, cast.wang, "sick")
    leaves.note(sitting, cast.wang, "sick", by=SYSTEM)  # staff may think again
    assert figures(sitting)[2] == 2


def test_the_person_takes_the_own_leave_back_before_the_start(cast, sitting):
    leave = leaves.ask(sitting, cast.li, "sick")
    leaves.withdraw(leave)
    assert figures(sitting)[2] == 0
    with pytest.raises(Conflict):
        leaves.withdraw(leave)
    leaves.ask(sitting, cast.li, "sick")


def test_only_who_is_expected_needs_leave(cast, sitting, stopped):
    for refused in (
        lambda: leaves.ask(sitting, cast.han, "sick"),
        lambda: leaves.note(sitting, cast.han, "sick", by=SYSTEM),
    ):
        with pytest.raises(leaves.NotExpected):
            refused()
    seats = open_event(cast, invited=[(cast.branch, "seats")], starts_in=60).occurrences[0]
    with pytest.raises(leaves.NotExpected):
        leaves.ask(seats, cast.li, "sick")
    mixed = open_event(
        cast, invited=[(cast.street, "seats"), (cast.branch, "persons")], starts_in=60
    ).occurrences[0]
    assert leaves.is_expected(mixed, cast.li)
    assert not leaves.is_expected(mixed, cast.han)


def test_an_event_that_is_off_takes_no_leave(cast, sitting):
    events.cancel_event(sitting.event, by=SYSTEM, reason="下雨")
    with pytest.raises(Conflict):
        leaves.ask(sitting, cast.li, "sick")


@pytest.mark.parametrize(
    ("told", "field"), [(("holiday", ""), "kind"), (("sick", "长" * 121), "reason")]
)
def test_a_kind_there_is_not_and_a_long_reason_are_refused(cast, sitting, told, field):
    with pytest.raises(Invalid) as refusal:
        leaves.ask(sitting, cast.li, *told)
    assert refusal.value.field == field


def test_the_sittings_that_expect_somebody(cast, sitting, stopped):
    open_event(cast, host=cast.bureau, title="别人的", starts_in=60)
    open_event(cast, host=cast.street, title="草稿", starts_in=60, draft=True)
    later = open_event(cast, host=cast.street, title="街道的", starts_in=60 * 24).occurrences[0]
    now = clock.now()
    found = leaves.sittings_expecting(cast.li, now, now + timedelta(days=7))
    assert found == [sitting, later]
    leaves.ask(later, cast.li, "sick")
    assert [one.occurrence_id for one in leaves.leaves_of_person(cast.li)] == [later.id]


def test_leave_of_one_sitting_says_nothing_of_the_next_day(cast, sitting):
    next_day = events.add_occurrence(
        sitting.event, starts_at=sitting.starts_at + timedelta(days=1),
        ends_at=sitting.ends_at + timedelta(days=1), by=SYSTEM,
    )  # fmt: skip
    leaves.note(sitting, cast.li, "sick", by=SYSTEM)
    assert figures(sitting)[2] == 1
    assert figures(next_day) == (2, 0, 0, 2)
    assert [branch.excused for branch in live.absent(next_day)] == [()]
