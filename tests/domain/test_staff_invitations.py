"""One-use links: for a new account and a forgotten password; who may give one to whom."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.db import db
from app.domain import staff as accounts
from app.domain.audit import AuditEntry
from app.domain.staff.passwords import password_holds
from app.errors import Conflict, Forbidden, Gone, Invalid, NotFound, Refusal

PASSWORD = "芙蓉区委的一个长密码1"
DAYS = 20


def acts():
    return list(db.session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))


def invite(cast, name="钱支书", *, role="manager", org=None, by=None):
    return accounts.invite_staff(
        name, role=role, org=org or cast.other_branch, by=by or cast.street_manager, days=DAYS
    )


def accept(link, username="qian", password=PASSWORD):
    return accounts.accept_invitation(link.secret, username=username, password=password)


def test_a_link_opens_the_account_once_and_only_its_hash_is_kept(cast, stopped):
    link = invite(cast)
    assert link.secret not in str(db.session.execute(select(accounts.Invitation.token_hash)).all())
    staff = accept(link)
    assert (staff.username, staff.role, staff.org) == ("qian", "manager", cast.other_branch)
    assert password_holds(staff.password_hash, PASSWORD)
    with pytest.raises(Gone):
        accept(link, "someone")
    assert acts()[-2:] == ["staff_invited", "password_changed"]


def test_of_eight_at_once_one_gets_in(app, cast):
    link = invite(cast)

    def use(number):
        with app.app_context():
            try:
                accept(link, f"qian{number}", f"{PASSWORD}{number}")
                return number
            except Gone:
                return "gone"
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as crowd:
        told = list(crowd.map(use, range(8)))
    (winner,) = [one for one in told if one != "gone"]
    db.session.rollback()
    staff = accounts.find_staff(cast.district, link.staff.code)
    assert staff.username == f"qian{winner}"
    assert password_holds(staff.password_hash, f"{PASSWORD}{winner}")


def test_a_link_ends_after_exactly_twenty_days(cast, stopped):
    late, early = invite(cast), invite(cast, "孙支书")
    assert late.until - stopped.at == timedelta(days=20)
    stopped.forward(days=20, microseconds=-1)
    assert accept(early, "sun").name == "孙支书"
    stopped.forward(microseconds=1)
    with pytest.raises(Gone):
        accept(late)
    with pytest.raises(Gone):
        accounts.find_invitation(late.secret)
    assert accounts.access_of_one(late.staff).link_until is None


def test_a_link_taken_back_opens_nothing_and_a_new_one_does(cast, stopped):
    link = invite(cast)
    accounts.revoke_links(link.staff, by=cast.street_manager)
    with pytest.raises(Gone):
        accept(link)
    with pytest.raises(Conflict):
        accounts.revoke_links(link.staff, by=cast.street_manager)
    assert accept(accounts.reset_staff(link.staff, by=cast.zhao, days=DAYS)).name == "钱支书"
    assert acts()[-3:] == ["invitation_revoked", "staff_reset", "password_changed"]


def test_a_new_link_kills_the_older_and_leaves_the_password_until_it_is_used(cast, stopped):
    staff = accept(invite(cast))
    first = accounts.reset_staff(staff, by=cast.street_manager, days=DAYS)
    second = accounts.reset_staff(staff, by=cast.street_manager, days=DAYS)
    assert password_holds(staff.password_hash, PASSWORD)
    with pytest.raises(Gone):
        accept(first)
    accept(second, "ignored", "另外一个长密码2026")
    assert staff.username == "qian"
    assert not password_holds(staff.password_hash, PASSWORD)


def test_a_bad_name_or_password_leaves_the_link_as_it_was(cast, stopped):
    link = invite(cast)
    for username, password, refusal in (
        ("qian", "short", Invalid),
        ("q q", PASSWORD, Invalid),
        ("zhao", PASSWORD, Conflict),
    ):
        with pytest.raises(refusal):
            accept(link, username, password)
        db.session.rollback()
        assert accounts.find_invitation(link.secret).staff.username is None
    assert accept(link).username == "qian"


def test_nobody_guesses_a_link(cast):
    with pytest.raises(NotFound):
        accounts.find_invitation("A" * 22)


@pytest.mark.parametrize("by", ["zhao", "street_manager", "wang_staff", "organizer", "auditor"])
def test_nobody_invites_above_the_own_role_or_outside_the_own_subtree(cast, by):
    by = getattr(cast, by)
    for org in (cast.district, cast.street, cast.branch, cast.other_branch, cast.school):
        for role in accounts.ROLES:
            inside = org.path.startswith(by.org.path)
            high = accounts.RANK[role] > accounts.RANK[by.role]
            allowed = by.may("manager") and inside and not high
            if role == "district" and org.parent_id is not None:
                allowed = False
            try:
                made = invite(cast, "某人", role=role, org=org, by=by)
            except Refusal:
                made = None
            assert (made is not None) == allowed, (by.name, role, org.short_name)


def test_two_secretaries_of_one_org_leave_each_other_to_their_parent(cast, stopped):
    peer = accept(invite(cast, org=cast.branch))
    for verb in (accounts.close_staff, accounts.revoke_links):
        with pytest.raises(Forbidden):
            verb(peer, by=cast.wang_staff)
    with pytest.raises(Forbidden):
        accounts.reset_staff(peer, by=cast.wang_staff, days=DAYS)
    with pytest.raises(Forbidden):
        accounts.reset_staff(cast.street_manager, by=cast.wang_staff, days=DAYS)
    with pytest.raises(Forbidden):
        accounts.reset_staff(cast.zhao, by=cast.street_manager, days=DAYS)
    accounts.close_staff(peer, by=cast.street_manager)
    with pytest.raises(Conflict):
        accounts.reset_staff(peer, by=cast.street_manager, days=DAYS)


def test_who_invited_to_the_own_org_may_take_it_back_until_it_is_opened(cast, stopped):
    link = invite(cast, org=cast.branch, by=cast.wang_staff)
    accounts.revoke_links(link.staff, by=cast.wang_staff)
    accounts.close_staff(link.staff, by=cast.wang_staff)
    assert link.staff.closed_at == stopped.at


def test_the_user_name_offered_is_pinyin_and_free(cast, stopped):
    assert accounts.free_username("王芳") == "wangfang"
    accept(invite(cast, "王芳"), "wangfang")
    assert accounts.free_username("王芳") == "wangfang2"
    assert accounts.free_username("—") == ""


def test_who_has_access_says_in_which_state(cast, stopped):
    link, staff = invite(cast), accept(invite(cast, "孙支书"), "sun")
    stopped.forward(days=90)
    assert not accounts.access_of_one(staff).sleeping
    stopped.forward(seconds=1)
    assert accounts.access_of_one(staff).sleeping
    accounts.close_staff(cast.other_manager, by=cast.zhao)
    rows = accounts.access_of(cast.other_branch)
    assert [(row.staff.name, row.part) for row in rows] == [
        ("钱支书", "waiting"), ("孙支书", "open"), ("冯支书", "closed"),
    ]  # fmt: skip
    assert rows[0].staff == link.staff
    parts = {name: [r.staff.name for r in rows if r.is_in(name)] for name in ("", *accounts.PARTS)}
    assert parts == {
        "": ["钱支书", "孙支书"], "open": ["孙支书"], "waiting": ["钱支书"],
        "sleeping": ["孙支书"], "ended": [], "closed": ["冯支书"],
    }  # fmt: skip
    found = [row.staff.name for row in accounts.access_in(cast.street, "丰泉")]
    assert sorted(found) == sorted(["冯支书", "钱支书", "孙支书"])
    assert accounts.access_in(cast.street, "赵") == []
