"""An evening at which somebody checked in others: a burst, a roll-call, and heads that disagree."""

from datetime import timedelta

from app.db import db
from app.domain import rollcalls, signals
from app.domain.audit import SYSTEM
from app.domain.checkins import Attempt, RefusalCount
from app.seeds.arrivals import Register
from app.seeds.held import around, days_ago
from app.seeds.story import Story

BY_OWN_PHONE, BY_ONE_PHONE, HEADS = 20, 5, 21
DRAWN, AWAY = 10, 2
SEED = "9f1d3c5a7be04268ace13579bdf02468"


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
        _at_the_door(sitting, register)
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
    call = rollcalls.draw(sitting, DRAWN, by=by, seed=SEED, at=at)
    lines = sorted(rollcalls.lines_of(call), key=lambda line: line.check_in.device_id is None)
    away = [line.key for line in lines[:AWAY]]  # of the borrowed phone, where it was drawn
    rollcalls.answer(call, {line.key: line.key not in away for line in lines}, by=by)


def _at_the_door(sitting, register):
    """Every scan left a row; four scanned again, and some came before the door was open."""
    scans = [(row["checked_in_at"], "done") for row in register.rows if row["how"] == "poster"]
    scans += [(at + timedelta(minutes=2), "already") for at, _done in scans[:4]]
    early = sitting.opens_at - timedelta(minutes=3)
    told = {"occurrence_id": sitting.id}
    db.session.add_all(
        [
            *(Attempt(**told, answer=answer, how="poster", at=at) for at, answer in scans),
            RefusalCount(**told, reason="too_early", number=6, last_at=early),
            RefusalCount(**told, reason="too_late", number=1, last_at=sitting.closes_at),
        ]
    )
