"""未到: who of those expected at the sittings of a period did not come, and who had asked for leave."""

from collections.abc import Callable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.db import db
from app.domain import leaves, live
from app.domain.counts import hosted_ids, number_of
from app.domain.events import Event, Occurrence
from app.domain.orgs import Org, subtree_of
from app.domain.periods import Period
from app.text import mask_name
from app.words import N_

HEAD = (N_("序号"), N_("日期"), N_("活动"), N_("支部"), N_("姓名"), N_("情况"), N_("请假原因"))
WIDTHS = (8, 12, 40, 36, 16, 10, 12)
BATCH = 100
MOST = 200_000  # rows: no paper is longer, and a year of a whole district's meetings would be


class Absent:
    """Everybody expected, and every seat, that a sitting the org's subtree held did without; the newest
    sitting first, until MOST rows are there."""

    def __init__(
        self, period: Period, org: Org, *, reader: Org | None, say: Callable[[str], str] = str,
        scope: Org | None = None,
    ):  # fmt: skip
        self.period, self.org, self.reader, self.scope, self.say = period, org, reader, scope, say
        self.listed = 0  # sittings

    def rows(self) -> Iterator[list]:
        """The rows in the order of HEAD."""
        reader, number = self.reader, 0
        known = {one.code for one in subtree_of(reader)} if reader is not None else set()
        for occurrence, branches in live.absences(self._batches(), self.period):
            if number >= MOST:
                return
            front = [str(occurrence.starts_on), occurrence.event.title]
            for cells in self._cells(branches, known):
                number += 1
                yield [number, *front, *cells]
            self.listed += 1

    def left_out(self) -> int:
        """How many older sittings the rows, once read, did not come to."""
        ids = hosted_ids(self.period, self.org, scope=self.scope)
        return number_of(ids) - self.listed

    def _batches(self):
        offset = 0
        while batch := sittings_of(
            self.period, self.org, limit=BATCH, offset=offset, scope=self.scope
        ):
            yield batch
            offset += BATCH

    def _cells(self, branches, known):
        say = self.say
        for branch in branches:
            if branch.is_seat:
                yield branch.name, say(N_("（席位空着）")), say(N_("缺席")), ""
            shown = str if branch.org in known else mask_name
            for name, kind in zip(branch.excused, branch.kinds, strict=True):
                yield branch.name, shown(name), say(N_("请假")), say(leaves.KINDS.get(kind, kind))
            for name in branch.missing:
                yield branch.name, shown(name), say(N_("缺席")), ""


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
