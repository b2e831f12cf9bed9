"""A signed period keeps all that a report shows: breakdowns, rates, studies, services, honours, prose."""

import json
from dataclasses import asdict
from datetime import timedelta

import pytest

from app import clock
from app.db import db, transaction
from app.domain import (
    closings,
    counts,
    honours,
    orgs,
    services,
    summaries,
    tallies,
    venues,
)
from app.domain.audit import SYSTEM
from app.domain.closings.seal import digest_of
from app.domain.periods import Period, half_of
from app.domain.programmes import series_named
from app.domain.studies import StudyIssue, StudyList, StudyRecord
from tests.gatherings import arrive, gather
from tests.summing import tag


@pytest.fixture
def half(cast, stopped):
    return half_of(clock.today())


@pytest.fixture
def told(cast, half):
    """The street: a talk with 王芳, 18 articles, 3 services, an honour, a venue, one who studied."""
    by, today = cast.street_manager.actor, clock.today()
    event = tag(gather(cast.street, cast.branch, title="青年讲师团"), "宣讲")
    arrive(event, cast.wang, org=cast.branch)
    made = {"event": event}
    days = {"from_on": today, "to_on": today, "evidence": "后台"}
    made["tally"] = tallies.report(tallies.Reported("篇", 18, org=cast.street, **days), by=by)
    made["service"] = services.give(services.Given(cast.branch, "care", today, 3), by=by)
    award = honours.Award(cast.branch, "青年岗位能手", "district", today)
    (made["honour"],) = honours.grant(award, "王芳", by=by)
    made["award"] = award
    made["venue"] = venues.add_venue(
        "驿站", org=cast.branch, by=by, level="street", opened_on=today
    )
    made["study"] = study(cast.branch, today - timedelta(days=9), cast.wang)
    return made


def study(org, due_on, *people):
    """A list of an issue that names these people."""
    with transaction() as session:
        issue = StudyIssue(
            code="ISSUE1", series="青年大学习", name="第3期", due_on=due_on, made_at=clock.now()
        )
        session.add(issue)
        session.flush()
        listing = StudyList(
            code="LIST1", issue_id=issue.id, file_name="a.csv", digest="0" * 64, org_id=org.id,
            rows=len(people), made_at=clock.now(),
        )  # fmt: skip
        session.add(listing)
        session.flush()
        session.add_all(
            StudyRecord(list_id=listing.id, row=n, told=one.name, match="name", person_id=one.id)
            for n, one in enumerate(people, 1)
        )
    return listing


def test_all_that_a_report_shows_is_kept(cast, half, told):
    report = closings.sign(cast.street, half, by=cast.street_manager)
    kept = report.figures
    for by in counts.BREAKDOWNS.keys() - {"org"}:
        assert kept["keys"][by] == [
            asdict(row) | {"people_at_least": False}
            for row in counts.key_counts(half, cast.street, by)
        ]
    assert kept["keys"]["programme"][0]["name"] == "宣讲"
    share = counts.shares(half, cast.street)[cast.street.code]
    assert kept["shares"][cast.street.code] == [
        share.members.part, share.members.whole, share.branches.part, share.branches.whole
    ]  # fmt: skip
    (issue,) = kept["studies"]
    assert (issue["name"], issue["studied"], issue["due"]) == ("第3期", 1, 3)
    printed = {one.name: one.exact for one in closings.besides(report)}
    assert printed == {
        "填报.篇": "18", "服务.亲情关爱": "3", "服务.全部": "3", "荣誉.青年岗位能手": "1",
        "青年之家.新建": "1",
    }  # fmt: skip
    assert closings.verify(report)
    assert closings.changes_since(report).is_none


def test_the_summary_comes_back_from_the_file_word_for_word(cast, half, told):
    before = summaries.summary_of(half, cast.street)
    report = closings.sign(cast.street, half, by=cast.street_manager)
    honours.take_back(told["honour"], "写错了", by=SYSTEM)
    services.take_back(told["service"], "写错了", by=SYSTEM)
    with transaction():
        told["event"].cancelled_at = clock.now()
    now = summaries.figures_of(half, cast.street)
    signed = closings.summary_as_signed(report, now)
    assert summaries.summary(signed).text == before.text
    assert summaries.summary(now).text != before.text
    moved = summaries.moved(signed, now)
    assert moved["荣誉.青年岗位能手"].number == 0
    assert moved["宣讲.场次"].number == 0
    assert "填报.篇" not in moved


