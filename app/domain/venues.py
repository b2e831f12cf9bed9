"""青年之家: the places of the League, with a level and a day of opening."""

from datetime import date

from sqlalchemy import Date, ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from app.db import db


class Venue(db.Model):
    """A place; its code is the permanent door code /v/<code>."""

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    level: Mapped[str] = mapped_column(String(12), default="")
    address: Mapped[str] = mapped_column(String(120), default="")
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"))
    opened_on: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)


def venues_open_on(day: date) -> list[Venue]:
    """The venues open on a local day, by name."""
    return list(
        db.session.scalars(
            select(Venue)
            .where((Venue.closed_on.is_(None)) | (Venue.closed_on > day))
            .order_by(Venue.name)
        )
    )


def venue_or_none(name: str) -> Venue | None:
    """The open venue of exactly this name: a place that is one is linked to it."""
    query = select(Venue).where(Venue.name == name.strip(), Venue.closed_on.is_(None))
    return db.session.scalars(query.order_by(Venue.id).limit(1)).first()
