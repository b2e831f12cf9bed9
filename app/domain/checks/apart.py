"""不是重复: two events that look alike and are two. Somebody says so with a reason, and takes it back."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Instant, db
from app.domain.events import Event
from app.domain.staff import Staff

STANDING = text("voided_at IS NULL")


class DistinctEventPair(db.Model):
    """Two events that are not one, for a named account's reason. At most one of a pair stands."""

    __table_args__ = (
        Index(
            "uq_distinct_event_pair_standing", "one_id", "other_id", unique=True,
            sqlite_where=STANDING, postgresql_where=STANDING,
        ),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    one_id: Mapped[int] = mapped_column(ForeignKey("event.id"))  # the smaller id
    other_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    reason: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    voided_at: Mapped[datetime | None] = mapped_column(Instant)
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    one: Mapped[Event] = relationship(foreign_keys=[one_id])
    other: Mapped[Event] = relationship(foreign_keys=[other_id])
    made_by: Mapped[Staff | None] = relationship(foreign_keys=[made_by_id])
