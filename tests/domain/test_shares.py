"""参与率 and 覆盖率, and the rows behind each key, against a naive recount of any small world."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import counts
from app.domain.counts import Change, Share
from app.domain.counts.model import Figures
from tests.domain.test_counts import COUNTED, PERIODS, any_world, held
from tests.domain.worlds import broken_off, settle, worlds

KEYED = sorted(counts.BREAKDOWNS.keys() - {"org"})


def parts(world, period, n):
    """(members who came, members, branches that hosted, branches) of a node."""
    day, sits = period.to_on, held(world, period)
    came = {
        world.final(row.person) for row in world.rows
        if row.sitting in sits and not row.voided and row.standing in COUNTED and n in world.line(row)
        and not world.people[world.final(row.person)].is_unidentified
    }  # fmt: skip
    listed = {
        world.final(p) for p, one in enumerate(world.people)
        if one.home is not None and one.standing in COUNTED and n in world.path(one.home, day)
        and (one.from_on is None or one.from_on <= day)
    }  # fmt: skip
    busy = {
        world.events[world.sittings[s][0]].host for s in sits
        if n in world.path(world.events[world.sittings[s][0]].host, world.sittings[s][1])
    }  # fmt: skip
    branches = {o for o in range(len(world.parents)) if n in world.path(o, day)}
    is_branch = [kind == "branch" for kind, _domain in world.kinds]
    return [
        len(came),
        len(listed),
        sum(is_branch[o] for o in busy),
        sum(is_branch[o] for o in branches),
    ]


@settings(any_world, max_examples=15)
@given(world=worlds(), period=st.sampled_from(PERIODS))
def test_a_share_has_the_parts_a_naive_recount_says(app, world, period):
    with broken_off() as session:
        made = settle(world, session)
        found = counts.shares(period, made.orgs[0])
        for n, org in enumerate(made.orgs):
            share = found.get(org.code, counts.Shares(period.to_on))
            assert share.on == period.to_on
            pairs = (share.members, share.branches)
            assert [x for pair in pairs for x in (pair.part, pair.whole)] == parts(world, period, n)
            rows = counts.active_branches(period, org)
            assert len(rows) == share.branches.part
            hosted = {row.org: row.hosted for row in counts.counts(period, made.orgs[0])}
            assert all(row.hosted == hosted[row.org] > 0 for row in rows)


@settings(any_world, max_examples=15)
@given(world=worlds(), period=st.sampled_from(PERIODS), by=st.sampled_from(KEYED))
def test_a_keys_number_opens_to_as_many_rows(app, world, period, by):
    with broken_off() as session:
        made = settle(world, session)
        root = made.orgs[0]
        for row in counts.key_counts(period, root, by):
            key = counts.find_key(by, row.code)

            def rows(question, key=key, **more):
                return question(period, root, within=key, limit=500, **more)

            assert len(rows(counts.hosted_occurrences)) == row.hosted
            assert len(rows(counts.unrecorded_occurrences)) == row.unrecorded
            assert len(rows(counts.took_part_occurrences)) == row.took_part
            assert len(rows(counts.attendance_rows, reader=root)) == row.attendances
            assert len(rows(counts.attendance_rows, reader=root, only="open")) == row.open_reviews
            assert len(rows(counts.attendance_rows, reader=root, only="guests")) == row.guests
            hours = rows(counts.attendance_rows, reader=root, only="hours")
            assert sum(one.minutes for one in hours) == row.minutes
            assert sum(one.number for one in rows(counts.headcount_rows)) == row.headcount
            assert sum(one.number for one in rows(counts.tally_rows)) == row.tally
            people = rows(counts.people_rows, reader=root)
            assert len(people) == row.people - row.unidentified
            assert counts.unidentified_of(period, root, key) == row.unidentified


@settings(any_world, max_examples=15)
@given(world=worlds(), period=st.sampled_from(PERIODS), org=st.integers(0, 6))
def test_what_a_scope_sees_of_a_node_and_the_hidden_rest_are_all_of_it(app, world, period, org):
    org = org % len(world.parents)
    last = date(2026, 12, 31)
    with broken_off() as session:
        made = settle(world, session)
        node = made.orgs[org]
        total = counts.total_of(period, node)
        assert total == counts.counts(period, node)[0]
        seen = counts.attendance_rows(period, node, reader=node, scope=node, limit=500)
        sits = held(world, period)
        assert len(seen) == sum(
            row.sitting in sits and not row.voided and org in world.line(row)
            and org in world.path(world.line(row)[0], last)
            for row in world.rows
        )  # fmt: skip
        assert counts.number_of(counts.attended_ids(period, node)) == total.attendances


def test_a_share_has_one_decimal_half_up_and_is_never_clamped():
    assert Share(1, 3).percent == 33.3
    assert Share(1, 2000).percent == 0.1
    assert Share(3, 2).percent == 150.0
    assert Share(1, 0).percent is None


def test_a_change_is_none_over_nothing_and_over_a_lower_bound():
    assert Change(4, 5).percent == 25.0
    assert Change(3, 2).percent == -33.3
    assert Change(0, 5).percent is None
    now, before = Figures(people=5, hosted=5), Figures(people=4, unidentified=1, hosted=4)
    assert counts.change(now, before, "people").percent is None
    assert counts.change(now, before, "hosted").percent == 25.0
