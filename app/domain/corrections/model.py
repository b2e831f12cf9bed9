"""Correction: one mending of the past, with its reason, its figures, and the way back."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Instant, db
from app.domain.orgs import Org
from app.domain.staff import Staff
from app.words import N_

KINDS = {
    "people_merged": N_("合并两个人"), "person_split": N_("拆开一个人"),
    "guest_joined": N_("来宾改为团员"), "check_ins_moved": N_("签到移到别的活动"),
    "events_merged": N_("合并重复的活动"), "event_amended": N_("事后改主办或日期"),
    "paper_entered": N_("补录纸质名单"),
}  # fmt: skip
# About people: a manager's. The others are about an event's attendance: an organizer's too.
PERSONAL = ("people_merged", "person_split", "guest_joined")


class Correction(db.Model):
    """What was mended. The rows it changed are in the journal under ("correction", id);
    figures_* hold what the page showed before and after."""

    __table_args__ = (Index(None, "org_id", "made_at"), Index(None, "subject"))
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"))  # whose scope it belongs to
    subject: Mapped[str] = mapped_column(String(40))  # such as person:12, event:5
    reason: Mapped[str] = mapped_column(String(200))
    facts: Mapped[dict] = mapped_column(JSON, default=dict)
    figures_before: Mapped[dict] = mapped_column(JSON, default=dict)
    figures_after: Mapped[dict] = mapped_column(JSON, default=dict)
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    undone_at: Mapped[datetime | None] = mapped_column(Instant)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    undo_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")

    org: Mapped[Org] = relationship()
    made_by: Mapped[Staff | None] = relationship(foreign_keys=[made_by_id])


class DistinctPair(db.Model):
    """Two people who look alike and are two: staff said so, they are not suggested again."""

    __table_args__ = (UniqueConstraint("one_id", "other_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    one_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # the smaller id
    other_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[datetime] = mapped_column(Instant)
    said_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
