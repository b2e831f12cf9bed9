"""What a report of a period shows besides the counts of its orgs: breakdowns, rates, studies, what was
told in figures, and the summary. Kept with a signed report as plain values."""

from dataclasses import asdict

from sqlalchemy import select

from app.db import db
from app.domain import counts, studies, summaries
from app.domain.closings.model import FrozenReport
from app.domain.honours import Honour
from app.domain.orgs import Org, subtree_lines
from app.domain.periods import Period
from app.domain.services import ServiceRecord
from app.domain.tallies import PEOPLE_TIMES, ManualTally, tallies_within
from app.domain.venues import Venue
from app.words import N_

# Rows that are no check-ins, as they are called.
TOLD = {
    "tallies": N_("手工数"), "services": N_("服务记录"), "honours": N_("荣誉"),
    "venues": N_("新建青年之家"),
}  # fmt: skip
KEYS = tuple(by for by in counts.BREAKDOWNS if by != "org")


def beside(period: Period, org: Org) -> dict:
    """The figures."""
    rows = {by: counts.key_counts(period, org, by) for by in KEYS}
    figures = summaries.figures_of(period, org, key_counts=lambda _period, _org, by: rows[by])
    return {
        "keys": {by: [kept_row(row) for row in rows[by]] for by in KEYS},
        "months": [asdict(row) for row in counts.month_counts(period, org)],
        "shares": share_parts(period, org), "studies": studied(period, org),
        "summary": summaries.as_kept(figures),
    }  # fmt: skip


def kept_row(row: counts.KeyCounts) -> dict:
    """A row of a breakdown as plain values."""
    return asdict(row) | {"people_at_least": row.people_at_least}


def share_parts(period: Period, org: Org) -> dict:
    """Org code → the four numbers of its rates."""
    return {
        code: [one.members.part, one.members.whole, one.branches.part, one.branches.whole]
        for code, one in counts.shares(period, org).items()
    }


def studied(period: Period, org: Org) -> list[dict]:
    """The issues that were due in the period: how many studied, of how many."""
    return [
        {
            "issue": one.issue.code, "series": one.issue.series, "name": one.issue.name,
            "due_on": one.issue.due_on.isoformat(), "studied": one.studied, "due": one.due,
        }
        for one in counts.issue_counts(studies.issues_in(org, period=period), org)
    ]  # fmt: skip


def told_rows(period: Period, org: Org) -> dict:
    """{kind of TOLD: {row id: [line id, what it is, how many]}}: to tell differences."""
    lines, days = subtree_lines(org.id), (period.from_on, period.to_on)
    asked = {
        "tallies": select(
            ManualTally.id, ManualTally.line_id, ManualTally.unit, ManualTally.number
        ).where(
            ManualTally.id.in_(tallies_within(period)), ManualTally.unit != PEOPLE_TIMES,
            ManualTally.line_id.in_(lines),
        ),
        "services": select(
            ServiceRecord.id, ServiceRecord.line_id, ServiceRecord.kind, ServiceRecord.number
        ).where(
            ServiceRecord.voided_at.is_(None), ServiceRecord.served_on.between(*days),
            ServiceRecord.line_id.in_(lines),
        ),
        "honours": select(Honour.id, Honour.line_id, Honour.title).where(
            Honour.voided_at.is_(None), Honour.granted_on.between(*days),
            Honour.line_id.in_(lines),
        ),
        "venues": select(Venue.id, Venue.opened_line_id, Venue.level).where(
            Venue.opened_on.between(*days), Venue.opened_line_id.in_(lines)
        ),
    }  # fmt: skip
    return {
        kind: {str(row[0]): [row[1], row[2], *(row[3:] or (1,))] for row in _rows(query)}
        for kind, query in asked.items()
    }


def besides(report: FrozenReport) -> list[summaries.Figure]:
    """The signed figures of TOLD that are not nothing, to print beside the counts."""
    kept = report.figures.get("summary")
    figures = [summaries.kept_figure(one) for one in kept["figures"].values()] if kept else []
    return [one for one in figures if one.rows[0] in TOLD and not one.rows[1]]


def summary_as_signed(
    report: FrozenReport | None, now: summaries.Figures
) -> summaries.Figures | None:
    """The figures of the summary as they were signed; None where none were kept."""
    kept = report.figures.get("summary") if report else None
    return summaries.as_signed(kept, now) if kept else None


def months_as_signed(report: FrozenReport) -> list[counts.KeyCounts]:
    """The months as they were signed."""
    return [summaries.key_counts_of(row) for row in report.figures["months"]]


def _rows(query):
    return [tuple(row) for row in db.session.execute(query)]
