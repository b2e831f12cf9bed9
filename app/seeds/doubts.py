"""An evening at which somebody checked in others: a burst, a roll-call, and heads that disagree."""

from datetime import timedelta

from app.domain import rollcalls, signals
from app.domain.audit import SYSTEM
from app.seeds.arrivals import Register
from app.seeds.held import around, days_ago
from app.seeds.story import Story

BY_OWN_PHONE, BY_ONE_PHONE, HEADS = 20, 5, 21
DRAWN = 10


def meet_with_doubts(story: Story) -> None:
    """Five of 25 came by one phone within 40 seconds; 21 heads were counted, two of ten called
    names were not there."""
    branch, told = story.tree.below(story.tree.street)[3], story.hours(days_ago(story, 2))

    def hold(when):
        event = story.event(when, "主题团日：身边的榜样", branch, ("主题团日",), place="社区礼堂", **told)  # fmt: skip
        sitting, members = event.occurrences[0], story.members_of(branch)
        register = Register(story, sitting)
        register.come(members[:BY_OWN_PHONE], around(story, sitting, BY_OWN_PHONE))
        friends = members[BY_OWN_PHONE : BY_OWN_PHONE + BY_ONE_PHONE]
        first = sitting.starts_at + timedelta(minutes=6)
        register.share_a_phone(friends, [first + timedelta(seconds=9 * n) for n in range(BY_ONE_PHONE)])  # fmt: skip
        register.write()
        by = story.secretary_of(branch)
        story.at(told["starts_at"] + timedelta(minutes=40), lambda at: _count(sitting, by, at))
        story.at(told["starts_at"] + timedelta(minutes=45), lambda at: _call(sitting, by, at))

    story.at(told["starts_at"] - timedelta(days=4), hold)


def look_through(story: Story) -> None:
    """What is over was looked through; what runs now was not yet."""
    for sitting in signals.unswept(story.tree.root, days=None):
        if sitting.ends_at < story.now:
            signals.sweep(sitting, by=SYSTEM)


def _count(sitting, by, at):
    rollcalls.count_hall(sitting, HEADS, by=by.actor, at=at)


def _call(sitting, by, at):
    call = rollcalls.draw(sitting, DRAWN, by=by, seed="5" * 32, at=at)
    keys = [line.key for line in rollcalls.lines_of(call)]
    rollcalls.answer(call, {key: number > 1 for number, key in enumerate(keys)}, by=by)
