"""The figures of a period, against a naive recount of any small world."""

from datetime import date

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.domain import audit, orgs
from app.domain.counts import (
    attendance_rows,
    counts,
    hosted_occurrences,
    people_rows,
    programme_counts,
    took_part_occurrences,
    unrecorded_occurrences,
)
from app.domain.periods import Period
from tests.domain.worlds import DAYS, broken_off, settle, worlds

PERIODS = [Period(date(2026, 1, 1), date(2026, 6, 30)), Period(date(2026, 6, 27), date(2026, 7, 3))]
COUNTED = {"member", "party_member"}
FIGURES = ("hosted", "unrecorded", "took_part", "attendances", "open_reviews", "guests", "people",
           "unidentified", "headcount", "tally", "minutes")  # fmt: skip
any_world = settings(
    deadline=None,
    derandomize=True,
    max_examples=25,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def held(world, period):
    return [
        n
        for n, (event, day, off) in enumerate(world.sittings)
        if world.events[event].state == "held" and not off and period.from_on <= day <= period.to_on
    ]


def recount(world, period, sits, is_mine):
    """The figures of the rows whose path `is_mine`, among the held sittings `sits`."""
    mine = [(n, r) for n, r in enumerate(world.rows)
            if r.sitting in sits and not r.voided and is_mine(world.line(r))]  # fmt: skip
    heads = [
        (sit, number) for sit, org, number, voided in world.headcounts
        if sit in sits and not voided and is_mine(world.path(org, world.sittings[sit][1]))
    ]  # fmt: skip
    recorded = {r.sitting for r in world.rows if not r.voided}
    recorded |= {sit for sit, _org, _number, voided in world.headcounts if not voided}
    recorded |= {sit for sit, *_rest in world.tallies if sit is not None}
    hosted = [
        n for n in sits
        if is_mine(world.path(world.events[world.sittings[n][0]].host, world.sittings[n][1]))
    ]  # fmt: skip
    finals = {(r.sitting, world.final(r.person)) for _n, r in mine}
    known = {p for _s, p in finals if not world.people[p].is_unidentified}
    lost = [s for s, p in finals if world.people[p].is_unidentified]
    most = max((lost.count(s) for s in lost), default=0)
    return {
        "hosted": len(hosted),
        "unrecorded": sum(n not in recorded for n in hosted),
        "took_part": len({r.sitting for _n, r in mine} | {s for s, _number in heads}),
        "attendances": len(mine),
        "open_reviews": sum(r.review == "open" for _n, r in mine),
        "guests": sum(r.standing not in COUNTED for _n, r in mine),
        "people": len(known) + most,
        "unidentified": most,
        "headcount": sum(number for _sit, number in heads),
        "minutes": sum(n for n, _row in mine),
    }


def tally_of(world, period, sits, is_mine):
    total = 0
    for sitting, org, _tag, unit, number, from_on, to_on in world.tallies:
        inside = period.from_on <= from_on and to_on <= period.to_on
        if unit == "人次" and (sitting in sits if sitting is not None else inside):
            total += number * is_mine(world.path(org, to_on))
    return total


def shown(row):
    return {name: getattr(row, name) for name in FIGURES}


@any_world
@given(world=worlds(), period=st.sampled_from(PERIODS))
def test_every_figure_of_every_node_is_what_a_naive_recount_says(app, world, period):
    with broken_off() as session:
        made = settle(world, session)
        rows = {row.org: row for row in counts(period, made.orgs[0])}
        sits = held(world, period)
        for n, org in enumerate(made.orgs):
            wanted = recount(world, period, sits, lambda path, n=n: n in path)
            wanted["tally"] = tally_of(world, period, sits, lambda path, n=n: n in path)
            assert shown(rows[org.code]) == wanted
            assert len(hosted_occurrences(period, org)) == wanted["hosted"]
            assert len(unrecorded_occurrences(period, org)) == wanted["unrecorded"]
            assert len(took_part_occurrences(period, org)) == wanted["took_part"]
            assert len(attendance_rows(period, org, reader=org)) == wanted["attendances"]
            assert rows[org.code].people_at_least is (wanted["unidentified"] > 0)


@any_world
@given(world=worlds(), period=st.sampled_from(PERIODS))
def test_a_programme_counts_its_own_and_a_double_tag_counts_once_in_the_total(app, world, period):
    with broken_off() as session:
        made = settle(world, session)
        rows = {row.code: row for row in programme_counts(period, made.orgs[0])}
        for tag in (0, 1, None):
            sits = [
                n for n in held(world, period)
                if (tags := world.events[world.sittings[n][0]].programmes) is not None
                and (tag in tags if tag is not None else not tags)
            ]  # fmt: skip
            wanted = recount(world, period, sits, lambda path: True)
            row = rows.get(None if tag is None else made.programmes[tag].code)
            found = shown(row) if row else dict.fromkeys(FIGURES, 0)
            del found["tally"]
            assert found == wanted
        total = counts(period, made.orgs[0])[0]
        tagged_twice = sum(
            len(world.events[world.sittings[n][0]].programmes) == 2 for n in held(world, period)
        )
        assert sum(row.hosted for row in rows.values()) == total.hosted + tagged_twice


@any_world
@given(world=worlds(), org=st.integers(0, 6), parent=st.integers(0, 6), day=DAYS)
def test_moving_an_org_changes_no_figure_of_the_days_before(app, world, org, parent, day):
    org, parent = org % len(world.parents), parent % len(world.parents)
    last = max([on for _org, _parent, on in world.done_moves] + [day])
    if org in world.path(parent, last) or world.parents_on(last)[org] is None:
        return
    before = Period(date(2026, 1, 1), last.replace(day=1) if last.day > 1 else date(2026, 6, 24))
    with broken_off() as session:
        made = settle(world, session)
        was = {row.org: shown(row) for row in counts(before, made.orgs[0])}
        orgs.move_org(made.orgs[org], made.orgs[parent], by=audit.SYSTEM, on=last)
        session.flush()
        assert {row.org: shown(row) for row in counts(before, made.orgs[0])} == was


@any_world
@given(world=worlds())
def test_a_parent_is_its_own_and_its_childrens_times_and_no_more_people(app, world):
    world.moves.clear()
    world.done_moves.clear()
    with broken_off() as session:
        made = settle(world, session)
        rows = counts(PERIODS[0], made.orgs[0])
        for row in rows:
            below = [r for r in rows if r.parent == row.org]
            number = int(row.org.removeprefix("ORG"))
            sits = held(world, PERIODS[0])
            own = recount(world, PERIODS[0], sits, lambda path, n=number: path[0] == n)
            for name in ("attendances", "headcount", "minutes", "guests", "open_reviews", "hosted"):
                assert getattr(row, name) == own[name] + sum(getattr(r, name) for r in below)
            assert row.people <= own["people"] + sum(r.people for r in below)


@any_world
@given(world=worlds())
def test_the_number_of_statements_does_not_grow_with_the_tree(app, world, statements):
    with broken_off() as session:
        made = settle(world, session)
        statements.clear()
        counts(PERIODS[0], made.orgs[0])
        assert len(statements) == 9


def test_the_rows_of_a_number_read_the_check_ins_once(cast, statements):
    """Twice, one within the other, and PostgreSQL may go through all of them for each of them."""
    for rows in (attendance_rows, people_rows):
        statements.clear()
        rows(PERIODS[0], cast.district, reader=None)
        assert sum(text.count("FROM check_in") for text in statements) == 1
