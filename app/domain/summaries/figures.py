"""The figures prose may name: every one by a name such as 宣讲.场次, with what it is made of.

They come from counts and from the rooms of what is counted besides check-ins; nothing is counted
here a second time.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date

from app.domain import counts, honours, services, tallies, venues
from app.domain.orgs import Org
from app.domain.periods import Period
from app.domain.programmes import Campaign, Programme, Series, all_campaigns, all_series, programmes
from app.domain.summaries.phrases import phrase, plain
from app.domain.venues import LEVELS
from app.words import N_

# What a place calls a figure of counts → (its field, its unit).
KEPT = {
    "场次": ("hosted", "场"), "参与场次": ("took_part", "场"), "人次": ("attendances", "人次"),
    "人数": ("people", "人"), "清点": ("headcount", "人次"), "填报": ("tally", "人次"),
}  # fmt: skip
WITH_TALLY, HOURS, VOLUNTEERS = "人次含填报", "小时", "志愿者人次"
DEFINED = {field.name: field.metadata.get("words", "") for field in fields(counts.OrgCounts)}
WORDS = {
    WITH_TALLY: N_("人次含填报：有效签到加上有佐证材料的填报人次，两个数分开写在旁边。"),
    VOLUNTEERS: N_("志愿者人次：角色是志愿者的有效签到，一人一场算一次。"),
    "services": N_("服务记录：登记的服务次数，不记名。"),
    "tallies": N_("手工数：这个单位的填报数，有佐证材料。"),
    "honours": N_("荣誉：这段时间授予、没有撤销的，一个人或一个集体算一个。"),
    "venues": N_("新建青年之家：启用日在这段时间里的。"),
}  # fmt: skip
# Titles and units that may be named before the first of them exists.
TITLES = {"青年岗位能手": "名", "青年文明号": "家", "芙蓉青春追梦人": "名"}
TALLIED = ("篇", "次", "件", "个", "项")
EVERYTHING = "全部"
TEXTS = ("期间", "单位", "服务.种类")  # places that are words
EVER = Period(date(1949, 1, 1), date(2199, 12, 31))
DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Figure:
    """A number prose may name. rows: (which page of rows, breakdown or level, key) it opens to. parts: what
    it is the sum of: words, number, rows."""

    name: str
    number: float
    unit: str
    words: str  # its definition
    rows: tuple[str, str, str]
    parts: tuple[tuple[str, float, tuple[str, str, str]], ...] = ()
    is_exact: bool = False
    is_least: bool = False  # 不少于
    people: int = 0  # 人数 beside 人次: how many they were, each counted once

    @property
    def exact(self) -> str:
        return plain(self.number)

    def phrase(self, language: str = "zh") -> str:
        return phrase(self.number, self.unit, language, exact=self.is_exact)


@dataclass(frozen=True)
class Figures:
    """Everything prose may name, and what the built-in sentences follow."""

    period: Period
    org: Org
    by_name: dict[str, Figure]
    seasons: tuple[Series, ...]
    titles: tuple[tuple[str, str], ...]  # (place, title) of what was granted
    kinds: tuple[str, ...]  # words of the services given
    programmes: tuple[Programme, ...]  # those with figures
    rows: tuple[counts.KeyCounts, ...]  # by 活动类型

    def places(self, say: Callable[[str], str] = str) -> dict:
        """Every place: the figures, and the texts as `say` translates them."""
        words, facts = self.period.words
        kinds = say(N_("、")).join(say(kind) for kind in self.kinds)
        return self.by_name | dict(
            zip(TEXTS, (say(words) % facts, self.org.full_name, kinds), strict=True)
        )


def figures_of(period: Period, org: Org, *, key_counts: Callable = counts.key_counts) -> Figures:
    """Every figure of the period inside org. key_counts: by which they are counted by key."""
    found: dict[str, Figure] = {}
    _keep(found, "总", counts.total_of(period, org), ("", ""))
    by_programme = key_counts(period, org, "programme")
    _programmes(found, period, org, by_programme)
    kept = {"series": all_series(), "campaign": all_campaigns()}
    for by, every in kept.items():
        rows = {row.code: row for row in key_counts(period, org, by)}
        for one in every:
            _keep(found, _name(one, found), rows.get(one.code), (by, one.code))
    kinds = _services(found, period, org)
    units = (*tallies.tallied(EVER, org), *TALLIED)
    _told(found, "填报", tallies.tallied(period, org), units)
    _venues(found, period, org)
    titles = _honours(found, period, org)
    told = {row.code for row in by_programme}
    return Figures(
        period, org, found, tuple(one for one in kept["series"] if one.season), titles, kinds,
        tuple(one for one in programmes() if one.code in told), tuple(by_programme),
    )  # fmt: skip


def season_name(series: Series) -> str:
    """青年汇第二季."""
    return f"{series.name}第{_numeral(series.season)}季" if series.season else series.name


def _keep(found, name, row, key):
    """The figures of a row of counts (None: nothing was counted) under a name."""
    row = row or counts.KeyCounts()
    for word, (field, unit) in KEPT.items():
        found[f"{name}.{word}"] = Figure(
            f"{name}.{word}", getattr(row, field), unit, DEFINED[field], (field, *key),
            is_least=field == "people" and row.people_at_least,
            people=row.people if field == "attendances" else 0,
        )  # fmt: skip
    found[f"{name}.{WITH_TALLY}"] = Figure(
        f"{name}.{WITH_TALLY}", row.attendances + row.tally, "人次", WORDS[WITH_TALLY],
        ("attendances", *key), parts=(
            (N_("签到"), row.attendances, ("attendances", *key)),
            (N_("填报"), row.tally, ("tally", *key)),
        ),
        people=row.people,
    )  # fmt: skip
    hours = Figure(
        f"{name}.{HOURS}", counts.hours(row), "小时", DEFINED["minutes"], ("minutes", *key)
    )
    found[hours.name] = hours


def _programmes(found, period, org, rows):
    told = {row.code: row for row in rows}
    for one in programmes():
        key = ("programme", one.code)
        _keep(found, one.name, told.get(one.code), key)
        number = counts.role_attendances(period, org, one) if one.code in told else 0
        name = f"{one.name}.{VOLUNTEERS}"
        found[name] = Figure(name, number, "人次", WORDS[VOLUNTEERS], ("volunteers", *key))
    name = f"总.{VOLUNTEERS}"
    number = counts.role_attendances(period, org)
    found[name] = Figure(name, number, "人次", WORDS[VOLUNTEERS], ("volunteers", "", ""))


def _name(one, found):
    """How places call a series or campaign: its name, told apart from a programme of the same."""
    name = season_name(one) if isinstance(one, Series) else one.name
    if f"{name}.场次" not in found:
        return name
    return f"{name}（{'主题' if isinstance(one, Campaign) else '品牌'}）"


def _services(found, period, org):
    """Each kind and all together; the words of the kinds there were."""
    served = services.served(period, org)
    kinds = {kind: words for kind, words in services.KINDS.items() if served.get(kind)}
    for kind, words in services.KINDS.items():
        name = f"服务.{words}"
        rows = ("services", "", kind)
        found[name] = Figure(name, served.get(kind, 0), "次", WORDS["services"], rows)
    name = f"服务.{EVERYTHING}"
    parts = tuple((words, served[kind], ("services", "", kind)) for kind, words in kinds.items())
    rows = ("services", "", "")
    found[name] = Figure(name, sum(served.values()), "次", WORDS["services"], rows, parts)
    return tuple(kinds.values())


def _told(found, name, numbers, units):
    for unit in dict.fromkeys(units):
        one = f"{name}.{unit}"
        rows = ("tallies", "", unit)
        found[one] = Figure(one, numbers.get(unit, 0), unit, WORDS["tallies"], rows)


def _venues(found, period, org):
    opened = venues.opened_in(period, org)
    for level, words in {"": "", **LEVELS}.items():
        name = f"青年之家.新建{words}"
        number = len([one for one in opened if not level or one.level == level])
        found[name] = Figure(name, number, "家", WORDS["venues"], ("venues", level, ""))


def _honours(found, period, org):
    """Every title, of all levels together and of each; the titles given, in their order."""
    given: dict[str, list] = {}
    is_collective = {title: unit == "家" for title, unit in TITLES.items()}
    for row in honours.granted(period, org):
        given.setdefault(row.title, []).append(row)
    for row in honours.granted(EVER, org):  # a title of another year may be named too
        is_collective.setdefault(row.title, row.is_collective)
    for title in dict.fromkeys((*is_collective, *TITLES)):
        rows = given.get(title, [])
        unit = "家" if is_collective[title] else "名"
        for level, words in {"": "", **honours.LEVELS}.items():
            name = f"荣誉.{title}" + (f".{words}" if level else "")
            number = sum(row.number for row in rows if not level or row.level == level)
            page = ("honours", level, title)
            found[name] = Figure(name, number, unit, WORDS["honours"], page, is_exact=True)
    return tuple((f"荣誉.{title}", title) for title in given)


def _numeral(number):
    """一, 十, 十二, 二十, 二十一: up to 99."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else ("十" if tens == 1 else f"{DIGITS[tens]}十")
    return head + (DIGITS[ones] if ones or not tens else "")
