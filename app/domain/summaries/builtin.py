"""The sentences a summary begins with, in both languages, in the order of a half-year's report.

Most are fixed; those of honours, of a season and of other kinds of activity follow what there is.
"""

from dataclasses import dataclass, replace

from app.domain.programmes import VOLUNTEERING
from app.domain.summaries.figures import Figures, season_name

LECTURE, THEME, HUB, BUILDING = "宣讲", "主题教育", "青年汇", "组织建设"
OWN = (
    LECTURE,
    THEME,
    HUB,
    BUILDING,
    VOLUNTEERING,
)  # kinds of activity with a sentence of their own
CONTESTS = "赛事保障"  # a campaign of volunteers
KIND_OF = {
    "lectures": LECTURE, "theme": THEME, "hub": HUB, "building": BUILDING, "volunteering": VOLUNTEERING,
}  # fmt: skip
STEP = 10  # between two places, for what is put in between
ENGLISH = {
    "主题团日": "theme days", "团课": "League classes", "青年之家活动": "Youth Centre activities",
    "12355服务": "12355 activities", "培训": "training", "其他": "other activities",
    "青年岗位能手": "Young Post Experts", "青年文明号": "Youth Civilisation Units",
    "芙蓉青春追梦人": "Furong Young Dreamers", "青年汇": "Youth Hub", "宣讲": "talks",
    "主题教育": "theme education", "志愿服务": "volunteer service", "组织建设": "organisation building",
}  # fmt: skip


@dataclass(frozen=True)
class Builtin:
    """A sentence as it comes with the house."""

    key: str
    zh: str
    en: str

    def words(self, language: str) -> str:
        return self.en if language == "en" else self.zh


FIRST = (
    Builtin(
        "opening",
        "{期间}，{单位}[主办各类活动{总.场次}][参与活动{总.参与场次}][，累计参与{总.人次含填报}][，现场清点{总.清点}][，去重后{总.人数}][，认定时长{总.小时}]。",
        "{期间}, {单位}: [{总.场次} held][{总.参与场次} taken part in][, with {总.人次含填报}][, a headcount of {总.清点}][, {总.人数} in all, each counted once][ and {总.小时} confirmed].",
    ),
    Builtin(
        "lectures",
        "青年讲师团开展线上线下宣讲活动{宣讲.场次}[，累计覆盖青年达{宣讲.人次含填报}]。",
        "The young lecturers' corps gave talks online and on site in {宣讲.场次}[, with {宣讲.人次含填报} in all].",
    ),
    Builtin(
        "theme",
        "开展主题教育活动{主题教育.场次}[，参与{主题教育.人次含填报}][，现场清点{主题教育.清点}]。",
        "Theme education was held in {主题教育.场次}[, with {主题教育.人次含填报}][ and a headcount of {主题教育.清点}].",
    ),
    Builtin(
        "volunteering",
        "[组织青年志愿者{志愿服务.志愿者人次}，]开展志愿服务{志愿服务.场次}[，认定志愿服务时长{志愿服务.小时}]。",
        "Volunteer service: {志愿服务.场次}[, with {志愿服务.志愿者人次} of young volunteers][ and {志愿服务.小时} confirmed].",
    ),
    Builtin(
        "venues",
        "新建[{青年之家.新建街道级}街道级][{青年之家.新建区级}区级][{青年之家.新建市级}市级][{青年之家.新建省级}省级][{青年之家.新建全国示范}全国示范]“青年之家”。",
        "Youth Centres opened: [{青年之家.新建街道级} of street level][{青年之家.新建区级} of district level][{青年之家.新建市级} of city level][{青年之家.新建省级} of province level][{青年之家.新建全国示范} national model].",
    ),
)  # fmt: skip
LAST = (
    Builtin(
        "services",
        "12355青少年服务台提供{服务.种类}等各类服务{服务.全部}。",
        "The 12355 youth desk gave help {服务.全部}: {服务.种类}.",
    ),
    Builtin(
        "articles",
        "公众号累计发送图文信息{填报.篇}。",
        "The public account sent {填报.篇}.",
    ),
    Builtin(
        "building",
        "召开组织建设会议{组织建设.场次}[，参会{组织建设.人次含填报}]。",
        "Meetings on organisation building: {组织建设.场次}[, with {组织建设.人次含填报}].",
    ),
)  # fmt: skip
HONOURS = Builtin("honours", "推选{}。", "Honours given: {}.")


