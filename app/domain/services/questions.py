"""What may be asked of service records."""

from sqlalchemy import func, select

from app.db import db
from app.domain.orgs import Org, subtree_lines
from app.domain.periods import Period
from app.domain.services.model import KINDS, ServiceRecord


def served(period: Period, org: Org) -> dict[str, int]:
    """Kind (of KINDS, in their order) → how many services the org's subtree gave in the period."""
    query = (
        select(ServiceRecord.kind, func.sum(ServiceRecord.number))
        .where(
            ServiceRecord.voided_at.is_(None),
            ServiceRecord.served_on.between(period.from_on, period.to_on),
            ServiceRecord.line_id.in_(subtree_lines(org.id)),
        )
        .group_by(ServiceRecord.kind)
    )
    found = dict(db.session.execute(query).all())
    return {kind: int(found[kind]) for kind in (*KINDS, *found) if kind in found}
