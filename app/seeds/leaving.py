"""Yesterday's volunteers: most checked out, some left early, two forgot; nobody has confirmed yet."""

from datetime import timedelta

from app import clock
from app.seeds.arrivals import Register
from app.seeds.story import Story

CAME, FORGOT, EARLY = 16, 2, 3
START, LONG = 9 * 60, 120  # minutes


def volunteer(story: Story) -> None:
    """Two hours on the river bank, with check-out."""
    start = clock.start_of(story.today - timedelta(days=1)) + timedelta(minutes=START)
    story.at(start - timedelta(days=4), lambda when: _hold(story, when, start))


def _hold(story, when, start):
    street = story.tree.street
    event = story.event(
        when, "暖冬行动：站前引导岗", street, ("志愿服务",), place="火车站东广场", checks_out=True,
        starts_at=start, ends_at=start + timedelta(minutes=LONG),
        after_words="领马甲，找组长报到。",
    )  # fmt: skip
    register = Register(story, event.occurrences[0])
    for number, member in enumerate(story.members_of(street)[:CAME]):
        register.add(
            member.person, start + timedelta(minutes=number - 12), org_id=member.org_id,
            standing=member.standing, role="volunteer", **_left(number, start),
        )  # fmt: skip
    register.write()


def _left(number, start):
    """The columns of a check-out; none for those who forgot."""
    if number < FORGOT:
        return {}
    minutes = 25 + 20 * number if number < FORGOT + EARLY else LONG + number - 10
    here = min(minutes, LONG) - max(0, number - 12)
    return {
        "checked_out_at": start + timedelta(minutes=minutes), "checked_out_how": "phone",
        "measured_minutes": here,
    }  # fmt: skip
