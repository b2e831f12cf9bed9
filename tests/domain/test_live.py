"""应到, 实到, guests: the definitions as sentences, and against a naive recount of any world."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app import clock
from app.db import transaction
from app.domain import audit, checkins, leaves, live, members, orgs
from app.domain.events import EventOrg
from app.domain.members import Membership
from app.domain.periods import Period
from tests.domain.worlds import broken_off, settle, worlds
from tests.doors import open_event
from tests.gatherings import gather

COUNTED = {"member", "party_member"}
any_world = settings(
    deadline=None,
    max_examples=25,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def recount(world, sitting, viewer=None):
    """{org number or "total"/"other"/"none": (expected, present, guests, leave, open)}, naively."""
    event, day, _off = world.sittings[sitting]
    invited = dict(world.events[event].invited)

    def nearest(path):
        return next((org for org in path if org in invited), None)

    def sees(org):
        return viewer is None or viewer in world.path(org, date(2100, 1, 1))

    rows = [
        r for r in world.valid(sitting) if (sees(r.org) if r.org is not None else viewer is None)
    ]
    here = {world.final(r.person) for r in world.valid(sitting)}
    expected = set()
    for number, someone in enumerate(world.people):
        is_home = someone.home is not None and (someone.from_on is None or someone.from_on <= day)
        if is_home and someone.standing in COUNTED and sees(someone.home):
            path = world.path(someone.home, day)
            if nearest(path) is not None and invited[nearest(path)] == "persons":
                expected.add((world.final(number), tuple(path)))
    asked = {world.final(person) for s, person in world.leaves if s == sitting} - here

    def figures(holds):
        """Of the paths (leaf first; () for 未归属) that `holds`."""
        mine = [
            (world.final(r.person), r, nearest(path))
            for r in rows
            for path in [tuple(world.path(r.org, day)) if r.org is not None else ()]
            if holds(path)
        ]
        people = {person for person, _r, _near in mine}
        sure = {p for p, r, near in mine
                if near is not None and invited[near] == "persons" and r.standing in COUNTED}  # fmt: skip
        seats = {near for _p, _r, near in mine
                 if near is not None and invited[near] == "seats" and sees(near)}  # fmt: skip
        present = len(sure) + min(len(seats), len(people) - len(sure))
        due = {person for person, path in expected if holds(path)}
        own_seats = [o for o, mode in invited.items()
                     if mode == "seats" and sees(o) and holds(tuple(world.path(o, day)))]  # fmt: skip
        return (
            len(due) + len(own_seats), present, len(people) - present, len(due & asked),
            sum(r.review == "open" for _p, r, _near in mine),
        )  # fmt: skip

    found = {"total": figures(lambda path: True)}
    for org in range(len(world.parents)):
        path = world.path(org, day)
        near = nearest(path)
        if near is not None and sees(org) and (invited[near] == "persons" or org in (near, viewer)):
            found[f"ORG{org}"] = figures(
                lambda path, o=org: o in path and nearest(path) is not None
            )
    found["other"] = figures(lambda path: path and nearest(path) is None)[2::2]
    found["none"] = figures(lambda path: not path)[2::2]
    return found


def shown(tally):
    def of(row):
        return (row.expected, row.present, row.guests, row.leave, row.open_reviews)

    return {
        "total": of(tally),
        **{row.org: of(row) for row in tally.rows},
        "other": (tally.other.guests, tally.other.open_reviews),
        "none": (tally.unaffiliated.guests, tally.unaffiliated.open_reviews),
    }


@any_world
@given(world=worlds(), data=st.data())
def test_the_tally_is_what_a_naive_recount_says(app, world, data):
    viewer = data.draw(st.none() | st.integers(0, len(world.parents) - 1))
    with broken_off() as session:
        made = settle(world, session)
        for number, occurrence in enumerate(made.occurrences):
            scope = None if viewer is None else made.orgs[viewer]
            found = live.tally(occurrence, scope)
            assert shown(found) == recount(world, number, viewer)
            assert found.people == found.present + found.guests
            expected = [row for row in live.roll(occurrence, scope) if row.is_expected]
            seats = sum(
                mode == "seats" for _o, mode in world.events[world.sittings[number][0]].invited
            )
            if viewer is None:
                assert found.expected == len({row.person.id for row in expected}) + seats
                everyone = live.roll(occurrence, with_guests=True)
                assert len({r.person.id for r in everyone if r.check_in}) == found.people
                assert live.curve(occurrence).top == len(world.valid(number))


@any_world
@given(world=worlds())
def test_the_number_of_statements_is_the_same_for_every_world(app, world, statements):
    with broken_off() as session:
        made = settle(world, session)
        session.refresh(made.occurrences[0].event)
        statements.clear()
        live.board(made.occurrences[0])
        assert len(statements) <= 12


@any_world
@given(world=worlds())
def test_one_sitting_after_another_misses_whom_each_misses(app, world):
    year = Period(date(2026, 1, 1), date(2026, 12, 31))
    with broken_off() as session:
        sittings = settle(world, session).occurrences
        found = list(live.absences([sittings[:1], sittings[1:]], year))
        assert found == [(one, live.absent(one)) for one in sittings]


@pytest.fixture
def event(cast, stopped):
    """Today's event of the street, its subtree invited, open for check-in."""
    return open_event(cast)


