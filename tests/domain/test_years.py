"""Figures that hold up: every breakdown against a naive recount, and a past that nothing moves."""

from dataclasses import asdict, replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import audit, orgs
from app.domain.counts import (
    BREAKDOWNS,
    counts,
    key_counts,
    questions,
    role_attendances,
    stretches,
    unidentified_of,
)
from app.domain.periods import Period
from tests.domain.test_counts import FIGURES, PERIODS, any_world, held, recount, shown, tally_of
from tests.domain.worlds import DAYS, broken_off, settle, worlds
from tests.gatherings import arrive, gather

GRADE = {
    "rotating": "rotating", "poster": "poster", "pin": "poster", "desk": "desk", "tick": "desk",
    "api": "desk", "paper": "paper", "import": "paper",
}  # fmt: skip
GATHERED = {
    "programme": "programmes",
    "series": "series",
    "campaign": "campaigns",
    "venue": "venues",
}
TRAITS = {"kind": 0, "domain": 1}
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


def own(path, world, part, key):
    return world.kinds[path[0]][part] == key


def by_event(world, period, by, key):
    """The figures of the events that bear a key (None: none)."""

    def bears(n):
        event = world.events[world.sittings[n][0]]
        borne = event.programmes if by == "programme" else {getattr(event, by)} - {None}
        return key in borne if key is not None else not borne

    sits = held(world, period)
    wanted = recount(world, period, [n for n in sits if bears(n)], lambda _path: True)
    wanted["tally"] = 0
    for sitting, _org, tag, unit, number, from_on, to_on in world.tallies:
        inside = period.from_on <= from_on and to_on <= period.to_on
        counts_in = sitting in sits if sitting is not None else inside
        if by == "programme" and tag is not None:
            mine = tag == key
        else:
            mine = bears(sitting) if sitting is not None else key is None
        wanted["tally"] += number * (unit == "人次" and counts_in and mine)
    return wanted


def by_trait(world, period, part, key):
    """The figures of the rows whose own org is of a kind or domain."""
    sits = held(world, period)
    wanted = recount(world, period, sits, lambda path: own(path, world, part, key))
    wanted["tally"] = tally_of(world, period, sits, lambda path: own(path, world, part, key))
    return wanted


def by_grade(world, period, key):
    """The figures of what was recorded in one way; 场次 are those with such a record."""
    sits = held(world, period)
    rows = [(n, r) for n, r in enumerate(world.rows)
            if r.sitting in sits and not r.voided and GRADE[r.how] == key]  # fmt: skip
    heads = [h for h in world.headcounts if h[0] in sits and not h[3] and key == "headcount"]
    told = {t[0] for t in world.tallies if t[0] in sits and key == "manual"}
    wanted = recount(
        replace(world, rows=[r if GRADE[r.how] == key else replace(r, voided=True) for r in world.rows],
                headcounts=heads, tallies=[]),
        period, sits, lambda _path: True,
    )  # fmt: skip
    wanted["tally"] = tally_of(world, period, sits, lambda _path: key == "manual")
    recorded = {r.sitting for _n, r in rows} | {h[0] for h in heads} | told
    total = recount(world, period, sits, lambda _path: True)
    wanted["hosted"] = total["unrecorded"] if key == "none" else len(recorded)
    wanted["unrecorded"] = total["unrecorded"] if key == "none" else 0
    return wanted


@settings(any_world, max_examples=15)
@given(world=worlds(), period=st.sampled_from(PERIODS))
def test_every_breakdown_is_what_a_naive_recount_says(app, world, period):
    with broken_off() as session:
        made = settle(world, session)
        for by in BREAKDOWNS.keys() - {"org"}:
            listed = key_counts(period, made.orgs[0], by)
            rows = {row.code: shown(row) for row in listed}
            assert len(rows) == len(listed)
            keys = [*range(2), None]
            if by in TRAITS:
                keys = {traits[TRAITS[by]] for traits in world.kinds}
            if by == "grade":
                keys = {*GRADE.values(), "headcount", "manual", "none"}
            for key in keys:
                code = getattr(made, GATHERED[by])[key].code if isinstance(key, int) else key
                if by in TRAITS:
                    wanted = by_trait(world, period, TRAITS[by], key)
                elif by == "grade":
                    wanted = by_grade(world, period, key)
                else:
                    wanted = by_event(world, period, by, key)
                assert rows.pop(code, dict.fromkeys(FIGURES, 0)) == wanted, (by, key)
            assert not rows


