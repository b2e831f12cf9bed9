"""A period signed off: the figures as they were handed in, with who and when."""

from datetime import date, datetime

from sqlalchemy import JSON, Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from app import clock
from app.db import Instant, db
from app.domain.orgs import Org
from app.domain.periods import Period
from app.domain.staff import Staff

STANDING = text("reopened_at IS NULL")


class FrozenReport(db.Model):
    """定稿: one org's figures of one period at 统计截至 cut_at. At most one stands; a reopened one
    stays with its reason. figures, rules, unsigned: plain values; digest: of all of them."""

    __table_args__ = (
        Index(
            "uq_frozen_report_standing", "org_id", "from_on", "to_on", unique=True,
            sqlite_where=STANDING, postgresql_where=STANDING,
        ),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"))
    from_on: Mapped[date] = mapped_column(Date)
    to_on: Mapped[date] = mapped_column(Date)
    cut_at: Mapped[datetime] = mapped_column(Instant)
    figures: Mapped[dict] = deferred(mapped_column(JSON, nullable=False))
    rules: Mapped[dict] = mapped_column(JSON)
    # (code, name, depth) of the orgs below that had not signed.
    unsigned: Mapped[list] = mapped_column(JSON)
    # What the figures were made of, to tell differences.
    rows: Mapped[dict] = deferred(mapped_column(JSON, nullable=False))
    digest: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(String(200), default="")
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reopened_at: Mapped[datetime | None] = mapped_column(Instant)
    reopened_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reopen_reason: Mapped[str] = mapped_column(String(200), default="")

    org: Mapped[Org] = relationship()
    made_by: Mapped[Staff | None] = relationship(foreign_keys=[made_by_id])
    reopened_by: Mapped[Staff | None] = relationship(foreign_keys=[reopened_by_id])

    @property
    def period(self) -> Period:
        return Period(self.from_on, self.to_on)

    @property
    def stands(self) -> bool:
        """Nobody reopened it."""
        return self.reopened_at is None

    @property
    def was_early(self) -> bool:
        """Signed before the period was over."""
        return clock.local_day(self.cut_at) <= self.to_on


class SpotCheck(db.Model):
    """抽样: n rows of a frozen report drawn by a printed seed; opened once somebody gave a reason."""

    __table_args__ = (Index(None, "report_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("frozen_report.id"))
    seed: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    check_ins: Mapped[list] = mapped_column(JSON)  # ids, in the order drawn
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    opened_at: Mapped[datetime | None] = mapped_column(Instant)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    open_reason: Mapped[str] = mapped_column(String(200), default="")

    report: Mapped[FrozenReport] = relationship()
