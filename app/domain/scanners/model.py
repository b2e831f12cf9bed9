"""A scanner: the token of a machine, of one desk or of one account's org."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Instant, db
from app.domain.audit import Actor
from app.domain.desks import Desk
from app.domain.staff import Staff


class Scanner(db.Model):
    """Exactly one of desk and staff says what it may: the desk's event, or the account's subtree of
    today with the account's rights. Only the hash of the token is stored."""

    __table_args__ = (Index(None, "desk_id"), Index(None, "staff_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    expires_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)

    desk: Mapped[Desk | None] = relationship()
    staff: Mapped[Staff | None] = relationship(foreign_keys=[staff_id])

    @property
    def actor(self) -> Actor:
        """The machine as the trail names it."""
        return Actor("api", self.id, self.name)
