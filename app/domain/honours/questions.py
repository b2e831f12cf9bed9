"""What may be asked of honours."""

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import func, select

from app.db import db
from app.domain.honours.model import LEVELS, Honour
from app.domain.orgs import Org, OrgLine, lines_in, subtree_lines
from app.domain.periods import Period
from app.domain.staff import Staff
from app.errors import NotFound
from app.text import spoken_code

USUAL_TITLES = (
    "青年岗位能手", "青年文明号", "优秀共青团员", "优秀共青团干部", "五四红旗团支部", "五四红旗团委",
)  # fmt: skip


class Granted(NamedTuple):
    """So many honours of one title and level, to persons or to collectives."""

    title: str
    level: str
    is_collective: bool
    number: int


def granted(period: Period, org: Org) -> list[Granted]:
    """What the org's subtree was given in the period, by the day it was granted: the highest levels
    first, then the most."""
    number = func.count().label("number")
    query = (
        select(Honour.title, Honour.level, Honour.is_collective, number)
        .where(
            Honour.voided_at.is_(None),
            Honour.granted_on.between(period.from_on, period.to_on),
            Honour.line_id.in_(subtree_lines(org.id)),
        )
        .group_by(Honour.title, Honour.level, Honour.is_collective)
    )
    found = [Granted(row[0], row[1], bool(row[2]), row[3]) for row in db.session.execute(query)]
    order = list(LEVELS)
    return sorted(found, key=lambda row: (-order.index(row.level), -row.number, row.title))


@dataclass(frozen=True)
class HonourRow:
    """An honour as a list shows it, with whose it is and who wrote it down."""

    honour: Honour
    org: Org
    made_by: str


def honours_in(scope: Org, *, limit: int, offset: int = 0) -> list[HonourRow]:
    """The honours of the orgs of today's subtree, voided ones too, the last written first."""
    query = _rows().where(Honour.line_id.in_(lines_in(scope)))
    newest = query.order_by(Honour.made_at.desc(), Honour.id)
    return [_row(row) for row in db.session.execute(newest.limit(limit).offset(offset))]


def find_honour(scope: Org, code: str) -> HonourRow:
    """The honour of a code inside the scope's subtree; raises NotFound."""
    query = _rows().where(
        Honour.code == spoken_code(code)[:12], Honour.line_id.in_(lines_in(scope))
    )
    found = db.session.execute(query).one_or_none()
    if found is None:
        raise NotFound
    return _row(found)


def titles(scope: Org) -> list[str]:
    """Titles to choose from: those of today's subtree, the last used first, then the usual ones."""
    mine = select(Honour.title).where(Honour.line_id.in_(lines_in(scope)))
    last = mine.group_by(Honour.title).order_by(func.max(Honour.id).desc()).limit(40)
    return list(dict.fromkeys([*db.session.scalars(last), *USUAL_TITLES]))


def _rows():
    return (
        select(Honour, Org, Staff.name)
        .join(OrgLine, OrgLine.id == Honour.line_id)
        .join(Org, Org.id == OrgLine.org_id)
        .outerjoin(Staff, Staff.id == Honour.made_by_id)
    )


def _row(row):
    return HonourRow(row[0], row[1], row[2] or "")
