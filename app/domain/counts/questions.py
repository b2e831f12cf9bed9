"""counts() and key_counts(): the same sums, once per node and once per key of a breakdown.

Each figure is one statement, grouped by line (or event) first, because a district has thousands of
check-ins and hundreds of lines; the lines are then spread over their ancestors.
"""

from operator import add

from sqlalchemy import case, func, select, union

from app.db import db
from app.domain.counts.base import attended, came, counted, held, is_unrecorded, reported
from app.domain.counts.keys import NONE, Key, keys_of
from app.domain.counts.model import KeyCounts, OrgCounts
from app.domain.counts.spread import SPREADS, ByMonth, ByOrg, Whole
from app.domain.counts.stretches import stretches
from app.domain.events import EventProgramme
from app.domain.members import COUNTED
from app.domain.orgs import Org, subtree_lines, subtree_of
from app.domain.periods import Period
from app.domain.programmes import Programme

TOGETHER = 6  # stretches whose people are told apart at once; of more, so many shares
MANY = ("event_id", "occurrence_id")  # columns of a spread with about as many values as sittings


def counts(period: Period, scope: Org) -> list[OrgCounts]:
    """The figures of every org of today's subtree, scope first, in tree order; closed orgs too.

    A node's figures are the rows whose line of their day contains it (product.md §6), whatever the
    tree is today. The scope's own entry is the total.
    """
    nodes = subtree_of(scope)
    codes = {node.id: node.code for node in nodes}
    figures = _figures(period, ByOrg(scope))
    above = {scope.parent_id: scope.parent.code} if scope.parent else {}
    return [
        OrgCounts(
            org=node.code, name=node.full_name, short_name=node.short_name,
            parent=(codes | above).get(node.parent_id), depth=node.depth - scope.depth,
            **figures.get(node.id, {}),
        )
        for node in nodes
    ]  # fmt: skip


def total_of(period: Period, scope: Org) -> OrgCounts:
    """The scope's own entry of counts(), without those below."""
    figures = _figures(period, Whole(scope)).get(scope.id, {})
    return OrgCounts(
        org=scope.code, name=scope.full_name, short_name=scope.short_name,
        parent=scope.parent.code if scope.parent else None, **figures,
    )  # fmt: skip


def unidentified_of(period: Period, scope: Org, within: Key | None = None) -> int:
    """The unidentified people in 人数 of the scope, or of one key of it."""
    spread = SPREADS[within.by](scope) if within else Whole(scope)
    wanted = within.id if within else scope.id
    rows = (row for days in stretches(period) for row in _unidentified(days, spread))
    return max((row.unidentified for row in rows if row.key == wanted), default=0)


def key_counts(period: Period, scope: Org, by: str) -> list[KeyCounts]:
    """The figures inside scope of every key of `by` (one of KEYS) that has any, in the keys' order,
    then of what bears none (key None).

    What bears two keys counts in both rows; the total is the scope's entry of counts().
    """
    figures = _figures(period, SPREADS[by](scope))
    rows = [
        KeyCounts(**facts, **figures[key]) for key, facts in keys_of(by).items() if key in figures
    ]
    if NONE in figures:
        rows.append(KeyCounts(**figures[NONE]))
    return rows


def programme_counts(period: Period, scope: Org) -> list[KeyCounts]:
    """key_counts() by 活动类型."""
    return key_counts(period, scope, "programme")


def series_counts(period: Period, scope: Org) -> list[KeyCounts]:
    """key_counts() by series: code, name, season."""
    return key_counts(period, scope, "series")


