"""What may be asked of service records."""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.db import db
from app.domain.orgs import Org, OrgLine, lines_in, subtree_lines
from app.domain.periods import Period
from app.domain.services.model import KINDS, ServiceRecord
from app.domain.staff import Staff
from app.errors import NotFound
from app.text import spoken_code


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


@dataclass(frozen=True)
class ServiceRow:
    """A record as a list shows it, with whose it is and who wrote it down."""

    record: ServiceRecord
    org: Org
    made_by: str


def services_in(scope: Org, *, limit: int, offset: int = 0) -> list[ServiceRow]:
    """The records of the orgs of today's subtree, voided ones too, the last written first."""
    query = _rows().where(ServiceRecord.line_id.in_(lines_in(scope)))
    newest = query.order_by(ServiceRecord.made_at.desc(), ServiceRecord.id.desc())
    return [_row(row) for row in db.session.execute(newest.limit(limit).offset(offset))]


def find_service(scope: Org, code: str) -> ServiceRow:
    """The record of a code inside the scope's subtree; raises NotFound."""
    query = _rows().where(
        ServiceRecord.code == spoken_code(code)[:12], ServiceRecord.line_id.in_(lines_in(scope))
    )
    found = db.session.execute(query).one_or_none()
    if found is None:
        raise NotFound
    return _row(found)


def _rows():
    return (
        select(ServiceRecord, Org, Staff.name)
        .join(OrgLine, OrgLine.id == ServiceRecord.line_id)
        .join(Org, Org.id == OrgLine.org_id)
        .outerjoin(Staff, Staff.id == ServiceRecord.made_by_id)
    )


def _row(row):
    return ServiceRow(row[0], row[1], row[2] or "")
