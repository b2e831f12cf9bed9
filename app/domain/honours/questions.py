"""What may be asked of honours."""

from typing import NamedTuple

from sqlalchemy import func, select

from app.db import db
from app.domain.honours.model import LEVELS, Honour
from app.domain.orgs import Org, subtree_lines
from app.domain.periods import Period


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