def builtins(figures: Figures) -> list[Builtin]:
    """The built-in sentences that may have something to say, in order."""
    rest = [_programme(one) for one in figures.programmes if one.name not in OWN]
    every = [*_first(figures), *_hub(figures), LAST[0], _honours(figures), *LAST[1:], *rest]
    return [_seen_by(figures, one) for one in every]


def _seen_by(figures, one):
    """A guest's own sentence: who held nothing of a kind, but came to it, says that."""
    name = KIND_OF.get(one.key) or (one.zh.split("{")[1].split(".")[0] if ":" in one.key else "")
    held, came = (figures.by_name.get(f"{name}.{word}") for word in ("场次", "参与场次"))
    if held is None or held.number or not came.number:
        return one
    return Builtin(
        one.key, f"参加{name}活动{{{name}.参与场次}}[，共{{{name}.人次含填报}}]。",
        f"Taken part in, {ENGLISH.get(name, name)}: {{{name}.参与场次}}[, with {{{name}.人次含填报}}].",
    )  # fmt: skip


def _first(figures):
    """The fixed ones; volunteering names the support of contests where there was any, and who is over
    all takes part in nothing but what it held."""
    if figures.org.parent_id is None:
        return [
            replace(
                one, zh=one.zh.replace("[参与活动{总.参与场次}]", ""),
                en=one.en.replace("[{总.参与场次} taken part in]", ""),
            )
            for one in _contests(figures)
        ]  # fmt: skip
    return _contests(figures)


def _contests(figures):
    contests = figures.by_name.get(f"{CONTESTS}.场次")
    if contests is None or not contests.number:
        return FIRST
    return [
        replace(
            one, zh=one.zh.replace("开展志愿服务", f"开展{CONTESTS}等志愿服务"),
            en=one.en.replace("Volunteer service:", "Volunteer service at contests and elsewhere:"),
        )
        for one in FIRST
    ]  # fmt: skip


def _hub(figures):
    """青年汇 by its seasons, or by its kind of activity where it has none."""
    seasons = [_season(one) for one in figures.seasons]
    if any(one.name == HUB for one in figures.seasons):
        return seasons
    return [_activities("hub", f"“{HUB}”", ENGLISH[HUB], HUB), *seasons]


def _season(series):
    name, english = season_name(series), ENGLISH.get(series.name, series.name)
    words = f"“{series.name}”{name.removeprefix(series.name)}"
    return _activities(f"season:{series.code}", words, f"{english}, season {series.season}", name)


def _activities(key, words, english, name):
    return Builtin(
        key, f"{words}累计开展各类活动{{{name}.场次}}[，服务青年{{{name}.人次含填报}}]。",
        f"{english}: {{{name}.场次}}[, with {{{name}.人次含填报}}].",
    )  # fmt: skip


def _programme(one):
    english = ENGLISH.get(one.name, one.name)
    english = english[:1].upper() + english[1:]
    return Builtin(
        f"programme:{one.code}",
        f"开展{one.name}{{{one.name}.场次}}[，参与{{{one.name}.人次含填报}}][，现场清点{{{one.name}.清点}}]。",
        f"{english}: {{{one.name}.场次}}[, with {{{one.name}.人次含填报}}][, a headcount of {{{one.name}.清点}}].",
    )


def _honours(figures):
    """One bracket for each title given, so that those that stay make a list."""
    given = figures.titles or (("荣誉.青年岗位能手", "青年岗位能手"),)
    zh = "".join(f"[{{{place}}}“{title}”]" for place, title in given)
    en = "".join(f"[{{{place}}} {ENGLISH.get(title, title)}]" for place, title in given)
    return Builtin(HONOURS.key, HONOURS.zh.format(zh), HONOURS.en.format(en))
