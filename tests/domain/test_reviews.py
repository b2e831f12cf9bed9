"""Doubts: who a row may be, and what clearing it does. Nothing is ever deleted."""

from datetime import timedelta

import pytest

from app.db import db
from app.domain import checkins, members, reviews
from app.domain.audit import AuditEntry
from app.errors import Conflict, Invalid, NotFound
from tests.gatherings import arrive, gather, guest, sitting


@pytest.fixture
def event(cast, stopped):
    return gather(cast.street, cast.street)


def doubts(scope, event=None):
    return [doubt for group in reviews.open_reviews(scope, event) for doubt in group.doubts]


def reread(row):
    db.session.expire_all()
    return db.session.get(checkins.CheckIn, row.id)


def test_the_best_match_stands_first_and_a_namesake_with_another_phone_is_not_certain(cast, event):
    namesake = members.make_person("李雷", phone="13900000099")
    members.join_branch(namesake, cast.other_branch)
    stranger = guest("李雷", phone="13700000001")
    row = arrive(event, stranger, org=cast.branch, reasons=("identity",), suspect=cast.li)
    (doubt,) = doubts(cast.street)
    assert doubt.check_in.id == row.id
    assert [match.person.name for match in doubt.matches] == ["李雷", "李雷"]
    assert doubt.matches[0].person.id == cast.li.id
    assert doubt.matches[0].grounds == ("name", "branch", "other_phone")
    assert doubt.certain is None


def test_name_and_last_four_or_name_and_branch_without_a_known_phone_are_certain(cast, event):
    quiet = members.make_person("古丽")
    members.join_branch(quiet, cast.branch)
    arrive(event, guest("古丽", phone="13700000002"), org=cast.branch, reasons=("identity",))
    arrive(event, guest("韩梅"), org=None, reasons=("identity",), tail="0003")
    assert [d.certain.person.id for d in doubts(cast.street)] == [quiet.id, cast.han.id]


def test_a_name_typed_with_the_wrong_character_is_found_by_its_sound(cast, event):
    arrive(event, guest("李蕾", phone="13700000001"), org=cast.branch, reasons=("identity",))
    (doubt,) = doubts(cast.street)
    assert doubt.matches[0].person.id == cast.li.id
    assert "pinyin" in doubt.matches[0].grounds
    assert doubt.certain is None


def test_two_rows_that_fit_one_person_are_left_to_a_human(cast, event):
    quiet = members.make_person("古丽")
    members.join_branch(quiet, cast.branch)
    for phone in ("13700000002", "13700000003"):
        arrive(event, guest("古丽", phone=phone), org=cast.branch, reasons=("identity",))
    assert [d.certain for d in doubts(cast.street)] == [None, None]


def test_nobody_outside_the_scope_and_the_invited_is_suggested(cast, stopped):
    event = gather(cast.other_branch, cast.other_branch)
    arrive(
        event,
        guest("李雷", phone="13700000001"),
        org=cast.branch,
        reasons=("identity",),
        suspect=cast.li,
    )
    (doubt,) = doubts(cast.other_branch)
    assert doubt.matches == ()
    with pytest.raises(NotFound):
        reviews.confirm(doubt.check_in, cast.li, by=cast.other_manager)


def test_confirming_gives_the_row_the_person_the_line_the_standing_and_the_phone(cast, event):
    quiet = members.make_person("古丽")
    members.join_branch(quiet, cast.branch, standing="party_member")
    stranger = guest("古丽", phone="13700000002")
    row = arrive(event, stranger, org=cast.other_branch, reasons=("identity",))
    assert reviews.confirm(row, quiet, by=cast.street_manager)
    row = reread(row)
    assert (row.person_id, row.standing, row.review) == (quiet.id, "party_member", "accepted")
    assert row.line.org_id == cast.branch.id
    assert row.chosen_org_id == cast.other_branch.id
    assert row.reviewed_by_id == cast.street_manager.id
    assert db.session.get(members.Person, stranger.id).merged_into_id == quiet.id
    assert db.session.get(members.Person, quiet.id).phone_tail == "0002"
    entry = db.session.query(AuditEntry).filter_by(act="review_accepted").one()
    assert entry.facts == {"event": event.title, "person": quiet.code, "reasons": "identity"}


def test_a_known_phone_is_not_replaced(cast, event):
    row = arrive(event, guest("李雷", phone="13700000001"), org=cast.branch, reasons=("identity",))
    reviews.confirm(row, cast.li, by=cast.street_manager)
    db.session.expire_all()
    assert db.session.get(members.Person, cast.li.id).phone_tail == "0002"


def test_chains_of_merged_people_stay_flat(cast, event):
    first, second = guest("李雷"), guest("李雷", phone="13700000001")
    with_first = arrive(event, first, org=cast.branch, reasons=("identity",))
    first.merged_into_id = second.id
    db.session.commit()
    row = arrive(event, second, org=cast.branch, reasons=("identity",))
    reviews.confirm(row, cast.li, by=cast.street_manager)
    db.session.expire_all()
    assert db.session.get(members.Person, first.id).merged_into_id == cast.li.id
    assert with_first.id != row.id


