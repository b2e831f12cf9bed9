"""What may be asked of issues and lists, always inside a scope."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, or_, select

from app.db import db
from app.domain.orgs import Org
from app.domain.periods import Period
from app.domain.staff import Staff
from app.domain.studies.model import StudyIssue, StudyList, StudyRecord
from app.errors import NotFound


@dataclass(frozen=True)
class ListRow:
    """A list that was read in: for which org, by whom, how many of its lines say nobody yet."""

    list: StudyList
    org: Org
    made_by: Staff | None
    open: int


def issue_named(series: str, name: str) -> StudyIssue | None:
    """The issue of a series and a name that has a valid list; without one its day is nobody's."""
    query = select(StudyIssue).where(StudyIssue.series == series, StudyIssue.name == name)
    return db.session.scalar(query.where(_is_read()))


def issues_in(scope: Org, *, limit: int = 100, period: Period | None = None) -> list[StudyIssue]:
    """The issues (due in the period, if one is given) of which a list was read in for an org of the
    scope or above it, newest first."""
    query = select(StudyIssue).where(_is_read(_touching(scope)))
    if period is not None:
        query = query.where(StudyIssue.due_on.between(period.from_on, period.to_on))
    return list(
        db.session.scalars(query.order_by(StudyIssue.due_on.desc(), StudyIssue.id.desc()).limit(limit))
    )  # fmt: skip


def find_issue_in(scope: Org, code: str) -> StudyIssue:
    """An issue the scope has to do with; raises NotFound."""
    query = select(StudyIssue).where(StudyIssue.code == str(code).upper()[:12])
    issue = db.session.scalar(query.where(_is_read(_touching(scope))))
    if issue is None:
        raise NotFound
    return issue


def find_list_in(scope: Org, code: str) -> StudyList:
    """A list that was read in for an org of the scope; raises NotFound."""
    query = (
        select(StudyList)
        .join(Org, Org.id == StudyList.org_id)
        .where(StudyList.code == str(code).upper()[:12], Org.path.like(scope.path + "%"))
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def lists_of(issue: StudyIssue, scope: Org) -> list[ListRow]:
    """The lists of an issue that were read in for orgs of the scope, voided ones too."""
    waiting = select(func.count(StudyRecord.id)).where(
        StudyRecord.list_id == StudyList.id, StudyRecord.person_id.is_(None)
    )
    query = (
        select(StudyList, Org, Staff, waiting.correlate(StudyList).scalar_subquery())
        .join(Org, Org.id == StudyList.org_id)
        .outerjoin(Staff, Staff.id == StudyList.made_by_id)
        .where(StudyList.issue_id == issue.id, Org.path.like(scope.path + "%"))
        .order_by(StudyList.id)
    )
    return [ListRow(*row) for row in db.session.execute(query)]


def open_lines(listing: StudyList) -> list[StudyRecord]:
    """The lines of a list that mean nobody yet, in the list's order."""
    query = select(StudyRecord).where(
        StudyRecord.list_id == listing.id, StudyRecord.person_id.is_(None)
    )
    return list(db.session.scalars(query.order_by(StudyRecord.row)))


def mended_lines(listing: StudyList) -> list[StudyRecord]:
    """The lines somebody said the person of."""
    query = select(StudyRecord).where(
        StudyRecord.list_id == listing.id, StudyRecord.match == "hand",
        StudyRecord.person_id.is_not(None),
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(StudyRecord.row)))


def find_line(listing: StudyList, row: int | str) -> StudyRecord:
    """A line of a list by its number, as an address may say it; raises NotFound."""
    row = int(row) if str(row).isdecimal() and len(str(row)) < 8 else 0
    query = select(StudyRecord).where(StudyRecord.list_id == listing.id, StudyRecord.row == row)
    found = db.session.scalar(query.limit(1))
    if found is None:
        raise NotFound
    return found


def known_people(issue: StudyIssue | None) -> set[int]:
    """The ids of those who have a valid record of the issue."""
    if issue is None:
        return set()
    query = select(StudyRecord.person_id).join(StudyList, StudyList.id == StudyRecord.list_id)
    valid = query.where(StudyList.issue_id == issue.id, StudyList.voided_at.is_(None))
    return set(db.session.scalars(valid.where(StudyRecord.person_id.is_not(None))))


def list_with(digest: str, issue: StudyIssue | None, scope: Org) -> str | None:
    """The code of the valid list of this issue and scope that was this very file."""
    if issue is None:
        return None
    query = select(StudyList.code).where(
        StudyList.issue_id == issue.id, StudyList.digest == digest, StudyList.org_id == scope.id,
        StudyList.voided_at.is_(None),
    )  # fmt: skip
    return db.session.scalar(query.limit(1))


def due_day_of(listing: StudyList) -> date:
    """The day whose roster a list is matched with."""
    return listing.issue.due_on


def org_of(listing: StudyList) -> Org:
    """The org for whose subtree a list was read in."""
    return db.session.get(Org, listing.org_id)


def _touching(scope):
    above = [int(part) for part in scope.path.strip("/").split("/")]
    return or_(Org.path.like(scope.path + "%"), Org.id.in_(above))


def _is_read(where=True):
    """The condition that an issue has a valid list."""
    return exists().where(
        StudyList.issue_id == StudyIssue.id, StudyList.voided_at.is_(None),
        Org.id == StudyList.org_id, where,
    )  # fmt: skip
