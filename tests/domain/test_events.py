"""Events: what may be made, changed and called off, and what the trail says of it."""

import secrets
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select

from app import clock, keys
from app.db import db
from app.domain import audit, events, orgs, programmes, tallies
from app.domain.audit import SYSTEM
from app.errors import Conflict, Invalid, NotFound
from tests.gatherings import arrive
from tests.happenings import EVENING, HOUR, make


def acts():
    return list(db.session.scalars(select(audit.AuditEntry.act).order_by(audit.AuditEntry.id)))


def last_entry():
    return db.session.scalar(select(audit.AuditEntry).order_by(audit.AuditEntry.id.desc()).limit(1))


def names(listing):
    return [row.event.title for row in listing.rows]


def test_an_event_with_nothing_said_invites_the_hosts_subtree_and_opens_an_hour_before(
    cast, stopped
):
    event = make(cast, "  五四  主题 团日 ", host=cast.street)
    (sitting,) = event.occurrences
    assert event.title == "五四主题团日"
    assert [(row.org_id, row.mode) for row in event.invitations] == [(cast.street.id, "persons")]
    assert (sitting.opens_at, sitting.closes_at) == (EVENING - HOUR, EVENING + HOUR)
    assert sitting.starts_on == date(2026, 11, 22)
    assert sitting.host_line_id == orgs.line_of(cast.street.id, date(2026, 11, 22))
    assert sitting.phase == "upcoming"
    stopped.at = EVENING - HOUR
    assert sitting.phase == "open"
    assert acts()[-1] == "event_published"


def test_event_and_occurrence_bear_different_codes_of_one_namespace(cast):
    event = make(cast)
    codes = {event.code, event.occurrences[0].code}
    assert len(codes) == 2
    assert all(len(code) == 6 and set(code) <= set(keys.CODE_LETTERS) for code in codes)
    assert set(db.session.scalars(select(events.PublicCode.code))) == codes
    assert events.find_event(event.occurrences[0].code.lower()).id == event.id


def test_a_code_that_is_taken_is_drawn_again(cast, monkeypatch):
    taken = make(cast).code
    drawn = iter([taken, taken, "ABCDEF", "ABCDEF", "GHJKLM"])
    monkeypatch.setattr(
        secrets, "token_bytes", lambda _n: bytes(map(keys.CODE_LETTERS.index, next(drawn)))
    )
    event = make(cast)
    assert (event.code, event.occurrences[0].code) == ("ABCDEF", "GHJKLM")


