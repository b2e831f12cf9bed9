"""Heads counted at the door: numbers beside the check-ins, never among them, never deleted."""

import threading
from datetime import date, timedelta

import pytest

from app.db import db
from app.domain import attendance, counts, live, tallies, today
from app.domain.audit import Actor, AuditEntry
from app.domain.periods import Period
from app.domain.tallies import Headcount, Told, count_heads, head_sheet
from app.errors import Conflict, Invalid, NotFound
from tests.gatherings import arrive, gather

MONTH = Period(date(2026, 11, 1), date(2026, 11, 30))
DESK = Actor("desk", 7, "签到台")


@pytest.fixture
def sitting(cast, stopped):
    """育才中学 holds something and asks everybody below it."""
    return gather(cast.school, cast.school, title="开学第一课").occurrences[0]


def rows():
    db.session.rollback()
    return db.session.query(Headcount).order_by(Headcount.id).all()


def trail():
    query = db.session.query(AuditEntry).filter(AuditEntry.act.like("head%"))
    return [(line.act, line.facts) for line in query.order_by(AuditEntry.id)]


def test_a_headcount_is_a_number_of_an_org_with_its_line_of_that_day(cast, sitting):
    changed = count_heads(sitting, [Told(cast.class_one.code, 46)], by=DESK, evidence=" 清点单 ")
    assert changed == 1
    (row,) = rows()
    assert (row.number, row.evidence, row.actor_kind, row.actor_id) == (46, "清点单", "desk", 7)
    assert row.line.org_id == cast.class_one.id
    ((act, facts),) = trail()
    assert act == "heads_counted"
    assert (facts["org"], facts["before"], facts["number"]) == (cast.class_one.full_name, None, 46)


def test_a_second_number_voids_the_first_and_taking_back_voids_the_last(cast, sitting):
    count_heads(sitting, [Told(cast.class_one.code, 46)], by=DESK)
    count_heads(sitting, [Told(cast.class_one.code, 45, was=46)], by=DESK)
    assert [(row.number, row.voided_at is None) for row in rows()] == [(46, False), (45, True)]
    count_heads(sitting, [Told(cast.class_one.code, None, was=45)], by=DESK)
    assert [row.voided_at is None for row in rows()] == [False, False]
    assert [act for act, _facts in trail()] == [
        "heads_counted",
        "heads_counted",
        "headcount_voided",
    ]
    assert trail()[-1][1]["before"] == 45


def test_the_same_number_again_changes_nothing(cast, sitting):
    count_heads(sitting, [Told(cast.class_one.code, 46)], by=DESK)
    assert count_heads(sitting, [Told(cast.class_one.code, 46)], by=DESK) == 0
    assert len(rows()) == len(trail()) == 1


def test_a_number_somebody_else_changed_meanwhile_is_not_overwritten(cast, sitting):
    count_heads(sitting, [Told(cast.class_one.code, 46)], by=DESK)
    told = [Told(cast.school.code, 3), Told(cast.class_one.code, 40)]
    with pytest.raises(Conflict, match="46"):
        count_heads(sitting, told, by=DESK)
    assert [row.number for row in rows()] == [46]  # nothing half-written


def test_two_who_count_one_org_at_once_leave_one_number(app, cast, sitting):
    code, event_code, gate, said = cast.class_one.code, sitting.id, threading.Barrier(2), []

    def count(number):
        with app.app_context():
            mine = db.session.get(type(sitting), event_code)
            gate.wait(10)
            try:
                said.append(count_heads(mine, [Told(code, number)], by=DESK))
            except Conflict:
                said.append("late")

    both = [threading.Thread(target=count, args=(n,)) for n in (30, 31)]
    for one in both:
        one.start()
    for one in both:
        one.join(20)
    assert sorted(said, key=str) == [1, "late"]
    assert len([row for row in rows() if row.voided_at is None]) == 1


@pytest.mark.parametrize("number", [0, -1, 100_000, 10**12])
def test_a_number_nobody_counts_to_is_refused(cast, sitting, number):
    with pytest.raises(Invalid):
        count_heads(sitting, [Told(cast.class_one.code, number)], by=DESK)
    assert rows() == []


