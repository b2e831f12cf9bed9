"""The first start: one link, one root, one account."""

from sqlalchemy import select

from app import clock, keys
from app.db import db, lock_words, transaction
from app.domain import audit
from app.domain.orgs import Org, add_org, root_or_none
from app.domain.staff.accounts import add_staff, staff_exists
from app.domain.staff.model import SetupLink, Staff
from app.errors import Gone, NotFound


def setup_token() -> str | None:
    """A new set-up token while there is no account; older tokens die. None once set up."""
    if staff_exists():
        return None
    secret = keys.token()
    with transaction() as session:
        for old in session.scalars(select(SetupLink).where(SetupLink.used_at.is_(None))):
            old.used_at = clock.now()
        session.add(SetupLink(token_hash=keys.token_hash(secret), made_at=clock.now()))
    return secret


def setup_token_holds(secret: str) -> None:
    """Raises NotFound for a wrong token, Gone when an account exists already."""
    if staff_exists():
        raise Gone
    found = db.session.scalar(
        select(SetupLink).where(
            SetupLink.token_hash == keys.token_hash(secret), SetupLink.used_at.is_(None)
        )
    )
    if found is None:
        raise NotFound


def was_setup_token(secret: str) -> bool:
    """Whether this link was printed by this server once, used or not."""
    known = select(SetupLink.id).where(SetupLink.token_hash == keys.token_hash(secret))
    return db.session.scalar(known.limit(1)) is not None


def finish_setup(
    secret: str, *, full_name: str, short_name: str, name: str, username: str, password: str,
    language: str,
) -> tuple[Org, Staff]:  # fmt: skip
    """Make the root org (or keep the one there is) and the first district account, once."""
    with transaction() as session:
        lock_words(session, "setup")
        setup_token_holds(secret)
        root = root_or_none() or add_org(
            full_name, short_name=short_name, kind="district", domain="government", by=audit.SYSTEM
        )
        staff = add_staff(username, password, name=name, role="district", org=root, by=audit.SYSTEM)
        staff.language = language if language in ("zh", "en") else ""
        for link in session.scalars(select(SetupLink).where(SetupLink.used_at.is_(None))):
            link.used_at = clock.now()
        audit.record(
            "setup_done", by=staff.actor, org_id=root.id, subject=f"org:{root.id}",
            org=root.full_name,
        )  # fmt: skip
    return root, staff
