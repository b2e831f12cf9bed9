"""A half-year's ledger as a file: which rows it holds, and in plain words why a file is none."""

import csv
import io
from dataclasses import dataclass
from datetime import date, time

from app import clock
from app.domain import honours, venues
from app.domain.sheets.plain_text import decoded
from app.errors import Invalid

COLUMNS = (
    "日期", "开始", "结束", "活动", "项目条线", "系列", "届次", "专项", "形式", "地点", "主办",
    "记录方式", "角色", "人次", "说明",
)  # fmt: skip
SITTINGS = ("签到", "清点", "取消")  # what needs a start and an end
WAYS = (*SITTINGS, "填报", "服务记录", "新建", "表彰")
ROLES = {
    "听众": "audience", "参会": "audience", "志愿者": "volunteer", "主讲": "lecturer", "评委": "judge",
    "新团员": "inductee", "列席": "observer",
}  # fmt: skip
LEVELS = {
    "新建": {words: key for key, words in venues.LEVELS.items()},
    "表彰": {words: key for key, words in honours.LEVELS.items()},
}
LONGEST = {"活动": 80, "项目条线": 40, "系列": 40, "专项": 60, "地点": 80, "主办": 120, "说明": 200}
MOST_BYTES, MOST_ROWS, MOST_NUMBER = 2 * 2**20, 5000, 20_000


@dataclass(frozen=True)
class Row:
    """One line of the ledger, read."""

    line: int  # of the file, the header is 1
    on: date
    start: time | None
    end: time | None
    title: str
    programme: str
    series: str
    season: int
    campaign: str
    place: str
    host: str
    way: str  # one of WAYS
    role: str
    number: int
    note: str

    @property
    def sitting(self) -> tuple:
        """What makes rows one sitting: the same day, start and title."""
        return self.on, self.start, self.title

    @property
    def is_sitting(self) -> bool:
        """Whether it tells of a sitting; a reported figure does where it has hours."""
        return self.way in SITTINGS or (self.way == "填报" and self.start is not None)


def read(content: bytes) -> list[Row]:
    """The rows of a ledger, in their order. Raises Invalid with the line it is about."""
    if len(content) > MOST_BYTES:
        raise Invalid("台账太大了：最多 2 MB。")
    text, _encoding = decoded(content)
    lines = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        lacking = [name for name in COLUMNS if name not in (lines.fieldnames or ())]
        if lacking:
            raise Invalid("这不是台账：第一行少了“%(names)s”。", names="、".join(lacking))
        rows = [_row(lines.line_num, told) for told in lines if any(_texts(told).values())]
    except csv.Error:
        raise Invalid("第 %(line)s 行读不下去：引号没有成对。", line=lines.line_num) from None
    if not 1 <= len(rows) <= MOST_ROWS:
        raise Invalid("台账要有 1 到 %(n)s 行。", n=MOST_ROWS)
    _check_hosts(rows)
    return rows


def _texts(told):
    return {name: (told.get(name) or "").strip() for name in COLUMNS}


def _row(line, told):
    cells = _texts(told)
    for name, most in LONGEST.items():
        if len(cells[name]) > most:
            raise _broken(line, name, cells[name][:20] + "…")
    row = Row(
        line, _parsed(line, "日期", cells, date.fromisoformat), _time(line, "开始", cells),
        _time(line, "结束", cells), cells["活动"], cells["项目条线"], cells["系列"],
        _parsed(line, "届次", cells, int) if cells["届次"] else 0, cells["专项"], cells["地点"],
        cells["主办"], cells["记录方式"], cells["角色"], _parsed(line, "人次", cells, int), cells["说明"],
    )  # fmt: skip
    _check(row, cells)
    return row


def _check(row, cells):
    has_hours = row.start is not None and row.end is not None
    wrong = {
        "日期": row.on > clock.today() or row.on.year < 2000,
        "活动": not row.title,
        "项目条线": not row.programme,
        "主办": not row.host,
        "记录方式": row.way not in WAYS,
        "开始": row.way in SITTINGS and not has_hours,
        "结束": (row.start is None) != (row.end is None) or (has_hours and row.end <= row.start),
        "届次": not 0 <= row.season <= 99,
        "人次": not (0 if row.way == "取消" else 1) <= row.number <= MOST_NUMBER,
        "角色": not _is_role(row),
    }
    for name, is_wrong in wrong.items():
        if is_wrong:
            raise _broken(row.line, name, cells[name])


def _is_role(row):
    if row.way == "签到":
        return row.role in ROLES
    if row.way in LEVELS:
        return row.role in LEVELS[row.way]
    return row.way in ("清点", "取消") or 1 <= len(row.role) <= 10


def _check_hosts(rows):
    for row in rows:
        if row.host != rows[0].host:
            raise _broken(row.line, "主办", row.host)


def _time(line, name, cells):
    return _parsed(line, name, cells, time.fromisoformat) if cells[name] else None


def _parsed(line, name, cells, parse):
    try:
        return parse(cells[name])
    except ValueError:
        raise _broken(line, name, cells[name]) from None


def _broken(line, name, told):
    words = "台账第 %(line)s 行的“%(name)s”不能用：%(told)s"
    return Invalid(words, line=line, name=name, told=told or "空的")
