"""The seven corrections, each by what it is for, and what is never done by one."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.db import db, transaction
from app.domain import checkins, corrections, events, live, members, orgs, tallies
from app.domain.audit import AuditEntry
from app.domain.checkins import Attempt, CheckIn
from app.domain.members import Membership, Person
from app.domain.tallies import Headcount, ManualTally
from app.errors import Conflict, Invalid, NotFound, Refusal
from tests.gatherings import arrive, gather, guest, statements

YESTERDAY = timedelta(days=-1)


@pytest.fixture
def twin(cast, stopped):
    """李雷 a second time in his branch, with his phone and another spelling."""
    person = members.make_person("李蕾", phone="13900000002")
    members.join_branch(person, cast.branch, on=date(2026, 9, 1))
    return person


def again(row):
    db.session.rollback()
    return db.session.get(type(row), row.id)


def move_of(done, org, name):
    return done.figures_before["orgs"][org.code][name], done.figures_after["orgs"][org.code][name]


# Two who are one -------------------------------------------------------------------------------


def test_merging_two_people_voids_the_double_and_counts_one_person(cast, twin):
    event, other = gather(cast.branch, cast.branch), gather(cast.branch, cast.branch, title="二")
    own, double, alone = arrive(event, cast.li), arrive(event, twin), arrive(other, twin)
    done = corrections.merge_people(cast.li, twin, by=cast.wang_staff, reason="导入了两次")
    assert move_of(done, cast.branch, "attendances") == (3, 2)
    assert move_of(done, cast.branch, "people") == (2, 1)
    assert again(own).voided_at is None
    assert (again(double).void_reason, again(double).person_id) == ("重复", cast.li.id)
    assert again(alone).person_id == cast.li.id
    assert again(twin).merged_into_id == cast.li.id
    assert members.member_counts()[cast.branch.id] == 2
    assert live.tally(event.occurrences[0]).expected == 2
    corrections.undo(done, by=cast.wang_staff, reason="是两个人")
    assert again(double).voided_at is None
    assert members.member_counts()[cast.branch.id] == 3


def test_the_line_of_the_day_stays_when_people_of_two_branches_merge(cast, stopped):
    row = arrive(gather(cast.other_branch, cast.other_branch), cast.han)
    line = row.line_id
    corrections.merge_people(cast.li, cast.han, by=cast.street_manager, reason="改名")
    assert (again(row).person_id, again(row).line_id) == (cast.li.id, line)
    homes = db.session.scalars(
        db.select(Membership).where(Membership.person_id == cast.li.id)
    ).all()
    assert [home.org_id for home in homes] == [cast.branch.id]


def test_the_days_only_the_other_record_knows_are_taken_over(cast, stopped):
    late = members.make_person("李雷雷")
    members.join_branch(late, cast.other_branch, on=date(2026, 10, 1))
    early = members.make_person("李雷雷雷")
    members.join_branch(early, cast.branch)
    corrections.merge_people(late, early, by=cast.zhao, reason="一个人")
    for day, org in ((date(2026, 9, 30), cast.branch), (date(2026, 10, 1), cast.other_branch)):
        assert members.home_of(late, day).org_id == org.id
    assert members.home_of(early, date(2026, 9, 30)) is None


def test_both_ends_lie_in_the_scope_or_there_is_nothing(cast, stopped):
    with pytest.raises(NotFound):
        corrections.find_person_here(cast.branch, cast.han.code)
    assert corrections.find_person_here(cast.street, cast.han.code) == cast.han


def test_two_clerks_merge_one_pair_and_one_of_them_is_told(app, cast, twin):
    ids, told, ready = (cast.li.id, twin.id, cast.wang_staff.id), [], threading.Barrier(2)

    def clerk():
        with app.app_context():
            one, other = (db.session.get(Person, i) for i in ids[:2])
            by = db.session.get(type(cast.zhao), ids[2])
            _home = by.org
            ready.wait(timeout=20)
            try:
                corrections.merge_people(one, other, by=by, reason="重复")
                told.append("done")
            except Refusal as refusal:
                told.append(refusal.status)

    db.session.rollback()
    clerks = [threading.Thread(target=clerk) for _n in range(2)]
    for thread in clerks:
        thread.start()
    for thread in clerks:
        thread.join(timeout=40)
    assert sorted(map(str, told)) == ["409", "done"]
    assert len(corrections.corrections_in(cast.district)) == 1


def test_after_a_later_correction_the_earlier_one_waits(cast, twin):
    third = members.make_person("李累")
    members.join_branch(third, cast.branch)
    arrive(gather(cast.branch, cast.branch), third)
    first = corrections.merge_people(twin, third, by=cast.wang_staff, reason="一")
    second = corrections.merge_people(cast.li, twin, by=cast.wang_staff, reason="二")
    with pytest.raises(Conflict):
        corrections.undo(first, by=cast.wang_staff, reason="撤")
    assert not corrections.told(first, cast.branch).can_undo
    corrections.undo(second, by=cast.wang_staff, reason="撤")
    corrections.undo(first, by=cast.wang_staff, reason="撤")
    assert again(third).merged_into_id is None


def test_it_leaves_its_line_in_the_trail(cast, twin):
    arrive(gather(cast.branch, cast.branch), twin)
    done = corrections.merge_people(cast.li, twin, by=cast.wang_staff, reason="重复")
    line = db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (line.act, line.org_id) == ("corrected", cast.branch.id)
    assert line.facts == {"kind": "people_merged", "correction": done.code, "reason": "重复"}


# One who is two; a guest who is a member --------------------------------------------------------


def test_splitting_gives_the_rows_to_a_new_member_of_the_branch(cast, stopped):
    mine, theirs = (arrive(gather(cast.branch, cast.branch, title=t), cast.li) for t in "甲乙")
    done = corrections.split_person(
        cast.li, corrections.Other(name="李磊", same_branch=True), rows=[theirs.code],
        by=cast.wang_staff, gives_phone=True, reason="同名两人",
    )  # fmt: skip
    other = again(theirs).person
    assert (other.name, other.phone_tail, again(cast.li).phone_tail) == ("李磊", "0002", None)
    assert again(mine).person_id == cast.li.id
    assert (again(theirs).standing, again(theirs).line_id) == ("member", mine.line_id)
    assert move_of(done, cast.branch, "people") == (1, 2)
    corrections.undo(done, by=cast.wang_staff, reason="看错了")
    assert again(theirs).person_id == cast.li.id
    assert members.member_counts()[cast.branch.id] == 2


def test_a_row_of_somebody_else_cannot_be_split_off(cast, stopped):
    row = arrive(gather(cast.branch, cast.branch), cast.wang)
    with pytest.raises(NotFound):
        corrections.split_person(
            cast.li, corrections.Other(person=cast.wang), rows=[row.code], by=cast.wang_staff
        )


def test_a_guest_becomes_the_member_with_the_line_of_the_day(cast, stopped):
    someone = guest("李雷", phone="13700000001")
    row = arrive(gather(cast.district, cast.branch), someone, reasons=("identity",))
    done = corrections.join_guest(someone, cast.li, by=cast.zhao, reason="换了手机")
    row = again(row)
    assert (row.person_id, row.standing, row.review) == (cast.li.id, "member", "accepted")
    assert row.line.org_id == cast.branch.id
    assert move_of(done, cast.branch, "attendances") == (0, 1)
    with pytest.raises(Invalid):
        corrections.join_guest(cast.wang, cast.li, by=cast.zhao, reason="不是来宾")


def test_a_child_without_consent_is_not_named_by_a_correction(cast, stopped):
    with transaction():
        cast.li.birth_month = "2015-01"
    someone = guest("李雷", phone="13700000001")
    arrive(gather(cast.branch, cast.branch), someone)
    with pytest.raises(Conflict, match="监护人"):
        corrections.join_guest(someone, cast.li, by=cast.wang_staff, reason="是他")


# Events ----------------------------------------------------------------------------------------


def test_no_row_moves_to_a_sitting_that_counts_nowhere(cast, stopped):
    """Of an event merged away: an open page may still name it."""
    source, kept = gather(cast.branch, cast.branch), gather(cast.branch, cast.branch, title="二")
    gone = gather(cast.branch, cast.branch, title="又一个")
    row, sitting = arrive(source, cast.li), gone.occurrences[0]
    corrections.merge_events(kept, gone, by=cast.wang_staff, reason="建了两遍")
    with pytest.raises(Conflict):
        corrections.move_check_ins(source, [row.code], sitting, by=cast.wang_staff, reason="扫错了")
    assert again(row).occurrence_id == source.occurrences[0].id


def test_rows_move_to_another_day_with_its_line_and_whoever_is_there_stays(cast, stopped):
    wrong, right = gather(cast.branch, cast.branch), gather(cast.branch, cast.branch, starts_in=YESTERDAY)  # fmt: skip
    there, double, moved = arrive(right, cast.li), arrive(wrong, cast.li), arrive(wrong, cast.wang)
    with transaction() as session:
        home = session.scalar(db.select(Membership).where(Membership.person_id == cast.wang.id))
        home.from_on = clock.today()
    done = corrections.move_check_ins(
        wrong, [double.code, moved.code], right.occurrences[0], by=cast.organizer, reason="扫错了"
    )
    assert again(there).voided_at is None
    assert again(double).void_reason == "重复"
    row = again(moved)
    assert (row.occurrence_id, row.standing, row.reasons) == (right.occurrences[0].id, None, ("no_branch",))  # fmt: skip
    assert (row.review, row.line.org_id) == ("open", cast.branch.id)
    assert move_of(done, cast.branch, "attendances") == (3, 2)


def test_an_event_made_twice_is_one_and_its_old_code_leads_there(cast, stopped):
    kept, gone = gather(cast.branch, cast.branch), gather(cast.branch, cast.other_branch, title="又一次")  # fmt: skip
    arrive(kept, cast.li)
    double, other = arrive(gone, cast.li), arrive(gone, cast.han)
    sitting = gone.occurrences[0]
    with transaction() as session:
        session.add(Attempt(occurrence_id=sitting.id, check_in_id=other.id, answer="done", how="poster", at=clock.now()))  # fmt: skip
        session.add(Headcount(occurrence_id=sitting.id, line_id=other.line_id, number=9, counted_at=clock.now(), actor_kind="staff"))  # fmt: skip
    done = corrections.merge_events(kept, gone, by=cast.street_manager, reason="建了两遍")
    assert move_of(done, cast.street, "hosted") == (2, 1)
    assert move_of(done, cast.street, "attendances") == (3, 2)
    assert move_of(done, cast.street, "headcount") == (9, 9)
    assert again(double).void_reason == "重复"
    assert db.session.scalar(db.select(Attempt.occurrence_id)) == kept.occurrences[0].id
    for code in (gone.code, sitting.code):
        assert [door.event_code for door in checkins.doors_of(code)] == [kept.code]
    assert events.find_public(gone.code).id == kept.id
    assert {row.org_id for row in again(kept).invitations} == {cast.branch.id, cast.other_branch.id}
    with pytest.raises(Conflict, match="更正"):
        events.publish_event(gone, by=cast.zhao.actor)
    assert [line.event.id for line in events.list_events(cast.district, "drafts").rows] == []
    corrections.undo(done, by=cast.zhao, reason="是两个活动")
    assert [door.event_code for door in checkins.doors_of(gone.code)] == [gone.code]


def test_another_host_and_day_follow_the_roster_of_that_day(cast, stopped):
    event = gather(cast.street, cast.branch)
    row = arrive(event, cast.li)
    with transaction() as session:
        home = session.scalar(db.select(Membership).where(Membership.person_id == cast.li.id))
        home.from_on = date(2026, 11, 1)
        session.add(Membership(person_id=cast.li.id, org_id=cast.other_branch.id, to_on=date(2026, 11, 1)))  # fmt: skip
    sitting = event.occurrences[0]
    done = corrections.amend_event(
        sitting, host=cast.branch, starts_at=sitting.starts_at - timedelta(days=30),
        ends_at=sitting.ends_at - timedelta(days=30), by=cast.street_manager, reason="月份记错",
    )  # fmt: skip
    assert again(row).line.org_id == cast.other_branch.id
    assert again(event).host_id == cast.branch.id
    assert again(sitting).starts_on == date(2026, 10, 23)
    expected = [figures["expected"][sitting.code]["expected"] for figures in (done.figures_before, done.figures_after)]  # fmt: skip
    assert expected == [2, 1]
    with pytest.raises(Invalid):
        corrections.amend_event(
            sitting, host=cast.branch, starts_at=clock.now() + timedelta(days=2),
            ends_at=clock.now() + timedelta(days=2, hours=1), by=cast.street_manager,
        )  # fmt: skip


def test_what_was_reported_of_a_sitting_follows_its_host(cast, stopped):
    event, twin = gather(cast.branch, cast.branch), gather(cast.branch, cast.branch)
    lines = [orgs.line_of(org.id, clock.today()) for org in (cast.branch, cast.bureau)]
    for one in (event, twin):
        told = tallies.Reported("人次", 40, one.occurrences[0], evidence="照片")
        tallies.report(told, by=cast.zhao.actor)

    def hosts():
        db.session.expire_all()
        return [
            row.line_id for row in db.session.scalars(select(ManualTally).order_by(ManualTally.id))
        ]

    sitting = event.occurrences[0]
    done = corrections.amend_event(
        sitting, host=cast.bureau, starts_at=sitting.starts_at, ends_at=sitting.ends_at,
        by=cast.zhao, reason="记错了",
    )  # fmt: skip
    assert hosts() == [lines[1], lines[0]]
    corrections.merge_events(event, twin, by=cast.zhao, reason="建了两遍")
    assert hosts() == [lines[1], lines[1]]
    corrections.undo(corrections.corrections_in(cast.district)[0], by=cast.zhao, reason="不是")
    corrections.undo(done, by=cast.zhao, reason="不是")
    assert hosts() == [lines[0], lines[0]]


def test_a_paper_list_is_read_line_by_line(cast, stopped):
    namesake = members.make_person("王芳", phone="13911110009")
    members.join_branch(namesake, cast.branch)
    child = members.make_person("小明", birth_month="2016-03")
    members.join_branch(child, cast.branch)
    event = gather(cast.branch, cast.branch)
    arrive(event, cast.li)
    sitting = event.occurrences[0]
    text = "1. 李雷\n2、王 芳\n王芳 0009\n小明\n\n过路人 13600000007\n王芳\t13900000001\n王芳 0001\n 12 "
    lines = corrections.read_paper(sitting, text, [], {})
    assert [line.state for line in lines] == [
        "already", "ambiguous", "certain", "child", "guest", "certain", "twice", "unread",
    ]  # fmt: skip
    done = corrections.enter_paper(
        sitting, lines, date(2026, 11, 20), by=cast.organizer, reason="补"
    )
    rows = db.session.scalars(db.select(CheckIn).where(CheckIn.how == "paper").order_by(CheckIn.id)).all()  # fmt: skip
    assert [(row.person.name, row.review) for row in rows] == [
        ("王芳", "open"), ("王芳", "none"), ("过路人", "open"), ("王芳", "none"),
    ]  # fmt: skip
    assert {row.paper_on for row in rows} == {date(2026, 11, 20)}
    assert done.facts["skipped"] == {"already": 1, "child": 1, "twice": 1, "unread": 1}
    corrections.undo(done, by=cast.organizer, reason="录错了活动")
    assert live.tally(sitting).people == 1


@pytest.mark.parametrize("off", ["cancelled_at", "withdrawn_at"])
def test_no_paper_list_is_entered_where_it_would_count_nowhere(cast, stopped, off):
    event = gather(cast.street, cast.street)
    with transaction():
        setattr(event, off, clock.now())
    sitting = event.occurrences[0]
    lines = corrections.read_paper(sitting, "李雷", [], {})
    with pytest.raises(Conflict, match="没有在办"):
        corrections.enter_paper(sitting, lines, sitting.starts_on, by=cast.zhao, reason="补录")
    assert db.session.scalar(db.select(CheckIn)) is None


def test_a_paper_list_asks_whether_the_sitting_is_on_when_it_writes(cast, stopped):
    sitting = gather(cast.street, cast.street).occurrences[0]
    lines = corrections.read_paper(sitting, "李雷", [], {})
    assert sitting.phase == "open"  # as read before somebody else takes the event back
    with db.engine.begin() as elsewhere:
        elsewhere.execute(db.update(events.Event).values(withdrawn_at=clock.now()))
    with pytest.raises(Conflict, match="没有在办"):
        corrections.enter_paper(sitting, lines, sitting.starts_on, by=cast.zhao, reason="补录")
    assert db.session.scalar(db.select(CheckIn)) is None


def test_an_ambiguous_line_means_whom_the_clerk_picks(cast, stopped):
    namesake = members.make_person("王芳")
    members.join_branch(namesake, cast.branch)
    sitting = gather(cast.branch, cast.branch).occurrences[0]
    (line,) = corrections.read_paper(sitting, "王芳", [], {1: namesake.code})
    assert (line.state, line.person) == ("picked", namesake)
    (line,) = corrections.read_paper(sitting, "王芳", [], {1: cast.han.code})
    assert line.state == "ambiguous"


# Suggestions -----------------------------------------------------------------------------------


def pairs(scope):
    return {
        (s.ground, *sorted((s.one.person.name, s.other.person.name)))
        for s in corrections.suggestions(scope)
    }


def test_who_looks_alike_is_suggested_on_three_grounds(cast, twin):
    for name, org in (("韩梅", cast.other_branch), ("林韬", cast.class_one), ("韩梅", cast.branch)):
        members.join_branch(members.make_person(name), org)
    someone = guest("老李", phone="13900000002")
    arrive(gather(cast.branch, cast.branch), someone)
    assert pairs(cast.district) == {
        ("phone", "李蕾", "李雷"), ("phone", "李雷", "老李"), ("phone", "李蕾", "老李"),
        ("name", "韩梅", "韩梅"), ("pinyin", "林涛", "林韬"),
    }  # fmt: skip
    assert ("pinyin", "林涛", "林韬") not in pairs(cast.street)
    assert pairs(cast.other_branch) == {("name", "韩梅", "韩梅")}


def test_two_told_apart_are_not_suggested_again(cast, twin):
    assert pairs(cast.branch) == {("phone", "李蕾", "李雷")}
    corrections.tell_apart(cast.li, twin, by=cast.wang_staff)
    assert pairs(cast.branch) == set()
    with pytest.raises(Conflict):
        corrections.tell_apart(twin, cast.li, by=cast.wang_staff)
    line = db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (line.act, set(line.facts)) == ("told_apart", {"one", "other"})


def test_two_admission_numbers_are_two_people(cast, stopped):
    other = members.make_person("李雷", admission_number="202043000099")
    members.join_branch(other, cast.branch)
    assert pairs(cast.branch) == set()


def test_suggestions_ask_a_fixed_number_of_times(cast, twin):
    from_few = _statements(cast)
    for n in range(40):
        members.join_branch(members.make_person(f"陈{'一二三四五'[n % 5]}"), cast.branch)
    assert _statements(cast) <= from_few


def _statements(cast):
    _path = cast.district.path
    with statements() as asked:
        corrections.suggestions(cast.district)
    return len(asked)
