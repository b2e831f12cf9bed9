"""Once more, every week, and afterwards: copies, weekly sittings and late records."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app import clock
from app.db import db
from app.domain import checkins, events, orgs, programmes
from app.domain.audit import SYSTEM, AuditEntry
from app.errors import Conflict, Invalid
from tests.happenings import EVENING, HOUR, make

WEEK = timedelta(weeks=1)
YESTERDAY = {"starts_at": EVENING - 24 * HOUR, "ends_at": EVENING - 23 * HOUR}


def by(staff, **told):
    return {"by": staff, "actor": staff.actor, **told}


def acts(event):
    query = select(AuditEntry.act).where(AuditEntry.subject == f"event:{event.id}")
    return list(db.session.scalars(query.order_by(AuditEntry.id)))


# Every week ---------------------------------------------------------------------------------


def test_a_weekly_event_is_one_code_and_a_sitting_a_week(cast, stopped):
    event = make(cast, weeks=4, place="报告厅", opens_at=EVENING - 2 * HOUR, capacity=9)
    starts = [one.starts_at for one in event.occurrences]
    assert starts == [EVENING + n * WEEK for n in range(4)]
    last = event.occurrences[3]
    assert (last.opens_at, last.place, last.capacity) == (
        EVENING + 3 * WEEK - 2 * HOUR,
        "报告厅",
        9,
    )
    assert len({event.code, *(one.code for one in event.occurrences)}) == 5
    events.add_occurrence(event, starts_at=EVENING + 4 * WEEK, ends_at=EVENING + 4 * WEEK + HOUR, by=SYSTEM, weeks=3)  # fmt: skip
    assert len(event.occurrences) == 7
    assert acts(event).count("occurrence_added") == 3


@pytest.mark.parametrize("weeks", [0, -1, 53])
def test_no_event_is_held_for_ever(cast, stopped, weeks):
    with pytest.raises(Invalid) as refusal:
        make(cast, weeks=weeks)
    assert refusal.value.field == "weeks"
    assert db.session.scalars(select(events.Event)).all() == []


def test_the_hundredth_sitting_is_the_last(cast, stopped):
    event = make(cast, weeks=52)
    with pytest.raises(Conflict):
        events.add_occurrence(event, starts_at=EVENING, ends_at=EVENING + HOUR, by=SYSTEM, weeks=49)
    assert len(event.occurrences) == 52


# Once more ----------------------------------------------------------------------------------


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(hours=st.integers(-2000, 2000), weeks=st.integers(1, 5))
def test_a_copy_lies_ahead_on_the_same_weekday_at_the_same_time(cast, stopped, hours, weeks):
    start = EVENING + hours * HOUR
    event = make(cast, starts_at=start, ends_at=start + HOUR, weeks=weeks)
    copy = events.copy_event(event, by=cast.organizer)
    old, new = [[clock.local(o.starts_at) for o in one.occurrences] for one in (event, copy)]
    assert len(new) == weeks
    assert [(o.weekday(), o.time()) for o in new] == [(o.weekday(), o.time()) for o in old]
    assert new[0] > max(stopped.at, old[-1])
    assert new[0] - timedelta(weeks=1) <= max(stopped.at, old[-1])
    assert (copy.copied_from_id, copy.is_draft) == (event.id, True)


def test_a_copy_of_a_closed_house_is_held_by_whoever_copies(cast, stopped):
    event = make(cast, invited=[(cast.branch, "persons"), (cast.other_branch, "seats")])
    orgs.close_org(cast.branch, by=SYSTEM, on=clock.today())
    copy = events.copy_event(event, by=cast.street_manager)
    assert copy.host_id == cast.street.id
    assert [(row.org_id, row.mode) for row in copy.invitations] == [(cast.other_branch.id, "seats")]


def test_the_next_form_offers_what_the_org_did_last(cast, stopped):
    assert events.usual_programmes(cast.branch) == []
    talk, work = programmes.programmes()[:2]
    make(cast, programmes=[talk])
    make(cast, programmes=[work], host=cast.other_branch)
    events.cancel_event(make(cast, programmes=[work]), by=SYSTEM, reason="停电")
    assert events.usual_programmes(cast.branch) == [talk]


# Afterwards ---------------------------------------------------------------------------------


def test_what_is_over_is_entered_with_a_reason_and_stays_marked(cast, stopped):
    event = make(cast, **by(cast.organizer), late_reason=" 忘了登记 ", **YESTERDAY)
    assert (event.late_reason, event.is_late_record) == ("忘了登记", True)
    assert acts(event) == ["event_recorded_late"]
    assert event.occurrences[0].phase == "closed"


def test_an_account_enters_nothing_past_without_a_reason(cast, stopped):
    with pytest.raises(Invalid) as refusal:
        make(cast, **by(cast.organizer), **YESTERDAY)
    assert refusal.value.field == "late_reason"
    assert db.session.scalars(select(events.Event)).all() == []


def test_what_goes_on_or_lies_ahead_is_no_late_record(cast, stopped):
    stopped.at = EVENING + timedelta(minutes=30)
    for told in ({}, {"starts_at": EVENING - WEEK, "ends_at": EVENING - WEEK + HOUR, "weeks": 3}):
        with pytest.raises(Invalid) as refusal:
            make(cast, **by(cast.organizer), late_reason="忘了", **told)
        assert refusal.value.field == "late_reason"


def test_a_draft_whose_day_went_by_asks_why(cast, stopped):
    draft = make(cast, draft=True)
    stopped.forward(days=2)
    with pytest.raises(Invalid):
        events.publish_event(draft, by=cast.organizer.actor)
    assert draft.is_draft
    events.edit_event(draft, by=cast.organizer.actor, late_reason="当天没网", publish=True)
    assert acts(draft)[-1] == "event_recorded_late"
    events.withdraw_event(draft, by=SYSTEM)
    events.publish_event(draft, by=cast.organizer.actor)
    assert draft.late_reason == "当天没网"


def test_what_was_out_in_time_comes_back_without_a_reason(cast, stopped):
    event = make(cast)
    events.withdraw_event(event, by=SYSTEM)
    stopped.forward(days=2)
    events.publish_event(event, by=cast.organizer.actor)
    assert not event.is_late_record


def test_no_phone_checks_in_at_a_late_record_whatever_its_window(cast, stopped):
    event = make(cast, late_reason="忘了", closes_at=stopped.at + HOUR, **YESTERDAY)
    assert event.occurrences[0].phase == "closed"
    assert checkins.doors_of(event.code)[0].phase == "closed"
    with pytest.raises(Conflict):
        events.extend_check_in(event.occurrences[0], by=SYSTEM, minutes=60)
    listed = {part: len(events.list_events(cast.branch, part).rows) for part in events.PARTS}
    assert listed == {"running": 0, "upcoming": 0, "invited": 0, "drafts": 0, "past": 1}


def test_a_late_record_stays_in_the_past_and_stays_one(cast, stopped):
    event = make(cast, late_reason="忘了", **YESTERDAY)
    one = event.occurrences[0]
    with pytest.raises(Invalid):
        events.edit_occurrence(one, by=SYSTEM, starts_at=EVENING, ends_at=EVENING + HOUR)
    with pytest.raises(Invalid):
        events.add_occurrence(event, starts_at=EVENING, ends_at=EVENING + HOUR, by=SYSTEM)
    with pytest.raises(Conflict):
        events.edit_event(event, by=SYSTEM, late_reason="")
    with pytest.raises(Conflict):
        events.edit_event(make(cast), by=SYSTEM, late_reason="忘了")
    events.edit_event(event, by=SYSTEM, late_reason="当天停电")
    assert event.late_reason == "当天停电"
    assert not events.copy_event(event, by=cast.organizer).is_late_record
