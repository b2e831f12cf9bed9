"""One-use links: for a new account, a forgotten password, a successor. Only hashes are stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app import clock, keys
from app.db import db, lock_words, transaction
from app.domain import audit
from app.domain.orgs import Org, is_within
from app.domain.staff.accounts import end_account, new_staff, set_username
from app.domain.staff.model import RANK, ROLES, Invitation, Staff
from app.domain.staff.passwords import hash_password
from app.domain.staff.reach import must_tend
from app.domain.staff.sessions import revoke_sessions
from app.domain.staff.throttle import opened_at
from app.errors import Conflict, Forbidden, Gone, NotFound
from app.words import N_


@dataclass(frozen=True)
class Link:
    """A link that was just made: the only moment its secret is known."""

    staff: Staff
    secret: str
    until: datetime


def invite_staff(name: str, *, role: str, org: Org, by: Staff, days: int) -> Link:
    """Open an account without a password; return its one-use link. Raises Forbidden above the
    inviter's role or outside the inviter's subtree, Invalid."""
    must_invite(by, role, org)
    with transaction() as session:
        return open_by_link(session, [new_staff(name, role, org)], by=by, days=days)[0]


def must_invite(by: Staff, role: str, org: Org) -> None:
    """Raise Forbidden unless `by` may open an account of this role at this org."""
    if not by.may("manager") or RANK.get(role, 9) > RANK[by.role] or not is_within(by.org, org):
        raise Forbidden


def roles_below(by: Staff) -> dict[str, str]:
    """The roles that an account may give, with their words; the district's only at the root."""
    return {role: words for role, words in ROLES.items() if RANK[role] <= RANK[by.role]}


def open_by_link(session, accounts: list[Staff], *, by: Staff, days: int) -> list[Link]:
    """Store new accounts with a link each, inside the caller's transaction."""
    session.add_all(accounts)
    session.flush()
    places = dict(
        session.execute(
            select(Org.id, Org.full_name).where(Org.id.in_({one.org_id for one in accounts}))
        ).all()
    )
    for staff in accounts:
        audit.record(
            "staff_invited", by=by.actor, org_id=staff.org_id, subject=f"staff:{staff.id}",
            staff=staff.name, role=staff.role, org=places[staff.org_id],
        )  # fmt: skip
    return [new_link(session, staff, by, days) for staff in accounts]


def new_link(session, staff: Staff, by: Staff | None, days: int, predecessor=None) -> Link:
    """A link for an account, inside the caller's transaction."""
    secret, now = keys.token(), clock.now()
    until = now + timedelta(days=days)
    session.add(
        Invitation(
            token_hash=keys.token_hash(secret), staff_id=staff.id, made_at=now, expires_at=until,
            made_by_id=by.id if by else None, predecessor_id=predecessor,
        )
    )  # fmt: skip
    return Link(staff, secret, until)


def reset_staff(staff: Staff, *, by: Staff | None, days: int) -> Link:
    """A new one-use link; older links die. The old password holds until the link is used. Raises
    Forbidden, Conflict (closed)."""
    if by is not None:
        must_tend(by, staff)
    return renew_links([staff], by=by, days=days)[0]


def renew_links(accounts: list[Staff], *, by: Staff | None, days: int) -> list[Link]:
    """New links for several accounts that `by` may tend, in one go. Raises Forbidden, Conflict."""
    with transaction() as session:
        for staff in accounts:
            if by is not None:
                must_tend(by, staff)
            if staff.closed_at is not None:
                raise Conflict(N_("这个账号已经停用。"))
        heirs = _drop_links(session, {staff.id for staff in accounts})
        made = [new_link(session, one, by, days, heirs.get(one.id)) for one in accounts]
        for staff in accounts:
            audit.record(
                "staff_reset", by=by.actor if by else audit.SYSTEM, org_id=staff.org_id,
                subject=f"staff:{staff.id}", staff=staff.name,
            )  # fmt: skip
    return made


def revoke_links(staff: Staff, *, by: Staff) -> None:
    """Take back the open links of an account; a successor who has not accepted is closed, and the
    holder keeps the account. Raises Forbidden, Conflict when there is none."""
    must_tend(by, staff)
    with transaction() as session:
        take_back(session, staff, by)


def take_back(session, staff: Staff, by: Staff) -> None:
    """`revoke_links` inside the caller's transaction, for whoever may."""
    open_ones = [link for link in links_of(staff) if link.is_open]
    if not open_ones:
        raise Conflict(N_("没有还能用的链接，不用收回。"))
    heirs = _drop_links(session, {staff.id})
    if staff.id in heirs and not staff.is_opened:
        end_account(session, staff)
    audit.record(
        "invitation_revoked", by=by.actor, org_id=staff.org_id, subject=f"staff:{staff.id}",
        staff=staff.name,
    )  # fmt: skip


def links_of(staff: Staff) -> list[Invitation]:
    """Every link the account ever had, newest first."""
    query = select(Invitation).where(Invitation.staff_id == staff.id)
    return list(db.session.scalars(query.order_by(Invitation.id.desc())))


def find_invitation(secret: str) -> Invitation:
    """The invitation behind a link, still usable; raises NotFound or Gone."""
    found = db.session.scalar(
        select(Invitation).where(Invitation.token_hash == keys.token_hash(secret))
    )
    if found is None:
        raise NotFound
    if not found.is_open or found.expires_at <= clock.now():
        raise Gone(N_("这个开通链接已经用过或过期。设过密码的直接登录；还没设的，请上级再发一个。"))
    if found.staff.closed_at is not None:
        raise Gone(N_("这个账号已经停用。"))
    return found


def accept_invitation(secret: str, *, username: str, password: str, address: str = "") -> Staff:
    """Use the link once: set name (when new) and password, end every other session. A successor's
    link closes the account it takes over. Raises NotFound, Gone, Invalid, Conflict."""
    find_invitation(secret)
    hashed = hash_password(password)  # before the transaction: others wait to write meanwhile
    with transaction() as session:
        lock_words(session, "invitation", keys.token_hash(secret))
        found = find_invitation(secret)
        staff = session.get(Staff, found.staff_id, with_for_update=True)
        if staff.closed_at is not None:
            raise Gone(N_("这个账号已经停用。"))
        staff.password_hash = hashed
        if not staff.is_opened:
            set_username(session, staff, username)
        found.used_at = clock.now()
        revoke_sessions(session, staff)
        audit.record(
            "password_changed", by=staff.actor, org_id=staff.org_id, subject=f"staff:{staff.id}"
        )
        if found.predecessor_id is not None:
            _succeed(session, session.get(Staff, found.predecessor_id), staff)
        if address:
            opened_at(address, staff.username_key)
    return staff


def _succeed(session, predecessor, staff):
    """The old account ends; what it made stays, under the name of whoever made it."""
    if predecessor.closed_at is None:
        _drop_links(session, {predecessor.id})
        end_account(session, predecessor)
        predecessor.successor_id = staff.id
        audit.record(
            "staff_handed_over", by=staff.actor, org_id=staff.org_id,
            subject=f"staff:{predecessor.id}", staff=predecessor.name, successor=staff.name,
        )  # fmt: skip


def _drop_links(session, ids):
    """Let the open links of these accounts die; account → the one it was to succeed."""
    heirs = {}
    query = select(Invitation).where(
        Invitation.staff_id.in_(ids), Invitation.used_at.is_(None), Invitation.revoked_at.is_(None)
    )
    for link in session.scalars(query):
        link.revoked_at = clock.now()
        if link.predecessor_id is not None:
            heirs[link.staff_id] = link.predecessor_id
    return heirs
