"""The half-year before this one: signed from the branch to the district, then a paper list comes."""

from datetime import timedelta

from app import clock
from app.domain import closings, corrections, tallies
from app.domain.periods import half_of
from app.domain.tallies import Reported
from app.seeds.arrivals import Register
from app.seeds.held import around
from app.seeds.story import Story
from app.seeds.told import attach

DRAWN, SEED = 8, "2d7c4b19e0a35f68"
CAME, LATE, UNIT = 13, range(13, 19), "篇"


def sign_the_last_half(story: Story) -> None:
    """王芳 and 周宁 sign first, 赵书记 last; everybody else below has not. A week later six names
    of a second sheet are entered and a reported figure is corrected."""
    half = half_of(half_of(story.today).from_on - timedelta(days=1))
    kept = {}
    _evening(story, half, kept)
    _figure(story, half, kept)
    for number, account in enumerate(("wangfang", "zhou", "zhao")):
        when = _after(story, half, 3 + 2 * number, number)
        story.at(when, lambda at, by=story.staff[account]: _sign(at, by, half))
    story.at(_after(story, half, 15, 4), lambda at: _enter_late(story, at, kept))
    story.at(_after(story, half, 16, 5), lambda at: _correct(story, at, kept))


def _after(story, half, days, number):
    """So many days after the half-year's end, but no later than now, in this order."""
    told = clock.start_of(half.to_on + timedelta(days=days)) + timedelta(hours=10)
    return min(told, story.now - timedelta(minutes=50 - number))


def _evening(story, half, kept):
    branch, told = story.tree.below(story.tree.street)[0], story.hours(half.to_on - timedelta(days=9))  # fmt: skip
    by = story.secretary_of(branch)

    def hold(when):
        event = story.event(when, "主题团日：重走红色路", branch, ("主题教育",), place="烈士公园", **told)  # fmt: skip
        kept["sitting"] = event.occurrences[0]
        register = Register(story, kept["sitting"])
        register.come(story.members_of(branch)[:CAME], around(story, kept["sitting"], CAME))
        register.write()
        story.at(told["ends_at"] + timedelta(hours=23), keep_the_sheet)

    def keep_the_sheet(at):
        attach(kept["sitting"], "签到表第1页.png", "莲湖社区档案柜", by=by, at=at)

    story.at(told["starts_at"] - timedelta(days=5), hold)


def _figure(story, half, kept):
    def report(when):
        told = _articles(story, half, 18)
        kept["tally"] = tallies.report(told, by=story.staff["zhou"].actor)
        kept["tally"].made_at = when
        kept["half"] = half

    story.at(_after(story, half, 1, 0), report)


def _articles(story, half, number):
    return Reported(
        UNIT, number, org=story.tree.street, programme=story.programmes["主题教育"],
        from_on=half.from_on, to_on=half.to_on, evidence="街道公众号后台截图",
    )  # fmt: skip


def _sign(at, by, half):
    report = closings.sign(by.org, half, by=by, at=at)
    if by.username == "zhao":
        closings.draw(report, DRAWN, by=by, seed=SEED).made_at = at


def _enter_late(story, at, kept):
    branch, sitting = story.tree.below(story.tree.street)[0], kept["sitting"]
    members = story.members_of(branch)
    names = "\n".join(members[number].person.name for number in LATE)
    lines = corrections.read_paper(sitting, names, [], {})
    done = corrections.enter_paper(
        sitting, lines, sitting.starts_on, by=story.secretary_of(branch),
        reason="第二张签到表夹在笔记本里，补录",
    )  # fmt: skip
    done.made_at = at


def _correct(story, at, kept):
    told = _articles(story, kept["half"], 16)
    tallies.correct(kept["tally"], told, by=story.staff["zhou"].actor).made_at = at
