"""The workbook to hand in: 汇总, 支部, 明细, 未到, 口径, of one period and one node."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from app.db import snapshot, transaction
from app.domain import audit, counts, exports
from app.domain.exports import Head, Sheet
from app.domain.handins import absences, details
from app.domain.handins.details import Details
from app.words import N_


@dataclass(frozen=True)
class Letterhead:
    """What stands on each sheet: its heading, the lines under it, and the lines to sign."""

    heading: str
    under: tuple[str, ...]
    foot: tuple[str, ...]


def workbook(asked: Details, head: Letterhead, *, by: audit.Actor) -> BinaryIO:
    """The file, on disk; exports.pieces() sends it. All its sheets are of one moment. The trail says
    that somebody took it away."""
    with snapshot() as connection:
        rows = counts.counts(asked.period, asked.org)
        file = exports.book(head.heading, _sheets(asked, head, rows, connection))
    try:
        _record(asked, "workbook.xlsx", len(rows), by)
    except BaseException:
        file.close()
        raise
    return file


def details_csv(asked: Details, *, encoding: str, by: audit.Actor) -> Iterator[bytes]:
    """明细 as a CSV, streamed."""
    take(asked, "rows.csv", by=by)
    rows = details.detail_rows(asked)
    return exports.csv_lines(_headed(asked.say, rows), encoding=encoding)


def take(asked: Details, what: str, *, by: audit.Actor) -> None:
    """Write down that somebody takes a file away whose rows are as many as 人次 says."""
    _record(asked, what, details.number_of_rows(asked), by)


def _record(asked, what, number, by):
    with transaction():
        audit.record(
            "exported", by=by, org_id=asked.org.id, subject=f"org:{asked.org.id}", rows=number,
            what=f"{what} {asked.period.from_on} – {asked.period.to_on}",
        )  # fmt: skip


def _headed(say, rows):
    yield [say(words) for words in details.HEAD]
    yield from rows


def _sheets(asked, head, rows, connection):
    say = asked.say
    programmes = counts.programme_counts(asked.period, asked.org)
    yield _summary(head, say, rows[0], programmes)
    paper = counts.paper(rows, say)
    yield _sheet(
        head, say(N_("支部")), paper.head, paper.rows[1:] or paper.rows, counts.WIDTHS, paper.total
    )
    number = rows[0].attendances
    yield _sheet(
        _but_for(number - details.number_of_rows(asked), head, say), say(N_("明细")), _details_head(say), details.detail_rows(asked, connection), details.WIDTHS,
        [say(N_("合计")), say(N_("%(n)s 人次")) % {"n": number}, *[""] * (len(details.HEAD) - 2)],
    )  # fmt: skip
    absent = absences.Absent(
        asked.period, asked.org, reader=asked.reader, say=say, scope=asked.scope
    )
    yield replace(
        _sheet(
            head, say(N_("未到")), [[say(words) for words in absences.HEAD]], absent.rows(),
            absences.WIDTHS,
        ), foot=_left_out(absent, head, say),
    )  # fmt: skip
    yield _sheet(head, say(N_("口径")), [[say(N_("序号")), say(N_("说明"))]], _rules(say), (8, 110))


def _summary(head, say, total, programmes):
    """汇总: a row per 活动类型, and the total, which they do not add up to."""
    paper = counts.paper([total], say)
    top = [Head(say(N_("活动类型")), down=2), *paper.head[0][1:]]
    rows = [[row.name or say(N_("没有写类型")), *counts.cells(row, say)] for row in programmes]
    return _sheet(
        head, say(N_("汇总")), [top, paper.head[1]], rows, counts.WIDTHS,
        [say(N_("合计")), *counts.cells(total, say)],
    )  # fmt: skip


def _but_for(hidden, head, say):
    """The letterhead, saying how many rows are known by number only."""
    if hidden <= 0:
        return head
    words = say(N_("其中 %(n)s %(unit)s，所在单位现在不归你管，这里只给数。"))
    return replace(head, under=(*head.under, words % {"n": hidden, "unit": say(N_("人次"))}))


def _left_out(absent, head, say):
    """The lines below 未到, once its rows are written: how many sittings they did not come to."""
    if number := absent.left_out():
        words = say(N_("列满 %(rows)s 行为止：更早的 %(n)s 场没有列出来。"))
        yield words % {"rows": absences.MOST, "n": number}
    yield from head.foot


def _sheet(head, name, top, rows, widths, totals=None):
    return Sheet(
        f"{head.heading}（{name}）", top, rows, widths, totals, head.under, head.foot, name
    )


def _details_head(say):
    """Two levels: the sitting, the person, the check-in."""
    words = [say(one) for one in details.HEAD]
    groups = ((N_("场次"), 1, 4), (N_("参加人"), 4, 7), (N_("签到"), 7, 11))
    return [
        [
            Head(words[0], down=2),
            *(Head(say(group), across=last - first) for group, first, last in groups),
            Head(words[-1], down=2),
        ],
        words[1:-1],
    ]


def _rules(say):
    told = [
        *counts.DEFINITIONS,
        N_("一场活动属于几种类型时，每种都算一次，合计只算一次，所以各行相加不等于合计。"),
        N_("每个单位的数都含它的下级，按活动当天的隶属关系算，以后调整不改从前的数。"),
        N_("明细里一行是一次有效签到；所在单位现在不归填报人管的，算在数里，不列出来。"),
    ]
    late = say(N_("未到从最近的一场往前列，列满 %(n)s 行为止；没列到的，表尾写明有几场。"))
    return [[n, say(words)] for n, words in enumerate(told, 1)] + [
        [len(told) + 1, late % {"n": absences.MOST}]
    ]
