"""The figures a correction shows before and after: of each org it touches, and of each sitting."""

from collections.abc import Iterable

from sqlalchemy import func, select

from app.db import db
from app.domain.checkins import CheckIn
from app.domain.counts import counts
from app.domain.events import Occurrence
from app.domain.orgs import Org
from app.domain.periods import Period

SHOWN = ("hosted", "took_part", "attendances", "open_reviews", "guests", "people", "headcount")


def figures_of(orgs: Iterable[Org], period: Period, occurrences: Iterable[Occurrence] = ()) -> dict:
    """{"from", "to", "orgs": {code: {name, hosted, attendances, people …}}, "sittings": {code:
    valid check-ins}}: whole subtrees, recomputed from the rows (see counts)."""
    db.session.flush()
    rows = {}
    for org in orgs:
        found = counts(period, org)[0]
        rows[org.code] = {"name": org.short_name, **{n: getattr(found, n) for n in SHOWN}}
    return {
        "from": period.from_on.isoformat(), "to": period.to_on.isoformat(),
        "orgs": rows, "sittings": _sittings(list(occurrences)),
    }  # fmt: skip


def _sittings(occurrences):
    codes = {occurrence.id: occurrence.code for occurrence in occurrences}
    query = (
        select(CheckIn.occurrence_id, func.count())
        .where(CheckIn.occurrence_id.in_(codes), CheckIn.voided_at.is_(None))
        .group_by(CheckIn.occurrence_id)
    )
    found = dict(db.session.execute(query).all())
    return {code: found.get(row_id, 0) for row_id, code in codes.items()}
