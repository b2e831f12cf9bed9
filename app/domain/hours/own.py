"""Checking out on the phone that checked in: nothing is typed, and nothing of others is told.

A phone may hold an answer `done` for a row that another device wrote (only the roster knew the
repeat). What it is told then rests on its own scans alone, as everywhere at the door.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app import clock
from app.db import db, transaction
from app.domain.audit import Actor
from app.domain.checkins import Attempt, CheckIn, Door
from app.domain.devices import Device
from app.domain.hours.leaving import NotHere, check_out, is_moved
from app.domain.hours.rule import LEAVES_WITHIN, SHARE_PERCENT, minutes_here
from app.text import mask_name


@dataclass(frozen=True)
class Stay:
    """One person of this phone at one sitting. number: which of this phone's scans, from 0; name is
    masked; left_at None: not checked out; minutes: measured if they leave now, or left then;
    is_whole: that is 60 % of the planned length or more; granted None: nobody confirmed hours."""

    number: int
    name: str
    came_at: datetime
    left_at: datetime | None
    minutes: int
    is_whole: bool
    granted: int | None
    check_in_id: int
    how: str  # it came in by: one of HOWS

    @property
    def has_left(self) -> bool:
        return self.left_at is not None

    @property
    def may_move(self) -> bool:
        """Whether leaving again now would be the same leaving, a little later."""
        return self.has_left and is_moved(self.left_at, clock.now())


def until(door: Door) -> datetime:
    """`out_until` of a sitting seen from the door."""
    return max(door.closes_at, door.ends_at + LEAVES_WITHIN)


def is_open(door: Door) -> bool:
    """Whether one may check out here now."""
    is_on = door.phase not in ("cancelled", "withdrawn")
    return door.checks_out and is_on and door.starts_at <= clock.now() <= until(door)


def own_stays(door: Door, device: Device | None) -> list[Stay]:
    """The people this device checked in here and nobody undid, in the order they came."""
    if device is None or device.forgotten_at is not None or not device.remembers:
        return []
    rows = db.session.execute(_scans(door.occurrence_id, device.id)).all()
    replaced = {row.corrects_id for row in rows}
    done = [row for row in rows if row.answer == "done"]
    left = {row.check_in_id: row.at for row in rows if row.answer == "out"}
    stays = {
        row.check_in_id: _stay(door, device, number, row, left.get(row.check_in_id))
        for number, row in enumerate(done)
        if row.id not in replaced and row.check_in_id is not None and row.voided_at is None
    }
    return list(stays.values())


def door_to_leave(doors: list[Door], device: Device | None) -> Door | None:
    """The door behind which somebody of this device still is, if one may leave through it now: a
    second scan of an event's code is about that sitting, whichever is open meanwhile."""
    for door in doors:
        if is_open(door) and any(not stay.has_left for stay in own_stays(door, device)):
            return door
    return None


def check_out_own(door: Door, device: Device | None, number: int | None = None) -> Stay:
    """Check out the person of this device's scan of that number, the last one unless told. Raises
    NotHere, and what `check_out` raises."""
    with transaction() as session:
        stay = _chosen(own_stays(door, device), number)
        now, by = clock.now(), Actor("phone", device.id)
        check_out(session.get(CheckIn, stay.check_in_id), at=now, how="phone", by=by)
        if stay.left_at is None or is_moved(stay.left_at, now):
            session.add(
                Attempt(
                    occurrence_id=door.occurrence_id, check_in_id=stay.check_in_id,
                    device_id=device.id, answer="out", how=stay.how, at=now,
                )
            )  # fmt: skip
            session.flush()
        session.expire_all()
        return _chosen(own_stays(door, device), stay.number)


def own_granted(device: Device | None) -> dict[str, int]:
    """Occurrence code → minutes confirmed for the rows this device wrote."""
    if device is None or device.forgotten_at is not None:
        return {}
    rows = db.session.scalars(
        select(CheckIn).where(
            CheckIn.device_id == device.id, CheckIn.voided_at.is_(None),
            CheckIn.granted_minutes.is_not(None),
        )
    )  # fmt: skip
    granted: dict[str, int] = {}
    for row in rows:
        code = row.occurrence.code
        granted[code] = granted.get(code, 0) + row.granted_minutes
    return granted


def _chosen(stays, number):
    for stay in reversed(stays):
        if number is None or stay.number == number:
            return stay
    raise NotHere


def _scans(occurrence_id, device_id):
    return (
        select(
            Attempt.id, Attempt.at, Attempt.answer, Attempt.how, Attempt.corrects_id, Attempt.typed_name_key,
            Attempt.check_in_id, CheckIn.device_id, CheckIn.checked_in_at, CheckIn.checked_out_at,
            CheckIn.checked_out_how, CheckIn.granted_minutes, CheckIn.voided_at,
        )
        .outerjoin(CheckIn, CheckIn.id == Attempt.check_in_id)
        .where(
            Attempt.occurrence_id == occurrence_id, Attempt.device_id == device_id,
            Attempt.answer.in_(("done", "out")),
        )
        .order_by(Attempt.id)
    )  # fmt: skip


def _stay(door, device, number, row, left):
    """The row's own times where this device wrote it, else the times of its scans."""
    is_own = row.device_id == device.id
    came = row.checked_in_at if is_own else row.at
    if is_own and row.checked_out_how != "auto":
        left = row.checked_out_at
    minutes = minutes_here(door.starts_at, door.ends_at, came, left or clock.now())
    granted = row.granted_minutes if is_own else None
    planned = minutes_here(door.starts_at, door.ends_at, door.starts_at, door.ends_at)
    is_whole = 100 * minutes >= SHARE_PERCENT * planned
    return Stay(
        number, mask_name(row.typed_name_key or ""), came, left, minutes, is_whole, granted,
        row.check_in_id, row.how,
    )  # fmt: skip
