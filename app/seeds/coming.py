"""What runs now, and what is to come."""

from datetime import timedelta

from app.db import db
from app.domain import desks, events, programmes
from app.seeds.arrivals import Register
from app.seeds.held import around
from app.seeds.story import Story

PRESENT = 210


def run_now(story: Story) -> None:
    """The street's evening: 210 of 320 are there, the last ones came a moment ago."""
    start = story.now - timedelta(minutes=20)
    start -= timedelta(
        minutes=start.minute % 5, seconds=start.second, microseconds=start.microsecond
    )
    story.at(start - timedelta(days=6), lambda when: _run(story, when, start))


def _run(story, when, start):
    street = story.tree.street
    event = story.event(
        when, "青年汇：秋日音乐市集", street, ("青年汇", "青年之家活动"), place="荷塘青年之家",
        starts_at=start, ends_at=start + timedelta(hours=3), capacity=360,
        series=programmes.series_named("青年汇", 2), is_public=True,
        after_words="凭本页到 3 号摊位领一杯热茶。",
    )  # fmt: skip
    register, members = Register(story, event.occurrences[0]), story.members_of(street)
    story.rng.shuffle(members)
    # The quorum of the pages: some branches nearly full, one nearly empty.
    nearly_empty = story.tree.below(street)[-1].id
    members.sort(key=lambda member: member.org_id == nearly_empty)
    present = PRESENT * len(members) // 320
    came, absent = members[:present], members[present:]
    plain, mistaken, sharing = came[:-8], came[-8:-3], came[-3:]
    register.come(plain, _lately(story, len(plain)))
    register.mistake(mistaken, story.tree.below(street)[1], _lately(story, 5))
    register.share_a_phone(sharing, _lately(story, 3))
    _others(story, register, absent)
    register.excuse(absent[10:24])
    register.undo(3, story.now - timedelta(minutes=2))
    extra = absent[30:33]
    register.come(extra, _lately(story, len(extra)))  # those undone do not lower the figure
    register.write()
    for name in ("东门", "舞台旁"):
        desks.open_desk(event, name, by=story.secretary_of(street))


def _others(story, register, absent):
    """Guests with and without a phone, people of other streets, and two doubtful names."""
    guests = [story.census.guest(phone=number % 3 > 0) for number in range(14)]
    db.session.add_all(guests)
    db.session.flush()
    below = story.tree.below(story.tree.street)
    register.guests(guests[:9], _lately(story, 9), orgs=below)
    register.guests(guests[9:], _lately(story, 5))
    register.come(story.members_of(story.tree.streets[2])[:6], _lately(story, 6))
    register.doubt(absent[:4], _lately(story, 4))


def _lately(story, number):
    """Arrivals of the last half hour, most of them ten to twenty minutes ago."""
    return sorted(
        story.now - timedelta(minutes=story.rng.triangular(0.2, 30, 14)) for _n in range(number)
    )


def plan_ahead(story: Story) -> None:
    """The next days: what is announced, called off, not out yet, and a class that goes on."""
    soon = story.now - timedelta(days=2)
    for number, (title, host, tags, days, told) in enumerate(_announced(story.tree), 1):
        hours = story.hours(story.today + timedelta(days=days))
        story.at(
            soon + timedelta(hours=number),
            lambda when, t=title, h=host, g=tags, o=told | hours: story.event(when, t, h, g, **o),
        )
    story.at(soon, lambda when: _call_off(story, when))
    story.at(story.now - timedelta(hours=3), lambda when: _draft(story, when))
    _evening_class(story)


def _announced(tree):
    street, branches = tree.street, tree.below(tree.street)
    return (
        ("青年夜谈：第一次当支书", street, ("青年汇",), 1, {"place": "荷塘青年之家", "capacity": 60}),
        ("主题团日：重走老巷", branches[0], ("主题团日",), 2, {"place": "莲湖社区"}),
        ("河岸清洁志愿行", tree.root, ("志愿服务",), 3,
         {"place": "滨河风光带北门", "is_public": True, "capacity": 200, "checks_out": True,
          "after_words": "请自带水杯，手套现场领取。"}),
        ("入团积极分子培训", tree.schools[1], ("培训", "组织建设"), 4, {"place": "学校阶梯教室"}),
        ("消防体验课（限 40 人）", tree.streets[4], ("宣讲",), 5,
         {"place": "消防救援站", "capacity": 40, "capacity_binds": True}),
        ("团干部例会", tree.root, ("组织建设",), 6,
         {"place": "区政务中心三楼会议室", "walk_ins": False, "rotates": True,
          "invited": [(unit, "seats") for unit in tree.units]}),
    )  # fmt: skip


def _call_off(story, when):
    hours = story.hours(story.today + timedelta(days=2))
    event = story.event(
        when, "户外定向越野", story.tree.street, ("青年汇",), place="望月公园", **hours
    )
    at = story.now - timedelta(hours=5)

    def cancel(at):
        by = story.secretary_of(event.host).actor
        events.cancel_event(event, by=by, reason="大风蓝色预警，改期另行通知")
        event.cancelled_at = at

    story.at(at, cancel)


def _draft(story, when):
    hours = story.hours(story.today + timedelta(days=13))
    told = {"place": "待定", "draft": True, **hours}
    story.event(when, "年终总结会", story.tree.street, ("组织建设",), **told)


def _evening_class(story):
    """One event of six sittings, a week apart: three were, three will be."""
    street = story.tree.streets[1]
    first = story.hours(story.today - timedelta(days=18))

    def begin(when):
        event = story.event(
            when, "青年夜校：手机摄影", street, ("青年之家活动", "培训"), place="听雨青年之家",
            series=programmes.series_named("青年夜校", 1), capacity=30, **first,
        )  # fmt: skip
        by, weeks = story.secretary_of(street).actor, [timedelta(days=7 * n) for n in range(1, 6)]
        for week in weeks:
            events.add_occurrence(
                event, starts_at=first["starts_at"] + week, ends_at=first["ends_at"] + week, by=by
            )
        pupils = story.members_of(street)[:28]
        for occurrence in [o for o in event.occurrences if o.ends_at < story.now]:
            register = Register(story, occurrence)
            came = story.rng.sample(pupils, story.rng.randint(17, 25))
            register.come(came, around(story, occurrence, len(came)))
            register.grant(90)
            register.write()

    story.at(first["starts_at"] - timedelta(days=9), begin)
