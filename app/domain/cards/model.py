"""A personal card: at most one living card a person."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Instant, db
from app.domain.members import Person

LIVING = text("revoked_at IS NULL")


class Card(db.Model):
    """The secret is stored as its hash, and sealed, so that the secretary can print it again."""

    __table_args__ = (
        Index("uq_card_living", "person_id", unique=True, sqlite_where=LIVING, postgresql_where=LIVING),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    token_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    person: Mapped[Person] = relationship()
