"""What was held: events of branches, streets, schools and the district over the last year."""

from datetime import date, timedelta

from app.db import db
from app.domain import programmes
from app.domain.periods import half_of
from app.domain.programmes import Campaign
from app.domain.tallies import ManualTally, Told, count_heads
from app.keys import new_code
from app.seeds import words
from app.seeds.arrivals import Register
from app.seeds.story import Story

KINDS = ("branch", "branch", "street", "branch", "school", "street", "branch", "district")
TITLES = {
    "branch": words.BRANCH_TITLES, "street": words.STREET_TITLES, "school": words.SCHOOL_TITLES,
    "district": words.DISTRICT_TITLES,
}  # fmt: skip
SHARES = {
    "branch": (0.5, 0.9),
    "street": (0.15, 0.4),
    "school": (0.5, 0.8),
    "district": (0.04, 0.1),
}
HELD = 44
CAMPAIGN = "清凉夏日·青春护航"


def hold_the_year(story: Story, scale: int) -> None:
    """HELD ordinary events for each unit of scale, from the last half-year's first day to yesterday."""
    first = half_of(half_of(story.today).from_on - timedelta(days=1)).from_on
    days = (story.today - first).days
    campaign = _gathering(story)
    for number in range(HELD * scale):
        day = first + timedelta(days=number * days // (HELD * scale))
        _plan(story, number, day, campaign)


def hold_the_odd_ones(story: Story) -> None:
    """What the usual pages must be able to show besides."""
    _without_record(story)
    _counted_heads(story)
    _reported(story)
    _with_leave(story)
    _by_seats(story)
    _recorded_late(story)
    _without_kind(story)
    _twice(story)


def _gathering(story):
    campaign = Campaign(code=new_code(), name=CAMPAIGN)
    db.session.add(campaign)
    db.session.flush()
    return campaign


def _plan(story, number, day, campaign):
    kind = KINDS[number % len(KINDS)]
    title, tags = TITLES[kind][number // 3 % len(TITLES[kind])]
    hosts = {
        "branch": story.tree.branches, "street": story.tree.streets, "school": story.tree.schools,
        "district": [story.tree.root],
    }[kind]  # fmt: skip
    host = story.rng.choice(hosts)
    series = programmes.series_named("青年汇", 2) if "青年汇" in tags else None
    told = {
        **story.hours(day), "place": _place(story, host, kind), "series": series,
        "campaign": campaign if kind == "street" and day.month in (7, 8) else None,
    }  # fmt: skip
    published = told["starts_at"] - timedelta(days=story.rng.randint(2, 7), hours=3)
    story.at(published, lambda when: _hold(story, when, title, host, tags, kind, told))


def _place(story, host, kind):
    return {
        "branch": f"{host.short_name.removesuffix('支部')}党群服务中心",
        "street": f"{host.short_name.removesuffix('团工委')}青年之家", "school": "学校报告厅",
        "district": story.rng.choice(("区文化馆小剧场", "区青少年宫", "区政务中心三楼会议室")),
    }[kind]  # fmt: skip


def _hold(story, when, title, host, tags, kind, told):
    event = story.event(when, title, host, tags, **told)
    register = Register(story, event.occurrences[0])
    share = story.rng.uniform(*SHARES[kind])
    members = story.members_of(host)
    story.rng.shuffle(members)
    number = max(4, int(len(members) * share)) if kind != "district" else int(300 * share / 0.07)
    came, absent = members[:number], members[number:]
    role = "volunteer" if "志愿服务" in tags else "audience"
    register.come(came, around(story, event.occurrences[0], len(came)), role=role)
    _oddities(story, register, came, absent, kind)
    if role == "volunteer":
        register.grant(90)
    register.write()


def _oddities(story, register, came, absent, kind):
    """Guests, doubts, undone rows and leave, as they come with any event."""
    rng, start = story.rng, register.occurrence.starts_at
    many = {"branch": 1, "street": 4, "school": 0, "district": 8}[kind]
    guests = [story.census.guest(phone=rng.random() < 0.6) for _n in range(many)]
    db.session.add_all(guests)
    db.session.flush()
    register.guests(guests, around(story, register.occurrence, len(guests)))
    doubts = rng.randint(0, 2) if kind != "school" else 0
    register.doubt(absent[:doubts], around(story, register.occurrence, doubts))
    recent = (story.today - register.occurrence.starts_on).days < 20
    register.accept(0 if recent else rng.randint(0, 3), start + timedelta(days=1))
    if came and rng.random() < 0.5:
        register.undo(1, start + timedelta(minutes=40))
    register.excuse(absent[5 : 5 + rng.randint(0, 3)])


def around(story: Story, occurrence, number: int) -> list:
    """So many arrivals, most in the quarter of an hour before the start, in order."""
    minutes = sorted(story.rng.triangular(-25, 35, -4) for _n in range(number))
    return [occurrence.starts_at + timedelta(minutes=m) for m in minutes]


def days_ago(story: Story, days: int) -> date:
    """A local day so many days before today."""
    return story.today - timedelta(days=days)


def _without_record(story):
    """Held, and nobody wrote anything down: 未登记."""
    told = story.hours(days_ago(story, 9))
    host = story.tree.below(story.tree.street)[2]
    story.at(
        told["starts_at"] - timedelta(days=3),
        lambda when: story.event(
            when, "主题团日：探访老街", host, ("主题团日",), place="老街口", **told
        ),
    )


def _small(story, branch, title, told, tags=()):
    """An evening of a branch to which nine came, noted for its time."""

    def hold(when):
        event = story.event(when, title, branch, tags, place="社区活动室", **told)
        register = Register(story, event.occurrences[0])
        register.come(story.members_of(branch)[:9], around(story, event.occurrences[0], 9))
        register.write()

    story.at(told["starts_at"] - timedelta(days=3), hold)


def _without_kind(story):
    """Two of another street that nobody said the kind of: 没有活动类型."""
    for number, title in enumerate(("青年座谈：我的第一份工作", "夏夜露天电影")):
        branch = story.tree.below(story.tree.streets[7])[number]
        _small(story, branch, title, story.hours(days_ago(story, 20 + 9 * number)))


def _twice(story):
    """One evening that two people made in the same quarter of an hour: 疑似重复."""
    branch, told = story.tree.below(story.tree.streets[5])[1], story.hours(days_ago(story, 14))
    late = {name: at + timedelta(minutes=10) for name, at in told.items()}
    _small(story, branch, "主题团日：节水从我做起", told, ("主题团日",))
    _small(story, branch, "主题团日：节水从我做起", late, ("主题团日",))


def _recorded_late(story):
    """Held without network; entered three days after, from the paper people had signed: 补记."""
    told = story.hours(days_ago(story, 12))
    branch = story.tree.below(story.tree.street)[0]

    def hold(when):
        event = story.event(
            when, "支部大会：吸收新团员", branch, ("组织建设",), place="莲湖社区",
            late_reason="社区当天停网，照纸质签到表补登", **told,
        )  # fmt: skip
        register = Register(story, event.occurrences[0])
        for member in story.members_of(branch)[:16]:
            signed = {"org_id": member.org_id, "standing": member.standing, "how": "paper"}
            register.add(member.person, when, **signed)
        register.write()

    story.at(told["ends_at"] + timedelta(days=3), hold)


def _counted_heads(story):
    """A school counts heads: pupils are not written down by name."""
    school, told = story.tree.schools[0], story.hours(days_ago(story, 26))

    def hold(when):
        event = story.event(when, "少年先锋行：离队建团仪式", school, ("主题教育",), place="学校操场", **told)  # fmt: skip
        story.at(told["ends_at"], lambda at: count(event, at))

    def count(event, at):
        classes = zip(story.tree.below(school)[:4], (46, 44, 48, 45), strict=True)
        count_heads(
            event.occurrences[0], [Told(branch.code, number) for branch, number in classes],
            by=story.secretary_of(school).actor, evidence="班主任清点单", at=at,
        )  # fmt: skip

    story.at(told["starts_at"] - timedelta(days=5), hold)


def _reported(story):
    """What was told afterwards: of one occurrence, and of a street and a programme over a month."""
    street, told = story.tree.streets[3], story.hours(days_ago(story, 33))

    def hold(when):
        event = story.event(
            when, "花灯会青年志愿岗", street, ("志愿服务",), place="桂花广场", **told
        )
        occurrence, tally = event.occurrences[0], {"made_by_id": event.made_by_id, "made_at": when}
        line = story.lines.on(street.id, occurrence.starts_on)
        db.session.add_all(
            [
                ManualTally(
                    code=new_code(8), occurrence_id=occurrence.id, line_id=line, unit="人次", number=64,
                    from_on=occurrence.starts_on, to_on=occurrence.starts_on,
                    evidence="纸质签到表 3 页，存街道团工委", **tally,
                ),
                ManualTally(
                    code=new_code(8), line_id=line, unit="人次", number=27, evidence="12355 热线登记簿",
                    programme_id=story.programmes["12355服务"].id,
                    from_on=days_ago(story, 60), to_on=days_ago(story, 31), **tally,
                ),
            ]
        )  # fmt: skip

    story.at(told["starts_at"] - timedelta(days=4), hold)


def _with_leave(story):
    """The branch of 21: 15 came, 4 asked for leave, 2 stayed away."""
    branch, told = story.tree.below(story.tree.street)[0], story.hours(days_ago(story, 3))

    def hold(when):
        event = story.event(when, "支部大会：团员年度评议", branch, ("组织建设",), place="莲湖社区会议室", **told)  # fmt: skip
        register, members = Register(story, event.occurrences[0]), story.members_of(branch)
        register.come(members[:15], around(story, event.occurrences[0], 15))
        register.excuse(members[15:19])
        register.write()

    story.at(told["starts_at"] - timedelta(days=4), hold)


def _by_seats(story):
    """One seat for each unit: whoever comes first from a unit holds it."""
    units, told = story.tree.units, story.hours(days_ago(story, 12))

    def hold(when):
        event = story.event(
            when, "全区团建工作例会", story.tree.root, ("组织建设",), place="区政务中心三楼会议室",
            invited=[(unit, "seats") for unit in units], **told,
        )  # fmt: skip
        occurrence = event.occurrences[0]
        register = Register(story, occurrence)
        for unit, at in zip(units[:15], around(story, occurrence, 15), strict=True):
            first, *others = story.members_of(unit)[:2]
            row = {"org_id": first.org_id, "standing": first.standing}
            register.add(first.person, at, **row, seat_org_id=unit.id)
            if unit is units[0]:
                register.come(others, [at])
        register.write()

    story.at(told["starts_at"] - timedelta(days=6), hold)