def test_a_second_row_of_a_person_is_voided_as_a_repeat_and_cannot_come_back(cast, event):
    arrive(event, cast.li)
    row = arrive(event, guest("李雷", phone="13700000001"), org=cast.branch, reasons=("identity",))
    assert reviews.confirm(row, cast.li, by=cast.street_manager) is False
    row = reread(row)
    assert row.voided_at is not None
    assert row.void_reason == "重复"
    with pytest.raises(Conflict):
        checkins.restore_check_in(row, by=cast.street_manager.actor)


def test_the_same_guest_at_another_sitting_becomes_the_person_too(cast, event, stopped):
    other = gather(cast.branch, cast.branch, title="团课")
    elsewhere = gather(cast.bureau, cast.street, title="教育局的活动")
    stranger = guest("李雷", phone="13700000001")
    rows = [
        arrive(e, stranger, org=cast.branch, reasons=("identity",))
        for e in (event, other, elsewhere)
    ]
    reviews.confirm(rows[0], cast.li, by=cast.street_manager)
    assert reread(rows[1]).person_id == cast.li.id
    assert reread(rows[1]).review == "accepted"
    assert reread(rows[2]).person_id == stranger.id, "another host's row is not ours to change"
    assert reread(rows[2]).review == "open"


def test_a_guest_is_accepted_as_a_guest_and_a_wrong_row_is_voided(cast, event):
    kept = arrive(event, guest("甲乙", phone="13700000001"), org=cast.branch, reasons=("identity",))
    wrong = arrive(
        event, guest("丙丁", phone="13700000002"), org=cast.branch, reasons=("identity",)
    )
    reviews.accept(kept, by=cast.street_manager)
    with pytest.raises(Invalid):
        reviews.reject(wrong, "  ", by=cast.street_manager)
    reviews.reject(wrong, "现场没有这个人", by=cast.street_manager)
    assert (reread(kept).review, reread(kept).voided_at) == ("accepted", None)
    assert reread(wrong).void_reason == "现场没有这个人"
    assert doubts(cast.street) == []
    for verb in (reviews.accept, lambda r, by: reviews.confirm(r, cast.li, by=by)):
        with pytest.raises(Conflict):
            verb(kept, by=cast.street_manager)


def test_all_is_the_certain_ones_and_says_what_is_left(cast, event):
    arrive(event, guest("韩梅"), reasons=("identity",), tail="0003")
    arrive(event, cast.li, org=cast.other_branch, reasons=("other_branch",))
    arrive(event, guest("甲乙", phone="13700000001"), org=cast.branch, reasons=("identity",))
    assert reviews.waiting_reviews(cast.street).count == 3
    assert reviews.confirm_all(event, by=cast.street_manager) == reviews.Sweep(2, 0, 1)
    assert reviews.waiting_reviews(cast.street).count == 1


def test_a_child_without_consent_is_not_named_by_a_click(cast, event):
    row = arrive(event, cast.lin, reasons=("under_14",))
    assert reviews.confirm_all(event, by=cast.zhao).left == 1
    with pytest.raises(Conflict):
        reviews.confirm(row, cast.lin, by=cast.zhao)


def test_an_invited_branch_sees_its_own_rows_and_clears_none(cast, event):
    arrive(event, guest("李雷", phone="13700000001"), org=cast.branch, reasons=("identity",))
    arrive(event, guest("韩美", phone="13700000002"), org=cast.other_branch, reasons=("identity",))
    (group,) = reviews.open_reviews(cast.branch)
    assert [doubt.check_in.person.name for doubt in group.doubts] == ["李雷"]
    assert not group.may_clear
    assert group.doubts[0].matches == ()
    assert reviews.waiting_reviews(cast.branch).count == 0
    for verb in (
        lambda: reviews.accept(group.doubts[0].check_in, by=cast.wang_staff),
        lambda: reviews.confirm_all(event, by=cast.wang_staff),
        lambda: reviews.find_review(cast.branch, group.doubts[0].check_in.code),
    ):
        with pytest.raises(NotFound):
            verb()


def test_the_newest_event_stands_first(cast, stopped):
    old = gather(cast.street, cast.street, title="旧", starts_in=timedelta(days=-3))
    new = gather(cast.street, cast.street, title="新")
    sitting(old, starts_in=timedelta(days=-2))
    for event in (old, new):
        arrive(event, guest(f"来宾{event.title}"), reasons=("walk_in",))
    assert [group.event.title for group in reviews.open_reviews(cast.street)] == ["新", "旧"]
    assert [d.check_in.occurrence.event.title for d in doubts(cast.street, old)] == ["旧"]
