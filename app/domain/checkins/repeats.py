"""What was typed before in one occurrence: the only ground for `already` (product.md §2a)."""

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased

from app.domain.checkins.door import Door
from app.domain.checkins.model import Attempt, CheckIn
from app.domain.identity import Typed, Who


def typed_columns(typed: Typed) -> dict:
    """The columns of CheckIn and Attempt that keep what was typed."""
    return {
        "typed_name_key": typed.name_key, "typed_phone_hash": typed.phone_hash,
        "typed_tail": typed.tail, "typed_number_hash": typed.number_hash,
    }  # fmt: skip


def valid_rows(session, door: Door, typed: Typed, who: Who, device_id: int) -> list:
    """The valid check-ins with this name typed, of this person, or of this device."""
    return session.execute(
        select(
            CheckIn.id, CheckIn.person_id, CheckIn.device_id, CheckIn.typed_name_key,
            CheckIn.typed_phone_hash, CheckIn.typed_tail, CheckIn.typed_number_hash,
        ).where(
            CheckIn.occurrence_id == door.occurrence_id,
            CheckIn.voided_at.is_(None),
            or_(
                CheckIn.typed_name_key == typed.name_key,
                CheckIn.person_id == (who.person_id or 0),
                CheckIn.device_id == device_id,
            ),
        )
    ).all()  # fmt: skip


def typed_before(session, door: Door, typed: Typed, rows: list) -> list:
    """(id of the check-in, device_id, …) of whatever was typed the same: rows, and the scans that
    wrote none because only the roster knew the repeat. Without those, typing twice would tell."""
    later = aliased(Attempt)
    scans = session.execute(
        select(
            Attempt.check_in_id.label("id"), Attempt.device_id, Attempt.typed_name_key,
            Attempt.typed_phone_hash, Attempt.typed_tail, Attempt.typed_number_hash,
        )
        .join(CheckIn, CheckIn.id == Attempt.check_in_id)
        .where(
            Attempt.occurrence_id == door.occurrence_id,
            Attempt.typed_name_key == typed.name_key,
            Attempt.answer == "done",
            CheckIn.voided_at.is_(None),
            ~exists().where(later.corrects_id == Attempt.id),
        )
        .order_by(Attempt.id)
    ).all()  # fmt: skip
    return [row for row in (*rows, *scans) if _typed_the_same(row, typed)]


def _typed_the_same(row, typed):
    """Same name and same phone (tails where either gave four digits), or same name and number."""
    if row.typed_name_key != typed.name_key:
        return False
    if typed.number_hash and row.typed_number_hash == typed.number_hash:
        return True
    if typed.phone_hash and row.typed_phone_hash:
        return row.typed_phone_hash == typed.phone_hash
    return bool(typed.tail) and row.typed_tail == typed.tail
