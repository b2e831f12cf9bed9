"""Event, Occurrence, and the one namespace of their codes."""

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app import clock
from app.db import Instant, db
from app.domain.orgs import Org
from app.domain.programmes import Campaign, Programme, Series
from app.domain.staff import Staff
from app.domain.venues import Venue
from app.text import pinyin_of
from app.words import N_

PHASES = {
    "draft": N_("草稿"), "upcoming": N_("未开始签到"), "open": N_("签到中"), "closed": N_("已结束"),
    "cancelled": N_("已取消"), "withdrawn": N_("已撤回"),
}  # fmt: skip

ROLES = {
    "audience": N_("听众"), "volunteer": N_("志愿者"), "lecturer": N_("主讲"), "judge": N_("评委"),
    "inductee": N_("新团员"), "observer": N_("列席"),
}  # fmt: skip


class PublicCode(db.Model):
    """The namespace of codes that people scan or speak: an event or an occurrence."""

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))  # event | occurrence


class Event(db.Model):
    """活动: something people are asked to; one or more occurrences (场次)."""

    __table_args__ = (Index(None, "host_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(ForeignKey("public_code.code"), unique=True)
    title: Mapped[str] = mapped_column(String(80))
    pinyin: Mapped[str] = mapped_column(String(480), default="", server_default="")
    initials: Mapped[str] = mapped_column(String(80), default="", server_default="")
    host_id: Mapped[int] = mapped_column(ForeignKey("org.id"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    after_words: Mapped[str] = mapped_column(Text, default="")  # 签到后告诉参加的人什么
    is_public: Mapped[bool] = mapped_column(Boolean, default=False)  # listed on /
    walk_ins: Mapped[bool] = mapped_column(Boolean, default=True)  # off: such rows stand in review
    rotates: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())  # 动态码
    epoch: Mapped[int] = mapped_column(default=0, server_default="0")  # 换码: kills earlier passes
    checks_out: Mapped[bool] = mapped_column(
        Boolean, default=False, server_default=false()
    )  # 要签退: hours are counted from check-in to check-out
    usual_role: Mapped[str] = mapped_column(
        String(12), default="audience", server_default="audience"
    )  # the role of whoever scans
    screen_token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    screen_token_sealed: Mapped[bytes | None]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant)
    cancel_reason: Mapped[str] = mapped_column(String(200), default="")
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    late_reason: Mapped[str] = mapped_column(
        String(200), default="", server_default=""
    )  # 补记的原因
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))  # 再办一次
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))  # 建了两遍，并入

    host: Mapped[Org] = relationship()
    made_by: Mapped[Staff | None] = relationship()
    series: Mapped[Series | None] = relationship()
    campaign: Mapped[Campaign | None] = relationship()
    programmes: Mapped[list[Programme]] = relationship(
        secondary="event_programme", order_by=Programme.ordering
    )
    invitations: Mapped[list["EventOrg"]] = relationship(order_by="EventOrg.id")
    occurrences: Mapped[list["Occurrence"]] = relationship(
        back_populates="event", order_by="Occurrence.starts_at, Occurrence.id"
    )

    @validates("title")
    def _search_keys(self, _key, title):
        """The title's pinyin and initials follow it, for the search."""
        whole, initials = pinyin_of(title)
        self.pinyin, self.initials = whole[:480], initials[:80]
        return title

    @property
    def is_late_record(self) -> bool:
        """补记: entered after it had taken place, with a reason."""
        return self.late_reason != ""

    @property
    def is_draft(self) -> bool:
        return self.published_at is None and self.withdrawn_at is None

    @property
    def is_single(self) -> bool:
        """One sitting: nobody needs to think of occurrences."""
        return len(self.occurrences) == 1

    @property
    def is_over(self) -> bool:
        """Every sitting that was not cancelled has ended."""
        return all(o.ends_at <= clock.now() for o in self.occurrences if o.cancelled_at is None)

    @property
    def alive(self) -> list["Occurrence"]:
        """The sittings that were not cancelled, by start; all of them when all were."""
        return [o for o in self.occurrences if o.cancelled_at is None] or self.occurrences


class EventProgramme(db.Model):
    """An event bears a programme."""

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), primary_key=True)


class EventOrg(db.Model):
    """An invited org: `persons` (its members, the subtree's too) or `seats` (one for the org)."""

    __table_args__ = (UniqueConstraint("event_id", "org_id"), Index(None, "org_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"))
    mode: Mapped[str] = mapped_column(String(8), default="persons")

    org: Mapped[Org] = relationship()


class Occurrence(db.Model):
    """场次: one sitting, which is what 场次 counts. starts_on is its local day."""

    __table_args__ = (
        Index(None, "event_id"),
        Index(None, "starts_on"),
        Index(None, "host_line_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    code: Mapped[str] = mapped_column(ForeignKey("public_code.code"), unique=True)
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    starts_on: Mapped[date] = mapped_column(Date)
    opens_at: Mapped[datetime] = mapped_column(Instant)
    closes_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)  # closed early by hand
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_out_at: Mapped[datetime | None] = mapped_column(
        Instant
    )  # forgotten check-outs were closed at the planned end, once
    swept_rows: Mapped[int] = mapped_column(
        default=0, server_default="0"
    )  # how many check-ins were looked through for signs of checking in for others
    place: Mapped[str] = mapped_column(String(80), default="")
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"))
    capacity: Mapped[int | None]
    capacity_binds: Mapped[bool] = mapped_column(Boolean, default=False)
    host_line_id: Mapped[int] = mapped_column(ForeignKey("org_line.id"))

    event: Mapped[Event] = relationship(back_populates="occurrences")
    venue: Mapped[Venue | None] = relationship()

    @property
    def is_over(self) -> bool:
        """Nothing can change any more by itself: it has ended, or it is off, and check-in is shut."""
        is_shut = self.phase in ("closed", "cancelled", "withdrawn")
        return is_shut and (self.ends_at <= clock.now() or self.phase != "closed")

    @property
    def phase(self) -> str:
        """draft | upcoming | open | closed | cancelled | withdrawn, at this moment."""
        return self.phase_at(clock.now())

    def phase_at(self, now: datetime) -> str:
        if self.event.withdrawn_at is not None:
            return "withdrawn"
        if self.event.published_at is None:
            return "draft"
        if self.cancelled_at is not None or self.event.cancelled_at is not None:
            return "cancelled"
        if self.event.is_late_record:  # whoever was there is written down by hand
            return "closed"
        if self.closed_at is not None and self.closed_at <= now:
            return "closed"
        if now < self.opens_at:
            return "upcoming"
        return "open" if now < self.closes_at else "closed"