def test_only_the_host_and_the_invited_are_counted(cast, sitting):
    for code in (cast.branch.code, cast.bureau.code, "ZZZZ"):
        with pytest.raises(NotFound):
            count_heads(sitting, [Told(code, 5)], by=DESK)
    event = gather(cast.street, cast.class_one)
    told = [Told(cast.street.code, 2), Told(cast.class_one.code, 40)]
    assert count_heads(event.occurrences[0], told, by=DESK) == 2


def test_nothing_is_counted_before_check_in_begins_or_when_it_is_off(cast, stopped):
    ahead = gather(cast.branch, starts_in=timedelta(days=1)).occurrences[0]
    with pytest.raises(Conflict):
        count_heads(ahead, [Told(cast.branch.code, 5)], by=DESK)
    assert not tallies.can_be_counted(ahead)
    stopped.forward(days=1)
    assert count_heads(ahead, [Told(cast.branch.code, 5)], by=DESK) == 1


def test_heads_stand_beside_the_check_ins_and_never_among_them(cast, sitting):
    arrive(sitting.event, cast.lin)
    before = live.tally(sitting)
    count_heads(sitting, [Told(cast.class_one.code, 46), Told(cast.school.code, 4)], by=DESK)
    after = live.tally(sitting)
    assert (after.present, after.expected, after.guests, after.people) == (
        before.present, before.expected, before.guests, before.people
    )  # fmt: skip
    assert (before.heads, after.heads) == (0, 50)
    assert {row.org: row.heads for row in after.rows} == {
        cast.school.code: 50, cast.class_one.code: 46,
    }  # fmt: skip
    assert after.version != before.version
    (report,) = [c for c in counts.counts(MONTH, cast.district) if c.org == cast.school.code]
    assert (report.attendances, report.people, report.headcount) == (1, 1, 50)


def test_heads_of_an_org_nobody_invited_stand_under_others(cast, stopped):
    sitting = gather(cast.branch, cast.other_branch).occurrences[0]
    count_heads(sitting, [Told(cast.branch.code, 9)], by=DESK)
    tally = live.tally(sitting)
    assert (tally.heads, tally.other.heads, tally.rows[0].heads) == (9, 9, 0)
    assert live.tally(sitting, cast.other_branch).heads == 0


def test_a_counted_event_is_no_longer_unrecorded(cast, sitting, stopped):
    stopped.forward(hours=3)
    assert [row.event for row in today.today_of(cast.school).unrecorded.shown] == [
        sitting.event.code
    ]
    count_heads(sitting, [Told(cast.class_one.code, 46)], by=DESK)
    assert len(today.today_of(cast.school).unrecorded) == 0
    count_heads(sitting, [Told(cast.class_one.code, None, was=46)], by=DESK)
    assert len(today.today_of(cast.school).unrecorded) == 1


def test_the_page_lists_host_and_invited_and_of_a_big_tree_one_level(cast, sitting, monkeypatch):
    sheet = head_sheet(sitting)
    assert sheet.is_whole
    assert [(line.org.code, line.depth) for line in sheet.lines] == [
        (cast.school.code, 0), (cast.class_one.code, 1),
    ]  # fmt: skip
    monkeypatch.setattr(tallies.headcounts, "WHOLE_TREE", 3)
    big = gather(cast.district, cast.district).occurrences[0]
    count_heads(big, [Told(cast.class_one.code, 46)], by=DESK)
    sheet = head_sheet(big, "丰泉")
    assert not sheet.is_whole
    assert {line.org.code: line.number for line in sheet.lines} == {
        cast.district.code: None, cast.street.code: None, cast.other_branch.code: None,
        cast.bureau.code: None, cast.class_one.code: 46,
    }  # fmt: skip


def test_a_school_without_a_roster_counts_heads_first(cast, stopped):
    from_school = gather(cast.school, cast.class_one)
    assert tallies.is_of_schools(from_school)
    assert tallies.is_of_schools(gather(cast.district, cast.school, cast.class_one))
    assert not tallies.is_of_schools(gather(cast.district, cast.school, cast.branch))
    assert not tallies.is_of_schools(gather(cast.branch))
    pupils = gather(cast.school, cast.school)
    assert not attendance.is_counted_first(
        pupils, live.tally(pupils.occurrences[0])
    )  # 林涛 is asked
    uninvited = gather(cast.school)
    assert attendance.is_counted_first(uninvited, live.tally(uninvited.occurrences[0]))
