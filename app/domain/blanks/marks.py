"""The marks a blank may hold: {{场次}}, {{宣讲.人次}}, {{单位}} …, and what each stands for."""

import difflib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from app import clock
from app.domain import counts
from app.domain.orgs import Org
from app.domain.periods import Period
from app.domain.programmes import programmes
from app.words import N_

MARK = re.compile(r"[{｛]{2}([^{}｛｝]*)[}｝]{2}")
OPEN = re.compile(r"[{｛]{2}[^{}｛｝]{0,20}")
# Mark → the column of counts that fills it.
FIGURES = {
    "场次": "hosted", "参与场次": "took_part", "未登记": "unrecorded", "人次": "attendances",
    "待核": "open_reviews", "来宾": "guests", "清点": "headcount", "手工数": "tally", "人数": "people",
    "小时": "hours",
}  # fmt: skip
EXAMPLES = ("宣讲.场次", "志愿服务.小时")
FACTS = ("单位", "期间", "开始日期", "结束日期", "填报日期", "统计截至")


@dataclass(frozen=True)
class Unknown:
    """A mark that says nothing: where it stands, and the known one nearest to it, or nothing."""

    mark: str
    sheet: str
    cell: str
    near: str


def named(mark: str) -> str:
    """A mark in one spelling: full-width letters and dots as plain ones, no blanks."""
    return "".join(unicodedata.normalize("NFKC", mark).split())


def known_marks() -> list[str]:
    """Every mark that can be filled, the plain ones first."""
    of_programmes = [f"{one.name}.{figure}" for one in programmes() for figure in FIGURES]
    return [*FIGURES, *FACTS, *map(named, of_programmes)]


def marks_in(words: str) -> list[str]:
    """The marks of a cell in order; what is opened and never closed is one too."""
    left = MARK.sub("", words)
    return [named(found) for found in MARK.findall(words)] + [named(o) for o in OPEN.findall(left)]


def nearest(mark: str, known: list[str]) -> str:
    """The known mark that was probably meant, or nothing."""
    return next(iter(difflib.get_close_matches(mark, known, n=1, cutoff=0.5)), "")


def values(period: Period, org: Org, say: Callable[[str], str] = str) -> dict:
    """Mark → its number or words, as the report of this period and org says them."""
    found = _figures("", counts.counts(period, org)[0], say)
    nothing = counts.KeyCounts()
    rows = {row.name: row for row in counts.programme_counts(period, org) if row.name}
    for one in programmes():
        found |= _figures(f"{named(one.name)}.", rows.get(one.name, nothing), say)
    words, facts = period.words
    return found | {
        "单位": org.full_name, "期间": say(words) % facts, "开始日期": str(period.from_on),
        "结束日期": str(period.to_on), "填报日期": str(clock.today()),
        "统计截至": clock.local(clock.now()).strftime("%Y-%m-%d %H:%M"),
    }  # fmt: skip


def _figures(before, row, say):
    cells = dict(
        zip([name for name, _words in counts.COLUMNS], counts.cells(row, say), strict=True)
    )
    return {before + mark: cells[column] for mark, column in FIGURES.items()}


NO_MARKS = N_("文件里没有找到标记。请在要填数的格子里写 {{场次}} 这样的标记，再传一次。")
