"""What a desk page says beside the search: how many are here, and what this desk wrote lately."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.db import db
from app.domain.checkins import CheckIn
from app.domain.desks.model import Desk
from app.domain.desks.searching import may_undo
from app.domain.events import Occurrence
from app.domain.orgs import Org, OrgLine
from app.text import mask_name

LATEST = 8


@dataclass(frozen=True)
class Told:
    """A check-in as a desk may see it: name masked, tail the phone's last four or "", org the
    branch's name or "". may_undo: this desk wrote it less than 15 minutes ago."""

    code: str
    name: str
    tail: str
    org: str
    at: datetime
    paper_on: date | None
    is_undone: bool
    may_undo: bool
    is_doubtful: bool
    left_at: datetime | None


@dataclass(frozen=True)
class Work:
    """present: valid check-ins of the sitting, whoever wrote them; own: of these, this desk's; latest:
    what this desk wrote, newest first, undone ones too."""

    present: int
    own: int
    latest: tuple[Told, ...]


def work_of(desk: Desk, occurrence: Occurrence) -> Work:
    """A desk's work at a sitting: two statements."""
    here, is_own = CheckIn.occurrence_id == occurrence.id, CheckIn.source == f"desk:{desk.id}"
    counts = select(func.count(), func.count().filter(is_own))
    present, own = db.session.execute(counts.where(here, CheckIn.voided_at.is_(None))).one()
    return Work(present, own, tuple(_rows(desk, here, is_own)))


def told_or_none(desk: Desk, occurrence: Occurrence, code: str) -> Told | None:
    """A check-in of the sitting by its code, of this desk or of another."""
    wanted = CheckIn.code == code.strip().upper()[:12]
    return next(iter(_rows(desk, CheckIn.occurrence_id == occurrence.id, wanted)), None)


def _rows(desk, *wanted):
    query = (
        select(CheckIn, Org.short_name)
        .outerjoin(OrgLine, OrgLine.id == CheckIn.line_id)
        .outerjoin(Org, Org.id == func.coalesce(OrgLine.org_id, CheckIn.chosen_org_id))
        .where(*wanted)
        .options(joinedload(CheckIn.person))
        .order_by(CheckIn.id.desc())
        .limit(LATEST)
    )
    return [_told(desk, row, org or "") for row, org in db.session.execute(query)]


def _told(desk, row, org):
    return Told(
        row.code, mask_name(row.person.name), row.typed_tail or row.person.phone_tail or "", org,
        row.checked_in_at, row.paper_on, row.voided_at is not None, may_undo(desk, row),
        row.review == "open", row.checked_out_at,
    )  # fmt: skip
