"""How many heads there are in the hall, beside how many checked in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app import clock
from app.db import db, lock_words, transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.checkins import CheckIn
from app.domain.events import Occurrence
from app.domain.rollcalls.model import HallCount
from app.errors import Conflict, Invalid
from app.words import N_

MOST_HEADS = 99_999
NOTABLE = 5  # per cent of the check-ins


@dataclass(frozen=True)
class Hall:
    """heads: None until somebody counted; checked_in: valid rows now."""

    heads: int | None
    counted_at: datetime | None
    checked_in: int

    @property
    def difference(self) -> int:
        """Heads less check-ins: below zero, more checked in than are there."""
        return (self.heads or 0) - self.checked_in

    @property
    def is_notable(self) -> bool:
        """More than 5 % apart (threats.md §2.4)."""
        return self.heads is not None and abs(self.difference) * 100 > NOTABLE * self.checked_in


def count_hall(
    occurrence: Occurrence, number: int | None, *, by: Actor, at: datetime | None = None
) -> None:
    """Write down the heads; an older number is voided, not overwritten; None takes it back. at: when they
    were counted, now unless told. Raises Invalid (number), Conflict where check-in has not begun or the sitting is off."""
    if number is not None and not 0 <= number <= MOST_HEADS:
        raise Invalid(N_("人数要在 0 到 99999 之间。"), field="number")
    with transaction() as session:
        lock_words(session, "hall", occurrence.id)
        session.refresh(occurrence)
        if occurrence.phase not in ("open", "closed"):
            raise Conflict(N_("签到还没开始，或者这一场没有办，不能清点。"))
        now, before = at or clock.now(), _live(occurrence)
        if (before.number if before else None) == number:
            return
        if before is not None:
            before.voided_at = now
        if number is not None:
            session.add(
                HallCount(
                    occurrence_id=occurrence.id, number=number, counted_at=now,
                    actor_kind=by.kind, actor_id=by.id,
                )
            )  # fmt: skip
        event = occurrence.event
        audit.record(
            "hall_counted", by=by, org_id=event.host_id, subject=f"event:{event.id}",
            event=event.title, occurrence=occurrence.code,
            before=before.number if before else None, number=number,
        )  # fmt: skip


def hall_of(occurrence: Occurrence) -> Hall:
    """The heads of a sitting beside its valid check-ins."""
    count, live = _checked_in(occurrence), _live(occurrence)
    return Hall(live.number if live else None, live.counted_at if live else None, count)


def _live(occurrence):
    query = select(HallCount).where(
        HallCount.occurrence_id == occurrence.id, HallCount.voided_at.is_(None)
    )
    return db.session.scalar(query.order_by(HallCount.id.desc()).limit(1))


def _checked_in(occurrence):
    return db.session.scalar(
        select(func.count()).where(
            CheckIn.occurrence_id == occurrence.id, CheckIn.voided_at.is_(None)
        )
    )
