"""移交: a successor accepts, the old account closes, what it made stays where it is."""

from sqlalchemy import select

from app.db import db, lock_words, transaction
from app.domain import audit
from app.domain.staff.accounts import new_staff
from app.domain.staff.invitations import Link, new_link, take_back
from app.domain.staff.model import Invitation, Staff
from app.domain.staff.reach import must_hold_or_tend
from app.errors import Conflict, Invalid
from app.words import N_


def start_handover(staff: Staff, successor: str, *, by: Staff, days: int) -> Link:
    """A link for the successor of an account, asked for by its holder or by whoever tends it. The
    holder keeps it until the successor accepts; an earlier link for another successor dies.
    Raises Forbidden, Conflict, Invalid."""
    must_hold_or_tend(by, staff)
    if staff.closed_at is not None or not staff.is_opened:
        raise Conflict(N_("只有开通了的账号可以移交。没开通的，重发链接或停用就行。"))
    if successor.strip() == staff.name:
        raise Invalid(N_("写接任的人的姓名。忘了密码的话，请上级重发链接。"), field="successor")
    with transaction() as session:
        lock_words(session, "handover", staff.id)
        waiting = successor_of(staff)
        if waiting is not None:
            take_back(session, waiting, by)
        try:
            heir = new_staff(successor, staff.role, staff.org)
        except Invalid as refusal:
            raise Invalid(refusal.words, field="successor", **refusal.facts) from None
        session.add(heir)
        session.flush()
        audit.record(
            "handover_started", by=by.actor, org_id=staff.org_id, subject=f"staff:{staff.id}",
            staff=staff.name, successor=heir.name,
        )  # fmt: skip
        return new_link(session, heir, by, days, staff.id)


def withdraw_handover(staff: Staff, *, by: Staff) -> None:
    """Take the successor's link back: the holder stays. Raises Forbidden, Conflict."""
    must_hold_or_tend(by, staff)
    with transaction() as session:
        lock_words(session, "handover", staff.id)
        waiting = successor_of(staff)
        if waiting is None:
            raise Conflict(N_("没有还在等人接受的移交。"))
        take_back(session, waiting, by)


def successor_of(staff: Staff) -> Staff | None:
    """Who is asked to take this account over and has not accepted yet."""
    return db.session.scalar(
        select(Staff)
        .join(Invitation, Invitation.staff_id == Staff.id)
        .where(
            Invitation.predecessor_id == staff.id, Invitation.used_at.is_(None),
            Invitation.revoked_at.is_(None), Staff.closed_at.is_(None),
        )
    )  # fmt: skip