def test_whatever_is_told_in_figures_stands_in_the_list_when_it_changes(cast, half, told, stopped):
    report = closings.sign(cast.district, half, by=cast.zhao)
    stopped.forward(minutes=1)
    by, today = cast.zhao.actor, clock.today()
    days = {"from_on": today, "to_on": today, "evidence": "后台"}
    tallies.correct(told["tally"], tallies.Reported("篇", 16, org=cast.street, **days), by=by)
    services.take_back(told["service"], "记重了", by=by)
    honours.correct(told["honour"], told["award"], "李雷", by=by)
    venues.edit_venue(told["venue"], by=by, opened_on=today - timedelta(days=300))
    with transaction() as session:
        session.get(StudyList, told["study"].id).voided_at = clock.now()
        told["event"].series = series_named("青年汇", 2)
    changes = closings.changes_since(report)
    assert {(one.kind, one.name, one.what, one.was, one.now) for one in changes.told} == {
        ("tallies", cast.street.short_name, "篇", 18, 16),
        ("services", cast.branch.short_name, "亲情关爱", 3, 0),
        ("honours", cast.branch.short_name, "青年岗位能手", 1, 1),
        ("venues", cast.branch.short_name, "街道级", 1, 0),
    }
    assert [one.kind for one in changes.told if one.is_swapped] == ["honours"]
    others = {(one.group, one.name, one.figure): (one.was, one.now) for one in changes.others}
    (sitting,) = changes.sittings
    assert (sitting.event, sitting.regathered, sitting.swapped) == (told["event"].code, True, False)
    keyed = {
        (one.name, one.figure): (one.was, one.now) for one in closings.key_changes(report, "series")
    }
    assert (keyed["青年汇 2", "hosted"], keyed[None, "hosted"]) == ((0, 1), (1, 0))
    assert others["studies", "第3期", "studied"] == (1, 0)
    assert changes.figures == ()
    assert closings.verify(report)


def test_what_a_reader_may_not_see_today_has_no_name_in_the_list(cast, half, told, stopped):
    report = closings.sign(cast.street, half, by=cast.street_manager)
    stopped.forward(minutes=1)
    orgs.move_org(cast.branch, cast.bureau, by=SYSTEM)
    services.take_back(told["service"], "记重了", by=SYSTEM)
    (one,) = closings.changes_since(report, scope=cast.street).told
    assert (one.name, one.what, one.was, one.now) == ("", "", 3, 0)
    (one,) = closings.changes_since(report, scope=cast.district).told
    assert (one.name, one.what) == (cast.branch.short_name, "亲情关爱")


def test_an_orgs_new_kind_moves_no_signed_figure_and_a_correction_is_told(
    cast, half, told, stopped
):
    stopped.forward(days=1)
    report = closings.sign(cast.street, half, by=cast.street_manager)
    stopped.forward(days=1)
    orgs.retype_org(cast.branch, "general_branch", "enterprise", by=SYSTEM)
    assert closings.changes_since(report).others == ()
    assert closings.key_changes(report, "domain") == ()
    orgs.correct_type(cast.branch, "branch", "enterprise", by=SYSTEM)
    changes = closings.changes_since(report)
    assert {(one.group, one.name, one.was, one.now) for one in changes.others} == {
        ("domain", cast.branch.short_name, "城市街道社区", "企业"),
    }  # fmt: skip
    keyed = closings.key_changes(report, "domain")
    assert {(one.name, one.was, one.now) for one in keyed if one.figure == "attendances"} == {
        ("城市街道社区", 1, 0), ("企业", 0, 1),
    }  # fmt: skip


def test_rates_of_a_period_that_is_over_are_compared(cast, stopped):
    gone = Period(clock.today() - timedelta(days=60), clock.today() - timedelta(days=30))
    report = closings.sign(cast.street, gone, by=cast.street_manager)
    stopped.forward(days=1)
    with transaction():
        cast.branch.opened_on = clock.today()
    changes = closings.changes_since(report)
    assert {(one.group, one.name, one.figure, one.was, one.now) for one in changes.others} == {
        ("shares", cast.street.full_name, "branches", 2, 1),
        ("shares", cast.branch.full_name, "branches", 1, 0),
    }  # fmt: skip


def test_a_report_from_before_these_were_kept_still_verifies_and_is_compared_as_far_as_it_goes(
    cast, half, told
):
    report = closings.sign(cast.street, half, by=cast.street_manager)
    short = {
        name: report.figures[name] for name in ("org", "signed_by", "orgs", "programmes")
    }  # fmt: skip
    with transaction():
        report.figures = json.loads(json.dumps(short))
        report.rows = {name: report.rows[name] for name in ("sittings", "tallies")}  # as before
        report.digest = digest_of(report)
    db.session.expire_all()
    services.take_back(told["service"], "记重了", by=SYSTEM)
    assert closings.verify(report)
    assert closings.changes_since(report).is_none
    assert closings.besides(report) == []
    assert closings.summary_as_signed(report, summaries.figures_of(half, cast.street)) is None
