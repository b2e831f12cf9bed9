"""What is told besides check-ins: study lists, reported figures, services, honours, scanned sheets."""

import io
from datetime import date, timedelta
from random import Random

from PIL import Image, ImageDraw

from app import clock
from app.domain import evidence, honours, services, studies, tallies
from app.domain.events import Occurrence
from app.domain.honours import Award
from app.domain.services import Given
from app.domain.staff import Staff
from app.domain.tallies import ManualTally, Reported
from app.seeds.held import days_ago
from app.seeds.story import Story

SERVED = (  # branch of the first street, days ago, kind, how many, channel, note
    (0, 8, "care", 3, "visit", ""), (1, 15, "study", 6, "room", "暑期作业辅导角"),
    (2, 22, "counsel", 2, "phone", ""), (4, 47, "other", 1, "visit", "陪同办理入学手续"),
    (0, 75, "study", 9, "online", ""), (3, 130, "care", 4, "visit", "走访困境青少年"),
    (1, 200, "counsel", 5, "phone", ""), (2, 260, "study", 12, "room", "四点半课堂"),
)  # fmt: skip
FIGURES = (  # unit, number, programme, days ago first and last, where it can be seen, address, note
    ("篇", 12, "主题教育", 120, 90, "公众号后台截图，存团区委宣传部", "", "青年学习专栏"),
    ("件", 186, "志愿服务", 70, 62, "捐赠登记表 4 页", "", "旧衣物回收"),
    ("次", 35, "宣讲", 55, 40, "", "https://example.org/furong/xuanjiang", "短视频播放场次不计入"),
    ("家", 9, None, 100, 20, "走访台账，存两新团工委", "", "新就业群体走访"),
)  # fmt: skip
PERSONS = (("优秀共青团员", "district", 6), ("优秀共青团干部", "city", 2), ("向上向善好青年", "province", 1))  # fmt: skip
COLLECTIVES = (("五四红旗团支部", "city", 1), ("青年文明号", "national", 1))
ISSUES = (("第 21 期", 40, 0.71), ("第 22 期", 12, 0.64))  # name, days ago, share that finished
STRANGE = ("小太阳", "张伟", "139开头那个 李同学", "王 静", "A-0419")  # that nobody can tell apart
SHEET = (1240, 1754)  # A4 at 150 dpi


def tell_the_rest(story: Story) -> None:
    """Note what accounts write down besides check-ins."""
    _services(story)
    _figures(story)
    _honours(story)
    for name, days, share in ISSUES:
        _study(story, name, days_ago(story, days), share)
    _supplement(story)


def scan(words: str, seed: str) -> bytes:
    """A signed sheet as a scanner gives it: ruled lines, and a scrawl where each signature is."""
    rng, paper = Random(seed), Image.new("L", SHEET, 252)
    draw = ImageDraw.Draw(paper)
    draw.text((480, 90), words, fill=30, font_size=40)
    for row in range(21):
        draw.line((120, 200 + 70 * row, 1120, 200 + 70 * row), fill=90, width=2)
    for column in (120, 220, 560, 820, 1120):
        draw.line((column, 200, column, 1600), fill=90, width=2)
    for row in range(1, rng.randint(15, 19)):
        for left in (250, 600, 860):
            at, top = left, 235 + 70 * row
            points = [(at := at + rng.randint(6, 22), top + rng.randint(-20, 20)) for _n in range(9)]  # fmt: skip
            draw.line(points, fill=rng.randint(20, 80), width=4, joint="curve")
    out = io.BytesIO()
    paper.save(out, "PNG")
    return out.getvalue()


def attach(target: Occurrence | ManualTally, name: str, place: str, *, by: Staff, at) -> None:
    """A scan of so many pages' first, and where the paper lies."""
    sent = [evidence.Sent(scan("SIGN-IN SHEET", name), name)]
    evidence.attach(target, sent, place=place, by=by)
    for one in evidence.attachments_of(target):
        one.made_at = at


def _noon(day: date):
    return clock.start_of(day) + timedelta(hours=12)


