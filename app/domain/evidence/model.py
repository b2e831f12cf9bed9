"""Evidence: pictures of signed sheets and papers, and where the originals lie."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from app.db import Instant, db
from app.domain.events import Occurrence
from app.domain.staff import Staff
from app.domain.tallies import ManualTally


class Attachment(db.Model):
    """附件 of an occurrence or of a manual tally: a picture drawn anew from what was sent, so that no
    metadata comes along; or only a place (原件存放处). kept in the database, so that every host has it."""

    __table_args__ = (Index(None, "occurrence_id"), Index(None, "tally_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    occurrence_id: Mapped[int | None] = mapped_column(ForeignKey("occurrence.id"))
    tally_id: Mapped[int | None] = mapped_column(ForeignKey("manual_tally.id"))
    name: Mapped[str] = mapped_column(String(80), default="")
    place: Mapped[str] = mapped_column(String(120), default="")  # 原件存放处
    media_type: Mapped[str] = mapped_column(String(40), default="")  # "": no picture, only a place
    size: Mapped[int] = mapped_column(default=0)  # bytes
    digest: Mapped[str] = mapped_column(String(64), default="")
    body: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    voided_at: Mapped[datetime | None] = mapped_column(Instant)
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    void_reason: Mapped[str] = mapped_column(String(200), default="")

    occurrence: Mapped[Occurrence | None] = relationship()
    tally: Mapped[ManualTally | None] = relationship()
    made_by: Mapped[Staff | None] = relationship(foreign_keys=[made_by_id])
