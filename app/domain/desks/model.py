"""A desk: who holds its link and PIN may check people in at one event until it expires."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Instant, db
from app.domain.audit import Actor
from app.domain.events import Event

STAYS = timedelta(hours=12)  # after the last sitting's end


class Desk(db.Model):
    """Link and PIN are sealed too, so that the organizer can read them out again. pin_epoch grows
    with every new PIN: a browser that typed an older one has to type again."""

    __table_args__ = (Index(None, "event_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    name: Mapped[str] = mapped_column(String(40))  # 东门, 二楼 …
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    token_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    pin_hash: Mapped[str] = mapped_column(String(64))
    pin_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    pin_epoch: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    expires_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)

    event: Mapped[Event] = relationship()

    @property
    def until(self) -> datetime:
        """When the link ends: 12 hours after the last sitting's end, also of one put off or added
        since; never sooner than it was opened for."""
        ends = [sitting.ends_at + STAYS for sitting in self.event.occurrences]
        return max([self.expires_at, *ends])  # of an event merged away none may be left

    @property
    def is_expired(self) -> bool:
        """The sittings are read only where the day it was opened for is past."""
        now = clock.now()
        return self.expires_at <= now and self.until <= now

    @property
    def actor(self) -> Actor:
        """The desk as the trail names it."""
        return Actor("desk", self.id, self.name)


def end_of(event: Event) -> datetime:
    """When the desks of an event end."""
    return max(sitting.ends_at for sitting in event.occurrences) + STAYS
