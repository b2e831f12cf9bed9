"""Staff and what hangs on an account."""

from datetime import datetime

from sqlalchemy import Boolean, Float, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Instant, db
from app.domain.audit import Actor
from app.domain.orgs import Org
from app.words import N_

ROLES = {
    "auditor": N_("查阅员"), "organizer": N_("组织者"),
    "manager": N_("书记"), "district": N_("区级管理员"),
}  # fmt: skip
RANK = {"auditor": 0, "organizer": 1, "manager": 2, "district": 3}


class Staff(db.Model):
    """An account: one role at one org; its scope is that org's subtree of today."""

    __table_args__ = (Index(None, "org_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    username: Mapped[str | None] = mapped_column(String(40))
    username_key: Mapped[str | None] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    password_hash: Mapped[str | None] = mapped_column(String(160))
    role: Mapped[str] = mapped_column(String(12))
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"))
    language: Mapped[str] = mapped_column(String(5), default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    last_seen_at: Mapped[datetime | None] = mapped_column(Instant)
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id")
    )  # whose post it came from
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))  # 移交给了谁

    org: Mapped[Org] = relationship()
    successor: Mapped["Staff | None"] = relationship(
        remote_side=[id], foreign_keys=[successor_id], viewonly=True
    )

    @property
    def actor(self) -> Actor:
        return Actor("staff", self.id, self.name)

    @property
    def is_opened(self) -> bool:
        """Whether somebody chose a name and password for it."""
        return self.username is not None

    def may(self, role: str) -> bool:
        """Whether this account's role is at least `role`."""
        return RANK[self.role] >= RANK[role]


class StaffSession(db.Model):
    """A sign-in: only the hash of its token is stored; revocable; idle and absolute limits.
    confirmed_at: when the password was last typed; a remembered one (90 days on one phone) asks
    for it again before exports and accounts."""

    __table_args__ = (Index(None, "staff_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    browser: Mapped[str] = mapped_column(String(120), default="")
    remembered: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)

    staff: Mapped[Staff] = relationship()

    @property
    def code(self) -> str:
        """What the account's own page calls this session; it opens nothing."""
        return self.token_hash[:12]


class Invitation(db.Model):
    """A one-use link that opens an account, gives it a new password, or hands an account over to a
    successor (predecessor_id: the account that closes when the link is used)."""

    __table_args__ = (Index(None, "staff_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    predecessor_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)

    staff: Mapped[Staff] = relationship(foreign_keys=[staff_id])
    predecessor: Mapped[Staff | None] = relationship(foreign_keys=[predecessor_id])

    @property
    def is_open(self) -> bool:
        """Whether the link may still be used, its day aside."""
        return self.used_at is None and self.revoked_at is None


class TokenBucket(db.Model):
    """Tries left for a key (such as sign-in:zhao), refilled with time. Rows are throw-away."""

    key: Mapped[str] = mapped_column(String(90), primary_key=True)
    tokens: Mapped[float] = mapped_column(Float)
    at: Mapped[datetime] = mapped_column(Instant)


class SetupLink(db.Model):
    """The one set-up link of a database without accounts: its token's hash, until used."""

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class SetupStep(db.Model):
    """A step of the first ten minutes that somebody finished or put off."""

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    done_at: Mapped[datetime] = mapped_column(Instant)
    skipped: Mapped[bool] = mapped_column(Boolean, default=False)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
