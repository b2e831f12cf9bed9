"""Org, and the dated facts about it that figures rest on: lines of ancestors and names."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Instant, db
from app.words import N_

KINDS = {
    "district": N_("团区委"), "work_committee": N_("团工委"), "committee": N_("团委"),
    "general_branch": N_("团总支"), "branch": N_("团支部"), "other": N_("其他组织"),
}  # fmt: skip
DOMAINS = {
    "school": N_("学校"), "enterprise": N_("企业"), "government": N_("机关事业单位"),
    "community": N_("城市街道社区"), "village": N_("乡镇村"), "building": N_("楼宇商圈"),
    "social": N_("社会组织"), "other": N_("其他"),
}  # fmt: skip


class Org(db.Model):
    """A node of today's tree. parent, path, kind, domain and names here are today's; OrgLine and
    OrgName date them.

    path holds the ids from the root down to the node itself: "/1/5/9/".
    """

    __table_args__ = (Index(None, "path"), Index(None, "parent_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    full_name: Mapped[str] = mapped_column(String(120))
    short_name: Mapped[str] = mapped_column(String(60))
    pinyin: Mapped[str] = mapped_column(String(600))
    initials: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    domain: Mapped[str] = mapped_column(String(20))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("org.id"))
    path: Mapped[str] = mapped_column(String(255))
    opened_on: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("org.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)

    parent: Mapped["Org | None"] = relationship(
        remote_side=[id], foreign_keys=[parent_id], viewonly=True
    )

    @property
    def depth(self) -> int:
        """0 for the root."""
        return self.path.count("/") - 2

    @property
    def is_closed(self) -> bool:
        return self.closed_on is not None


class OrgLine(db.Model):
    """An org's chain of ancestors (itself included), its kind and its domain while
    from_on <= day < to_on.

    Check-ins, occurrences and headcounts store the line of their day, so a figure of the
    past is the rows whose path contains the node, and a row of a kind is one whose line was of
    that kind, whatever the tree is today.
    """

    __table_args__ = (Index(None, "org_id", "from_on"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"))
    path: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(20))
    domain: Mapped[str] = mapped_column(String(20))
    from_on: Mapped[date | None] = mapped_column(Date)
    to_on: Mapped[date | None] = mapped_column(Date)


class OrgLineAncestor(db.Model):
    """The path of a line, one row per node on it, so that sums per node are one GROUP BY."""

    __table_args__ = (Index(None, "org_id", "line_id"),)
    line_id: Mapped[int] = mapped_column(ForeignKey("org_line.id"), primary_key=True)
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"), primary_key=True)


class OrgName(db.Model):
    """The names an org bore while from_on <= day < to_on."""

    __table_args__ = (Index(None, "org_id", "from_on"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"))
    full_name: Mapped[str] = mapped_column(String(120))
    short_name: Mapped[str] = mapped_column(String(60))
    from_on: Mapped[date | None] = mapped_column(Date)
    to_on: Mapped[date | None] = mapped_column(Date)


def subtree_ids(org: Org):
    """A select of the ids of today's subtree, the org included."""
    return select(Org.id).where(Org.path.like(org.path + "%"))


def subtree_lines(org_id: int):
    """A select of the line ids, of any day, that contain the org."""
    return select(OrgLineAncestor.line_id).where(OrgLineAncestor.org_id == org_id)


def lines_in(org: Org):
    """A select of the line ids, of any day, of the orgs in today's subtree: what a scope may see."""
    return (
        select(OrgLine.id).join(Org, Org.id == OrgLine.org_id).where(Org.path.like(org.path + "%"))
    )
