"""未到: who of those expected at the sittings of a period did not come, and who had asked for leave."""

from collections.abc import Callable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.db import db
from app.domain import leaves, live
from app.domain.counts import hosted_ids
from app.domain.events import Event, Occurrence
from app.domain.orgs import Org, subtree_of
from app.domain.periods import Period
from app.text import mask_name
from app.words import N_

HEAD = (N_("序号"), N_("日期"), N_("活动"), N_("支部"), N_("姓名"), N_("情况"), N_("请假原因"))
WIDTHS = (8, 12, 40, 36, 16, 10, 12)
MOST_SITTINGS = 200  # newest first: a roll is a district's thousands


def absent_rows(
    period: Period, org: Org, *, reader: Org | None, say: Callable[[str], str] = str,
    scope: Org | None = None,
) -> Iterator[list]:  # fmt: skip
    """One row per person expected at a sitting the org's subtree held, or seat, that was empty."""
    number = 0
    known = {one.code for one in subtree_of(reader)} if reader is not None else set()
    for occurrence in sittings_of(period, org, limit=MOST_SITTINGS, scope=scope):
        front = [str(occurrence.starts_on), occurrence.event.title]
        for branch, name, kind in _absent(occurrence, known, say):
            number += 1
            state = say(N_("请假")) if kind else say(N_("缺席"))
            reason = say(leaves.KINDS.get(kind, kind)) if kind else ""
            yield [number, *front, branch, name, state, reason]


def sittings_of(
    period: Period, org: Org, *, limit=None, offset=0, scope: Org | None = None
) -> list[Occurrence]:
    """The occurrences of 主办场次 that a scope may open, newest first, with their events."""
    query = (
        select(Occurrence)
        .where(Occurrence.id.in_(hosted_ids(period, org, scope=scope)))
        .options(
            joinedload(Occurrence.event).selectinload(Event.programmes),
            joinedload(Occurrence.event).joinedload(Event.host),
            selectinload(Occurrence.event, Event.invitations),
        )
        .order_by(Occurrence.starts_at.desc(), Occurrence.id)
    )
    return list(db.session.scalars(query.limit(limit).offset(offset)))


def _absent(occurrence, known, say):
    """(branch, name, kind of leave or "") of everybody who is missing, and every empty seat."""
    for branch in live.absent(occurrence):
        if branch.is_seat:
            yield branch.name, say(N_("（席位空着）")), ""
        shown = str if branch.org in known else mask_name
        for name, kind in zip(branch.excused, branch.kinds, strict=True):
            yield branch.name, shown(name), kind
        for name in branch.missing:
            yield branch.name, shown(name), ""
