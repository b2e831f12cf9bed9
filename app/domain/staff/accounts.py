"""Accounts: opening, inviting, closing, passwords. Nobody invites above their own role."""

import re
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app import clock, keys
from app.db import db, lock_words, transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.orgs import Org, is_within
from app.domain.staff.model import RANK, ROLES, Invitation, Staff
from app.domain.staff.passwords import hash_password, password_holds
from app.domain.staff.sessions import revoke_sessions
from app.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from app.words import N_

USERNAME = re.compile(r"[a-z0-9_.\-\u4e00-\u9fff]{2,40}")


def staff_exists() -> bool:
    """Whether anybody has an account yet."""
    return db.session.scalar(select(Staff.id).limit(1)) is not None


def all_staff() -> list[Staff]:
    """Every account, by org."""
    return list(db.session.scalars(select(Staff).join(Org).order_by(Org.path, Staff.id)))


def staff_in(scope: Org) -> list[Staff]:
    """The accounts whose org lies in today's subtree of scope."""
    query = select(Staff).join(Org).where(Org.path.like(scope.path + "%"))
    return list(db.session.scalars(query.order_by(Org.path, Staff.id)))


def find_staff(scope: Org, code: str) -> Staff:
    """An account inside the scope, by its code; raises NotFound."""
    staff = db.session.scalar(select(Staff).where(Staff.code == str(code).upper()[:12]))
    if staff is None or not is_within(scope, staff.org):
        raise NotFound
    return staff


def add_staff(username: str, password: str, *, name: str, role: str, org: Org, by: Actor) -> Staff:
    """Open an account with a password (command line, set-up). Raises Invalid, Conflict."""
    with transaction() as session:
        staff = _new_staff(session, name or username, role, org)
        staff.password_hash = hash_password(password)
        _set_username(session, staff, username)
        audit.record(
            "staff_added", by=by, org_id=org.id, subject=f"staff:{staff.id}", staff=staff.name,
            role=role, org=org.full_name,
        )  # fmt: skip
    return staff


def invite_staff(name: str, *, role: str, org: Org, by: Staff, days: int) -> tuple[Staff, str]:
    """Open an account without a password; return it with its one-use link token.
    Raises Forbidden above the inviter's role or outside the inviter's subtree."""
    if RANK.get(role, 9) > RANK[by.role] or not is_within(by.org, org):
        raise Forbidden
    with transaction() as session:
        staff = _new_staff(session, name, role, org)
        secret = _new_invitation(session, staff, by, days)
        audit.record(
            "staff_invited", by=by.actor, org_id=org.id, subject=f"staff:{staff.id}",
            staff=staff.name, role=role, org=org.full_name,
        )  # fmt: skip
    return staff, secret


def reset_staff(staff: Staff, *, by: Staff | None, days: int) -> str:
    """A new one-use link; older links die. The old password holds until the link is used."""
    if by is not None and RANK[staff.role] > RANK[by.role]:
        raise Forbidden
    with transaction() as session:
        for old in session.scalars(
            select(Invitation).where(
                Invitation.staff_id == staff.id, Invitation.used_at.is_(None), Invitation.revoked_at.is_(None)
            )
        ):  # fmt: skip
            old.revoked_at = clock.now()
        secret = _new_invitation(session, staff, by, days)
        audit.record(
            "staff_reset", by=by.actor if by else audit.SYSTEM, org_id=staff.org_id,
            subject=f"staff:{staff.id}", staff=staff.name,
        )  # fmt: skip
    return secret


def find_invitation(secret: str) -> Invitation:
    """The invitation behind a link, still usable; raises NotFound or Gone."""
    found = db.session.scalar(
        select(Invitation).where(Invitation.token_hash == keys.token_hash(secret))
    )
    if found is None:
        raise NotFound
    if found.used_at or found.revoked_at or found.expires_at <= clock.now():
        raise Gone(N_("这个开通链接已经用过或过期，请上级再发一个。"))
    return found


def accept_invitation(secret: str, *, username: str, password: str) -> Staff:
    """Use the link once: set name (when new) and password, end every other session."""
    with transaction() as session:
        lock_words(session, "invitation", keys.token_hash(secret))
        found = find_invitation(secret)
        staff = session.get(Staff, found.staff_id, with_for_update=True)
        if staff.closed_at is not None:
            raise Gone(N_("这个账号已经停用。"))
        staff.password_hash = hash_password(password)
        if staff.username is None:
            _set_username(session, staff, username)
        found.used_at = clock.now()
        revoke_sessions(session, staff)
        audit.record(
            "password_changed", by=staff.actor, org_id=staff.org_id, subject=f"staff:{staff.id}"
        )
    return staff


def change_password(staff: Staff, old: str, new: str, *, keep: int) -> None:
    """Change the password and end every other session. Raises Invalid."""
    if not password_holds(staff.password_hash, old):
        raise Invalid(N_("现在的密码不对。"), field="old_password")
    with transaction() as session:
        staff.password_hash = hash_password(new)
        revoke_sessions(session, staff, but=keep)
        audit.record(
            "password_changed", by=staff.actor, org_id=staff.org_id, subject=f"staff:{staff.id}"
        )


def close_staff(staff: Staff, *, by: Staff) -> None:
    """Close an account and end its sessions. Raises Forbidden, Conflict (oneself)."""
    if staff.id == by.id:
        raise Conflict(N_("不能停用自己的账号。"))
    if RANK[staff.role] > RANK[by.role]:
        raise Forbidden
    with transaction() as session:
        staff.closed_at = clock.now()
        revoke_sessions(session, staff)
        audit.record(
            "staff_closed", by=by.actor, org_id=staff.org_id, subject=f"staff:{staff.id}",
            staff=staff.name,
        )  # fmt: skip


def set_language(staff: Staff, language: str) -> None:
    """Remember the language of an account: zh or en."""
    if language not in ("zh", "en"):
        raise Invalid(N_("没有这种语言。"), field="language")
    with transaction():
        staff.language = language


def _new_staff(session, name, role, org):
    if role not in ROLES:
        raise Invalid(N_("没有这种角色。"), field="role")
    if role == "district" and org.parent_id is not None:
        raise Invalid(N_("区级管理员只能设在组织树的根上。"), field="role")
    if not 1 <= len(name.strip()) <= 40:
        raise Invalid(N_("姓名要有 1 到 40 个字。"), field="name")
    staff = Staff(
        code=keys.new_code(8), name=name.strip(), role=role, org_id=org.id, language="",
        created_at=clock.now(),
    )  # fmt: skip
    session.add(staff)
    session.flush()
    return staff


def _new_invitation(session, staff, by, days):
    secret, now = keys.token(), clock.now()
    session.add(
        Invitation(
            token_hash=keys.token_hash(secret), staff_id=staff.id, made_at=now,
            made_by_id=by.id if by else None, expires_at=now + timedelta(days=days),
        )
    )  # fmt: skip
    return secret


def _set_username(session, staff, username):
    shown = username.strip()
    if not USERNAME.fullmatch(shown.lower()):
        raise Invalid(N_("账号要有 2 到 40 个字母、数字或汉字。"), field="username")
    staff.username, staff.username_key = shown, shown.lower()
    try:
        session.flush()
    except IntegrityError:
        raise Conflict(N_("这个账号名已经有人用了，换一个。"), field="username") from None
