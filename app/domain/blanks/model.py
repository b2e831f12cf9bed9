"""套表: a superior's own workbook with marks, kept for the next half-year."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from app.db import Instant, db
from app.domain.orgs import Org


class Blank(db.Model):
    """One uploaded .xlsx of an org, whole, with the marks found in it."""

    __table_args__ = (Index(None, "org_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"))
    name: Mapped[str] = mapped_column(String(80))
    digest: Mapped[str] = mapped_column(String(64))
    marks: Mapped[list] = mapped_column(JSON)
    body: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    voided_at: Mapped[datetime | None] = mapped_column(Instant)

    org: Mapped[Org] = relationship()