def rows_of(tally):
    return {row.org: row for row in tally.rows}


def test_members_of_the_invited_subtree_are_expected_at_every_level(event, cast):
    found = live.tally(event.occurrences[0])
    assert (found.expected, found.present, found.people) == (3, 0, 0)
    assert [(row.org, row.depth, row.expected) for row in found.rows] == [
        (cast.street.code, 0, 3), (cast.branch.code, 1, 2), (cast.other_branch.code, 1, 1),
    ]  # fmt: skip
    assert [row.has_children for row in found.rows] == [True, False, False]


def test_somebody_of_an_org_not_invited_stands_under_other_and_a_guest_of_nobody_at_the_host(
    event, cast
):
    occurrence = event.occurrences[0]
    checkins.tick(occurrence, cast.lin, by=audit.SYSTEM)
    guest = members.make_person("过路人")
    with transaction() as session:
        session.add(guest)
        session.flush()
        checkins.record_check_in(
            occurrence, guest, at=clock.now(), how="tick", by=audit.SYSTEM, reasons=("identity",)
        )
    found = live.tally(occurrence)
    assert (found.present, found.guests, found.people, found.open_reviews) == (0, 2, 2, 1)
    assert found.other == live.Line(guests=1)
    assert found.unaffiliated == live.Line(guests=1, open_reviews=1)


def test_leave_stands_beside_the_expected_and_ends_when_they_come(event, cast):
    occurrence = event.occurrences[0]
    with transaction() as session:
        for person in (cast.wang, cast.li, cast.lin):
            session.add(
                leaves.Leave(
                    occurrence_id=occurrence.id, person_id=person.id, kind="sick",
                    noted_at=clock.now(),
                )
            )  # fmt: skip
    checkins.tick(occurrence, cast.li, by=audit.SYSTEM)
    found = live.tally(occurrence)
    assert (found.expected, found.present, found.leave, found.missing) == (3, 1, 1, 1)
    assert [(b.org, b.missing, b.excused) for b in live.absent(occurrence)] == [
        (cast.branch.code, (), ("王芳",)), (cast.other_branch.code, ("韩梅",), ()),
    ]  # fmt: skip


