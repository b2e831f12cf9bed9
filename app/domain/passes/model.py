"""A pairing: a hall's PC shows letters at /tv, an organizer approves them, it sees one screen."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Instant, db
from app.domain.events import Event, Occurrence
from app.domain.staff import Staff


class Pairing(db.Model):
    """Waiting until event_id is set. The PC holds the secret in a cookie, the organizer types the
    letters; neither is stored bare."""

    __table_args__ = (Index(None, "event_id"), Index(None, "letters_hash"))
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    letters_hash: Mapped[str] = mapped_column(String(64))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    occurrence_id: Mapped[int | None] = mapped_column(
        ForeignKey("occurrence.id")
    )  # None: whichever sitting of the event is on
    made_at: Mapped[datetime] = mapped_column(Instant)
    waits_until: Mapped[datetime] = mapped_column(Instant)
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)

    event: Mapped[Event | None] = relationship()
    occurrence: Mapped[Occurrence | None] = relationship()
    approved_by: Mapped[Staff | None] = relationship()
