"""CheckIn and Attempt: money-grade rows. At most one valid check-in per person and occurrence."""

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Instant, db
from app.domain.devices import Device
from app.domain.events import Occurrence
from app.domain.members import Person
from app.domain.orgs import Org, OrgLine
from app.words import N_

VALID = "voided_at IS NULL"
HOWS = {
    "poster": N_("海报码"), "rotating": N_("动态码"), "pin": N_("口令"), "desk": N_("签到台"), "tick": N_("代签"),
    "paper": N_("纸质补录"), "import": N_("导入"), "api": N_("扫码枪"),
}  # fmt: skip
OUT_HOWS = {
    "phone": N_("自己签退"), "desk": N_("签到台"), "api": N_("扫码枪"), "staff": N_("工作人员"),
    "auto": N_("忘了签退"),
}  # fmt: skip
REASONS = {
    "identity": N_("名册里对不上"), "other_branch": N_("选的支部和名册不同"),
    "shared_device": N_("同一部手机签了几个人"), "walk_in": N_("不在邀请范围"),
    "over_capacity": N_("超出名额"), "late": N_("迟到或补签"), "pin": N_("用口令签到"),
    "under_14": N_("可能未满14周岁"), "no_branch": N_("那一天不在任何支部"),
    "burst": N_("一分钟里签得太密"), "clock": N_("设备时间不准"),
}  # fmt: skip


class CheckIn(db.Model):
    """One person at one occurrence, with the line and standing of that day.

    Never deleted: undone by voided_at. review (none | open | accepted) is a doubt for staff to
    clear; it changes no figure. typed_* is what was typed, the only ground for `already`.
    """

    __table_args__ = (
        Index("uq_check_in_valid_person", "occurrence_id", "person_id", unique=True,
              sqlite_where=text(VALID), postgresql_where=text(VALID)),
        Index("uq_check_in_source_nonce", "source", "nonce", unique=True,
              sqlite_where=text("nonce IS NOT NULL"), postgresql_where=text("nonce IS NOT NULL")),
        # The covering index of every count: occurrence → line, standing, person.
        Index("ix_check_in_counts", "occurrence_id", "line_id", "standing", "person_id", "voided_at"),
        # The live page's curve and latest arrivals come from this one alone.
        Index("ix_check_in_arrivals", "occurrence_id", "checked_in_at", "voided_at"),
        Index("ix_check_in_line_id", "line_id", "occurrence_id"),
        Index("ix_check_in_typed", "occurrence_id", "typed_name_key"),
        Index("ix_check_in_device", "device_id", "occurrence_id"),
        Index("ix_check_in_person", "person_id"),
        Index("ix_check_in_review", "occurrence_id", "line_id", sqlite_where=text("review = 'open' AND voided_at IS NULL"),
              postgresql_where=text("review = 'open' AND voided_at IS NULL")),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    line_id: Mapped[int | None] = mapped_column(ForeignKey("org_line.id"))  # None: 未归属
    standing: Mapped[str | None] = mapped_column(String(16))  # None: guest
    chosen_org_id: Mapped[int | None] = mapped_column(ForeignKey("org.id"))
    seat_org_id: Mapped[int | None] = mapped_column(ForeignKey("org.id"))
    is_substitute: Mapped[bool] = mapped_column(
        Boolean, default=False, server_default=false()
    )  # 代会: came in somebody's place for seat_org
    suspected_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(String(12), default="audience")
    how: Mapped[str] = mapped_column(String(10))
    actor_kind: Mapped[str] = mapped_column(String(8))
    actor_id: Mapped[int | None]
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))
    source: Mapped[str] = mapped_column(String(30))
    nonce: Mapped[str | None] = mapped_column(String(64))
    client_at: Mapped[datetime | None] = mapped_column(Instant)
    received_at: Mapped[datetime] = mapped_column(Instant)
    checked_in_at: Mapped[datetime] = mapped_column(Instant)  # the one that decides
    forced_reason: Mapped[str] = mapped_column(
        String(200), default="", server_default=""
    )  # 破例: why staff let it in over a refusal; empty where no force was needed
    paper_on: Mapped[date | None] = mapped_column(
        Date
    )  # the day on the signed sheet it was read from
    consent_version: Mapped[str] = mapped_column(String(12), default="")
    typed_name_key: Mapped[str | None] = mapped_column(String(60))
    typed_phone_hash: Mapped[str | None] = mapped_column(String(64))
    typed_tail: Mapped[str | None] = mapped_column(String(4))
    typed_number_hash: Mapped[str | None] = mapped_column(String(64))
    corrections: Mapped[int] = mapped_column(default=0)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("check_in.id"))
    checked_out_at: Mapped[datetime | None] = mapped_column(Instant)
    checked_out_how: Mapped[str | None] = mapped_column(String(10))  # one of OUT_HOWS
    measured_minutes: Mapped[int | None]
    granted_minutes: Mapped[int | None]
    granted_at: Mapped[datetime | None] = mapped_column(Instant)
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    review: Mapped[str] = mapped_column(String(8), default="none")
    review_reasons: Mapped[str] = mapped_column(String(120), default="")  # comma-separated
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    voided_at: Mapped[datetime | None] = mapped_column(Instant)
    voided_by_kind: Mapped[str | None] = mapped_column(String(8))
    voided_by_id: Mapped[int | None]
    void_reason: Mapped[str] = mapped_column(String(200), default="")

    occurrence: Mapped[Occurrence] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    suspected_person: Mapped[Person | None] = relationship(foreign_keys=[suspected_person_id])
    line: Mapped[OrgLine | None] = relationship()
    chosen_org: Mapped[Org | None] = relationship(foreign_keys=[chosen_org_id])
    device: Mapped[Device | None] = relationship()

    @property
    def reasons(self) -> tuple[str, ...]:
        return tuple(part for part in self.review_reasons.split(",") if part)


class Attempt(db.Model):
    """An accepted or repeated scan: one row each, never a second check-in.

    What a phone sees of itself (re-scan, /me, corrections left) rests on these rows, not on
    check-ins: a scan that only the roster knew to be a repeat must look like any other.
    """

    __table_args__ = (
        Index(None, "occurrence_id", "at"),
        Index(None, "check_in_id"),
        Index(None, "device_id", "occurrence_id"),
        Index("ix_attempt_typed", "occurrence_id", "typed_name_key"),
        Index(None, "source", "nonce"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"))
    check_in_id: Mapped[int | None] = mapped_column(ForeignKey("check_in.id"))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("attempt.id"))
    answer: Mapped[str] = mapped_column(String(10))  # done | already
    how: Mapped[str] = mapped_column(String(10))
    source: Mapped[str | None] = mapped_column(String(30))  # such as desk:3; of a phone: its device
    nonce: Mapped[str | None] = mapped_column(String(64))
    typed_name_key: Mapped[str | None] = mapped_column(String(60))
    typed_phone_hash: Mapped[str | None] = mapped_column(String(64))
    typed_tail: Mapped[str | None] = mapped_column(String(4))
    typed_number_hash: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant)


TURNED_AWAY = {
    "too_early": N_("还没开始签到"), "too_late": N_("签到已停止"), "cancelled": N_("已取消"),
    "full": N_("名额已满"), "no_pass": N_("没有扫大屏"), "stale_pass": N_("扫了过期的码"),
    "pin_wrong": N_("口令不对"), "unknown": N_("没有这张卡、这个人"), "revoked": N_("个人卡已作废"),
}  # fmt: skip


class RefusalCount(db.Model):
    """How often one occurrence turned somebody away for one reason: a counter, no row of anybody."""

    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(Instant)
