"""What this phone did: the re-scan, /me, and forgetting. Rests on attempts of the device only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app import clock, keys
from app.db import db, transaction
from app.domain import identity
from app.domain.checkins.door import Door
from app.domain.checkins.model import Attempt, CheckIn
from app.domain.checkins.phone import CORRECTIONS, Answer, Scan
from app.domain.devices import Device
from app.domain.events import Event, Occurrence
from app.text import mask_name, name_key


@dataclass(frozen=True)
class OwnScan:
    """One line of /me."""

    title: str
    code: str
    starts_at: datetime
    at: datetime
    voided: bool


def own_answer(door: Door, device: Device | None) -> Answer | None:
    """The re-scan's answer when this device already did it here (and nobody undid it), else None."""
    if device is None or device.forgotten_at is not None or not device.remembers:
        return None
    mine = list(
        db.session.execute(
            select(Attempt.at, Attempt.corrects_id, Attempt.typed_name_key, CheckIn.voided_at)
            .outerjoin(CheckIn, CheckIn.id == Attempt.check_in_id)
            .where(
                Attempt.occurrence_id == door.occurrence_id,
                Attempt.device_id == device.id,
                Attempt.answer == "done",
            )
            .order_by(Attempt.id)
        )
    )
    if not mine or mine[-1].voided_at is not None:
        return None
    number = db.session.scalar(
        select(func.count()).where(
            CheckIn.occurrence_id == door.occurrence_id,
            CheckIn.voided_at.is_(None),
            CheckIn.received_at <= mine[-1].at,
        )
    )
    typed = mine[-1].typed_name_key
    if typed not in (None, name_key(device.typed_name)):
        # Somebody else typed on this phone since, elsewhere: what they typed is not of here.
        return Answer("already", mask_name(typed), None, None, mine[-1].at, number)
    left = CORRECTIONS - sum(1 for row in mine if row.corrects_id is not None)
    org = device.typed_org.full_name if device.typed_org else ""
    return Answer(
        "already", mask_name(device.typed_name), device.typed_tail, org, mine[-1].at, number, left
    )


def remembered_scan(device: Device, secret: str, nonce: str, **how) -> Scan:
    """The scan of the one-tap form: what this device typed last (how, at: as in Scan)."""
    phone, number = typed_secrets(device)
    typed = identity.read(device.typed_name, phone, number)
    org = device.typed_org
    return Scan(typed, org.id if org else None, org.full_name if org else "", secret, nonce, **how)


def typed_secrets(device: Device) -> tuple[str, str]:
    """(phone or four digits, admission number) this device typed last."""
    return tuple(
        keys.unseal(sealed).decode() if sealed else ""
        for sealed in (device.typed_phone_sealed, device.typed_number_sealed)
    )


def own_scans(device: Device | None, *, limit: int = 100) -> list[OwnScan]:
    """What this device checked in to, newest first, one line an occurrence."""
    if device is None or device.forgotten_at is not None:
        return []
    query = (
        select(Attempt.at, CheckIn.voided_at, Event.title, Occurrence.code, Occurrence.starts_at)
        .join(Occurrence, Occurrence.id == Attempt.occurrence_id)
        .join(Event, Event.id == Occurrence.event_id)
        .outerjoin(CheckIn, CheckIn.id == Attempt.check_in_id)
        .where(Attempt.device_id == device.id, Attempt.answer == "done")
        .order_by(Attempt.id.desc())
        .limit(limit * 3)
    )
    lines: dict[str, OwnScan] = {}
    for row in db.session.execute(query):
        lines.setdefault(
            row.code, OwnScan(row.title, row.code, row.starts_at, row.at, row.voided_at is not None)
        )
    return list(lines.values())[:limit]


def forget_device(device: Device) -> None:
    """Forget what this phone typed; check-ins stay as they are. The cookie must be changed too."""
    with transaction():
        device.typed_name = device.typed_tail = device.typed_org_id = None
        device.typed_phone_sealed = device.typed_number_sealed = None
        device.forgotten_at = clock.now()
