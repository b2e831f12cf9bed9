"""青年大学习: an issue of a study series, and who finished it by the platform's own list."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Instant, db
from app.domain.members import Person
from app.domain.orgs import OrgLine


class StudyIssue(db.Model):
    """One issue (期). due_on: the day whose roster is the denominator."""

    __table_args__ = (UniqueConstraint("series", "name"), Index(None, "due_on"))
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    series: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(60))
    due_on: Mapped[date] = mapped_column(Date)
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    voided_at: Mapped[datetime | None] = mapped_column(Instant)


class StudyList(db.Model):
    """One completion list that was read in, with the digest that makes reading it again idle."""

    __table_args__ = (Index(None, "issue_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("study_issue.id"))
    file_name: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64))
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"))  # read in for this subtree
    rows: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    voided_at: Mapped[datetime | None] = mapped_column(Instant)
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    void_reason: Mapped[str] = mapped_column(String(200), default="")

    issue: Mapped[StudyIssue] = relationship()


class StudyRecord(db.Model):
    """学习记录: one line of a list. person_id None: not told apart yet (match says why)."""

    __table_args__ = (Index(None, "list_id"), Index(None, "person_id"), Index(None, "line_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("study_list.id"))
    row: Mapped[int]  # the line of the file, from 1
    told: Mapped[str] = mapped_column(String(80))  # the column as it was written
    told_org: Mapped[str] = mapped_column(String(120), default="")
    match: Mapped[str] = mapped_column(String(12))  # number | name | hand | several | none
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    line_id: Mapped[int | None] = mapped_column(ForeignKey("org_line.id"))
    studied_at: Mapped[datetime | None] = mapped_column(Instant)

    list: Mapped[StudyList] = relationship()
    person: Mapped[Person | None] = relationship()
    line: Mapped[OrgLine | None] = relationship()
