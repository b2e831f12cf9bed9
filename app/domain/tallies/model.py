"""Headcount and ManualTally."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Instant, db
from app.domain.orgs import OrgLine
from app.domain.programmes import Programme

PEOPLE_TIMES = "人次"  # the unit that may stand beside 人次
# Offered; any other of ten characters will do.
UNITS = (PEOPLE_TIMES, "篇", "次", "件", "人", "家", "元")


class Headcount(db.Model):
    """清点: so many of one org were counted at an occurrence. A correction voids and adds."""

    __table_args__ = (Index(None, "occurrence_id"), Index(None, "line_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("org_line.id"))
    number: Mapped[int]
    evidence: Mapped[str] = mapped_column(String(200), default="")
    counted_at: Mapped[datetime] = mapped_column(Instant)
    actor_kind: Mapped[str] = mapped_column(String(8))
    actor_id: Mapped[int | None]
    voided_at: Mapped[datetime | None] = mapped_column(Instant)

    line: Mapped[OrgLine] = relationship()


class ManualTally(db.Model):
    """手工数: a reported figure of an occurrence, or of an org and programme over a period."""

    __table_args__ = (
        Index(None, "occurrence_id"),
        Index(None, "line_id", "to_on"),
        Index("uq_manual_tally_code", "code", unique=True),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    occurrence_id: Mapped[int | None] = mapped_column(ForeignKey("occurrence.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("org_line.id"))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    unit: Mapped[str] = mapped_column(String(10))  # 人次 篇 次 件 …
    number: Mapped[int]
    from_on: Mapped[date] = mapped_column(Date)
    to_on: Mapped[date] = mapped_column(Date)
    evidence: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    voided_at: Mapped[datetime | None] = mapped_column(Instant)
    code: Mapped[str | None] = mapped_column(String(12))
    link: Mapped[str] = mapped_column(String(300), default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    void_reason: Mapped[str] = mapped_column(String(200), default="")

    line: Mapped[OrgLine] = relationship()
    programme: Mapped[Programme | None] = relationship()
