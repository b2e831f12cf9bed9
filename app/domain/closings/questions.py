"""What may be asked of signed reports: which stands, which there were, who has not signed yet."""

from sqlalchemy import or_, select

from app.db import db
from app.domain.closings.model import FrozenReport
from app.domain.orgs import Org, is_within, subtree_of
from app.domain.periods import Period
from app.errors import NotFound


def standing_of(org: Org, period: Period) -> FrozenReport | None:
    """The report that stands for this org and period."""
    return db.session.scalar(
        select(FrozenReport).where(
            FrozenReport.org_id == org.id, FrozenReport.from_on == period.from_on,
            FrozenReport.to_on == period.to_on, FrozenReport.reopened_at.is_(None),
        )
    )  # fmt: skip


def reports_of(org: Org, *, limit: int = 100) -> list[FrozenReport]:
    """Every report of this org, newest first, reopened ones too."""
    query = select(FrozenReport).where(FrozenReport.org_id == org.id)
    return list(db.session.scalars(query.order_by(FrozenReport.id.desc()).limit(limit)))


def find_closing(scope: Org, code: str) -> FrozenReport:
    """A report of an org in the subtree; raises NotFound."""
    found = db.session.scalar(
        select(FrozenReport).where(FrozenReport.code == code.strip().upper()[:12])
    )
    if found is None or not is_within(scope, found.org):
        raise NotFound
    return found


def unsigned_below(org: Org, period: Period) -> list[Org]:
    """The orgs below that existed in the period and have not signed it, in the order of the tree."""
    signed = set(
        db.session.scalars(
            select(FrozenReport.org_id)
            .join(Org, Org.id == FrozenReport.org_id)
            .where(
                Org.path.like(org.path + "%"), FrozenReport.from_on == period.from_on,
                FrozenReport.to_on == period.to_on, FrozenReport.reopened_at.is_(None),
            )
        )
    )  # fmt: skip
    alive = set(
        db.session.scalars(
            select(Org.id).where(
                Org.path.like(org.path + "%"),
                or_(Org.opened_on.is_(None), Org.opened_on <= period.to_on),
                or_(Org.closed_on.is_(None), Org.closed_on > period.to_on),
            )
        )
    )
    return [one for one in subtree_of(org)[1:] if one.id in alive and one.id not in signed]
