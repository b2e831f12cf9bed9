"""Reads a completion list: whatever shape the platform gives it, typed rows out.

The header is looked for among the first rows, as the roster's is; a title above it and a footer
below are left out. What may say who it is, in however many columns, becomes one text.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime, time

from app import clock
from app.domain.sheets import UnreadableFile, grid
from app.domain.sheets.cells import text_of
from app.domain.sheets.headings import heading_key, is_instructions
from app.domain.sheets.plain_text import TextTable
from app.domain.sheets.refusals import EmptyFile, TooBig, TooManyRows
from app.domain.sheets.workbook import is_workbook, opened
from app.domain.studies.splitting import kept_text, split
from app.words import N_

MOST_MEGABYTES = 8
MOST_ROWS = 20_000
MOST_ORG = 120
PARTS = {
    "who": "姓名 学号/卡号/工号 姓名/学号 学号/姓名 姓名/工号 姓名/卡号 姓名学号 团员姓名 学员姓名 学习人 学生姓名 "
    "学号 工号 卡号 学工号 团员编号 发展团员编号 手机号 手机号码 姓名/手机号",
    "where": "学校 学院 院系 班级 团支部 支部 所在团支部 所属团支部 所在支部 所属支部 团支部名称 支部名称 "
    "团委 团组织 所在组织 所属组织 组织名称 团总支 单位 年级",
    "when": "学习时间 完成时间 提交时间 参学时间 观看时间 时间",
    "course": "课程 课程名称 期数 期次 专题 学习内容",
    "done": "是否完成 是否学习 是否参学 完成情况 完成状态 学习状态 学习情况 状态",
    "beside": "序号 系统 备注 积分 市 区县 省 地市 团省委 团市委",
}
KNOWN = {heading_key(word): part for part, words in PARTS.items() for word in words.split()}
WORTH = {"who": 3, "where": 2, "when": 2, "course": 2, "done": 1, "beside": 1}
UNDONE = {"否", "未完成", "未学习", "未参学", "未学", "未", "×", "x", "X", "✗", "0"}
MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?"
)


class NoList(UnreadableFile):
    code, words = (
        "no_list",
        N_("前 %(rows)s 行里没有找到表头。要有“姓名”“姓名/学号”或“学号/卡号/工号”这样的一列。"),
    )


class NobodyInIt(UnreadableFile):
    code, words = "nobody_in_it", N_("没有读出一个人。请检查是不是选错了文件。")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list. `row` as Excel numbers it; `name` and `number` are what `told` says."""

    row: int
    told: str
    told_org: str
    name: str
    number: str
    studied_at: datetime | None = None


@dataclass(frozen=True)
class Reading:
    """A list, read: its lines, the courses it names, how many lines say nobody, its digest."""

    lines: tuple[Line, ...]
    courses: tuple[str, ...]
    skipped: int
    digest: str


def read_list(content: bytes) -> Reading:
    """Read .xlsx, .xls, .ods, or text in UTF-8, UTF-16 or GB18030. Raises UnreadableFile."""
    if not content.strip():
        raise EmptyFile
    if len(content) > MOST_MEGABYTES * 2**20:
        raise TooBig(megabytes=MOST_MEGABYTES)
    if is_workbook(content):
        with opened(content) as book:
            return _read(book, content)
    return _read(TextTable(content, score=_score), content)


def read_pasted(text: str) -> Reading:
    """Read what was pasted: cells with their header, or one person a line."""
    content = text.encode()
    try:
        return read_list(content)
    except NoList:
        lines = [(at, words, "", "") for at, words in enumerate(text.splitlines(), 1)]
        return _reading(lines, (), content)


def _read(table, content):
    tops = table.tops()
    found = [(n, _header(page["top"])) for n, page in enumerate(tops)]
    found = [(n, header) for n, header in found if header]
    if not found:
        raise NoList(rows=grid.TOP_ROWS)
    page, (_points, first, parts) = max(
        found, key=lambda one: (not is_instructions(tops[one[0]]["name"]), one[1][0])
    )
    columns = sorted(parts)
    keys = [at for at, column in enumerate(columns) if parts[column] in ("who", "where")]
    fill = [column for column in columns if parts[column] == "where"]
    answer = table.taken(page=page, first=first, columns=columns, keys=keys, fill=fill)
    if answer["too_long"]:
        raise TooManyRows(rows=MOST_ROWS)
    lines, courses = [], {}
    for row, cells in answer["rows"]:
        said = {part: [] for part in WORTH}
        for column, cell in zip(columns, cells, strict=True):
            said[parts[column]].append(text_of(cell))
        if UNDONE.intersection(said["done"]):
            continue
        courses |= dict.fromkeys(filter(None, said["course"]))
        where = " / ".join(filter(None, said["where"]))
        lines.append((row, " ".join(filter(None, said["who"])), where, " ".join(said["when"])))
    return _reading(lines, tuple(courses), content)


def _reading(said, courses, content):
    lines = [
        Line(row, kept_text(told), kept_text(where)[:MOST_ORG], *who, moment_of(when))
        for row, told, where, when in said
        if any(who := split(told))
    ]
    if not lines:
        raise NobodyInIt
    if len(lines) > MOST_ROWS:
        raise TooManyRows(rows=MOST_ROWS)
    digest = hashlib.sha256(content).hexdigest()
    return Reading(tuple(lines), courses[:6], len(said) - len(lines), digest)


def moment_of(text: str) -> datetime | None:
    """The instant of 2026-03-05 12:33:10 on the local clock; of a day its beginning."""
    found = MOMENT.search(text)
    if not found:
        return None
    year, month, day, *rest = (int(part or 0) for part in found.groups())
    try:
        return clock.from_local(date(year, month, day), time(*rest))
    except (ValueError, OverflowError):
        return None


def _header(top):
    """(points, line, column → part) of the likeliest header row; None where none is one."""
    rows = [_row(at, cells) for at, cells in enumerate(top, 1)]
    return max(filter(None, rows), key=lambda one: one[0], default=None)


def _row(at, cells):
    parts = {i: KNOWN[key] for i, cell in enumerate(cells) if (key := heading_key(cell)) in KNOWN}
    filled = sum(bool(heading_key(cell)) for cell in cells)
    if "who" not in parts.values() or (len(parts) < 2 and filled > 1):
        return None
    return sum(WORTH[part] for part in parts.values()), at, parts


def _score(top):
    header = _header(top)
    return header[0] if header else 0
