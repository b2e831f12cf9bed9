"""Shares and changes: 参与率, 覆盖率, 环比 and 同比, each with the numbers it is made of."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from app import clock
from app.db import db
from app.domain.counts.base import attended, held
from app.domain.counts.model import Figures
from app.domain.members import COUNTED, Membership, Person, open_on, resolved
from app.domain.orgs import Org, OrgLine, OrgLineAncestor, subtree_ids, subtree_lines
from app.domain.periods import Period
from app.words import N_

SHARE_DEFINITIONS = (
    N_(
        "参与率：这段时间至少参加过一次的团员（含保留团籍党员，按参加那天的身份和隶属），除以期末那天名册上的团员。有人转走时可能超过百分之百。"
    ),
    N_("覆盖率：这段时间主办过至少一场的支部，除以期末那天的支部。有支部撤销时可能超过百分之百。"),
    N_("期末那天：这段时间的最后一天；还没到那天的，是今天。"),
)


@dataclass(frozen=True)
class Share:
    """A part of a whole. It may pass 100 % and is never clamped."""

    part: int = 0
    whole: int = 0

    @property
    def percent(self) -> float | None:
        """With one decimal, half up; None for a whole of nothing."""
        return (self.part * 2000 + self.whole) // (2 * self.whole) / 10 if self.whole else None


@dataclass(frozen=True)
class Shares:
    """参与率 and 覆盖率 of a node, and the day its members and branches were counted."""

    on: date
    members: Share = Share()
    branches: Share = Share()


@dataclass(frozen=True)
class BranchRow:
    """A branch that hosted something, and how many sittings."""

    org: str  # code
    name: str
    hosted: int


@dataclass(frozen=True)
class Change:
    """A figure beside that of another period."""

    before: int
    now: int
    at_least: bool = False  # one of them is a lower bound, so no percentage holds

    @property
    def percent(self) -> float | None:
        """How much more, in percent with one decimal, half away from zero; None where none holds."""
        if self.at_least or not self.before:
            return None
        more = self.now - self.before
        size = (abs(more) * 2000 + self.before) // (2 * self.before) / 10
        return size if more >= 0 else -size


def change(now: Figures, before: Figures, name: str) -> Change:
    """One figure of a row beside the same one of the other period."""
    bound = name == "people" and (now.people_at_least or before.people_at_least)
    return Change(getattr(before, name), getattr(now, name), bound)


def last_day(period: Period) -> date:
    """The day whose roster and branches a share is of: the period's last, or today before that."""
    return min(period.to_on, clock.today())


def shares(period: Period, scope: Org) -> dict[str, Shares]:
    """Org code → its shares, for every org of today's subtree that has a part or a whole."""
    day, found = last_day(period), {}
    parts = (_active(period), _members(day), _active_branches(period), _branches(day))
    for place, query in enumerate(parts):
        for code, number in db.session.execute(_by_node(query.subquery(), scope)):
            found.setdefault(code, [0, 0, 0, 0])[place] = number
    return {
        code: Shares(day, Share(active, members), Share(busy, branches))
        for code, (active, members, busy, branches) in found.items()
    }


def active_branch_ids(period: Period, org: Org, *, scope: Org | None = None):
    """A select of the ids of the branches of 覆盖率 that a scope (None: anybody's) may see today."""
    rows = _active_branches(period).subquery()
    query = select(rows.c.who).where(rows.c.line_id.in_(subtree_lines(org.id))).distinct()
    return query.where(rows.c.who.in_(subtree_ids(scope))) if scope else query


def active_branches(
    period: Period, org: Org, *, scope: Org | None = None, limit=200, offset=0
) -> list[BranchRow]:
    """The branches behind the numerator of 覆盖率, in the order of the tree, each with its own 主办场次."""
    sitting = held(period)
    hosted = (
        select(func.count())
        .select_from(sitting)
        .join(OrgLineAncestor, OrgLineAncestor.line_id == sitting.c.host_line_id)
        .where(OrgLineAncestor.org_id == Org.id)
        .correlate(Org)
        .scalar_subquery()
    )
    query = (
        select(Org.code, Org.full_name, hosted)
        .where(Org.id.in_(active_branch_ids(period, org, scope=scope)))
        .order_by(Org.path)
    )
    return [BranchRow(*row) for row in db.session.execute(query.limit(limit).offset(offset))]


def _by_node(rows, scope):
    """Distinct rows.c.who under every node of the scope on rows.c.line_id."""
    return (
        select(Org.code, func.count(rows.c.who.distinct()))
        .select_from(rows)
        .join(OrgLineAncestor, OrgLineAncestor.line_id == rows.c.line_id)
        .join(Org, Org.id == OrgLineAncestor.org_id)
        .where(Org.path.like(scope.path + "%"))
        .group_by(Org.code)
    )


def _active(period):
    rows = attended(period)
    return select(rows.c.line_id, rows.c.person_id.label("who")).where(
        rows.c.standing.in_(COUNTED), rows.c.is_unidentified.is_(False)
    ).distinct()  # fmt: skip


def _members(day):
    return (
        select(OrgLine.id.label("line_id"), resolved().label("who"))
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .join(OrgLine, OrgLine.org_id == Membership.org_id)
        .where(
            Membership.home, Membership.standing.in_(COUNTED), open_on(day), open_on(day, OrgLine)
        )
    )


def _active_branches(period):
    sitting = held(period)
    return (
        select(OrgLine.id.label("line_id"), OrgLine.org_id.label("who"))
        .select_from(sitting)
        .join(OrgLine, OrgLine.id == sitting.c.host_line_id)
        .where(OrgLine.kind == "branch")
        .distinct()
    )


def _branches(day):
    return (
        select(OrgLine.id.label("line_id"), Org.id.label("who"))
        .select_from(Org)
        .join(OrgLine, OrgLine.org_id == Org.id)
        .where(
            OrgLine.kind == "branch", open_on(day, OrgLine),
            Org.opened_on.is_(None) | (Org.opened_on <= day),
            Org.closed_on.is_(None) | (Org.closed_on > day),
        )
    )  # fmt: skip