def test_the_local_day_is_shanghais_not_utcs(cast):
    late = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)  # 00:30 on New Year's Day
    event = make(cast, starts_at=late, ends_at=late + HOUR)
    assert event.occurrences[0].starts_on == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"title": "　 "}, "title"),
        ({"title": "长" * 81}, "title"),
        ({"ends_at": EVENING}, "end"),
        ({"ends_at": EVENING - HOUR}, "end"),
        ({"ends_at": EVENING + timedelta(days=31, minutes=1)}, "end_day"),
        ({"starts_at": EVENING.replace(year=1999), "ends_at": EVENING.replace(year=1999) + HOUR}, "day"),
        ({"starts_at": EVENING.replace(year=2101), "ends_at": EVENING.replace(year=2101) + HOUR}, "day"),
        ({"opens_at": EVENING + HOUR}, "opens_before"),
        ({"opens_at": EVENING - timedelta(days=32)}, "opens_before"),
        ({"closes_at": EVENING - HOUR}, "closes_after"),
        ({"closes_at": EVENING + timedelta(days=32)}, "closes_after"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 100_001}, "capacity"),
        ({"capacity_binds": True}, "capacity"),
        ({"place": "远" * 81}, "place"),
        ({"after_words": "谢" * 501}, "after_words"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_beside_its_field_and_nothing_is_written(cast, told, field):
    title = told.pop("title", "主题团日")
    with pytest.raises(Invalid) as refused:
        make(cast, title, **told)
    assert refused.value.field == field
    assert db.session.scalar(select(func.count()).select_from(events.PublicCode)) == 0


def test_local_hours_become_instants_and_odd_years_are_refused():
    starts, ends = events.hours(date(2026, 11, 22), time(23), time(1), date(2026, 11, 23))
    assert (starts, ends - starts) == (datetime(2026, 11, 22, 15, 0, tzinfo=UTC), 2 * HOUR)
    for day, end_day, field in (
        (date(1, 1, 1), None, "day"),
        (date(9999, 12, 31), None, "day"),
        (date(2026, 1, 1), date(9999, 12, 31), "end_day"),
    ):
        with pytest.raises(Invalid) as refused:
            events.hours(day, time(0), time(1), end_day)
        assert refused.value.field == field


def test_an_account_hosts_and_invites_only_inside_its_subtree(cast, stopped):
    with pytest.raises(NotFound):
        make(cast, host=cast.street, by=cast.organizer, actor=cast.organizer.actor)
    with pytest.raises(NotFound):
        make(cast, invited=[(cast.other_branch, "persons")], by=cast.organizer, actor=SYSTEM)
    event = make(cast, by=cast.street_manager, actor=cast.street_manager.actor, host=cast.street)
    assert event.made_by_id == cast.street_manager.id
    assert last_entry().actor_name == "周街道"


def test_whoever_comes_means_no_invited_org(cast):
    assert make(cast, invited=[]).invitations == []


def test_a_branch_below_an_invited_org_is_invited_once_but_a_seat_is_its_own(cast):
    event = make(cast, host=cast.district, invited=[
        (cast.branch, "persons"), (cast.street, "persons"), (cast.other_branch, "seats"),
    ])  # fmt: skip
    assert [(row.org_id, row.mode) for row in event.invitations] == [
        (cast.street.id, "persons"), (cast.other_branch.id, "seats"),
    ]  # fmt: skip


def test_a_closed_org_hosts_the_past_only(cast):
    orgs.close_org(cast.branch, by=SYSTEM, on=date(2026, 11, 1))
    with pytest.raises(Invalid) as refused:
        make(cast)
    assert refused.value.field == "host"
    before = EVENING - timedelta(days=30)
    assert make(cast, starts_at=before, ends_at=before + HOUR).occurrences[0].phase == "closed"


def test_a_draft_is_seen_by_its_house_only_until_it_is_published(cast, stopped):
    event = make(cast, draft=True)
    assert event.occurrences[0].phase == "draft"
    with pytest.raises(NotFound):
        events.find_public(event.code)
    events.publish_event(event, by=SYSTEM)
    assert events.find_public(event.code).id == event.id
    with pytest.raises(Conflict):
        events.publish_event(event, by=SYSTEM)
    assert acts()[-2:] == ["event_drafted", "event_published"]


def test_a_moved_day_takes_the_line_of_that_day_and_the_window_along(cast, stopped):
    event = make(cast, closes_at=EVENING + 2 * HOUR)
    orgs.move_org(cast.branch, cast.bureau, by=SYSTEM, on=date(2026, 11, 25))
    (sitting,) = event.occurrences
    old_line = sitting.host_line_id
    day = timedelta(days=7)
    events.edit_occurrence(
        sitting, by=SYSTEM, starts_at=EVENING + day, ends_at=EVENING + HOUR + day
    )
    assert sitting.starts_on == date(2026, 11, 29)
    assert sitting.host_line_id == orgs.line_of(cast.branch.id, date(2026, 11, 29)) != old_line
    assert (sitting.opens_at, sitting.closes_at) == (EVENING + day - HOUR, EVENING + day + 2 * HOUR)
    assert last_entry().facts["changes"]["starts_at"] == ["2026-11-22 19:00", "2026-11-29 19:00"]


def test_host_and_day_stay_where_a_figure_was_reported(cast, stopped):
    event = make(cast)
    told = tallies.Reported("人次", 40, event.occurrences[0], evidence="照片")
    tallies.report(told, by=cast.zhao.actor)
    day = timedelta(days=1)
    for change in (
        {"host": cast.bureau},
        {"sitting": {"starts_at": EVENING - day, "ends_at": EVENING + HOUR - day}},
    ):
        with pytest.raises(Conflict):
            events.edit_event(event, by=SYSTEM, **change)


def test_an_edit_writes_what_changed_and_nothing_when_nothing_did(cast):
    event = make(cast)
    told = {"title": event.title, "host": cast.branch, "invited": None, "walk_ins": True}
    events.edit_event(event, by=SYSTEM, **told)
    assert acts()[-1] == "event_published"
    lecture = programmes.programme_named("宣讲")
    events.edit_event(
        event, by=SYSTEM, title="新名字", programmes=[lecture], invited=[],
        sitting={"place": "三楼报告厅", "capacity": 40},
    )  # fmt: skip
    assert acts()[-2:] == ["event_edited", "occurrence_edited"]
    db.session.expire_all()
    event = events.find_event(event.code)
    assert (event.title, event.invitations, event.programmes) == ("新名字", [], [lecture])
    assert (event.occurrences[0].place, event.occurrences[0].capacity) == ("三楼报告厅", 40)


def test_a_half_wrong_edit_changes_nothing(cast):
    event = make(cast)
    with pytest.raises(Invalid):
        events.edit_event(event, by=SYSTEM, title="新名字", sitting={"ends_at": EVENING})
    assert events.find_event(event.code).title == "主题团日"


def test_another_host_takes_every_sitting_along(cast):
    event = make(cast)
    events.add_occurrence(
        event, starts_at=EVENING + 2 * HOUR, ends_at=EVENING + 3 * HOUR, by=SYSTEM
    )
    events.edit_event(event, by=SYSTEM, host=cast.other_branch)
    line = orgs.line_of(cast.other_branch.id, date(2026, 11, 22))
    assert event.host.id == cast.other_branch.id
    assert [o.host_line_id for o in event.occurrences] == [line, line]


def test_host_and_day_of_what_people_checked_in_to_are_the_corrections_business(cast, stopped):
    event = make(cast)
    arrive(event, cast.li)
    (sitting,) = event.occurrences
    day = timedelta(days=1)
    with pytest.raises(Conflict) as refused:
        events.edit_event(event, by=SYSTEM, host=cast.other_branch)
    assert refused.value.field == "host"
    with pytest.raises(Conflict) as refused:
        events.edit_occurrence(sitting, by=SYSTEM, starts_at=EVENING + day, ends_at=EVENING + HOUR + day)  # fmt: skip
    assert refused.value.field == "day"
    later = EVENING + HOUR / 2
    events.edit_occurrence(sitting, by=SYSTEM, starts_at=later, ends_at=EVENING + HOUR)
    assert (event.host_id, sitting.starts_on, sitting.starts_at) == (cast.branch.id, date(2026, 11, 22), later)  # fmt: skip


def test_one_more_sitting_is_like_the_last_one(cast):
    event = make(cast, place="报告厅", capacity=30, opens_at=EVENING - HOUR / 2)
    week = timedelta(days=7)
    events.add_occurrence(event, starts_at=EVENING + week, ends_at=EVENING + week + HOUR, by=SYSTEM)
    second = event.occurrences[1]
    assert (second.place, second.capacity) == ("报告厅", 30)
    assert second.opens_at == EVENING + week - HOUR / 2
    assert acts()[-1] == "occurrence_added"


def test_the_last_sitting_called_off_calls_the_event_off(cast, stopped):
    event = make(cast)
    events.add_occurrence(
        event, starts_at=EVENING + 2 * HOUR, ends_at=EVENING + 3 * HOUR, by=SYSTEM
    )
    first, second = event.occurrences
    events.cancel_occurrence(first, by=SYSTEM, reason="停电")
    assert (first.phase, second.phase, event.cancelled_at) == ("cancelled", "upcoming", None)
    assert events.likely_occurrence(event, clock.now()) is second
    events.cancel_occurrence(second, by=SYSTEM, reason="还是停电")
    assert event.cancel_reason == "还是停电"
    with pytest.raises(Conflict):
        events.cancel_occurrence(second, by=SYSTEM, reason="再来")
    assert acts()[-3:] == ["occurrence_cancelled", "occurrence_cancelled", "event_cancelled"]


def test_a_cancelled_event_says_why_and_stays_as_it_was(cast):
    event = make(cast)
    with pytest.raises(Invalid) as refused:
        events.cancel_event(event, by=SYSTEM, reason=" ")
    assert refused.value.field == "reason"
    events.cancel_event(event, by=SYSTEM, reason="暴雨红色预警")
    assert event.occurrences[0].phase == "cancelled"
    for verb in (
        lambda: events.cancel_event(event, by=SYSTEM, reason="又"),
        lambda: events.edit_event(event, by=SYSTEM, title="改"),
        lambda: events.edit_occurrence(event.occurrences[0], by=SYSTEM, place="改"),
        lambda: events.extend_check_in(event.occurrences[0], by=SYSTEM, minutes=15),
        lambda: events.add_occurrence(event, starts_at=EVENING, ends_at=EVENING + HOUR, by=SYSTEM),
    ):
        with pytest.raises(Conflict):
            verb()


def test_a_draft_cannot_be_cancelled_only_taken_back(cast):
    event = make(cast, draft=True)
    with pytest.raises(Conflict):
        events.cancel_event(event, by=SYSTEM, reason="不办了")
    with pytest.raises(Conflict):
        events.cancel_occurrence(event.occurrences[0], by=SYSTEM, reason="不办了")
    events.withdraw_event(event, by=SYSTEM)
    assert names(events.list_events(cast.branch, "drafts")) == []


def test_what_was_taken_back_can_be_put_back(cast, stopped):
    event = make(cast)
    events.withdraw_event(event, by=SYSTEM)
    assert event.occurrences[0].phase == "withdrawn"
    with pytest.raises(NotFound):
        events.find_public(event.code)
    with pytest.raises(Conflict):
        events.withdraw_event(event, by=SYSTEM)
    assert names(events.list_events(cast.branch, "drafts")) == ["主题团日"]
    events.publish_event(event, by=SYSTEM)
    assert event.occurrences[0].phase == "upcoming"


def test_check_in_closes_early_and_opens_again_on_a_whole_minute(cast, stopped):
    (sitting,) = make(cast).occurrences
    with pytest.raises(Conflict):
        events.close_check_in(sitting, by=SYSTEM)
    stopped.at = EVENING + timedelta(seconds=31)
    events.close_check_in(sitting, by=SYSTEM)
    assert sitting.phase == "closed"
    stopped.forward(seconds=5)
    events.extend_check_in(sitting, by=SYSTEM, minutes=15)
    assert (sitting.phase, sitting.closes_at) == ("open", EVENING + timedelta(minutes=16))
    events.extend_check_in(sitting, by=SYSTEM, minutes=30)
    assert sitting.closes_at == EVENING + timedelta(minutes=46)
    assert last_entry().facts["until"] == "2026-11-22T19:46+08:00"


def test_an_extension_goes_forward_and_has_an_end(cast, stopped):
    (sitting,) = make(cast).occurrences
    stopped.at = EVENING
    for until in (EVENING, EVENING + HOUR, EVENING + timedelta(days=40)):
        with pytest.raises(Invalid):
            events.extend_check_in(sitting, by=SYSTEM, until=until)
    events.extend_check_in(sitting, by=SYSTEM, until=EVENING + 2 * HOUR)
    assert sitting.closes_at == EVENING + 2 * HOUR


def test_held_again_means_a_draft_on_the_next_such_weekday(cast, stopped):
    stopped.at = EVENING + timedelta(days=16)
    event = make(cast, place="报告厅", capacity=9, capacity_binds=True, after_words="带好水杯")
    week = timedelta(days=7)
    events.add_occurrence(event, starts_at=EVENING + week, ends_at=EVENING + week + HOUR, by=SYSTEM)
    copy = events.copy_event(event, by=cast.organizer)
    assert [o.starts_at for o in copy.occurrences] == [EVENING + 3 * week, EVENING + 4 * week]
    assert copy.is_draft
    assert copy.code != event.code
    assert (copy.after_words, copy.occurrences[0].capacity_binds) == ("带好水杯", True)


def test_a_copy_does_not_widen_what_the_copier_sees(cast):
    event = make(cast, invited=[(cast.street, "persons")])
    copy = events.copy_event(event, by=cast.organizer)
    assert [row.org_id for row in copy.invitations] == [cast.branch.id]
    assert events.copy_event(make(cast, invited=[]), by=cast.organizer).invitations == []


def test_a_lists_parts_share_out_what_the_house_hosts(cast, stopped):
    day = timedelta(days=1)
    make(cast, "正在办", starts_at=stopped.at - HOUR, ends_at=stopped.at + HOUR)
    make(cast, "晚上", starts_at=EVENING, ends_at=EVENING + HOUR)
    make(cast, "后天", starts_at=EVENING + 2 * day, ends_at=EVENING + 2 * day + HOUR)
    make(cast, "上周", starts_at=EVENING - 7 * day, ends_at=EVENING - 7 * day + HOUR)
    make(cast, "草稿", draft=True)
    off = make(cast, "不办了")
    events.cancel_event(off, by=SYSTEM, reason="停电")
    make(cast, "别家的", host=cast.other_branch)
    parts = {part: names(events.list_events(cast.branch, part)) for part in events.PARTS}
    assert parts == {
        "running": ["正在办"], "upcoming": ["晚上", "后天"], "past": ["不办了", "上周"],
        "drafts": ["草稿"], "invited": [],
    }  # fmt: skip
    assert names(events.list_events(cast.street, "upcoming")) == ["晚上", "别家的", "后天"]


def test_an_invitation_is_listed_apart_once_it_is_out(cast, stopped):
    event = make(cast, "全街道", host=cast.street, draft=True)
    assert names(events.list_events(cast.branch, "invited")) == []
    events.publish_event(event, by=SYSTEM)
    assert names(events.list_events(cast.branch, "invited")) == ["全街道"]
    assert names(events.list_events(cast.bureau, "invited")) == []
    assert names(events.list_events(cast.district, "invited")) == []


def test_a_list_is_searched_by_words_and_days_and_cut_into_pages(cast, stopped):
    for number in range(7):
        start = EVENING + timedelta(days=number)
        make(cast, f"第{number}课 100%", starts_at=start, ends_at=start + HOUR, place="一号楼_")
    found = events.list_events(cast.branch, "upcoming", page=2, size=3)
    assert (names(found), found.total, found.pages, found.more) == (
        ["第3课 100%", "第4课 100%", "第5课 100%"], 7, 3, 4,
    )  # fmt: skip
    assert events.list_events(cast.branch, "upcoming", page=10**12, size=3).page == 3
    for words, count in (("3课", 1), ("%", 7), ("楼_", 7), ("_x", 0), ("浏正街", 7), ("没有", 0)):
        assert events.list_events(cast.branch, "upcoming", words=words).total == count, words
    period = {"from_on": date(2026, 11, 24), "to_on": date(2026, 11, 25)}
    assert events.list_events(cast.branch, "upcoming", **period).total == 2
    assert events.recent_places(cast.branch) == ["一号楼_"]
