"""Hours: what is measured between in and out, what is proposed, and who confirms it."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app import clock
from app.db import db
from app.domain import checkins, events, hours
from app.domain.audit import SYSTEM, Actor, AuditEntry
from app.domain.checkins import CheckIn
from app.errors import Conflict, Invalid, NotFound
from tests.doors import open_event
from tests.gatherings import arrive, guest

DESK = Actor("desk", 1, "东门")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def event(cast, stopped):
    """100 minutes of the street, with check-out, from now on."""
    return open_event(cast, minutes=100, checks_out=True)


@pytest.fixture
def sitting(event):
    return event.occurrences[0]


def fresh(row):
    db.session.rollback()
    return db.session.get(CheckIn, row.id, populate_existing=True)


def out(row, **told):
    return hours.check_out(row, **{"how": "desk", "by": DESK} | told)


def trail(act):
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.act == act)))


def test_measured_is_out_minus_in(cast, event, sitting, stopped):
    row = arrive(event, cast.li)
    stopped.forward(minutes=75, seconds=59)
    assert out(row) == 75
    row = fresh(row)
    assert (row.checked_out_how, row.measured_minutes, row.granted_minutes) == ("desk", 75, None)
    (said,) = trail("checked_out")
    assert (said.actor_kind, said.person) == ("desk", cast.li.code)


def test_before_the_start_and_after_the_end_count_for_nothing(cast, stopped):
    event = open_event(cast, minutes=100, starts_in=30, checks_out=True)
    row = arrive(event, cast.li)  # half an hour early
    stopped.forward(minutes=30 + 100 + 45)
    assert out(row) == 100
    assert fresh(row).checked_out_at == stopped.at


@pytest.mark.parametrize(
    ("minutes", "proposed"), [(59, 59), (60, 100), (99, 100), (100, 100), (0, 0), (1, 1)]
)
def test_sixty_percent_are_the_whole_and_less_is_what_it_is(cast, event, sitting, stopped, minutes, proposed):  # fmt: skip
    row = arrive(event, cast.li)
    stopped.forward(minutes=minutes)
    assert out(row) == minutes
    row = fresh(row)
    assert hours.proposed_minutes(row, row.occurrence) == proposed


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 3000), st.integers(-600, 4000), st.integers(-600, 4000))
def test_measured_lies_between_nothing_and_the_planned_length(planned, came, left):
    start = clock.now()
    here = hours.minutes_here(
        start, start + planned * MINUTE, start + came * MINUTE, start + left * MINUTE
    )
    assert 0 <= here <= planned
    assert here <= max(0, left - came)


def test_asked_again_within_a_quarter_of_an_hour_the_later_time_holds_after_that_the_first(cast, event, stopped):  # fmt: skip
    row = arrive(event, cast.li)
    stopped.forward(minutes=40)
    assert out(row) == 40
    stopped.forward(minutes=15)
    assert out(row) == 55
    stopped.forward(minutes=15, seconds=1)
    assert out(row) == 55
    assert len(trail("checked_out")) == 2


def test_a_clock_set_back_keeps_the_first_leaving(cast, event, stopped):
    row = arrive(event, cast.li)
    stopped.forward(minutes=40)
    assert out(row) == 40
    stopped.forward(minutes=-10)
    assert out(row) == 40
    stopped.forward(minutes=-25)
    late = arrive(event, cast.han)
    stopped.forward(minutes=-1)
    assert out(late) == 0  # never before they came


def test_staff_say_when_somebody_left(cast, event, sitting, stopped):
    row = arrive(event, cast.li)
    stopped.forward(minutes=10)
    out(row)
    stopped.forward(hours=5)
    left = sitting.starts_at + 70 * MINUTE
    assert out(row, at=left, how="staff", by=cast.street_manager.actor) == 70


def test_each_refusal_has_its_own_code(cast, event, sitting, stopped):
    row = arrive(event, cast.li)
    plain = arrive(open_event(cast), cast.li)
    with pytest.raises(hours.NoCheckOut) as caught:
        out(plain)
    assert caught.value.code == "no_check_out"
    with pytest.raises(hours.CheckOutNotOpen) as caught:
        out(row, at=sitting.starts_at - MINUTE)
    assert caught.value.code == "check_out_not_open"
    stopped.forward(minutes=100 + 120)
    assert out(row) == 100
    late = arrive(event, cast.han)
    stopped.forward(seconds=1)
    with pytest.raises(hours.CheckOutClosed) as caught:
        out(late)
    assert caught.value.code == "check_out_closed"
    assert out(late, at=sitting.ends_at) == 0  # an upload of what was scanned in time
    checkins.void_check_in(row, by=SYSTEM, reason="签错了")
    with pytest.raises(hours.VoidCheckIn) as caught:
        out(row)
    assert caught.value.code == "check_in_void"


def test_nobody_checks_out_of_what_is_called_off(cast, event, sitting, stopped):
    row = arrive(event, cast.li)
    events.cancel_event(event, by=SYSTEM, reason="下雨")
    with pytest.raises(Conflict):
        out(row)
    assert fresh(row).checked_out_at is None


def test_forgotten_check_outs_are_closed_once_at_the_planned_end(cast, event, sitting, stopped):
    left, forgot, undone = arrive(event, cast.li), arrive(event, cast.wang), arrive(event, cast.han)
    checkins.void_check_in(undone, by=SYSTEM, reason="签错了")
    stopped.forward(minutes=90)
    out(left)
    stopped.forward(minutes=10 + 120)
    assert hours.close_out(sitting) == 0  # one may still check out
    stopped.forward(seconds=1)
    assert hours.close_out(sitting) == 1
    rows = [fresh(row) for row in (left, forgot, undone)]
    assert [row.checked_out_how for row in rows] == ["desk", "auto", None]
    assert (rows[1].checked_out_at, rows[1].measured_minutes) == (sitting.ends_at, 0)
    assert (rows[0].measured_minutes, rows[1].granted_minutes) == (90, None)
    (said,) = trail("closed_out")
    assert said.facts["people"] == 1


def test_the_close_out_survives_a_clock_set_back_and_never_comes_twice(cast, event, sitting, stopped):  # fmt: skip
    forgot = arrive(event, cast.wang)
    stopped.forward(minutes=100 + 121)
    assert hours.close_out(sitting) == 1
    stopped.forward(minutes=-200)
    assert hours.close_out(sitting) == 0
    late = arrive(event, cast.li)
    assert out(forgot) == 21  # somebody really was there
    stopped.forward(minutes=400)
    assert hours.close_out(sitting) == 0
    assert (fresh(forgot).checked_out_how, fresh(late).checked_out_at) == ("desk", None)
    sheet = hours.sheet_of(sitting)
    assert {row.name: row.state for row in sheet.rows} == {"王芳": "waiting", "李雷": "forgotten"}


def test_nothing_is_closed_where_nothing_checks_out(cast, stopped):
    event = open_event(cast)
    row = arrive(event, cast.li)
    stopped.forward(days=2)
    assert hours.close_out(event.occurrences[0]) == 0
    assert event.occurrences[0].closed_out_at is None
    assert fresh(row).checked_out_at is None


def test_no_figure_depends_on_when_the_close_out_ran(cast, event, sitting, stopped):
    for person in (cast.li, cast.wang):
        arrive(event, person)
    stopped.forward(minutes=100 + 121)
    before = hours.sheet_of(sitting)
    hours.close_out(sitting)
    db.session.rollback()
    assert hours.sheet_of(sitting) == before
    assert (before.not_out, before.measured_minutes, before.granted_minutes) == (2, 0, 0)
    assert [(row.proposed, row.state) for row in before.rows] == [(0, "forgotten")] * 2


def test_nothing_is_granted_until_a_named_person_confirms(cast, event, sitting, stopped):
    row = arrive(event, cast.li)
    stopped.forward(minutes=80)
    out(row)
    assert hours.granted_minutes_of([sitting]) == {}
    hours.grant(row, 100, by=cast.street_manager)
    row = fresh(row)
    assert (row.granted_minutes, row.granted_by_id) == (100, cast.street_manager.id)
    assert row.granted_at == stopped.at
    assert hours.granted_minutes_of([sitting]) == {sitting.id: 100}
    (said,) = trail("hours_granted")
    assert said.facts["before"] is None
    assert (said.facts["minutes"], said.facts["proposed"], said.person) == (100, 100, cast.li.code)


def test_another_number_wants_a_reason_and_the_trail_keeps_both(cast, event, sitting, stopped):
    row = arrive(event, cast.li)
    stopped.forward(minutes=80)
    out(row)
    with pytest.raises(Invalid) as caught:
        hours.grant(row, 110, by=cast.street_manager)
    assert caught.value.field == "reason"
    hours.grant(row, 110, by=cast.street_manager, reason="留下来收拾会场")
    hours.grant(row, 110, by=cast.zhao)  # nothing new
    with pytest.raises(Invalid):
        hours.grant(row, 100, by=cast.zhao)  # the proposal, but over a number that stood
    hours.grant(row, 100, by=cast.zhao, reason="收拾不算")
    said = [(one.facts["before"], one.facts["minutes"], one.actor_name, one.facts["reason"]) for one in trail("hours_granted")]  # fmt: skip
    assert said == [
        (None, 110, cast.street_manager.name, "留下来收拾会场"),
        (110, 100, cast.zhao.name, "收拾不算"),
    ]
    assert fresh(row).granted_by_id == cast.zhao.id


@pytest.mark.parametrize("minutes", [-1, 24 * 60 + 1])
def test_minutes_out_of_all_reason_are_refused(cast, event, stopped, minutes):
    row = arrive(event, cast.li)
    stopped.forward(minutes=101)
    with pytest.raises(Invalid) as caught:
        hours.grant(row, minutes, by=cast.zhao, reason="因为")
    assert caught.value.field == "minutes"


def test_all_as_proposed_leaves_the_forgotten_to_a_look(cast, event, sitting, stopped):
    whole, short, forgot = (arrive(event, p) for p in (cast.li, cast.wang, cast.han))
    stopped.forward(minutes=30)
    out(short)
    stopped.forward(minutes=60)
    out(whole)
    stopped.forward(minutes=200)
    assert hours.sheet_of(sitting).waiting == 2
    told = hours.grant_proposed(sitting, by=cast.street_manager)
    assert (told.done, told.forgotten, told.inside) == (2, 1, 0)
    assert [fresh(r).granted_minutes for r in (whole, short, forgot)] == [100, 30, None]
    assert fresh(forgot).checked_out_how == "auto"
    assert hours.grant_proposed(sitting, by=cast.zhao).done == 0
    told = hours.grant_proposed(sitting, [forgot.code, whole.code], by=cast.zhao)
    assert (told.done, fresh(forgot).granted_minutes) == (1, 0)
    assert fresh(whole).granted_by_id == cast.street_manager.id  # stays as it was
    hours.grant(forgot, 100, by=cast.zhao, reason="一直都在，大家都看到")
    assert hours.granted_minutes_of([sitting]) == {sitting.id: 230}


def test_who_is_still_inside_is_not_confirmed_before_the_end(cast, event, sitting, stopped):
    inside, left = arrive(event, cast.li), arrive(event, cast.wang)
    stopped.forward(minutes=70)
    with pytest.raises(Conflict) as caught:
        hours.grant(inside, 100, by=cast.zhao, reason="提前")
    assert caught.value.code == "not_over"
    with pytest.raises(Conflict):
        hours.grant_proposed(sitting, by=cast.zhao)
    out(left)
    told = hours.grant_proposed(sitting, by=cast.zhao)
    assert (told.done, told.inside) == (1, 1)


def test_without_check_out_staff_confirm_the_planned_length_of_volunteers(cast, stopped):
    event = open_event(cast, minutes=100)
    sitting = event.occurrences[0]
    listener = arrive(event, cast.li)
    helper = checkins.tick(sitting, cast.wang, by=SYSTEM, role="volunteer")
    with pytest.raises(Conflict):
        hours.grant_proposed(sitting, by=cast.zhao)
    stopped.forward(minutes=100)
    assert [row.name for row in hours.sheet_of(sitting).rows] == ["王芳", "李雷"]
    assert hours.grant_proposed(sitting, by=cast.zhao).done == 1
    assert (fresh(helper).granted_minutes, fresh(listener).granted_minutes) == (100, None)
    assert fresh(helper).measured_minutes is None
    hours.grant(listener, 100, by=cast.zhao)
    assert hours.granted_minutes_of([sitting]) == {sitting.id: 200}


def test_an_undone_row_gets_nothing_and_counts_nowhere(cast, event, sitting, stopped):
    row = arrive(event, cast.li)
    stopped.forward(minutes=80)
    out(row)
    hours.grant(row, 100, by=cast.zhao)
    checkins.void_check_in(row, by=SYSTEM, reason="不是本人")
    with pytest.raises(hours.VoidCheckIn):
        hours.grant(row, 50, by=cast.zhao, reason="改")
    assert hours.grant_proposed(sitting, [row.code], by=cast.zhao).done == 0
    assert hours.granted_minutes_of([sitting]) == {}
    assert hours.sheet_of(sitting).rows == ()
    checkins.restore_check_in(row, by=SYSTEM)
    assert hours.granted_minutes_of([sitting]) == {sitting.id: 100}
    events.cancel_event(event, by=SYSTEM, reason="没有办成")
    assert hours.granted_minutes_of([sitting]) == {}


def test_a_code_of_another_sitting_and_no_code_are_refused(cast, event, sitting, stopped):
    foreign = arrive(open_event(cast, title="别的"), cast.li)
    stopped.forward(minutes=101)
    with pytest.raises(NotFound):
        hours.grant_proposed(sitting, [foreign.code], by=cast.zhao)
    with pytest.raises(Invalid):
        hours.grant_proposed(sitting, [], by=cast.zhao)


def test_the_sheet_follows_the_hours_of_the_sitting(cast, event, sitting, stopped):
    row = arrive(event, cast.li)
    stopped.forward(minutes=90)
    out(row)
    events.edit_occurrence(
        sitting, by=SYSTEM, ends_at=sitting.starts_at + 80 * MINUTE
    )  # it ended earlier than planned
    (line,) = hours.sheet_of(sitting).rows
    assert (line.measured, line.proposed, line.is_short) == (80, 80, False)


def test_a_part_of_the_tree_sees_its_own_rows(cast, event, sitting, stopped):
    for person in (cast.li, cast.han):
        arrive(event, person)
    arrive(event, guest("路人", phone="13700000001"))
    stopped.forward(minutes=101)
    hours.grant_proposed(sitting, [row.code for row in hours.sheet_of(sitting).rows], by=cast.zhao)
    assert [row.name for row in hours.sheet_of(sitting, cast.branch).rows] == ["李雷"]
    assert hours.granted_minutes_of([sitting], cast.branch) == {sitting.id: 0}


def test_a_copy_and_an_edit_keep_and_change_the_option(cast, event):
    assert events.copy_event(event, by=cast.zhao).checks_out
    events.edit_event(event, by=SYSTEM, checks_out=False)
    assert not event.checks_out
    (said,) = trail("event_edited")
    assert said.facts["changes"] == {"checks_out": [True, False]}
