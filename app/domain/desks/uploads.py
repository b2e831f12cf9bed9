"""What a desk took down without a network: each scan decided by the time it was made.

Three times are kept: the client's own, the corrected one (the client's clock measured against ours
when it sends), clamped to the life of the link and to the receipt, which decides; and the receipt.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app import clock
from app.db import db
from app.domain import cards, checkins, identity
from app.domain.desks.links import DeskRevoked, event_of
from app.domain.desks.model import Desk
from app.domain.events import Event, Occurrence
from app.errors import Gone, Invalid, NotFound, Refusal
from app.text import mask_name
from app.words import N_

MOST = 200  # scans in one upload
KEPT = timedelta(hours=24)  # after the event's end a phone wipes what it holds


class UploadTooLate(Gone):
    code, words = "upload_too_late", N_("活动结束已超过 24 小时，不能再上传。请找组织者补签。")


class WrongEvent(Refusal):
    code, status, words = "wrong_event", 404, N_("这一场不归这个签到台管。")


@dataclass(frozen=True)
class OfflineScan:
    """One scan of the queue: its nonce, the client's time, the sitting's code, and a card's text or
    a typed name with phone (11 digits or the last four). forced_reason: 破例."""

    nonce: str
    client_at: datetime
    sitting: str
    card: str = ""
    name: str = ""
    phone: str = ""
    org: str = ""
    forced_reason: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one: code is done, already or the refusal's; name masked; at: the time that
    decides; refusal None where it was taken."""

    nonce: str
    code: str
    name: str = ""
    at: datetime | None = None
    refusal: Refusal | None = None

    @property
    def may_force(self) -> bool:
        """Whether a reason would let it in."""
        return isinstance(self.refusal, checkins.OVERCOME)


def upload(desk: Desk, scans: list[OfflineScan], *, sent_at: datetime) -> list[Outcome]:
    """Record a queue; sent_at is the client's time at sending. The same queue any number of times
    writes the same rows. Raises DeskRevoked, UploadTooLate, Invalid (more than MOST)."""
    now = clock.now()
    if desk.revoked_at is not None:
        raise DeskRevoked
    if now > wiped_at(event_of(desk)):
        raise UploadTooLate
    if len(scans) > MOST:
        raise Invalid(N_("一次最多上传 %(n)s 条。"), n=MOST)
    ahead = now - sent_at
    return [_record(desk, scan, _decisive(desk, scan.client_at + ahead, now)) for scan in scans]


def wiped_at(event: Event) -> datetime:
    """When a phone wipes its queue: a day after the last sitting's end."""
    return max(occurrence.ends_at for occurrence in event.occurrences) + KEPT


def _decisive(desk, corrected, now):
    """The corrected time inside the life of the link, and never after the receipt."""
    return max(desk.made_at, min(corrected, desk.until, now))


def _record(desk, scan, at):
    try:
        told = _scan(desk, scan, at)
    except Refusal as refusal:
        return Outcome(scan.nonce, refusal.code, mask_name(scan.name), at, refusal)
    name = mask_name(told.check_in.person.name)
    return Outcome(scan.nonce, told.state, name, told.at)


def _scan(desk, scan, at):
    occurrence = _sitting(desk, scan.sitting)
    how = {
        "by": desk.actor, "how": "desk", "at": at, "client_at": scan.client_at,
        "nonce": scan.nonce, "forced_reason": scan.forced_reason,
    }  # fmt: skip
    if scan.card:
        return checkins.scan_in(occurrence, cards.person_of(scan.card), **how)
    org = _org(scan.org)
    typed = identity.read(scan.name, scan.phone, "")
    return checkins.scan_typed(occurrence, typed, org=org, **how)


def _sitting(desk, code):
    found = db.session.scalar(
        select(Occurrence).where(
            Occurrence.code == code.strip().upper()[:8], Occurrence.event_id == event_of(desk).id
        )
    )
    if found is None:
        raise WrongEvent
    return found


def _org(code):
    if not code:
        return None
    found = checkins.chosen_org(code)
    if found is None:
        raise NotFound(N_("没有这个支部，请重新选。"))
    return found
