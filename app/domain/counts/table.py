"""A report as asked for: one breakdown of a period and a node, beside another period or alone."""

from dataclasses import dataclass, field

from app.db import snapshot, transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.counts.keys import BREAKDOWNS
from app.domain.counts.model import Figures, KeyCounts, OrgCounts
from app.domain.counts.questions import counts, key_counts, total_of
from app.domain.counts.shares import Shares, last_day, shares
from app.domain.orgs import Org
from app.domain.periods import Period, last_year, previous
from app.words import N_

COMPARISONS = {"previous": N_("和上期比（环比）"), "last_year": N_("和去年比（同比）")}
OTHERS = {"previous": previous, "last_year": last_year}


@dataclass(frozen=True)
class Table:
    """The rows, their total (人数 are never summed), and what stands beside them by the row's code."""

    period: Period
    org: Org
    by: str
    rows: list[OrgCounts] | list[KeyCounts]
    total: OrgCounts
    against: Period | None = None
    before: dict[str | None, Figures] = field(default_factory=dict)
    total_before: OrgCounts | None = None
    shares: dict[str, Shares] = field(default_factory=dict)  # of orgs only

    @property
    def is_of_orgs(self) -> bool:
        return self.by == "org"

    def before_of(self, code) -> Figures:
        """The figures of the other period; nothing but noughts where it had none."""
        return self.before.get(code, Figures())

    def shares_of(self, code) -> Shares:
        return self.shares.get(code, Shares(last_day(self.period)))


def table(period: Period, org: Org, *, by: str = "org", against: str = "") -> Table:
    """The figures by one of BREAKDOWNS, beside one of COMPARISONS or alone; anything else counts as
    not chosen."""
    by = by if by in BREAKDOWNS else "org"
    rows, total = _figures(period, org, by)
    other = OTHERS[against](period) if against in OTHERS else None
    before, total_before = _figures(other, org, by) if other else ([], None)
    return Table(
        period, org, by, rows, total, other, {row.code: row for row in before}, total_before,
        shares(period, org),
    )  # fmt: skip


def export_table(period: Period, org: Org, *, what: str, actor: Actor, **choice) -> Table:
    """table(), with a line in the trail that somebody took it away as `what` (a file's name)."""
    with snapshot():
        found = table(period, org, **choice)
    with transaction():
        audit.record(
            "exported", by=actor, org_id=org.id, subject=f"org:{org.id}", rows=len(found.rows),
            what=f"{what} {period.from_on} – {period.to_on}",
        )  # fmt: skip
    return found


def _figures(period, org, by):
    if by == "org":
        rows = counts(period, org)
        return rows, rows[0]
    return key_counts(period, org, by), total_of(period, org)