def month_counts(period: Period, scope: Org) -> list[KeyCounts]:
    """The figures of every month of the period, those without any too; code is 2026-11. A tally of no
    occurrence belongs to no month."""
    figures = _figures(period, ByMonth(scope))
    first, last = period.from_on, period.to_on
    months = range(12 * first.year + first.month - 1, 12 * last.year + last.month)
    found = [(month // 12, month % 12 + 1) for month in months]
    return [
        KeyCounts(code=f"{year}-{month:02}", **figures.get(100 * year + month, {}))
        for year, month in found
    ]


def role_attendances(
    period: Period, scope: Org, programme: Programme | None = None, role: str = "volunteer"
) -> int:
    """人次 of those who came in a role, in the events of a programme (None: in all)."""
    rows = attended(period)
    query = select(func.count()).select_from(rows)
    query = query.where(rows.c.role == role, rows.c.line_id.in_(subtree_lines(scope.id)))
    if programme is not None:
        tagged = select(EventProgramme.event_id).where(EventProgramme.programme_id == programme.id)
        query = query.where(rows.c.event_id.in_(tagged))
    return db.session.scalar(query)


def _figures(period, spread):
    """Key → the figures as keyword arguments."""
    found: dict[int, dict] = {}
    for part in (_hosted, _headcount, _tally):
        _gather(found, part(period, spread), add)
    cut = stretches(period)
    shares = -(-len(cut) // TOGETHER)
    for share in range(shares):
        _gather(found, _identified(period, spread, share, shares), add)
    for days in cut:
        for part, together in ((_attendances, add), (_took_part, add), (_unidentified, max)):
            _gather(found, part(days, spread), together)
    for values in found.values():
        values["people"] = values.pop("identified", 0) + values.get("unidentified", 0)
    return found


def _gather(found, rows, together):
    """Put the figures of the rows beside those found, or with them."""
    for row in rows:
        values = row._asdict()
        mine = found.setdefault(values.pop("key"), {})
        for name, value in values.items():
            mine[name] = together(mine.get(name, 0), int(value))


def _hosted(period, spread):
    sitting = held(period)
    bare = case((is_unrecorded(sitting), 1), else_=0)
    rows = spread.hosted(sitting, bare.label("bare"))
    rows = spread.inside(rows, sitting.c.host_line_id).subquery()
    query = select(func.count().label("hosted"), func.sum(rows.c.bare).label("unrecorded"))
    return _grouped(spread.keyed(query.select_from(rows), rows))


def _attendances(period, spread):
    rows = attended(period)
    guest = case((rows.c.standing.in_(COUNTED), 0), else_=1)
    column = rows.c[spread.column]
    lines = spread.inside(
        select(
            column,
            func.count().label("attendances"),
            func.sum(guest).label("guests"),
            func.sum(case((rows.c.review == "open", 1), else_=0)).label("open_reviews"),
            func.sum(rows.c.minutes).label("minutes"),
        ),
        rows.c.line_id,
    ).group_by(column)
    return _grouped(_sums(spread, lines.subquery()))


def _took_part(period, spread):
    both = union(
        *(
            spread.inside(select(*_columns(rows, spread, "occurrence_id")), rows.c.line_id)
            for rows in (came(period), counted(period))
        )
    ).subquery()
    query = select(func.count(both.c.occurrence_id.distinct()).label("took_part"))
    return _grouped(spread.keyed(query.select_from(both), both))


def _identified(period, spread, share, shares):
    """Distinct people of each key, of one share of the people. Few lines: the pairs of line and person,
    then their keys; many sittings: the pairs of key and person at once, or there would be as many as
    check-ins."""
    rows = attended(period)
    known = select(rows.c.person_id).where(rows.c.is_unidentified.is_(False))
    if shares > 1:
        known = known.where(rows.c.person_id % shares == share)
    known = spread.inside(known, rows.c.line_id)
    if spread.column in MANY:
        pairs = spread.keyed(known, rows).distinct().subquery()
        return _grouped(select(pairs.c.key, func.count().label("identified")))
    known = known.add_columns(rows.c[spread.column]).distinct().subquery()
    query = select(func.count(known.c.person_id.distinct()).label("identified"))
    return _grouped(spread.keyed(query.select_from(known), known))


def _unidentified(period, spread):
    """The largest number of unidentified people in any one occurrence: they cannot be told apart
    from those of another."""
    rows = attended(period)
    lines = spread.inside(
        select(*_columns(rows, spread, "occurrence_id", "person_id"))
        .where(rows.c.is_unidentified)
        .distinct(),
        rows.c.line_id,
    ).subquery()
    query = select(func.count(lines.c.person_id.distinct()).label("n"), lines.c.occurrence_id)
    each = spread.keyed(query.select_from(lines), lines)
    each = each.group_by("key", lines.c.occurrence_id).subquery()
    largest = select(each.c.key, func.max(each.c.n).label("unidentified"))
    return db.session.execute(largest.group_by(each.c.key)).all()


def _headcount(period, spread):
    rows = counted(period)
    lines = select(rows.c[spread.column], rows.c.number.label("headcount"))
    return _grouped(_sums(spread, spread.inside(lines, rows.c.line_id).subquery()))


def _tally(period, spread):
    rows = reported(period)
    query = select(func.sum(rows.c.number).label("tally")).select_from(rows)
    return _grouped(spread.told(spread.inside(query, rows.c.line_id), rows))


def _columns(rows, spread, *names):
    """The column of the spread, then those of the names."""
    return [rows.c[name] for name in dict.fromkeys((spread.column, *names))]


def _sums(spread, lines):
    sums = [func.sum(c).label(c.name) for c in lines.c if c.name != spread.column]
    return spread.keyed(select(*sums).select_from(lines), lines)


def _grouped(query):
    return db.session.execute(query.group_by("key")).all()
