"""What the rows of a report are gathered under: orgs, 活动类型, series, venues, kinds of evidence.

A spread knows the column its rows are grouped by beforehand (a district has thousands of check-ins
and hundreds of lines) and how that column leads to the key. Every source of rows bears line_id,
event_id, occurrence_id and grade.
"""

from dataclasses import dataclass

from sqlalchemy import extract, func, literal, select

from app.domain.counts.base import grades_of
from app.domain.counts.keys import NONE, Key
from app.domain.events import Event, EventProgramme, Occurrence
from app.domain.orgs import Org, OrgLine, OrgLineAncestor, lines_in, subtree_lines


@dataclass(frozen=True)
class Spread:
    """Rows inside a scope by a key. 人数 and the like are counted per key, so never summed."""

    scope: Org
    column = "event_id"

    def inside(self, query, line_id):
        """Only rows of the scope's lines."""
        return query.where(line_id.in_(subtree_lines(self.scope.id)))

    def keyed(self, query, rows):
        """The query over `rows` (which has self.column) with its key as the column `key`."""
        raise NotImplementedError

    def hosted(self, sitting, *more):
        """A select of the occurrences held: occurrence_id, event_id, line_id, and `more`."""
        return select(
            sitting.c.id.label("occurrence_id"), sitting.c.event_id,
            sitting.c.host_line_id.label("line_id"), *more,
        )  # fmt: skip

    def told(self, query, rows):
        """The query over manual tallies with its key."""
        return self.keyed(query, rows)


class ByOrg(Spread):
    """Under every node of today's subtree on the row's line, the scope included."""

    column = "line_id"

    def inside(self, query, line_id):
        return query  # the keys are orgs of the scope, so their rows are inside

    def keyed(self, query, rows):
        return (
            query.add_columns(OrgLineAncestor.org_id.label("key"))
            .join(OrgLineAncestor, OrgLineAncestor.line_id == rows.c.line_id)
            .join(Org, Org.id == OrgLineAncestor.org_id)
            .where(Org.path.like(self.scope.path + "%"))
        )


class Whole(Spread):
    """Under the scope alone."""

    column = "line_id"

    def keyed(self, query, rows):
        return query.add_columns(literal(self.scope.id).label("key"))


class ByProgramme(Spread):
    """Under each 活动类型 of the event: one with two counts in both."""

    def keyed(self, query, rows):
        key = func.coalesce(EventProgramme.programme_id, NONE).label("key")
        tagged = EventProgramme.event_id == rows.c.event_id
        return query.add_columns(key).outerjoin(EventProgramme, tagged)

    def told(self, query, rows):
        """A tally of a programme names it itself; one of an occurrence goes where its event goes."""
        key = func.coalesce(rows.c.programme_id, EventProgramme.programme_id, NONE).label("key")
        tagged = (EventProgramme.event_id == rows.c.event_id) & rows.c.programme_id.is_(None)
        return query.add_columns(key).outerjoin(EventProgramme, tagged)


class BySeries(Spread):
    """Under the series of the event."""

    def keyed(self, query, rows):
        key = func.coalesce(Event.series_id, NONE).label("key")
        return query.add_columns(key).outerjoin(Event, Event.id == rows.c.event_id)


class ByCampaign(Spread):
    """Under the theme of the event."""

    def keyed(self, query, rows):
        key = func.coalesce(Event.campaign_id, NONE).label("key")
        return query.add_columns(key).outerjoin(Event, Event.id == rows.c.event_id)


class ByVenue(Spread):
    """Under the 青年之家 of the sitting."""

    column = "occurrence_id"

    def keyed(self, query, rows):
        key = func.coalesce(Occurrence.venue_id, NONE).label("key")
        return query.add_columns(key).outerjoin(Occurrence, Occurrence.id == rows.c.occurrence_id)


class ByMonth(Spread):
    """Under the local month an occurrence starts in: 202611."""

    column = "occurrence_id"

    def keyed(self, query, rows):
        year, month = extract("year", Occurrence.starts_on), extract("month", Occurrence.starts_on)
        key = func.coalesce(100 * year + month, NONE).label("key")
        return query.add_columns(key).outerjoin(Occurrence, Occurrence.id == rows.c.occurrence_id)


class ByKind(Spread):
    """Under the kind that the row's own org was of on the row's day: the host's for 场次, the
    branch's for 人次."""

    column = "line_id"
    trait = "kind"

    def keyed(self, query, rows):
        key = getattr(OrgLine, self.trait).label("key")
        return query.add_columns(key).join(OrgLine, OrgLine.id == rows.c.line_id)


class ByDomain(ByKind):
    """Under the domain of the row's own org."""

    trait = "domain"


class ByGrade(Spread):
    """Under the kind of evidence; an occurrence with two kinds counts as held in both, one without
    any record stands under none."""

    column = "grade"

    def keyed(self, query, rows):
        return query.add_columns(rows.c.grade.label("key"))

    def hosted(self, sitting, *more):
        records = grades_of(sitting)
        grade = func.coalesce(records.c.grade, "none").label("grade")
        query = super().hosted(sitting, grade, *more)
        return query.outerjoin(records, records.c.occurrence_id == sitting.c.id)


SPREADS = {
    "org": ByOrg, "programme": ByProgramme, "series": BySeries, "campaign": ByCampaign,
    "venue": ByVenue, "kind": ByKind, "domain": ByDomain, "grade": ByGrade,
}  # fmt: skip


def picked_rows(rows, org: Org, within: Key | None = None, scope: Org | None = None, *columns: str):
    """A select of columns of `rows` (none named: all): those of the org's lines, of the key, and those a
    scope (None: anybody's) may see today. This is what a number of a report opens to."""
    wanted = columns or rows.c.keys()
    if within is not None:
        query = select(*(rows.c[name] for name in dict.fromkeys((*wanted, "line_id"))))
        spread = SPREADS[within.by](org)
        ask = spread.told if "programme_id" in rows.c else spread.keyed
        rows = ask(query, rows).subquery()
    query = select(*(rows.c[name] for name in wanted))
    if within is not None:
        query = query.where(rows.c.key == within.id)
    query = query.where(rows.c.line_id.in_(subtree_lines(org.id)))
    if scope is not None and scope.parent_id is not None:
        query = query.where(rows.c.line_id.in_(lines_in(scope)))
    return query


def picked(rows, column: str, org: Org, within: Key | None = None, scope: Org | None = None):
    """picked_rows() of one column."""
    return picked_rows(rows, org, within, scope, column)
