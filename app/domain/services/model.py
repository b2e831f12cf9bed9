"""Service records: what the 12355 desk and others did for somebody, counted and never named."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Instant, db
from app.domain.orgs import OrgLine
from app.words import N_

KINDS = {
    "care": N_("亲情关爱"), "study": N_("学业辅导"), "counsel": N_("心理疏导"), "other": N_("其他"),
}  # fmt: skip
CHANNELS = {
    "phone": N_("热线电话"), "online": N_("网上"), "visit": N_("上门"), "room": N_("来访"),
}  # fmt: skip


class ServiceRecord(db.Model):
    """服务记录: so many services of one kind on one day. It holds nothing about whom it served."""

    __table_args__ = (Index(None, "served_on"), Index(None, "line_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[str] = mapped_column(String(20))  # a key of KINDS
    served_on: Mapped[date] = mapped_column(Date)
    number: Mapped[int]
    channel: Mapped[str] = mapped_column(String(20), default="")  # a key of CHANNELS, or none
    line_id: Mapped[int] = mapped_column(ForeignKey("org_line.id"))
    note: Mapped[str] = mapped_column(String(200), default="")
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    voided_at: Mapped[datetime | None] = mapped_column(Instant)
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    void_reason: Mapped[str] = mapped_column(String(200), default="")

    line: Mapped[OrgLine] = relationship()
