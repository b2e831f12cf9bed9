"""What one phone remembers of several people and several events, and what staff learn of it."""

from datetime import date

from sqlalchemy import select

from app.db import db, transaction
from app.domain import reviews
from app.domain.checkins import CheckIn
from app.domain.members import Membership
from tests.doors import open_event, scan, state_of


def rows():
    db.session.rollback()
    return list(db.session.scalars(select(CheckIn).order_by(CheckIn.id)))


def test_a_second_scan_names_who_checked_in_here_not_who_used_the_phone_since(cast, stopped, phone):
    first, second = open_event(cast), open_event(cast, title="第二场")
    scan(phone, first.code, name="张三", phone="13811112222", org=cast.branch.code)
    scan(phone, second.code, name="李四", phone="13811113333", org=cast.other_branch.code)
    again = phone.get(f"/c/{first.code}")
    assert state_of(again) == "already"
    assert "张*" in again.text
    for others in ("李*", "3333", cast.other_branch.full_name, "改一下"):
        assert others not in again.text


def test_a_guest_who_may_be_a_member_is_doubted_again_until_somebody_clears_it(cast, stopped, app):
    for title in ("一", "二"):
        event = open_event(cast, title=title)
        fields = {"name": "李雷", "phone": "13811112222", "org": cast.branch.code}
        scan(app.test_client(), event.code, **fields)
    one, two = rows()
    assert one.person_id == two.person_id
    assert [row.reasons for row in (one, two)] == [("identity",), ("identity",)]
    assert two.suspected_person_id == cast.li.id
    reviews.accept(one, by=cast.zhao)
    event = open_event(cast, title="三")
    scan(app.test_client(), event.code, name="李雷", phone="13811112222", org=cast.branch.code)
    assert rows()[2].review == "none"


def test_who_has_left_the_branch_they_choose_stands_in_review(cast, stopped, phone):
    with transaction() as session:
        home = session.scalar(select(Membership).where(Membership.person_id == cast.li.id))
        home.to_on = date(2026, 11, 1)
    event = open_event(cast)
    scan(phone, event.code, name="李雷", phone="13900000002", org=cast.branch.code)
    (row,) = rows()
    assert (row.person_id, row.standing) == (cast.li.id, None)
    assert row.reasons == ("other_branch",)
