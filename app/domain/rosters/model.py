"""A file on its way into the roster, and what became of it."""

from datetime import date, datetime

from sqlalchemy import JSON, Boolean, Date, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Instant, db


class RosterFile(db.Model):
    """An uploaded list between plan and apply, and its result afterwards.

    `sealed` holds only the columns that are kept, encrypted with PII_KEY, and is emptied when
    the file is applied or given up; the uploaded file itself is never stored. `result` holds, as
    well sealed, what was not taken of it.
    """

    @property
    def is_undone(self) -> bool:
        return self.undone_at is not None

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[str] = mapped_column(String(8))  # people | orgs
    filename: Mapped[str] = mapped_column(String(120))
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"))  # the scope it is applied in
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    complete: Mapped[bool] = mapped_column(Boolean, default=False)
    as_of_on: Mapped[date | None] = mapped_column(Date)
    applied_at: Mapped[datetime | None] = mapped_column(Instant)
    counts: Mapped[dict] = mapped_column(JSON, default=dict)
    source: Mapped[str] = mapped_column(
        String(8), default="file", server_default="file"
    )  # file | paste
    result: Mapped[bytes | None] = mapped_column(LargeBinary)  # lines not taken, sealed
    undone_at: Mapped[datetime | None] = mapped_column(Instant)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
