"""Can a phone reach this server? Test codes, what came through them, and the address they tested."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Instant, db


class ReachTest(db.Model):
    """A one-time test code for a phone, and what the server saw of the phone that opened it."""

    __table_args__ = (Index(None, "base_url", "opened_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    base_url: Mapped[str] = mapped_column(String(200))  # the address the code said
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    expires_at: Mapped[datetime] = mapped_column(Instant)
    opened_at: Mapped[datetime | None] = mapped_column(Instant)
    is_https: Mapped[bool | None] = mapped_column(Boolean)
    is_wechat: Mapped[bool | None] = mapped_column(Boolean)
    on_mobile_data: Mapped[bool | None] = mapped_column(Boolean)  # what the person answered
    answered_at: Mapped[datetime | None] = mapped_column(Instant)


class ReachAddress(db.Model):
    """Since when codes say this address: posters warn until a phone got through after that."""

    id: Mapped[int] = mapped_column(primary_key=True)
    base_url: Mapped[str] = mapped_column(String(200))
    since_at: Mapped[datetime] = mapped_column(Instant)
