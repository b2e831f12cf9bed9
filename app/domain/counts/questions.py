"""counts() and programme_counts(): the same sums, once per node and once per programme.

Each figure is one statement, grouped by line (or event) first, because a district has thousands of
check-ins and hundreds of lines; the lines are then spread over their ancestors.
"""

from dataclasses import dataclass

from sqlalchemy import case, func, select, union

from app.db import db, transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.counts.base import attended, counted, held, is_unrecorded, reported
from app.domain.counts.model import OrgCounts, ProgrammeCounts
from app.domain.events import EventProgramme
from app.domain.members import COUNTED
from app.domain.orgs import Org, OrgLineAncestor, subtree_lines, subtree_of
from app.domain.periods import Period
from app.domain.programmes import programmes


def counts(period: Period, scope: Org) -> list[OrgCounts]:
    """The figures of every org of today's subtree, scope first, in tree order; closed orgs too.

    A node's figures are the rows whose line of their day contains it (product.md §6), whatever the
    tree is today. The scope's own entry is the total.
    """
    nodes = subtree_of(scope)
    codes = {node.id: node.code for node in nodes}
    figures = _figures(period, _Spread.over_orgs(scope))
    above = {scope.parent_id: scope.parent.code} if scope.parent else {}
    return [
        OrgCounts(
            org=node.code, name=node.full_name, short_name=node.short_name,
            parent=(codes | above).get(node.parent_id), depth=node.depth - scope.depth,
            **figures.get(node.id, {}),
        )
        for node in nodes
    ]  # fmt: skip


def programme_counts(period: Period, scope: Org) -> list[ProgrammeCounts]:
    """The figures of every programme inside scope that has any, then of what bears none (code None).

    An occurrence tagged twice counts in both rows; the total is the scope's entry of counts().
    """
    figures = _figures(period, _Spread.over_programmes(scope))
    rows = [
        ProgrammeCounts(programme=p.code, name=p.name, **figures[p.id])
        for p in programmes()
        if p.id in figures
    ]
    if 0 in figures:
        rows.append(ProgrammeCounts(**figures[0]))
    return rows


@dataclass(frozen=True)
class _Spread:
    """What rows are gathered under: `keys(rows)` gives the column of the key (an org's or programme's
    id) and the rows joined with it. `column` is what the rows are grouped by beforehand."""

    scope: Org
    by_org: bool

    @classmethod
    def over_orgs(cls, scope):
        return cls(scope, True)

    @classmethod
    def over_programmes(cls, scope):
        return cls(scope, False)

    @property
    def column(self):
        return "line_id" if self.by_org else "event_id"

    def inside(self, query, line_id):
        """Only rows of the scope's lines: needed where the key is not an org."""
        return query if self.by_org else query.where(line_id.in_(subtree_lines(self.scope.id)))

    def keyed(self, query, rows):
        """The query over `rows` (which has self.column) with its key column first."""
        if self.by_org:
            return (
                query.add_columns(OrgLineAncestor.org_id.label("key"))
                .join(OrgLineAncestor, OrgLineAncestor.line_id == rows.c.line_id)
                .join(Org, Org.id == OrgLineAncestor.org_id)
                .where(Org.path.like(self.scope.path + "%"))
            )
        return query.add_columns(
            func.coalesce(EventProgramme.programme_id, 0).label("key")
        ).outerjoin(EventProgramme, EventProgramme.event_id == rows.c.event_id)


def _figures(period, spread):
    """Key → the figures as keyword arguments."""
    found: dict[int, dict] = {}
    for part in (_hosted, _attendances, _took_part, _people, _headcount, _tally):
        for row in part(period, spread):
            values = {name: int(value) for name, value in row._asdict().items()}
            found.setdefault(values.pop("key"), {}).update(values)
    for values in found.values():
        values["people"] = values.pop("identified", 0) + values.get("unidentified", 0)
    return found


def _hosted(period, spread):
    sitting = held(period)
    bare = case((is_unrecorded(sitting), 1), else_=0)
    rows = select(sitting.c.host_line_id.label("line_id"), sitting.c.event_id, bare.label("bare"))
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
    checked, number = attended(period), counted(period)
    both = union(
        *(
            spread.inside(
                select(rows.c[spread.column], rows.c.occurrence_id).distinct(), rows.c.line_id
            )
            for rows in (checked, number)
        )
    ).subquery()
    query = select(func.count(both.c.occurrence_id.distinct()).label("took_part"))
    return _grouped(spread.keyed(query.select_from(both), both))


def _people(period, spread):
    yield from _identified(period, spread)
    yield from _unidentified(period, spread)


def _identified(period, spread):
    rows = attended(period)
    known = spread.inside(
        select(rows.c[spread.column], rows.c.person_id)
        .where(rows.c.is_unidentified.is_(False))
        .distinct(),
        rows.c.line_id,
    ).subquery()
    query = select(func.count(known.c.person_id.distinct()).label("identified"))
    return _grouped(spread.keyed(query.select_from(known), known))


def _unidentified(period, spread):
    """The largest number of unidentified people in any one occurrence: they cannot be told apart
    from those of another."""
    rows = attended(period)
    lines = spread.inside(
        select(rows.c[spread.column], rows.c.occurrence_id, rows.c.person_id)
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
    if spread.by_org:
        lines = select(rows.c.line_id, rows.c.number.label("tally")).subquery()
        return _grouped(_sums(spread, lines))
    # A tally of a programme names it itself; one of an occurrence goes where its event goes.
    key = func.coalesce(rows.c.programme_id, EventProgramme.programme_id, 0).label("key")
    tagged = EventProgramme.event_id == rows.c.event_id
    query = select(key, func.sum(rows.c.number).label("tally")).select_from(rows)
    query = query.outerjoin(EventProgramme, tagged & rows.c.programme_id.is_(None))
    return _grouped(spread.inside(query, rows.c.line_id))


def _sums(spread, lines):
    sums = [func.sum(c).label(c.name) for c in lines.c if c.name != spread.column]
    return spread.keyed(select(*sums).select_from(lines), lines)


def _grouped(query):
    return db.session.execute(query.group_by("key")).all()


def export_counts(period: Period, scope: Org, *, what: str, by: Actor) -> list[OrgCounts]:
    """counts(), with a line in the trail that somebody took them away as `what` (a file's name)."""
    with transaction():
        rows = counts(period, scope)
        audit.record(
            "exported", by=by, org_id=scope.id, subject=f"org:{scope.id}", rows=len(rows),
            what=f"{what} {period.from_on} – {period.to_on}",
        )  # fmt: skip
    return rows
