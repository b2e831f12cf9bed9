"""Signing in and out. A session is a row: revoking it works at once, on every host."""

from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import select

from app import clock, keys
from app.db import db, transaction
from app.domain import audit
from app.domain.staff.model import Staff, StaffSession
from app.domain.staff.passwords import give_back, password_holds, put_back, take
from app.errors import Refusal
from app.words import N_

HOUR = timedelta(hours=1)
SEEN_EVERY = timedelta(minutes=5)  # how stale seen_at may be: a page view is seldom a write


class WrongPassword(Refusal):
    code, status = "wrong_password", 422
    words = N_("账号或密码不对。试 10 次之后要等一会儿；忘了密码请上级重发登录链接。")


def sign_in(username: str, password: str, *, address: str, browser: str, absolute):
    """Return (session token, staff). Buckets are taken before hashing: 10 an hour for a name from
    one address (whoever guesses elsewhere does not lock its owner out), 60 an hour for the name
    from everywhere, 60 failures an hour for an address (an office shares one).
    Raises WrongPassword, TooMany."""
    key, place = username.strip().lower()[:40], _place(address)
    take(f"sign-in:{key}@{place}", size=10, per=HOUR)
    take(f"sign-in:{key}", size=60, per=HOUR)
    take(f"sign-in-from:{place}", size=60, per=HOUR)
    staff = db.session.scalar(select(Staff).where(Staff.username_key == key))
    good = password_holds(staff.password_hash if staff else None, password)
    if not good or staff.closed_at is not None:
        raise WrongPassword(field="password")
    give_back(f"sign-in:{key}@{place}")
    give_back(f"sign-in:{key}")
    put_back(f"sign-in-from:{place}")
    return start_session(staff, browser=browser, absolute=absolute), staff


def _place(address):
    """An IPv4 address, or the /64 of an IPv6 one: whoever has one of it has all of it."""
    try:
        number = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:40]
    return str(number) if number.version == 4 else f"{IPv6Address(int(number) >> 64 << 64)}/64"


def start_session(staff: Staff, *, browser: str, absolute: timedelta) -> str:
    """Open a session for staff and return its token."""
    secret, now = keys.token(), clock.now()
    with transaction() as session:
        session.add(
            StaffSession(
                token_hash=keys.token_hash(secret), staff_id=staff.id, created_at=now, seen_at=now,
                expires_at=now + absolute, browser=browser[:120],
            )
        )  # fmt: skip
        staff.last_seen_at = now
        audit.record("signed_in", by=staff.actor, org_id=staff.org_id, subject=f"staff:{staff.id}")
    return secret


def live_session(secret: str, *, idle: timedelta) -> StaffSession | None:
    """The session behind a cookie, if it is neither revoked, idle too long, nor expired."""
    if not secret:
        return None
    found = db.session.scalar(
        select(StaffSession).where(StaffSession.token_hash == keys.token_hash(secret))
    )
    now = clock.now()
    if found is None or found.revoked_at or found.expires_at <= now or now - found.seen_at > idle:
        return None
    if found.staff.closed_at is not None:
        return None
    if now - found.seen_at > min(SEEN_EVERY, idle / 2):
        with transaction():
            found.seen_at = found.staff.last_seen_at = now
    return found


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


def revoke_other_sessions(staff: Staff, *, but: int) -> int:
    """Sign this account out everywhere else; how many sessions ended."""
    with transaction() as session:
        count = revoke_sessions(session, staff, but=but)
        audit.record(
            "sessions_revoked", by=staff.actor, org_id=staff.org_id, subject=f"staff:{staff.id}",
            count=count,
        )  # fmt: skip
    return count
