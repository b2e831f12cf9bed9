"""Making and taking back a scanner's token. It is shown once; the database keeps its hash."""

from datetime import timedelta

from sqlalchemy import exists, or_, select

from app import clock, keys
from app.db import db, transaction
from app.domain import audit
from app.domain.desks import Desk
from app.domain.desks.model import STAYS
from app.domain.events import Event, Occurrence
from app.domain.orgs import Org
from app.domain.scanners.model import Scanner
from app.domain.staff import Staff
from app.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from app.words import N_

DAYS = {1: N_("1 天"), 7: N_("7 天"), 30: N_("30 天"), 180: N_("180 天")}
MOST_EACH = 20  # living tokens of one account
PREFIX = "furong-"  # so that whoever finds one in a log knows what it is


def make_scanner(
    name: str, *, by: Staff, days: int, desk: Desk | None = None
) -> tuple[Scanner, str]:
    """(scanner, its token): of the account itself, with its rights in its subtree, or of a desk,
    for the desk's event until the desk expires. Raises Forbidden below organizer, Gone for a desk
    that is over, Invalid (name, days), Conflict for too many."""
    name = name.strip()
    if not by.may("organizer"):
        raise Forbidden
    if not 1 <= len(name) <= 40:
        raise Invalid(N_("名称要有 1 到 40 个字。"), field="name")
    if days not in DAYS:
        raise Invalid(N_("有效期从列出的里面选。"), field="days")
    with transaction() as session:
        session.get(Staff, by.id, with_for_update=True)
        if len(scanners_of(by)) >= MOST_EACH:
            raise Conflict(N_("最多同时有 %(n)s 把扫码枪，先停用不用的。"), n=MOST_EACH)
        until = clock.now() + timedelta(days=days)
        if desk is not None:
            desk = session.get(Desk, desk.id, populate_existing=True)
            if desk.revoked_at is not None or desk.is_expired:
                raise Gone(N_("这个签到台已经过期或停用了。"))
            until = min(until, desk.until)
        token = PREFIX + keys.token()
        scanner = Scanner(
            code=keys.new_code(8), name=name, token_hash=keys.token_hash(token),
            desk_id=desk.id if desk else None, staff_id=None if desk else by.id,
            made_at=clock.now(), made_by_id=by.id, expires_at=until,
        )  # fmt: skip
        session.add(scanner)
        session.flush()
        _say("scanner_made", scanner, by)
    return scanner, token


def revoke_scanner(scanner: Scanner, *, by: Staff) -> None:
    """Stop a token at once. Raises Conflict when it is stopped already."""
    with transaction() as session:
        scanner = session.get(Scanner, scanner.id, with_for_update=True, populate_existing=True)
        if scanner.revoked_at is not None:
            raise Conflict(N_("这把扫码枪已经停用了。"))
        scanner.revoked_at = clock.now()
        _say("scanner_revoked", scanner, by)


def scanners_of(staff: Staff) -> list[Scanner]:
    """The tokens this account made that still work, for itself and for desks, newest first."""
    return list(
        db.session.scalars(
            select(Scanner)
            .where(
                Scanner.made_by_id == staff.id, Scanner.revoked_at.is_(None),
                Scanner.expires_at > clock.now(),
            )
            .order_by(Scanner.id.desc())
        )
    )  # fmt: skip


def find_scanner(staff: Staff, code: str) -> Scanner:
    """A token this account made; raises NotFound."""
    found = db.session.scalar(
        select(Scanner).where(
            Scanner.code == code.strip().upper()[:12], Scanner.made_by_id == staff.id
        )
    )
    if found is None:
        raise NotFound
    return found


def open_desks(scope: Org) -> list[Desk]:
    """The desks that work now, of events hosted in the scope's subtree: what a token may be for. A
    desk goes on with its event, so an event put off keeps the desks of its first day."""
    now = clock.now()
    goes_on = exists().where(Occurrence.event_id == Desk.event_id, Occurrence.ends_at > now - STAYS)
    found = db.session.scalars(
        select(Desk)
        .join(Event, Event.id == Desk.event_id)
        .join(Org, Org.id == Event.host_id)
        .where(
            Org.path.like(scope.path + "%"), Desk.revoked_at.is_(None),
            or_(Desk.expires_at > now, goes_on),
        )
        .order_by(Desk.expires_at, Desk.id)
        .limit(50)
    )  # fmt: skip
    return list(found)


def _say(act, scanner, by):
    audit.record(
        act, by=by.actor, org_id=by.org_id, subject=f"scanner:{scanner.id}", scanner=scanner.name
    )
