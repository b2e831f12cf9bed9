"""A phone, known by a random cookie; what it typed last, so that the next event is one tap."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Instant, db
from app.domain.orgs import Org
from app.keys import token_hash


class Device(db.Model):
    """Only the hash of the cookie is stored. typed_* is what this phone typed last, whether or
    not the roster knew it: a remembered phone must never tell who is on the roster."""

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    typed_name: Mapped[str | None] = mapped_column(String(60))
    typed_phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # 11 digits or four
    typed_number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    typed_tail: Mapped[str | None] = mapped_column(String(4))
    typed_org_id: Mapped[int | None] = mapped_column(ForeignKey("org.id"))
    forgotten_at: Mapped[datetime | None] = mapped_column(Instant)

    typed_org: Mapped[Org | None] = relationship()

    @property
    def remembers(self) -> bool:
        return self.typed_name is not None


def device_or_none(secret: str | None) -> Device | None:
    """The device of a cookie, if it ever checked in."""
    if not secret:
        return None
    return db.session.scalar(select(Device).where(Device.token_hash == token_hash(secret)))
