"""移交: a successor accepts, the old account closes, what it made stays."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.db import db
from app.domain import events
from app.domain import staff as accounts
from app.domain.audit import AuditEntry
from app.domain.staff.sessions import live_session, start_session
from app.errors import Conflict, Forbidden, Gone, Invalid
from tests.happenings import make

PASSWORD = "芙蓉区委的一个长密码1"
IDLE = timedelta(hours=2)


def hand_over(staff, by, successor="孙支书"):
    return accounts.start_handover(staff, successor, by=by, days=20)


def accept(link, username="sun"):
    return accounts.accept_invitation(link.secret, username=username, password=PASSWORD)


def test_the_successor_takes_over_and_the_old_account_closes(cast, stopped):
    secret = start_session(cast.wang_staff, browser="t", absolute=timedelta(hours=12))
    link = hand_over(cast.wang_staff, cast.wang_staff)
    assert live_session(secret, idle=IDLE)  # until it is accepted nothing changes
    assert accounts.successor_of(cast.wang_staff) == link.staff
    heir = accept(link)
    assert (heir.role, heir.org) == ("manager", cast.branch)
    assert cast.wang_staff.closed_at == stopped.at
    assert cast.wang_staff.successor == heir
    assert live_session(secret, idle=IDLE) is None
    assert accounts.successor_of(cast.wang_staff) is None
    acts = list(db.session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))
    assert acts[-3:] == ["handover_started", "password_changed", "staff_handed_over"]


def test_a_withdrawn_handover_leaves_everything_as_it_was(cast, stopped):
    link = hand_over(cast.wang_staff, cast.wang_staff)
    accounts.withdraw_handover(cast.wang_staff, by=cast.wang_staff)
    with pytest.raises(Gone):
        accept(link)
    assert cast.wang_staff.closed_at is None
    assert link.staff.closed_at is not None
    with pytest.raises(Conflict):
        accounts.withdraw_handover(cast.wang_staff, by=cast.wang_staff)


def test_a_second_successor_replaces_the_first(cast, stopped):
    first = hand_over(cast.wang_staff, cast.street_manager)
    second = hand_over(cast.wang_staff, cast.street_manager, "李支书")
    with pytest.raises(Gone):
        accept(first)
    assert accept(second).name == "李支书"


def test_a_lost_handover_link_sent_again_still_hands_over(cast, stopped):
    link = hand_over(cast.wang_staff, cast.wang_staff)
    again = accounts.reset_staff(link.staff, by=cast.street_manager, days=20)
    accept(again)
    assert cast.wang_staff.closed_at is not None


def test_closing_the_holder_closes_who_was_to_succeed(cast, stopped):
    link = hand_over(cast.wang_staff, cast.wang_staff)
    accounts.close_staff(cast.wang_staff, by=cast.street_manager)
    assert link.staff.closed_at is not None
    with pytest.raises(Gone):
        accept(link)


def test_who_may_hand_over_what(cast, stopped):
    for by in (cast.organizer, cast.other_manager, cast.auditor):
        with pytest.raises(Forbidden):
            hand_over(cast.wang_staff, by)
    with pytest.raises(Invalid):
        hand_over(cast.wang_staff, cast.wang_staff, "王芳")
    with pytest.raises(Invalid) as refusal:
        hand_over(cast.wang_staff, cast.wang_staff, " ")
    assert refusal.value.field == "successor"
    assert hand_over(cast.organizer, cast.organizer).staff.role == "organizer"


def test_a_peer_does_not_get_hold_of_a_link_that_closes_somebody(cast, stopped):
    made = accounts.invite_staff(
        "钱支书", role="manager", org=cast.branch, by=cast.street_manager, days=20
    )
    peer = accept(made, "qian")
    link = hand_over(cast.wang_staff, cast.wang_staff)
    for tried in (
        lambda: accounts.reset_staff(link.staff, by=peer, days=20),
        lambda: accounts.revoke_links(link.staff, by=peer),
        lambda: accounts.withdraw_handover(cast.wang_staff, by=peer),
    ):
        with pytest.raises(Forbidden):
            tried()
    accounts.revoke_links(link.staff, by=cast.wang_staff)  # one's own successor may be taken back


def test_events_and_drafts_stay_and_the_successor_goes_on_with_them(cast, stopped):
    told = {"by": cast.wang_staff, "actor": cast.wang_staff.actor}
    event, draft = make(cast, "读书会", **told), make(cast, "还没想好", draft=True, **told)
    heir = accept(hand_over(cast.wang_staff, cast.wang_staff))
    assert [event.made_by_id, draft.made_by_id] == [cast.wang_staff.id] * 2
    found = events.event_hosted_in(heir.org, draft.code)
    events.publish_event(found, by=heir.actor)
    assert found.published_at == stopped.at
    assert events.event_hosted_in(heir.org, event.code) == event
