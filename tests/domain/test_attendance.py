"""Ticks, undoing, restoring and clearing doubts in any order: a small model holds them to account."""

from collections import Counter
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.db import db, transaction
from app.domain import attendance, checkins, live, members, orgs, reviews
from app.domain.checkins import CheckIn
from app.domain.members import Person
from app.errors import Conflict, Refusal
from tests.gatherings import arrive, gather, guest, sitting

ACTS = st.sampled_from(
    ["arrive", "tick", "confirm", "confirm_all", "accept", "reject", "void", "restore"]
)
STEPS = st.lists(st.tuples(ACTS, st.integers(0, 9), st.integers(0, 9)), max_size=25)
names = iter(range(10**6))


class World:
    """Two members, three guests who may be them, two events; and what the model expects."""

    def __init__(self, cast):
        self.by = cast.street_manager
        number = next(names)
        self.people = [members.make_person(f"团员{number}号{who}") for who in "甲乙"]
        for person in self.people:
            members.join_branch(person, cast.branch)
        self.guests = [
            guest(self.people[who].name, phone=f"137{number * 3 + spare:08}")
            for spare, who in enumerate((0, 0, 1))
        ]
        self.events = [gather(cast.street, cast.street) for _ in range(2)]
        self.written = 0

    def rows(self):
        ids = [event.occurrences[0].id for event in self.events]
        query = db.session.query(CheckIn).filter(CheckIn.occurrence_id.in_(ids))
        return query.order_by(CheckIn.id).populate_existing().all()

    def do(self, act, one, two):
        rows, event = self.rows(), self.events[one % 2]
        row = rows[one % len(rows)] if rows else None
        person = self.people[two % 2]
        if act == "arrive":
            who = self.guests[two % 3]
            final = db.session.get(Person, who.merged_into_id or who.id, populate_existing=True)
            arrive(event, final, org=orgs.root_or_none(), reasons=("identity",))
            self.written += 1
        elif act == "tick":
            done = attendance.tick_all(event.occurrences[0], [person.code], by=self.by)
            self.written += done.done
        elif act == "confirm_all":
            reviews.confirm_all(event, by=self.by)
        elif row is None:
            return
        elif act == "confirm":
            reviews.confirm(row, person, by=self.by)
        elif act == "accept":
            reviews.accept(row, by=self.by)
        elif act == "reject":
            reviews.reject(row, "不是本人", by=self.by)
        elif act == "void":
            checkins.void_check_in(row, by=self.by.actor, reason="点错")
        elif act == "restore":
            checkins.restore_check_in(row, by=self.by.actor)

    def check(self):
        rows = self.rows()
        assert len(rows) == self.written, "nothing is ever deleted"
        valid = [row for row in rows if row.voided_at is None]
        final = [(row.occurrence_id, row.person.merged_into_id or row.person_id) for row in valid]
        assert max(Counter(final).values(), default=0) <= 1, "one person counts once a sitting"
        for person in db.session.query(Person).filter(Person.merged_into_id.is_not(None)):
            assert db.session.get(Person, person.merged_into_id).merged_into_id is None
        for row in rows:
            assert (row.void_reason != "") == (row.voided_at is not None)
            assert row.review in ("open", "accepted", "none")


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_whatever_staff_do_a_person_counts_once_and_nothing_is_deleted(cast, stopped, steps):
    world = World(cast)
    for step in steps:
        try:
            world.do(*step)
        except Conflict:  # anything else would be a bug
            db.session.rollback()
        world.check()


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_the_roll_holds_the_people_the_live_page_counts(cast, stopped, steps):
    world = World(cast)
    for step in steps:
        try:
            world.do(*step)
        except Refusal:
            continue
    for event in world.events:
        for rows_of in (None, cast.branch, cast.other_branch):
            roll = attendance.roll_of(event.occurrences[0], rows_of)
            tally = live.tally(event.occurrences[0], rows_of)
            assert (roll.present, len(roll.guests)) == (tally.present, tally.guests)
            assert len(roll.entries) == tally.expected


def test_a_member_who_moved_still_stands_in_the_old_branch(cast, stopped):
    event = gather(cast.street, cast.street)
    arrive(event, cast.li)
    members.join_branch(cast.li, cast.class_one, on=stopped.at.date() + timedelta(days=1))
    stopped.forward(days=2)
    roll = attendance.roll_of(event.occurrences[0])
    assert [entry.org.id for entry in roll.entries if entry.check_in] == [cast.branch.id]
    assert len(roll.entries) == 3


def test_a_seat_a_youth_and_an_uninvited_org_are_not_expected(cast, stopped):
    event = gather(cast.street, cast.branch)
    youth = members.make_person("小青")
    members.join_branch(youth, cast.branch, standing="youth")
    for person in (youth, cast.han, cast.li):
        arrive(event, person)
    with transaction():
        event.invitations[0].mode = "persons"
    roll = attendance.roll_of(event.occurrences[0])
    assert (roll.present, len(roll.entries)) == (1, 2)
    assert {entry.person.name for entry in roll.guests} == {"小青", "韩梅"}
    with transaction():
        event.invitations[0].mode = "seats"
    roll = attendance.roll_of(event.occurrences[0])
    assert [(e.person.name, e.seat.id) for e in roll.entries] == [("小青", cast.branch.id)]
    assert {entry.person.name for entry in roll.guests} == {"韩梅", "李雷"}


def test_what_one_person_did_is_shown_as_far_as_the_scope_sees(cast, stopped):
    own, far = gather(cast.branch, cast.branch), gather(cast.bureau, cast.bureau)
    late = sitting(own, starts_in=timedelta(days=1))
    visitor = guest("李雷", phone="13700000001")
    row = arrive(own, visitor, reasons=("identity",))
    reviews.confirm(row, cast.li, by=cast.wang_staff)
    checkins.tick(late, cast.li, by=cast.wang_staff.actor)
    arrive(far, cast.lin)
    assert len(attendance.rows_of_person(cast.li, cast.branch)) == 2
    assert attendance.rows_of_person(cast.li, cast.bureau) == []
    assert attendance.rows_of_person(cast.lin, cast.branch) == []