def _services(story):
    street, zhou = story.tree.street, story.staff["zhou"]

    def give(when, branch, kind, number, channel, note):
        told = Given(branch, kind, clock.local_day(when), number, channel, note)
        services.give(told, by=zhou.actor).made_at = when

    for at, days, *told in SERVED:
        branch = story.tree.below(street)[at]
        story.at(_noon(days_ago(story, days)), lambda when, b=branch, t=told: give(when, b, *t))


def _figures(story):
    zhao = story.staff["zhao"]

    def report(when, unit, number, programme, first, last, seen, link, note):
        told = Reported(
            unit, number, org=story.tree.root, programme=story.programmes.get(programme),
            from_on=days_ago(story, first), to_on=days_ago(story, last), evidence=seen, link=link,
            note=note,
        )  # fmt: skip
        tally = tallies.report(told, by=zhao.actor)
        tally.made_at = when
        if unit == "件":
            attach(tally, "捐赠登记表第1页.png", "团区委档案柜 2-3", by=zhao, at=when)

    for figure in FIGURES:
        day = days_ago(story, figure[4] - 1)
        story.at(_noon(day), lambda when, told=figure: report(when, *told))


def _honours(story):
    zhao, units = story.staff["zhao"], iter(story.tree.streets)

    def grant(when, title, level, names, is_collective):
        award = Award(
            story.tree.root, title, level, clock.local_day(when), is_collective,
            evidence="表彰决定，存团区委组织部",
        )  # fmt: skip
        for one in honours.grant(award, "\n".join(names), by=zhao.actor):
            one.made_at = when

    for number, (title, level, many) in enumerate(PERSONS):
        chosen = story.members_of(story.tree.street)[9 + 11 * number :][:many]
        names = [member.person.name for member in chosen]
        when = _noon(days_ago(story, 205 - 60 * number))
        story.at(when, lambda at, told=(title, level, names): grant(at, *told, False))
    for number, (title, level, _many) in enumerate(COLLECTIVES):
        names = [story.tree.below(next(units))[0].full_name]
        when = _noon(days_ago(story, 206 - 100 * number))
        story.at(when, lambda at, told=(title, level, names): grant(at, *told, True))


def _study(story, name, day, share):
    """The platform's list for the whole district, read in by 赵书记; its last issue holds lines
    that nobody can tell apart."""
    finished = [m for m in story.members_of(story.tree.root) if story.rng.random() < share]
    strange = STRANGE if name == ISSUES[-1][0] else ()
    told = [_line(story, member) for member in finished]
    told += [(words, "荷塘街道团工委") for words in strange]
    _read_in(story, name, day, f"青年大学习{name.replace(' ', '')}参学名单.csv", told, "zhao")


def _supplement(story):
    """What 周宁 sends after it: six of the street whom the platform had missed."""
    name, days, _share = ISSUES[-1]
    late = story.members_of(story.tree.street)[60:66]
    told = [_line(story, member) for member in late]
    _read_in(story, name, days_ago(story, days), "荷塘街道补报.csv", told, "zhou", later=34)


def _line(story, member):
    """(姓名/学号, 所在支部) as a platform's list has them."""
    branch = next(b for b in story.tree.branches if b.id == member.org_id)
    return f"{member.person.name} {member.person.admission_number or ''}".strip(), branch.full_name


def _read_in(story, name, day, file, told, account, later=10):
    by = story.staff[account]
    rows = [f"{told_name},{where},{day} 20:15" for told_name, where in told]
    text = "\n".join(
        [f"{name}参学情况,,", "姓名/学号,所在团支部,完成时间", *rows, "导出人：平台,,"]
    )

    def read(when):
        reading = studies.read_list(text.encode("gb18030", "replace"))
        draft = studies.draft_of(reading, series="", name=name, due_on=day, org=by.org, file=file)
        shown = studies.plan_of(draft, by.org).print
        studies.read_in(draft, by.org, shown=shown, by=by).made_at = when

    story.at(clock.start_of(day) + timedelta(hours=24 + later), read)
