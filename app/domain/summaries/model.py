"""The sentences of the half-year's summary, as staff wrote them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Instant, db


class SummarySentence(db.Model):
    """One sentence of an org's summary, in one language; `key` of a built-in one replaces it, any
    other adds one. The newest row of a key counts: older wordings stay."""

    __table_args__ = (UniqueConstraint("org_id", "key", "language", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"))
    key: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))  # zh | en
    version: Mapped[int] = mapped_column(default=1)
    ordering: Mapped[int] = mapped_column(default=0)
    words: Mapped[str] = mapped_column(Text)  # "": left out
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
