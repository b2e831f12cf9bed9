"""交数前检查: what is found agrees with the figures, and each finding has somebody who answers for it."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app import clock
from app.db import db, transaction
from app.domain import audit, checks, counts, hours, orgs, rollcalls, tallies
from app.domain.audit import AuditEntry
from app.domain.checks.likeness import is_near
from app.domain.periods import half_of
from app.domain.programmes import programme_named
from app.errors import Conflict, Invalid, NotFound
from tests.domain.test_counts import PERIODS
from tests.domain.worlds import broken_off, settle, worlds
from tests.gatherings import arrive, gather

any_world = settings(
    deadline=None, max_examples=20, phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip


@any_world
@given(world=worlds(), period=st.sampled_from(PERIODS))
def test_what_is_unrecorded_open_and_untagged_are_the_reports_own_figures(app, world, period):
    with broken_off() as session:
        made = settle(world, session)
        for org in made.orgs:
            found = checks.checks_of(period, org, scope=made.orgs[0])
            (total, *_rest) = counts.counts(period, org)
            assert found["unrecorded"].total == total.unrecorded
            assert found["open_reviews"].total == total.open_reviews
            untagged = {
                row.event for row in counts.hosted_occurrences(period, org)
                if not world.events[int(row.event.removeprefix("EV"))].programmes
            }  # fmt: skip
            assert {one.event for one in found["untagged"].rows} == untagged


@pytest.fixture
def half(cast, stopped):
    return half_of(clock.today())


def count_heads(event, org, number, was=None):
    told = [tallies.Told(org.code, number, was)]
    assert tallies.count_heads(event.occurrences[0], told, by=audit.SYSTEM) == 1


def found(half, org, scope=None):
    return checks.checks_of(half, org, scope=scope or org)


def test_nothing_at_all_is_clear(cast, half):
    assert found(half, cast.district).is_clear
    assert found(half, cast.district).chases == ()


def test_a_headcount_beside_check_ins_of_the_same_org_is_found_only_where_they_differ(cast, half):
    event = gather(cast.street, cast.branch)
    arrive(event, cast.wang, org=cast.branch)
    arrive(event, cast.li, org=cast.branch)
    count_heads(event, cast.branch, 2)
    assert found(half, cast.street)["counts"].rows == ()
    count_heads(event, cast.branch, 5, was=2)
    (one,) = found(half, cast.street)["counts"].rows
    assert one.facts == {"name": cast.branch.short_name, "heads": 5, "rows": 2}


def test_a_hall_that_is_far_from_the_check_ins_is_found_at_its_host(cast, half):
    event = gather(cast.street, cast.branch)
    arrive(event, cast.wang, org=cast.branch)
    rollcalls.count_hall(event.occurrences[0], 3, by=audit.SYSTEM)
    (one,) = found(half, cast.street)["counts"].rows
    assert (one.facts["heads"], one.facts["rows"]) == (3, 1)
    assert found(half, cast.branch)["counts"].rows == ()


def test_hours_to_confirm_are_those_the_page_of_hours_would_confirm(cast, half, stopped):
    event = gather(cast.branch, cast.branch)
    with transaction() as session:
        event.checks_out = True
        session.add(event)
    rows = [arrive(event, person, org=cast.branch) for person in (cast.wang, cast.li)]
    stopped.forward(minutes=50)
    hours.check_out(rows[0], by=audit.SYSTEM)
    stopped.forward(hours=4)
    sheet = hours.sheet_of(event.occurrences[0])
    assert found(half, cast.branch)["hours"].total == sheet.waiting == 1
    hours.grant_proposed(event.occurrences[0], by=cast.wang_staff)
    assert found(half, cast.branch)["hours"].total == 0


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("主题团日：学雷锋", "主题团日 学雷锋", True), ("读书会", "读书会（补）", True),
        ("青年讲师团宣讲活动", "青年讲师团的宣讲活动", True), ("团课第一期", "团课第二期", False),
        ("团课第1期", "团课第１期", True), ("团课", "支部大会", False),
    ],
)  # fmt: skip
def test_titles_are_near_or_not(one, other, near):
    assert is_near(one, other) is is_near(other, one) is near


def test_an_event_made_twice_is_one_finding_and_a_series_is_none(cast, half):
    one = gather(cast.branch, cast.branch, title="学雷锋志愿服务")
    other = gather(cast.branch, cast.branch, title="学雷锋 志愿服务", starts_in=timedelta(hours=2))
    gather(cast.other_branch, cast.branch, title="学雷锋志愿服务")  # a sister branch's own
    (pair,) = found(half, cast.street)["duplicates"].rows
    assert {pair.event, pair.other} == {one.code, other.code}


def test_two_that_are_two_are_found_no_more_until_it_is_taken_back(cast, half):
    one = gather(cast.branch, cast.branch, title="学雷锋志愿服务")
    other = gather(cast.branch, cast.branch, title="学雷锋 志愿服务", starts_in=timedelta(hours=2))
    with pytest.raises(Invalid):
        checks.tell_apart(one.code, other.code, " ", by=cast.wang_staff)
    pair = checks.tell_apart(other.code, one.code, "上下午各一场", by=cast.wang_staff)
    after = found(half, cast.street)
    assert after["duplicates"].total == 0
    assert [(p.code, p.reason, p.made_by.name) for p in after.apart] == [
        (pair.code, "上下午各一场", cast.wang_staff.name)
    ]
    with pytest.raises(Conflict):
        checks.tell_apart(one.code, other.code, "再说一遍", by=cast.zhao)
    checks.take_back(pair, by=cast.street_manager)
    assert found(half, cast.street)["duplicates"].total == 1
    assert found(half, cast.street).apart == ()
    with pytest.raises(Conflict):
        checks.take_back(pair, by=cast.street_manager)
    checks.tell_apart(one.code, other.code, "就是两场", by=cast.wang_staff)  # and again
    acts = db.session.query(AuditEntry.act).filter(AuditEntry.act.like("events_%apart%")).all()
    assert [act for (act,) in acts] == [
        "events_told_apart", "events_apart_withdrawn", "events_told_apart",
    ]  # fmt: skip


def test_only_who_has_both_events_says_that_they_are_two_and_reads_it(cast, half):
    one = gather(cast.branch, cast.branch, title="团课")
    other = gather(cast.street, cast.branch, title="团课")
    with pytest.raises(NotFound):
        checks.tell_apart(one.code, other.code, "两场", by=cast.wang_staff)
    with pytest.raises(Invalid):
        checks.tell_apart(one.code, one.code, "两场", by=cast.wang_staff)
    pair = checks.tell_apart(one.code, other.code, "两场", by=cast.street_manager)
    assert checks.find_pair(cast.street, pair.code.lower()).id == pair.id
    with pytest.raises(NotFound):
        checks.find_pair(cast.branch, pair.code)
    assert found(half, cast.branch).apart == ()


def test_the_index_is_the_last_judge_of_two_who_say_it_at_once(cast, half, monkeypatch):
    """Both looked before either wrote: what PostgreSQL allows."""
    one, other = (gather(cast.branch, cast.branch, title="团课") for _ in range(2))
    monkeypatch.setattr("app.domain.checks.apart.told_apart", set)
    checks.tell_apart(one.code, other.code, "两场", by=cast.wang_staff)
    with pytest.raises(Conflict):
        checks.tell_apart(one.code, other.code, "两场", by=cast.zhao)


def test_a_branch_and_the_org_above_it_with_the_same_title_at_the_same_time_are_a_finding(
    cast, half
):
    gather(cast.branch, cast.branch, title="团课")
    gather(cast.street, cast.branch, title="团课", starts_in=timedelta(minutes=-10))
    gather(cast.street, cast.branch, title="团课", starts_in=timedelta(hours=-9))
    assert len(found(half, cast.street)["duplicates"].rows) == 2  # the street's two, and the pair


def test_each_finding_has_its_hosts_secretary_and_a_host_without_one_the_next_above(cast, half):
    group = orgs.add_org("浏正街二组", short_name="二组", parent=cast.branch, by=audit.SYSTEM)
    gather(cast.branch, cast.branch, title="甲", starts_in=timedelta(hours=-3))
    gather(group, group, title="乙", starts_in=timedelta(hours=-3))
    owners = {o.name: o for o in found(half, cast.street).owners.values()}
    assert (owners["浏正街支部"].managers, owners["浏正街支部"].is_own) == (("王芳",), True)
    assert (owners["二组"].managers, owners["二组"].is_own) == (("王芳",), False)
    assert {c.owner.name for c in found(half, cast.street).chases} == {"浏正街支部", "二组"}


def test_a_doubt_at_somebody_elses_event_is_a_number_without_an_owner(cast, half):
    event = gather(cast.street, cast.branch)
    arrive(event, cast.wang, org=cast.branch, reasons=("identity",))
    kind = found(half, cast.branch)["open_reviews"]
    assert (kind.rows, kind.elsewhere) == ((), 1)
    assert found(half, cast.street)["open_reviews"].rows[0].n == 1


def test_a_host_that_moved_away_leaves_a_number(cast, half, stopped):
    gather(cast.branch, cast.branch, starts_in=timedelta(hours=-3))
    assert found(half, cast.street)["unrecorded"].rows
    orgs.move_org(cast.branch, cast.bureau, by=audit.SYSTEM, on=clock.today() + timedelta(days=0))
    kind = found(half, cast.street)["unrecorded"]
    assert (kind.rows, kind.elsewhere, kind.total) == ((), 1, 1)


def test_several_events_get_one_type_at_once_and_each_leaves_a_line(cast, half):
    events = [gather(cast.branch, cast.branch, title=title) for title in ("甲", "乙", "丙")]
    tag = programme_named("宣讲")
    assert {one.event for one in found(half, cast.branch)["untagged"].rows} == {
        e.code for e in events
    }
    codes = [event.code for event in events[:2]]
    assert checks.tag_events([*codes, codes[0]], tag.code, by=cast.wang_staff) == 2
    assert checks.tag_events(codes, tag.code, by=cast.wang_staff) == 0
    assert {one.event for one in found(half, cast.branch)["untagged"].rows} == {events[2].code}
    assert db.session.query(AuditEntry).filter_by(act="event_edited").count() == 2


def test_tagging_is_all_or_nothing_and_only_inside_the_scope(cast, half):
    own, other = gather(cast.branch, cast.branch), gather(cast.other_branch, cast.other_branch)
    tag = programme_named("宣讲")
    with pytest.raises(NotFound):
        checks.tag_events([own.code, other.code], tag.code, by=cast.wang_staff)
    for codes, code in (([], tag.code), ([own.code], ""), ([own.code], "NEVER")):
        with pytest.raises(Invalid):
            checks.tag_events(codes, code, by=cast.wang_staff)
    db.session.expire_all()
    assert own.programmes == []
