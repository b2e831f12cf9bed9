"""A desk's link and PIN: made, handed over, taken back; and what of it a helper's browser keeps."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select

from app import clock, keys
from app.db import db, transaction
from app.domain import audit
from app.domain.checkins import CheckIn
from app.domain.desks.model import Desk, end_of
from app.domain.events import Event, surviving
from app.domain.staff import Staff
from app.domain.staff.throttle import give_back, take
from app.errors import Conflict, Gone, Invalid, NotFound
from app.text import spoken_code, tidy
from app.words import N_

LONGEST_NAME = 40
OWN_TRIES, ALL_TRIES = (
    10,
    60,
)  # PINs an hour: from one browser, which leaves some to others · at one desk


class DeskExpired(Gone):
    code, words = "expired", N_("这个签到台的链接过期了。请找组织者要一个新的。")


class DeskRevoked(Gone):
    code, words = "revoked", N_("这个签到台已经停用。请找组织者要一个新的。")


class WrongPin(Invalid):
    code, words, field = "wrong_pin", N_("口令不对。向给你链接的人再问一次。"), "pin"


@dataclass(frozen=True)
class DeskLine:
    """A desk as the organizer sees it. token and pin: None when sealed with another key; checked_in
    and undone: rows it wrote, valid and annulled."""

    desk: Desk
    token: str | None
    pin: str | None
    checked_in: int
    undone: int

    @property
    def is_over(self) -> bool:
        return self.desk.revoked_at is not None or self.desk.is_expired


def open_desk(event: Event, name: str, *, by: Staff) -> Desk:
    """Make a desk for an event; it lasts until 12 hours after the last sitting's end. Raises Invalid
    (name), Conflict for an event nobody can check in to."""
    name = tidy(name)
    if not name:
        raise Invalid(N_("给签到台起个名字，例如“东门”。"), field="name")
    if len(name) > LONGEST_NAME:
        raise Invalid(N_("最多 %(n)s 个字。"), field="name", n=LONGEST_NAME)
    with transaction() as session:
        session.refresh(event)
        if event.published_at is None or event.withdrawn_at or event.cancelled_at:
            raise Conflict(N_("活动没有发布，或者已经取消、撤回，开不了签到台。"))
        token, pin, now = keys.token(), _new_pin(), clock.now()
        expires_at = end_of(event)
        if expires_at <= now:
            raise Conflict(N_("活动结束已经超过 12 小时，开不了签到台。到“更正”里补录签到表。"))
        desk = Desk(
            code=keys.new_code(8), event_id=event.id, name=name, token_hash=keys.token_hash(token),
            token_sealed=keys.seal(token), pin_hash=_pin_hash(pin), pin_sealed=keys.seal(pin),
            made_at=now, made_by_id=by.id, expires_at=expires_at,
        )  # fmt: skip
        session.add(desk)
        session.flush()
        _say("desk_opened", desk, by)
    return desk


def renew_pin(desk: Desk, *, by: Staff) -> None:
    """A new PIN: every browser has to type it again. Raises Conflict for a desk that is over."""
    with transaction() as session:
        session.refresh(desk)
        if desk.revoked_at is not None or desk.is_expired:
            raise Conflict(N_("这个签到台已经停用或过期。"))
        pin = _new_pin()
        desk.pin_hash, desk.pin_sealed = _pin_hash(pin), keys.seal(pin)
        desk.pin_epoch += 1
        _say("desk_pin_renewed", desk, by)


def revoke_desk(desk: Desk, *, by: Staff) -> None:
    """Take the link back, for good. What it wrote stays. Again: nothing."""
    with transaction() as session:
        session.refresh(desk)
        if desk.revoked_at is None:
            desk.revoked_at = clock.now()
            _say("desk_revoked", desk, by)


def desks_of(event: Event) -> list[DeskLine]:
    """Every desk of an event: those in use first, the newest first among them."""
    valid = func.sum(case((CheckIn.id.is_not(None) & CheckIn.voided_at.is_(None), 1), else_=0))
    query = (
        select(Desk, func.count(CheckIn.id), valid)
        .outerjoin(CheckIn, (CheckIn.actor_kind == "desk") & (CheckIn.actor_id == Desk.id))
        .where(Desk.event_id == event.id)
        .group_by(Desk.id)
        .order_by(Desk.id.desc())
    )
    lines = [
        DeskLine(desk, _opened(desk.token_sealed), _opened(desk.pin_sealed), valid, rows - valid)
        for desk, rows, valid in db.session.execute(query)
    ]
    return sorted(lines, key=lambda line: line.is_over)


def find_desk(event: Event, code: str) -> Desk:
    """A desk of an event by its code; raises NotFound."""
    found = db.session.scalar(
        select(Desk).where(Desk.code == code.strip().upper()[:12], Desk.event_id == event.id)
    )
    if found is None:
        raise NotFound
    return found


def desk_of(token: str, *, for_upload: bool = False) -> Desk:
    """The desk a link opens; raises NotFound, DeskRevoked, DeskExpired. for_upload: an expired one
    too, whose scans were made before."""
    desk = db.session.scalar(select(Desk).where(Desk.token_hash == keys.token_hash(token)))
    if desk is None:
        raise NotFound
    if desk.event.withdrawn_at is not None and desk.event.merged_into_id is None:
        raise NotFound
    if desk.revoked_at is not None:
        raise DeskRevoked
    if desk.is_expired and not for_upload:
        raise DeskExpired
    return desk


def event_of(desk: Desk) -> Event:
    """The event a desk works for: of one merged into another, the other."""
    return surviving(desk.event)


def type_pin(desk: Desk, pin: str, *, browser: str) -> str:
    """The mark a browser keeps after the right PIN. browser: its own random cookie. Raises WrongPin,
    TooMany (of this browser, or of all browsers at this desk; never of an address)."""
    own, shared = f"desk-pin:{desk.id}#{keys.token_hash(browser)[:16]}", f"desk-pin:{desk.id}"
    take((own, OWN_TRIES), (shared, ALL_TRIES))
    if not hmac.compare_digest(desk.pin_hash, _pin_hash(spoken_code(pin)[:12])):
        raise WrongPin
    give_back(own)
    give_back(shared)
    return mark_of(desk, browser)


def mark_of(desk: Desk, browser: str) -> str:
    """What the browser shows from then on: bound to it, the desk and the PIN in force (64 hex)."""
    return keys.match_key("desk", f"{desk.id}|{desk.pin_epoch}|{browser}")


def kept_until(desk: Desk) -> datetime:
    """How long a browser may keep its mark: to upload after the link's end."""
    return desk.until + timedelta(hours=24)


def _new_pin():
    return f"{secrets.randbelow(10**6):06}"


def _pin_hash(pin):
    return keys.match_key("desk pin", pin)


def _opened(sealed):
    try:
        return keys.unseal(sealed).decode()
    except ValueError:  # sealed with another PII key
        return None


def _say(act, desk, by):
    event = desk.event
    audit.record(
        act, by=by.actor, org_id=event.host_id, subject=f"event:{event.id}", event=event.title,
        desk=desk.name,
    )  # fmt: skip
