"""A roll-call of one occurrence with its drawn names, and a head-count of the whole hall."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Instant, db
from app.domain.checkins import CheckIn
from app.domain.events import Occurrence


class RollCall(db.Model):
    """k names drawn from the valid check-ins by a kept seed, so that nobody can say they were picked."""

    __table_args__ = (Index(None, "occurrence_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"))
    seed: Mapped[str] = mapped_column(String(32))
    drawn_from: Mapped[int]  # how many valid check-ins there were
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    occurrence: Mapped[Occurrence] = relationship()
    names: Mapped[list["CalledName"]] = relationship(order_by="CalledName.id")


class CalledName(db.Model):
    """One name called out. is_here: None until somebody says."""

    __table_args__ = (UniqueConstraint("roll_call_id", "check_in_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    roll_call_id: Mapped[int] = mapped_column(ForeignKey("roll_call.id"))
    check_in_id: Mapped[int] = mapped_column(ForeignKey("check_in.id"))
    is_here: Mapped[bool | None]
    said_at: Mapped[datetime | None] = mapped_column(Instant)
    said_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    check_in: Mapped[CheckIn] = relationship()


class HallCount(db.Model):
    """So many heads in the hall at one moment, of whatever org: to compare with the check-ins."""

    __table_args__ = (Index(None, "occurrence_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"))
    number: Mapped[int]
    counted_at: Mapped[datetime] = mapped_column(Instant)
    actor_kind: Mapped[str] = mapped_column(String(8))
    actor_id: Mapped[int | None]
    voided_at: Mapped[datetime | None] = mapped_column(Instant)
