"""请假: somebody expected who asked to be excused from one occurrence. Never shrinks 应到."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Instant, db
from app.domain.events import Occurrence
from app.domain.members import Person
from app.words import N_

KINDS = {"personal": N_("事假"), "sick": N_("病假"), "official": N_("公假")}


class Leave(db.Model):
    """One person's leave from one occurrence; withdrawn rows stay.

    noted_by_id None: asked by the person, and nobody has looked at it; it holds all the same.
    Declined: declined_at and withdrawn_at.
    """

    __table_args__ = (
        Index("uq_leave_open", "occurrence_id", "person_id", unique=True,
              sqlite_where=text("withdrawn_at IS NULL"), postgresql_where=text("withdrawn_at IS NULL")),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(120), default="")
    asked_at: Mapped[datetime | None] = mapped_column(Instant)  # by the person, with the card
    declined_at: Mapped[datetime | None] = mapped_column(Instant)  # asked for, and not given
    noted_at: Mapped[datetime] = mapped_column(Instant)
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)

    occurrence: Mapped[Occurrence] = relationship()
    person: Mapped[Person] = relationship()

    @property
    def is_asked(self) -> bool:
        """Asked by the person, and no staff has said yes or no."""
        return self.asked_at is not None and self.noted_by_id is None and self.withdrawn_at is None