@settings(any_world, max_examples=15)
@given(world=worlds(), period=st.sampled_from(PERIODS))
def test_a_period_read_in_stretches_says_what_it_says_in_one(app, world, period):
    def figures(made):
        keyed = {by: key_counts(period, made.orgs[0], by) for by in BREAKDOWNS.keys() - {"org"}}
        lost = [unidentified_of(period, org) for org in made.orgs]
        return counts(period, made.orgs[0]), keyed, lost

    with broken_off() as session, pytest.MonkeyPatch.context() as patch:
        made = settle(world, session)
        whole = figures(made)
        assert stretches.stretches(period) == [period]
        patch.setattr(stretches, "MOST", 1)
        assert figures(made) == whole
        patch.setattr(questions, "TOGETHER", 1)
        assert figures(made) == whole


def test_stretches_hold_every_day_once_and_no_more_check_ins_than_they_may(
    cast, stopped, monkeypatch
):
    for day, number in ((1, 2), (5, 1), (6, 3), (10, 1)):
        event = gather(cast.district, cast.district, starts_in=timedelta(days=day - 22))
        for person in (cast.wang, cast.li, cast.han)[:number]:
            arrive(event, person)
    november = Period(date(2026, 11, 1), date(2026, 11, 30))
    for most, starts in ((7, [1]), (6, [1, 10]), (3, [1, 6, 10]), (1, [1, 5, 6, 10])):
        monkeypatch.setattr(stretches, "MOST", most)
        cut = stretches.stretches(november)
        assert [stretch.from_on.day for stretch in cut] == starts
        assert [stretch.to_on.day for stretch in cut] == [*(day - 1 for day in starts[1:]), 30]


@any_world
@given(world=worlds(), org=st.integers(0, 6), tag=st.none() | st.integers(0, 1))
def test_a_roles_times_are_those_of_the_node_and_the_programme(app, world, org, tag):
    org = org % len(world.parents)
    with broken_off() as session:
        made = settle(world, session)
        for role in ("volunteer", "lecturer", "judge"):
            found = role_attendances(
                YEAR, made.orgs[org], None if tag is None else made.programmes[tag], role
            )
            assert found == sum(
                row.role == role and not row.voided and org in world.line(row)
                and (tag is None or tag in world.events[world.sittings[row.sitting][0]].programmes)
                for row in world.rows if row.sitting in held(world, YEAR)
            )  # fmt: skip


@settings(any_world, max_examples=15)
@given(
    world=worlds(), org=st.integers(0, 6), parent=st.integers(0, 6), day=DAYS,
    by=st.sampled_from(sorted(BREAKDOWNS.keys() - {"org"})),
)  # fmt: skip
def test_a_new_name_kind_or_parent_leaves_the_past_as_it_was(app, world, org, parent, day, by):
    org, parent = org % len(world.parents), parent % len(world.parents)
    last = max([on for _org, _parent, on in world.done_moves] + [day])
    before = Period(date(2026, 1, 1), last.replace(day=1) if last.day > 1 else date(2026, 6, 24))

    def figures(made):
        whole = [shown(row) for row in counts(YEAR, made.orgs[0])[:1]]
        past = sorted((row.org, tuple(shown(row).values())) for row in counts(before, made.orgs[0]))
        keyed = [asdict(row) for row in key_counts(YEAR, made.orgs[0], by)]
        return whole, past, keyed

    with broken_off() as session:
        made = settle(world, session)
        was = figures(made)
        if _is_leaf(world, last):
            orgs.close_org(made.orgs[-1], by=audit.SYSTEM, on=last)
        orgs.retype_org(made.orgs[org], "work_committee", "village", by=audit.SYSTEM, on=last)
        _name(session, made.orgs[org])
        orgs.rename_org(made.orgs[org], "新的名字", by=audit.SYSTEM, on=last)
        if org not in world.path(parent, last) and world.parents_on(last)[org] is not None:
            orgs.move_org(made.orgs[org], made.orgs[parent], by=audit.SYSTEM, on=last)
        session.flush()
        assert figures(made) == was


def _name(session, org):
    session.add(orgs.OrgName(org_id=org.id, full_name=org.full_name, short_name=org.short_name))
    session.flush()


def _is_leaf(world, day):
    return len(world.parents) - 1 not in world.parents_on(day)
