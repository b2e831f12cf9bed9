"""The figures a correction shows before and after: of each org it touches, and of each sitting."""

from collections.abc import Iterable

from sqlalchemy import func, select

from app.db import db
from app.domain.checkins import CheckIn
from app.domain.counts import counts
from app.domain.events import Occurrence
from app.domain.live import tally
from app.domain.orgs import Org, is_within
from app.domain.periods import Period

SHOWN = ("hosted", "took_part", "attendances", "open_reviews", "guests", "people", "headcount")


def figures_of(orgs: Iterable[Org], period: Period, occurrences: Iterable[Occurrence] = ()) -> dict:
    """{"from", "to", "orgs": {code: {name, hosted, attendances, people …}}, "sittings": {code:
    valid check-ins}, "expected": {code: {expected, present}}}: whole subtrees, recomputed from the rows (see counts)."""
    db.session.flush()
    occurrences = list(occurrences)
    return {
        "from": period.from_on.isoformat(), "to": period.to_on.isoformat(),
        "orgs": _orgs(list(orgs), period), "sittings": _sittings(occurrences),
        "expected": {o.code: _expected(o) for o in occurrences},
    }  # fmt: skip


def _orgs(orgs, period):
    """One recount per top of the orgs, not one each."""
    found, tops = {}, []
    for org in sorted(orgs, key=lambda o: (o.path.count("/"), o.id)):
        if not any(is_within(top, org) for top in tops):
            tops.append(org)
            found |= {row.org: row for row in counts(period, org)}
    return {
        org.code: {"name": org.short_name, **{n: getattr(found[org.code], n) for n in SHOWN}}
        for org in orgs
    }


def _expected(occurrence):
    found = tally(occurrence)
    return {"expected": found.expected, "present": found.present}


def _sittings(occurrences):
    codes = {occurrence.id: occurrence.code for occurrence in occurrences}
    query = (
        select(CheckIn.occurrence_id, func.count())
        .where(CheckIn.occurrence_id.in_(codes), CheckIn.voided_at.is_(None))
        .group_by(CheckIn.occurrence_id)
    )
    found = dict(db.session.execute(query).all())
    return {code: found.get(row_id, 0) for row_id, code in codes.items()}
