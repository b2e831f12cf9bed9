"""An honour: a title given to a person or to a collective, never an attendance."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Instant, db
from app.domain.members import Person
from app.domain.orgs import OrgLine
from app.words import N_

LEVELS = {
    "district": N_("区级"), "city": N_("市级"), "province": N_("省级"), "national": N_("全国"),
}  # fmt: skip


class Honour(db.Model):
    """表彰: to whom it went is a name as it was written; person_id where the roster knows them.
    line_id: the recipient's org of that day, or who gave it where there is none."""

    __table_args__ = (Index(None, "granted_on"), Index(None, "line_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    title: Mapped[str] = mapped_column(String(40))
    level: Mapped[str] = mapped_column(String(12))  # district | city | province | national
    year: Mapped[int]
    granted_on: Mapped[date] = mapped_column(Date)
    is_collective: Mapped[bool] = mapped_column(default=False)
    recipient: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("org_line.id"))
    evidence: Mapped[str] = mapped_column(String(200), default="")
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    voided_at: Mapped[datetime | None] = mapped_column(Instant)
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    void_reason: Mapped[str] = mapped_column(String(200), default="")

    person: Mapped[Person | None] = relationship()
    line: Mapped[OrgLine] = relationship()
