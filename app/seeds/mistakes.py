"""What went wrong and wants mending: people on file twice, a paper list that was entered later."""

from datetime import timedelta

from app.db import db
from app.domain import corrections
from app.domain.members import Membership
from app.seeds.arrivals import Register
from app.seeds.held import around, days_ago
from app.seeds.people import Member
from app.seeds.story import Story

NEAR_NAME = "章伟"  # reads like 张伟, of whom the branch has two


def make_mistakes(story: Story) -> None:
    """Two more records of people of one branch, who came twice to its evening; and a signed sheet."""
    branch = story.tree.below(story.tree.street)[1]
    someone = story.members_of(branch)[6]
    twin = _on_file_twice(story, someone.person.name, branch, phone_of=someone.person)
    _on_file_twice(story, NEAR_NAME, branch)
    _evening(story, branch, someone, twin)
    _signed_sheet(story, branch)


def _on_file_twice(story, name, branch, phone_of=None):
    person = story.census.person(name, number=False)
    if phone_of is not None:
        for column in ("phone_hash", "phone_tail", "phone_sealed"):
            setattr(person, column, getattr(phone_of, column))
    db.session.add(person)
    db.session.flush()
    # Of no counted standing: 应到 stays what the story says.
    db.session.add(Membership(person_id=person.id, org_id=branch.id, home=True, standing="youth"))
    return Member(person, branch.id, "youth")


def _evening(story, branch, someone, twin):
    told = story.hours(days_ago(story, 6))

    def hold(when):
        event = story.event(when, "青年学习社：读书分享夜", branch, ("主题教育",), place="社区书屋", **told)  # fmt: skip
        came = story.members_of(branch)[:18]
        if someone not in came:
            came.append(someone)
        register = Register(story, event.occurrences[0])
        register.come(came, around(story, event.occurrences[0], len(came)))
        register.come([twin], [told["starts_at"] + timedelta(minutes=4)])
        register.write()

    story.at(told["starts_at"] - timedelta(days=4), hold)


def _signed_sheet(story, branch):
    told, by = story.hours(days_ago(story, 16)), story.secretary_of(branch)

    def hold(when):
        event = story.event(when, "志愿服务：清洁家园", branch, ("志愿服务",), place="社区广场", **told)  # fmt: skip
        story.at(told["ends_at"] + timedelta(days=1), lambda at: enter(event, at))

    def enter(event, at):
        sitting = event.occurrences[0]
        names = [member.person.name for member in story.members_of(branch)[20:32]]
        lines = corrections.read_paper(sitting, "\n".join([*names, "路小满 2417"]), [], {})
        done = corrections.enter_paper(
            sitting, lines, sitting.starts_on, by=by, reason="现场停电，用纸签的，照签到表补录"
        )
        done.made_at = at

    story.at(told["starts_at"] - timedelta(days=4), hold)
