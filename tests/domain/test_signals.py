"""Signs of checking in for others: found afterwards, a reason to look, never a figure."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import clock, keys
from app.db import db, transaction
from app.domain import audit, checkins, counts, live, members, reviews, signals
from app.domain.devices import Device
from app.domain.periods import Period
from app.domain.signals import Seen
from app.errors import Conflict
from tests.gatherings import arrive, gather, sitting

T = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
LATER = T + timedelta(hours=9)


def seen(*rows):
    """Rows (second, phone, branch) of one sitting, numbered from 1."""
    return [
        Seen(n, at := T + timedelta(seconds=s), at, device_id=phone, line_id=branch)
        for n, (s, phone, branch) in enumerate(rows, 1)
    ]


many_rows = st.lists(
    st.tuples(st.integers(0, 200), st.integers(1, 6), st.integers(1, 2)), max_size=30
).map(lambda rows: seen(*rows))


def test_three_rows_of_one_phone_in_a_minute_are_a_burst():
    assert signals.bursts_of(seen((0, 1, 1), (30, 1, 2), (60, 1, None))) == {1, 2, 3}
    assert signals.bursts_of(seen((0, 1, 1), (30, 1, 1), (61, 1, 1))) == set()


def test_six_rows_of_a_branch_by_half_as_many_phones_in_a_minute_are_a_burst():
    pairs = [(n, n // 2 + 1, 1) for n in range(6)]  # three phones, two rows each
    assert signals.bursts_of(seen(*pairs)) == {1, 2, 3, 4, 5, 6}
    assert signals.bursts_of(seen(*pairs[:5])) == set()
    assert signals.bursts_of(seen(*pairs[:5], (5, 4, 1))) == set()  # four phones for six
    assert signals.bursts_of(seen(*pairs[:5], (5, 3, 2))) == set()  # another branch


def test_an_honest_phone_of_the_same_minute_is_not_in_the_burst():
    rows = seen((0, 1, 1), (1, 1, 1), (2, 9, 1), (3, 2, 1), (4, 2, 1), (5, 2, 1), (6, 1, 1))
    assert signals.bursts_of(rows) == {1, 2, 4, 5, 6, 7}


def test_a_crowd_where_everybody_has_a_phone_is_no_burst():
    assert signals.bursts_of(seen(*[(0, phone, 1) for phone in range(500)])) == set()


@given(many_rows, st.randoms())
def test_a_burst_does_not_depend_on_the_order_of_reading(rows, chance):
    mixed = list(rows)
    chance.shuffle(mixed)
    assert signals.bursts_of(mixed) == signals.bursts_of(rows)


@given(many_rows)
def test_only_rows_of_phones_that_wrote_several_are_in_a_burst(rows):
    found = [row for row in rows if row.id in signals.bursts_of(rows)]
    for row in found:
        near = [
            other for other in rows
            if other.device_id == row.device_id
            and abs(other.received_at - row.received_at) <= signals.BURST_WITHIN
        ]  # fmt: skip
        assert len(near) > 1


@pytest.mark.parametrize(
    ("how", "minutes", "is_late"),
    [("poster", 0, False), ("poster", 1, True), ("desk", 1, True), ("tick", 1, False), ("paper", 1, False),
     ("poster", 24 * 60, False)],
)  # fmt: skip
def test_after_the_planned_end_is_late_unless_staff_wrote_it(how, minutes, is_late):
    at = T + timedelta(minutes=minutes)
    found = signals.signs_of([Seen(1, at, at, how=how)], T)
    assert found == ({1: ["late"]} if is_late else {})


@pytest.mark.parametrize(
    ("client", "at", "off"),
    [
        (None, 0, False),
        (10, 0, False),  # the very edge
        (11, 0, True),
        (-11, 0, True),
        (-180, -180, False),  # kept offline for three hours, its clock right
        (-195, -180, True),  # kept offline, its clock a quarter of an hour behind
    ],
)
def test_a_clock_more_than_ten_minutes_off_is_a_reason(client, at, off):
    client_at = None if client is None else T + timedelta(minutes=client)
    row = Seen(1, T + timedelta(minutes=at), T, client_at, "desk")
    assert signals.signs_of([row], LATER) == ({1: ["clock"]} if off else {})


# With the database


def phone_row(event, person, device, *, reasons=(), occurrence=None):
    """A row as this phone would have written it."""
    row = arrive(event, person, reasons=reasons)
    with transaction():
        row.device_id = device.id
        if occurrence is not None:
            row.occurrence_id = occurrence.id
    return row


def device(name):
    row = Device(token_hash=keys.token_hash(name), made_at=clock.now(), seen_at=clock.now())
    with transaction() as session:
        session.add(row)
    return row


@pytest.fixture
def event(cast, stopped):
    """Three people of 浏正街 by one phone within a minute, and 韩梅 by her own."""
    event = gather(cast.street, cast.street, title="街道团日")
    third = members.make_person("周舟")
    members.join_branch(third, cast.branch)
    shared = device("shared")
    for person in (cast.wang, cast.li, third):
        phone_row(event, person, shared)
        stopped.forward(seconds=10)
    phone_row(event, cast.han, device("own"))
    return event


def rows_of(event):
    db.session.expire_all()
    query = db.session.query(checkins.CheckIn).filter_by(occurrence_id=event.occurrences[0].id)
    return query.order_by(checkins.CheckIn.id).all()


def state(event):
    return [(row.review, row.review_reasons) for row in rows_of(event)]


def test_a_sweep_adds_reasons_once_and_is_on_the_trail(cast, event):
    here = event.occurrences[0]
    assert signals.sweep(here, by=cast.wang_staff.actor) == 3
    burst = [("open", "burst")] * 3 + [("none", "")]
    assert state(event) == burst
    assert signals.sweep(here, by=cast.wang_staff.actor) == 0
    assert state(event) == burst
    (entry,) = db.session.query(audit.AuditEntry).filter_by(act="doubts_found")
    assert (entry.facts["number"], entry.actor_id) == (3, cast.wang_staff.id)


def test_doubt_changes_neither_present_nor_attendances(cast, event):
    here = event.occurrences[0]
    period = Period(here.starts_on, here.starts_on)

    def figures():
        db.session.expire_all()
        tally, total = live.tally(here), counts.counts(period, cast.district)[0]
        return tally.present, tally.guests, total.attendances, total.people

    before = figures()
    signals.sweep(here, by=audit.SYSTEM)
    assert figures() == before
    assert live.tally(here).open_reviews == 3


def test_a_reason_is_added_to_those_a_row_has(cast, event):
    first = rows_of(event)[0]
    with transaction():
        first.review, first.review_reasons = "open", "identity"
    assert signals.sweep(event.occurrences[0], by=audit.SYSTEM) == 3
    assert rows_of(event)[0].review_reasons == "identity,burst"


def test_what_was_accepted_stays_accepted_and_what_was_undone_is_left_alone(cast, event):
    first, second, *_rest = rows_of(event)
    signals.sweep(event.occurrences[0], by=audit.SYSTEM)
    reviews.accept(first, by=cast.zhao)
    checkins.void_check_in(second, by=audit.SYSTEM, reason="走错会场")
    before = state(event)
    assert signals.sweep(event.occurrences[0], by=audit.SYSTEM) == 0
    assert state(event) == before
    assert before[0] == ("accepted", "burst")


def test_a_row_that_staff_undid_before_makes_no_burst(cast, event):
    checkins.void_check_in(rows_of(event)[1], by=audit.SYSTEM, reason="走错会场")
    assert signals.sweep(event.occurrences[0], by=audit.SYSTEM) == 0


def test_a_phone_at_two_sittings_makes_no_burst(cast, stopped):
    event = gather(cast.street, cast.street)
    second, phone = sitting(event, starts_in=timedelta(0)), device("shared")
    for person, occurrence in ((cast.wang, None), (cast.li, None), (cast.han, second)):
        phone_row(event, person, phone, occurrence=occurrence)
    assert [signals.sweep(one, by=audit.SYSTEM) for one in event.occurrences] == [0, 0]


def test_what_was_entered_late_on_purpose_is_not_doubted(cast, event):
    with transaction():
        event.late_reason = "忘了登记"
    assert signals.sweep(event.occurrences[0], by=audit.SYSTEM) == 0


def test_a_sitting_waits_until_it_was_looked_through_and_again_when_rows_come(cast, event, stopped):
    gather(cast.branch, cast.branch)  # nobody came
    assert signals.unswept(cast.branch) == []
    assert [one.event_id for one in signals.unswept(cast.street)] == [event.id]
    looked = signals.sweep_all(cast.street, by=audit.SYSTEM)
    assert (looked.sittings, looked.found, looked.left) == (1, 3, 0)
    assert signals.unswept(cast.district) == []
    late = members.make_person("孙新")
    members.join_branch(late, cast.branch)
    phone_row(event, late, device("late"))
    assert len(signals.unswept(cast.district)) == 1
    stopped.forward(days=signals.RECENT_DAYS + 1)
    assert signals.unswept(cast.district) == []
    assert len(signals.unswept(cast.district, days=None)) == 1
    looked = signals.sweep_all(cast.district, by=audit.SYSTEM, days=None, most=0)
    assert (looked.sittings, looked.left) == (0, 1)


def test_closing_check_in_looks_through_what_came(cast, event):
    signals.close_check_in(event.occurrences[0], by=cast.street_manager.actor)
    assert event.occurrences[0].phase == "closed"
    assert [review for review, _why in state(event)] == ["open"] * 3 + ["none"]
    with pytest.raises(Conflict):
        signals.close_check_in(event.occurrences[0], by=cast.street_manager.actor)


def test_a_burst_is_one_group_and_is_cleared_at_once(cast, event, stopped):
    stopped.forward(minutes=5)
    other = members.make_person("孙新")
    members.join_branch(other, cast.branch)
    single = phone_row(event, other, device("third"), reasons=("walk_in",))
    signals.sweep(event.occurrences[0], by=audit.SYSTEM)
    (one,) = reviews.open_reviews(cast.street, event)
    burst, walk_in = signals.groups_of(one.doubts)
    assert (burst.reason, len(burst.doubts), burst.phones, burst.certain) == ("burst", 3, 1, 3)
    assert burst.last_at - burst.first_at == timedelta(seconds=20)
    assert (walk_in.reason, walk_in.doubts[0].check_in.id) == ("walk_in", single.id)
    codes = [doubt.check_in.code for doubt in burst.doubts]
    done = signals.confirm_all(event, by=cast.street_manager, rows=codes)
    assert (done.confirmed, done.left) == (3, 0)
    assert [row.review for row in rows_of(event)] == ["accepted"] * 3 + ["none", "open"]


def test_two_bursts_are_two_groups(cast, event, stopped):
    stopped.forward(minutes=5)
    phone = device("other")
    for name in ("赵一", "钱二", "孙三"):
        person = members.make_person(name)
        members.join_branch(person, cast.branch)
        phone_row(event, person, phone)
    signals.sweep(event.occurrences[0], by=audit.SYSTEM)
    (one,) = reviews.open_reviews(cast.street, event)
    assert [len(group.doubts) for group in signals.groups_of(one.doubts)] == [3, 3]


def test_bulk_clearing_leaves_what_it_found_itself(cast, event):
    first = rows_of(event)[3]
    with transaction():
        first.review, first.review_reasons = "open", "walk_in"
    done = signals.confirm_all(event, by=cast.street_manager)
    assert (done.confirmed, done.left) == (1, 0)
    assert [row.review for row in rows_of(event)] == ["open"] * 3 + ["accepted"]


def test_every_reason_has_an_explanation():
    assert set(signals.ORDER) == set(checkins.REASONS)
    assert len(",".join(checkins.REASONS)) <= 120


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None
)
@given(
    rows=st.lists(st.tuples(st.integers(0, 90), st.integers(0, 3), st.sampled_from(["none", "open", "accepted"])), min_size=1, max_size=12)
)  # fmt: skip
def test_a_second_sweep_changes_nothing_whatever_the_rows(cast, stopped, rows):
    event = gather(cast.street, cast.street)
    phones = [device(keys.new_code(10)) for _ in range(4)]
    start = stopped.at
    for number, (second, phone, review) in enumerate(rows):
        stopped.at = start + timedelta(seconds=second)
        person = members.make_person(f"团员{chr(0x4E00 + number)}")
        members.join_branch(person, cast.branch)
        row = phone_row(event, person, phones[phone])
        with transaction():
            row.review = review
            row.review_reasons = "" if review == "none" else "identity"
    stopped.at = start
    before = rows_of(event)
    cleared = [(row.id, row.review_reasons) for row in before if row.review == "accepted"]
    signals.sweep(event.occurrences[0], by=audit.SYSTEM)
    once = state(event)
    signals.sweep(event.occurrences[0], by=audit.SYSTEM)
    assert state(event) == once
    after = {row.id: row for row in rows_of(event)}
    assert all(after[id_].review == "accepted" and after[id_].review_reasons == why for id_, why in cleared)  # fmt: skip
    assert all(row.voided_at is None for row in after.values())