def test_a_seat_expects_one_and_is_held_by_whoever_comes_first(cast, stopped):
    event = open_event(cast, host=cast.district, invited=[(cast.bureau, "persons")])
    with transaction() as session:
        session.add(EventOrg(event_id=event.id, org_id=cast.street.id, mode="seats"))
    occurrence = event.occurrences[0]
    found = rows_of(live.tally(occurrence))
    assert found[cast.street.code].expected == 1
    assert cast.branch.code not in found
    assert [b.org for b in live.absent(occurrence) if b.is_seat] == [cast.street.code]
    for person in (cast.wang, cast.han):
        checkins.tick(occurrence, person, by=audit.SYSTEM)
    seat = rows_of(live.tally(occurrence))[cast.street.code]
    assert (seat.expected, seat.present, seat.guests) == (1, 1, 1)
    assert not [b for b in live.absent(occurrence) if b.is_seat]


def test_an_event_that_invites_nobody_expects_nobody(cast, stopped):
    event = open_event(cast, invited=[])
    checkins.tick(event.occurrences[0], cast.wang, by=audit.SYSTEM)
    found = live.tally(event.occurrences[0])
    assert (found.is_invited, found.expected, found.present, found.guests) == (False, 0, 0, 1)


def test_a_branch_sees_only_its_own_rows(event, cast):
    for person in (cast.wang, cast.han, cast.lin):
        checkins.tick(event.occurrences[0], person, by=audit.SYSTEM)
    mine = live.tally(event.occurrences[0], cast.branch)
    assert [row.org for row in mine.rows] == [cast.branch.code]
    assert (mine.expected, mine.present, mine.guests, mine.recent) == (2, 1, 0, 1)
    assert [a.name for a in live.arrivals(event.occurrences[0], cast.branch)] == ["王*"]
    assert live.curve(event.occurrences[0], cast.branch).top == 1


def test_a_move_after_the_day_leaves_the_tally_and_a_new_name_is_shown(event, cast, stopped):
    checkins.tick(event.occurrences[0], cast.wang, by=audit.SYSTEM)
    before = rows_of(live.tally(event.occurrences[0]))
    stopped.forward(days=3)
    orgs.move_org(cast.branch, cast.bureau, by=audit.SYSTEM)
    orgs.rename_org(cast.branch, "浏正街支部（新）", by=audit.SYSTEM)
    after = rows_of(live.tally(event.occurrences[0]))
    assert after[cast.street.code].present == before[cast.street.code].present == 1
    assert after[cast.branch.code].name == "浏正街支部（新）"


def test_the_version_changes_with_people_undoing_the_roster_and_the_phase(event, cast, stopped):
    occurrence = event.occurrences[0]
    versions = [live.board(occurrence).version]

    def moved():
        versions.append(live.board(occurrence).version)
        return versions[-1] != versions[-2]

    assert not moved()
    row = checkins.tick(occurrence, cast.wang, by=audit.SYSTEM)
    assert moved()
    checkins.void_check_in(row, by=audit.SYSTEM, reason="点错")
    assert moved()
    members.join_branch(members.make_person("新来的"), cast.branch)
    assert moved()
    stopped.forward(hours=2)
    assert occurrence.phase == "closed"
    assert moved()


def test_a_poll_computes_once_a_second_and_a_page_at_once(event, cast, stopped):
    occurrence = event.occurrences[0]
    empty = live.board(occurrence, fresh=False)
    checkins.tick(occurrence, cast.wang, by=audit.SYSTEM)
    assert live.board(occurrence, fresh=False) is empty
    stopped.forward(seconds=1)
    assert live.board(occurrence, fresh=False).tally.present == 1
    checkins.tick(occurrence, cast.li, by=audit.SYSTEM)
    assert live.board(occurrence).tally.present == 2


def test_the_latest_come_first_and_masked(event, cast, stopped):
    for person in (cast.wang, cast.li):
        checkins.tick(event.occurrences[0], person, by=audit.SYSTEM)
        stopped.forward(minutes=4)
    latest = live.arrivals(event.occurrences[0])
    assert [(a.name, a.org) for a in latest] == [("李*", "浏正街支部"), ("王*", "浏正街支部")]
    assert live.tally(event.occurrences[0]).recent == 1


