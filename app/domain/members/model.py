"""Person, Membership, Post: who somebody is, and where they belonged on which day."""

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Index, LargeBinary, String, and_, func, or_, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Instant, db
from app.words import N_

STANDINGS = {
    "member": N_("团员"), "party_member": N_("保留团籍党员"), "youth": N_("青年"),
    "masses": N_("群众"), "pioneer": N_("少先队员"), "other": N_("其他"),
}  # fmt: skip
COUNTED = ("member", "party_member")  # whose presence is 应到 (product.md §6)


class Person(db.Model):
    """A member, a guest (guest_key) or an unidentified attendee (is_unidentified).

    merged_into_id points at the final person, never at another merged one. The phone is a
    keyed hash for matching, its last four, and a sealed value; never bare.
    """

    __table_args__ = (
        Index(None, "name_key"),
        Index(None, "phone_hash"),
        Index(None, "admission_hash"),
        Index("ix_person_merged", "merged_into_id",
              sqlite_where=text("merged_into_id IS NOT NULL"), postgresql_where=text("merged_into_id IS NOT NULL")),
        Index("uq_person_guest_key", "guest_key", unique=True,
              sqlite_where=text("guest_key IS NOT NULL"), postgresql_where=text("guest_key IS NOT NULL")),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    name_key: Mapped[str] = mapped_column(String(60))
    pinyin: Mapped[str] = mapped_column(String(240))
    initials: Mapped[str] = mapped_column(String(60))
    phone_hash: Mapped[str | None] = mapped_column(String(64))
    phone_tail: Mapped[str | None] = mapped_column(String(4))
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    admission_number: Mapped[str | None] = mapped_column(String(24))
    admission_hash: Mapped[str | None] = mapped_column(String(64))
    birth_month: Mapped[str | None] = mapped_column(String(7))  # YYYY-MM
    guest_key: Mapped[str | None] = mapped_column(String(64))
    is_unidentified: Mapped[bool] = mapped_column(Boolean, default=False)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    guardian_consent_on: Mapped[date | None] = mapped_column(Date)
    guardian_consent_by: Mapped[str | None] = mapped_column(String(60))
    guardian_consent_paper: Mapped[str | None] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(Instant)


class Membership(db.Model):
    """A person belongs to an org while from_on <= day < to_on; an open end is NULL.

    home: counts for 应到; a functional membership (功能型支部) does not. At most one open home.
    """

    __table_args__ = (
        Index("uq_membership_open_home", "person_id", unique=True,
              sqlite_where=text("home AND to_on IS NULL"), postgresql_where=text("home AND to_on IS NULL")),
        # 应到 of the live page is read from this index alone, every second.
        Index("ix_membership_expected", "org_id", "home", "standing", "to_on", "from_on", "person_id"),
        Index(None, "person_id"),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"))
    home: Mapped[bool] = mapped_column(Boolean, default=True)
    standing: Mapped[str] = mapped_column(String(16), default="member")
    from_on: Mapped[date | None] = mapped_column(Date)
    to_on: Mapped[date | None] = mapped_column(Date)


class Post(db.Model):
    """A League post (书记, 组织委员 …) at any node of the tree, dated."""

    __table_args__ = (Index(None, "org_id"), Index(None, "person_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"))
    title: Mapped[str] = mapped_column(String(40))
    from_on: Mapped[date | None] = mapped_column(Date)
    to_on: Mapped[date | None] = mapped_column(Date)


def open_on(day, dated=Membership):
    """The condition that a dated row (Membership, Post, OrgLine …) holds on a local day."""
    return and_(
        or_(dated.from_on.is_(None), dated.from_on <= day),
        or_(dated.to_on.is_(None), dated.to_on > day),
    )


def lasted(dated=Membership):
    """The condition that a dated row held for a day at least: what was taken back holds for none."""
    return or_(dated.from_on.is_(None), dated.to_on.is_(None), dated.from_on < dated.to_on)


def resolved(person=Person):
    """The id of the final person behind a row: merged_into_id, else id."""
    return func.coalesce(person.merged_into_id, person.id)
