"""The same figures as a table of cells: for CSV, for the workbook, and as plain values for JSON."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.domain.counts.model import Figures, OrgCounts
from app.domain.exports import Head
from app.words import N_

COLUMNS = (
    ("hosted", N_("主办场次")), ("unrecorded", N_("未登记场次")), ("took_part", N_("参与场次")),
    ("attendances", N_("人次")), ("open_reviews", N_("其中待核")), ("guests", N_("来宾等人次")),
    ("headcount", N_("清点")), ("tally", N_("手工数")), ("people", N_("人数")), ("hours", N_("认定时长（小时）")),
)  # fmt: skip
GROUPS = (
    (N_("场次"), (N_("主办"), N_("未登记"), N_("参与"))),
    (N_("参加"), (N_("人次"), N_("其中待核"), N_("来宾等"), N_("清点"), N_("手工数"))),
)
WIDTHS = (34, 8, 8, 8, 9, 9, 9, 8, 9, 12, 10)


@dataclass(frozen=True)
class Paper:
    """A table to hand out: header rows of a workbook, one header row of a CSV, body, total."""

    head: list
    line: list[str]
    rows: list[list]
    total: list


def paper(rows: list[OrgCounts], say: Callable[[str], str] = str) -> Paper:
    """The counts as cells, `say` translating words. The first row, the scope's own, is the total:
    人数 are not summed. A node that recorded nothing says 未登记 in place of 人次."""
    head = [
        [Head(say(N_("单位")), down=2)]
        + [Head(say(words), across=len(below)) for words, below in GROUPS]
        + [Head(say(N_("人数")), down=2), Head(say(N_("小时")), down=2)],
        [say(words) for _group, below in GROUPS for words in below],
    ]
    line = [say(N_("编号")), say(N_("单位")), say(N_("上级编号"))]
    line += [say(words) for _name, words in COLUMNS]
    body = [["\u3000" * row.depth + row.name, *cells(row, say)] for row in rows]
    return Paper(head, line, body, [say(N_("合计")), *cells(rows[0], say)])


def csv_rows(rows: list[OrgCounts], say: Callable[[str], str] = str) -> Iterator[list]:
    """The header and one line per org with its code and its parent's."""
    yield paper(rows, say).line
    for row in rows:
        yield [row.org, row.name, row.parent or "", *cells(row, say)]


def cells(row: Figures, say: Callable[[str], str] = str) -> list:
    """The figures of COLUMNS in order; 人数 with unidentified guests is text (不少于 n)."""
    found = [getattr(row, name) for name, _words in COLUMNS if name not in ("people", "hours")]
    if row.has_no_record:
        found[3] = say(N_("未登记"))
    people = say(N_("不少于 %(n)s")) % {"n": row.people} if row.people_at_least else row.people
    return [*found, people, hours(row)]


def hours(row: Figures) -> float:
    """Granted hours with one decimal, half up."""
    return (row.minutes * 2 + 6) // 12 / 10


def as_values(rows: list[OrgCounts]) -> list[dict]:
    """One entry per org for JSON: codes and plain numbers."""
    return [
        {"org": row.org, "name": row.name, "parent": row.parent, "depth": row.depth} | figure_values(row)
        for row in rows
    ]  # fmt: skip


def figure_values(row: Figures) -> dict:
    """The figures alone, as plain numbers."""
    return {
        "hosted": row.hosted, "took_part": row.took_part, "attendances": row.attendances,
        "open_reviews": row.open_reviews, "people": row.people,
        "people_at_least": row.people_at_least, "guests": row.guests, "headcount": row.headcount,
        "tally": row.tally, "minutes": row.minutes, "unrecorded": row.unrecorded,
    }  # fmt: skip
