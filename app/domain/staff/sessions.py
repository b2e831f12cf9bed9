"""Signing in and out. A session is a row: revoking it works at once, on every host."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app import clock, keys
from app.db import db, transaction
from app.domain import audit
from app.domain.staff.model import Staff, StaffSession
from app.domain.staff.passwords import password_holds
from app.domain.staff.throttle import OWN, a_try, give_back, succeeded, take, take_try
from app.errors import NotFound, Refusal
from app.words import N_

WECHAT = "MicroMessenger"
SEEN_EVERY = timedelta(minutes=5)  # how stale seen_at may be: a page view is seldom a write


class WrongPassword(Refusal):
    code, status = "wrong_password", 422
    words = N_("账号或密码不对。试 10 次之后要等一会儿；忘了密码请上级重发登录链接。")


def sign_in(
    username: str, password: str, *, address: str, browser: str, absolute: timedelta,
    remember: timedelta | None = None, known: str = "",
):  # fmt: skip
    """Return (session token, staff). The tries are taken before hashing; `known` is the cookie of
    `known_browser`, `remember` how long this browser stays signed in when asked to.
    Raises WrongPassword, TooMany."""
    one = a_try(username, address, known)
    shared = take_try(one)
    staff = db.session.scalar(select(Staff).where(Staff.username_key == one.key))
    good = password_holds(staff.password_hash if staff else None, password)
    if not good or staff.closed_at is not None:
        raise WrongPassword(field="password")
    succeeded(one, shared=shared)
    secret = start_session(
        staff, browser=browser, absolute=remember or absolute, remembered=remember is not None
    )
    return secret, staff


def start_session(
    staff: Staff, *, browser: str, absolute: timedelta, remembered: bool = False
) -> str:
    """Open a session for staff, who typed the password just now, and return its token."""
    secret, now = keys.token(), clock.now()
    with transaction() as session:
        session.add(
            StaffSession(
                token_hash=keys.token_hash(secret), staff_id=staff.id, created_at=now, seen_at=now,
                expires_at=now + absolute, browser=_told(browser), remembered=remembered,
                confirmed_at=now,
            )
        )  # fmt: skip
        staff.last_seen_at = now
        audit.record("signed_in", by=staff.actor, org_id=staff.org_id, subject=f"staff:{staff.id}")
    return secret


def live_session(secret: str, *, idle: timedelta) -> StaffSession | None:
    """The session behind a cookie, if it is neither revoked, idle too long, nor expired. A
    remembered one may lie idle until it expires."""
    if not secret:
        return None
    found = db.session.scalar(
        select(StaffSession).where(StaffSession.token_hash == keys.token_hash(secret))
    )
    now = clock.now()
    if found is None or found.revoked_at or found.expires_at <= now:
        return None
    if not found.remembered and now - found.seen_at > idle:
        return None
    if found.staff.closed_at is not None:
        return None
    if now - found.seen_at > min(SEEN_EVERY, idle / 2):
        with transaction():
            found.seen_at = found.staff.last_seen_at = now
    return found


def _told(browser: str) -> str:
    """What is kept of a browser's own description. WeChat names itself last, past any length that
    is worth keeping: it goes first."""
    return f"{WECHAT} {browser}"[:120] if WECHAT in browser[120 - len(WECHAT) :] else browser[:120]


def is_fresh(found: StaffSession, *, within: timedelta) -> bool:
    """Whether this session may export and manage accounts without typing the password again: an
    ordinary one always, a remembered one for a while after the last typing."""
    typed: datetime | None = found.confirmed_at
    return not found.remembered or (typed is not None and clock.now() - typed <= within)


def type_again(found: StaffSession, password: str) -> None:
    """The password was typed once more in this session. Raises WrongPassword, TooMany."""
    must_hold(found, password)
    with transaction():
        found.confirmed_at = clock.now()


def must_hold(found: StaffSession, password: str) -> None:
    """Raise WrongPassword unless it is the password of the session's account; TooMany after ten
    tries an hour in one session."""
    key = f"retype:{found.id}"
    take((key, OWN))
    if not password_holds(found.staff.password_hash, password):
        raise WrongPassword(N_("密码不对。"), field="password")
    give_back(key)


def sign_out(secret: str) -> None:
    """Revoke the session of this cookie, if there is one."""
    with transaction() as session:
        found = session.scalar(
            select(StaffSession).where(StaffSession.token_hash == keys.token_hash(secret))
        )
        if found is not None and found.revoked_at is None:
            found.revoked_at = clock.now()


def sessions_of(staff: Staff) -> list[StaffSession]:
    """The sessions that still hold, newest first."""
    return list(
        db.session.scalars(
            select(StaffSession)
            .where(
                StaffSession.staff_id == staff.id,
                StaffSession.revoked_at.is_(None),
                StaffSession.expires_at > clock.now(),
            )
            .order_by(StaffSession.seen_at.desc())
        )
    )


def revoke_sessions(session, staff: Staff, *, but: int | None = None) -> int:
    """Revoke every session of staff but one, inside the caller's transaction; how many."""
    count = 0
    for found in sessions_of(staff):
        if found.id != but:
            found.revoked_at, count = clock.now(), count + 1
    return count


def revoke_session(staff: Staff, code: str) -> None:
    """Sign one of this account's own sessions out. Raises NotFound."""
    with transaction():
        found = next((one for one in sessions_of(staff) if one.code == code), None)
        if found is None:
            raise NotFound
        found.revoked_at = clock.now()
        audit.record(
            "sessions_revoked", by=staff.actor, org_id=staff.org_id, subject=f"staff:{staff.id}",
            count=1,
        )  # fmt: skip


def revoke_other_sessions(staff: Staff, *, but: int) -> int:
    """Sign this account out everywhere else; how many sessions ended."""
    with transaction() as session:
        count = revoke_sessions(session, staff, but=but)
        audit.record(
            "sessions_revoked", by=staff.actor, org_id=staff.org_id, subject=f"staff:{staff.id}",
            count=count,
        )  # fmt: skip
    return count
