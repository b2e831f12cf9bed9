"""The rows behind the figures that are no attendances: services, reported figures, honours, venues."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.db import db
from app.domain import venues
from app.domain.honours import Honour
from app.domain.orgs import Org, OrgLine, is_within, subtree_lines
from app.domain.periods import Period
from app.domain.services import KINDS, ServiceRecord
from app.domain.tallies import ManualTally, tallies_within
from app.errors import NotFound
from app.text import mask_name


@dataclass(frozen=True)
class Behind:
    """One row: what it is, how many it counts. words None: its org is outside the reader's scope
    today, so only the number is told."""

    on: date
    number: int
    words: str | None = None
    org: str = ""
    note: str = ""


def rows_behind(
    kind: str, key: str, level: str, period: Period, org: Org, *, scope: Org, may_name: bool
) -> list[Behind]:
    """The rows of a figure of services (key: a kind of them), tallies (a unit), honours (a title and
    perhaps a level) or venues (a level), oldest first. may_name: whether persons are named whole."""
    if kind not in FOUND:
        raise NotFound
    found = FOUND[kind](key, level, period, org)
    rows = [_seen(row, at, scope, may_name) for row, at in found]
    return sorted(rows, key=lambda row: row.on)


def _seen(row, at, scope, may_name):
    on, number, words, note, is_person = row
    if not is_within(scope, at):
        return Behind(on, number)
    words = mask_name(words) if is_person and not may_name else words
    return Behind(on, number, words, at.short_name, note)


def _of(model, org, *wanted):
    """(row, its org) of the valid rows of the subtree."""
    query = (
        select(model, Org)
        .join(OrgLine, OrgLine.id == model.line_id)
        .join(Org, Org.id == OrgLine.org_id)
        .where(model.voided_at.is_(None), model.line_id.in_(subtree_lines(org.id)), *wanted)
    )
    return db.session.execute(query.order_by(model.id))


def _services(key, _level, period, org):
    wanted = [ServiceRecord.served_on.between(period.from_on, period.to_on)]
    if key:
        wanted.append(ServiceRecord.kind == key)
    for row, at in _of(ServiceRecord, org, *wanted):
        yield (row.served_on, row.number, KINDS.get(row.kind, row.kind), row.note, False), at


def _tallies(key, _level, period, org):
    wanted = (ManualTally.id.in_(tallies_within(period)), ManualTally.unit == key)
    for row, at in _of(ManualTally, org, *wanted):
        yield (row.to_on, row.number, row.note or row.evidence, row.evidence, False), at


def _honours(key, level, period, org):
    wanted = [Honour.granted_on.between(period.from_on, period.to_on), Honour.title == key]
    if level:
        wanted.append(Honour.level == level)
    for row, at in _of(Honour, org, *wanted):
        yield (row.granted_on, 1, row.recipient, row.title, not row.is_collective), at


def _venues(_key, level, period, org):
    for venue in venues.opened_in(period, org):
        if not level or venue.level == level:
            yield (venue.opened_on, 1, venue.name, venue.address, False), venue.org


FOUND = {"services": _services, "tallies": _tallies, "honours": _honours, "venues": _venues}
