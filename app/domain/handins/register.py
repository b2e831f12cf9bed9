"""活动台账: one row per sitting held, with its figures and how much evidence lies with it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from app.db import db, transaction
from app.domain import audit, counts, live
from app.domain.counts import OccurrenceRow
from app.domain.events import Occurrence
from app.domain.evidence import Attachment
from app.domain.handins.absences import sittings_of
from app.domain.orgs import Org
from app.domain.periods import Period
from app.words import N_

HEAD = (
    N_("序号"), N_("日期"), N_("主题"), N_("活动类型"), N_("地点"), N_("主办"), N_("场次码"), N_("应到"),
    N_("实到"), N_("人次"), N_("清点"), N_("手工数"), N_("附件"),
)  # fmt: skip
WIDTHS = (6, 11, 34, 16, 18, 26, 10, 7, 7, 8, 7, 8, 7)
BATCH = 100


@dataclass(frozen=True)
class RegisterRow:
    """A sitting: what it was, its figures, expected and present people, and its attachments."""

    occurrence: Occurrence
    figures: OccurrenceRow
    expected: int
    present: int
    attachments: int

    @property
    def programmes(self) -> str:
        return "、".join(one.name for one in self.occurrence.event.programmes)


def register(
    period: Period, org: Org, *, limit: int, offset: int = 0, scope: Org | None = None
) -> list[RegisterRow]:
    """The sittings of 主办场次 that a scope may open, newest first; figures are the whole sitting's."""
    turned = {"limit": limit, "offset": offset, "scope": scope}
    sittings = sittings_of(period, org, **turned)
    figures = {row.occurrence: row for row in counts.hosted_occurrences(period, org, **turned)}
    files, rows = _attachments(sittings), []
    for one in sittings:
        if one.code in figures:  # else it came in between the two questions
            tally = live.tally(one)
            mine = figures[one.code]
            rows.append(RegisterRow(one, mine, tally.expected, tally.present, files.get(one.id, 0)))
    return rows


def export_register(
    period: Period, org: Org, *, what: str, by: audit.Actor, say: Callable[[str], str] = str,
    scope: Org | None = None,
) -> list[list]:  # fmt: skip
    """The whole register that a scope may see, as cells in the order of HEAD; written down in the trail as `what`."""
    rows = list(_all(period, org, say, scope))
    with transaction():
        audit.record(
            "exported", by=by, org_id=org.id, subject=f"org:{org.id}", rows=len(rows),
            what=f"{what} {period.from_on} – {period.to_on}",
        )  # fmt: skip
    return rows


def _all(period, org, say, scope) -> Iterator[list]:
    number, offset = 0, 0
    while batch := register(period, org, limit=BATCH, offset=offset, scope=scope):
        offset += BATCH
        for row in batch:
            number += 1
            yield [number, *_cells(row, say)]


def _cells(row, say):
    one, figures = row.occurrence, row.figures
    attendances = figures.attendances if figures.is_recorded else say(N_("未登记"))
    return [
        str(one.starts_on), one.event.title, row.programmes, one.place, figures.host, one.code,
        row.expected, row.present, attendances, figures.headcount, figures.tally, row.attachments,
    ]  # fmt: skip


def _attachments(sittings):
    """Occurrence id → how many pictures and places of originals lie with it."""
    query = (
        select(Attachment.occurrence_id, func.count())
        .where(
            Attachment.occurrence_id.in_([one.id for one in sittings]),
            Attachment.voided_at.is_(None),
        )
        .group_by(Attachment.occurrence_id)
    )
    return dict(db.session.execute(query).all())
