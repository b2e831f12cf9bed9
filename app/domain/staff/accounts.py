"""Accounts: opening, closing, names and passwords."""

import re

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app import clock, keys
from app.db import db, transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.orgs import Org, is_within
from app.domain.staff.model import ROLES, Invitation, Staff, StaffSession
from app.domain.staff.passwords import hash_password
from app.domain.staff.reach import must_tend
from app.domain.staff.sessions import must_hold, revoke_sessions
from app.errors import Conflict, Invalid, NotFound, Refusal
from app.text import pinyin_of
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
        staff = new_staff(name or username, role, org)
        staff.password_hash = hash_password(password)
        session.add(staff)
        session.flush()
        set_username(session, staff, username)
        audit.record(
            "staff_added", by=by, org_id=org.id, subject=f"staff:{staff.id}", staff=staff.name,
            role=role, org=org.full_name,
        )  # fmt: skip
    return staff


def change_password(here: StaffSession, old: str, new: str) -> None:
    """Change the password of this session's account and end every other session. Raises Invalid,
    WrongPassword, TooMany."""
    staff = here.staff
    try:
        must_hold(here, old)
    except Refusal as refusal:
        refusal.field = "old_password"
        raise
    hashed = hash_password(new)  # before the transaction: others wait to write meanwhile
    with transaction() as session:
        staff.password_hash = hashed
        here.confirmed_at = clock.now()
        revoke_sessions(session, staff, but=here.id)
        audit.record(
            "password_changed", by=staff.actor, org_id=staff.org_id, subject=f"staff:{staff.id}"
        )


def close_staff(staff: Staff, *, by: Staff) -> None:
    """Close an account, its sessions, its links and what it was about to hand over. Raises
    Forbidden, Conflict (oneself)."""
    if staff.id == by.id:
        raise Conflict(N_("不能停用自己的账号。"))
    must_tend(by, staff)
    with transaction() as session:
        for link in _links_at(session, staff):
            link.revoked_at = clock.now()
            if link.staff_id != staff.id:
                link.staff.closed_at = clock.now()
        end_account(session, staff)
        audit.record(
            "staff_closed", by=by.actor, org_id=staff.org_id, subject=f"staff:{staff.id}",
            staff=staff.name,
        )  # fmt: skip


def end_account(session, staff: Staff) -> None:
    """Close an account inside the caller's transaction."""
    staff.closed_at = clock.now()
    revoke_sessions(session, staff)


def set_language(staff: Staff, language: str) -> None:
    """Remember the language of an account: zh or en."""
    if language not in ("zh", "en"):
        raise Invalid(N_("没有这种语言。"), field="language")
    with transaction():
        staff.language = language


def free_username(name: str) -> str:
    """A user name to suggest for somebody: the pinyin of the name, with a number when it is taken;
    empty for a name that gives none."""
    plain = pinyin_of(name)[0][:36]
    if not USERNAME.fullmatch(plain):
        return ""
    query = select(Staff.username_key).where(Staff.username_key.startswith(plain, autoescape=True))
    taken = set(db.session.scalars(query))
    numbered = (f"{plain}{n}" for n in range(2, len(taken) + 3))
    return plain if plain not in taken else next(one for one in numbered if one not in taken)


def new_staff(name: str, role: str, org: Org) -> Staff:
    """An account without name and password, not yet in a session. Raises Invalid."""
    if role not in ROLES:
        raise Invalid(N_("没有这种角色。"), field="role")
    if role == "district" and org.parent_id is not None:
        raise Invalid(N_("区级管理员只能设在组织树的根上。"), field="role")
    if not 1 <= len(name.strip()) <= 40:
        raise Invalid(N_("姓名要有 1 到 40 个字。"), field="name")
    return Staff(
        code=keys.new_code(8), name=name.strip(), role=role, org_id=org.id, language="",
        created_at=clock.now(),
    )  # fmt: skip


def set_username(session, staff: Staff, username: str) -> None:
    """Give an account its name inside the caller's transaction. Raises Invalid, Conflict."""
    shown = username.strip()
    if not USERNAME.fullmatch(shown.lower()):
        raise Invalid(N_("账号要有 2 到 40 个字母、数字或汉字。"), field="username")
    staff.username, staff.username_key = shown, shown.lower()
    try:
        session.flush()
    except IntegrityError:
        raise Conflict(N_("这个账号名已经有人用了，换一个。"), field="username") from None


def _links_at(session, staff):
    """The open links to the account, and those that would hand it over."""
    return list(
        session.scalars(
            select(Invitation).where(
                (Invitation.staff_id == staff.id) | (Invitation.predecessor_id == staff.id),
                Invitation.used_at.is_(None), Invitation.revoked_at.is_(None),
            )
        )
    )  # fmt: skip