def test_the_curve_rises_to_everybody_who_came(event, cast, stopped):
    occurrence = event.occurrences[0]
    assert live.curve(occurrence).top == 0
    for person in (cast.wang, cast.li, cast.han):
        checkins.tick(occurrence, person, by=audit.SYSTEM)
        stopped.forward(minutes=20)
    found = live.curve(occurrence)
    counts = [number for _at, number in found.points]
    assert counts == sorted(counts)
    assert (found.top, len(found.points) <= 42) == (3, True)
    assert found.points[-1][0] == clock.now()
    stopped.forward(days=2)
    assert live.curve(occurrence).points[-1] == (occurrence.ends_at, 3)
    stopped.forward(days=-3)
    assert live.curve(occurrence).points == ()


def test_the_roll_names_everybody_expected_and_then_who_else_came(event, cast):
    occurrence = event.occurrences[0]
    checkins.tick(occurrence, cast.lin, by=audit.SYSTEM)
    checkins.tick(occurrence, cast.han, by=audit.SYSTEM)
    rows = live.roll(occurrence, with_guests=True)
    assert [(r.person.name, r.is_expected, bool(r.check_in)) for r in rows] == [
        ("李雷", True, False), ("王芳", True, False), ("韩梅", True, True), ("林涛", False, True),
    ]  # fmt: skip
    assert len(live.roll(occurrence, cast.branch)) == 2


def test_a_merged_person_is_one_even_with_two_rows(event, cast):
    occurrence = event.occurrences[0]
    guest = members.make_person("王芳", phone="13700000009")
    with transaction() as session:
        session.add(guest)
        session.flush()
        checkins.record_check_in(
            occurrence, guest, at=clock.now(), how="poster", by=audit.SYSTEM, org=cast.branch
        )
        checkins.record_check_in(
            occurrence,
            cast.wang,
            at=clock.now() + timedelta(seconds=1),
            how="tick",
            by=audit.SYSTEM,
        )
        guest.merged_into_id = cast.wang.id
    found = live.tally(occurrence)
    assert (found.present, found.guests, found.people) == (1, 0, 1)
    row = rows_of(found)[cast.branch.code]
    assert (row.present, row.guests) == (1, 0)


def test_a_list_of_sittings_knows_who_was_a_member_on_which_day_and_asks_once(
    cast, stopped, statements
):
    days = [timedelta(days=n) for n in range(-6, 0)]
    sittings = [
        gather(cast.street, cast.street, starts_in=day).occurrences[0] for day in days
    ]  # fmt: skip
    with transaction() as session:
        moved = session.scalar(select(Membership).where(Membership.person_id == cast.li.id))
        moved.to_on = sittings[3].starts_on
        session.add(Membership(person_id=cast.li.id, org_id=cast.other_branch.id, home=True,
                               standing="member", from_on=moved.to_on))  # fmt: skip
        session.add(leaves.Leave(occurrence_id=sittings[4].id, person_id=cast.li.id, kind="sick",
                                 noted_at=clock.now()))  # fmt: skip
    checkins.tick(sittings[5], cast.li, by=audit.SYSTEM)
    week = Period(sittings[0].starts_on, sittings[5].starts_on)

    def asked(some):
        statements.clear()
        found = list(live.absences([some], week))
        return found, len(statements)

    found, _number = asked(sittings)
    assert [{b.org: (b.missing, b.excused) for b in branches} for _one, branches in found] == [
        {cast.branch.code: (("李雷", "王芳"), ()), cast.other_branch.code: (("韩梅",), ())}
    ] * 3 + [
        {cast.branch.code: (("王芳",), ()), cast.other_branch.code: (more, excused)}
        for more, excused in ((("韩梅", "李雷"), ()), (("韩梅",), ("李雷",)), (("韩梅",), ()))
    ]
    assert found == [(one, live.absent(one)) for one in sittings]
    assert asked(sittings)[1] - asked(sittings[:1])[1] == 5  # who came to each of the others
