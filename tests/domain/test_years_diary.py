"""Years as they go: any life of a district, done with the product's own verbs, counts as the naive
recount of its diary, at every node; and what happens to the tree afterwards moves no past figure.

The lives are the same in every run; LIVES=1000 FIRST_LIFE=100 lives others."""

import os
import random
from collections import Counter
from dataclasses import asdict
from datetime import date, timedelta

from app.domain import live
from app.domain.counts import BREAKDOWNS, as_values, counts, key_counts, role_attendances, shares
from app.domain.periods import Period
from app.errors import Refusal
from tests.domain import diary_acts as acts
from tests.domain import diary_changes as changes
from tests.domain.diary_acts import ROLES, TREE, District, near
from tests.domain.diary_recount import GRADES, Recount, expected
from tests.domain.worlds import broken_off

FIGURES = ("hosted", "unrecorded", "took_part", "attendances", "open_reviews", "guests", "people",
           "unidentified", "headcount", "tally", "minutes")  # fmt: skip
HALF = Period(date(2026, 1, 1), date(2026, 6, 30))
EDGE = Period(date(2026, 6, 30), date(2026, 7, 1))
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
DONE = (
    acts.gather, acts.add_sitting, acts.come, acts.stay, acts.guest, acts.void, acts.restore,
    acts.count, acts.report, acts.correct, acts.excuse, acts.call_off, changes.transfer,
    changes.move, changes.rename, changes.close, changes.clear, changes.grant, changes.mend,
)  # fmt: skip
ACTS = {act.__name__: act for act in DONE}
OFTEN = ["gather"] * 3 + ["come"] * 8 + ["guest"] * 2 + ["clear", "mend", "grant", "stay"]
LATER = ["move", "move", "rename", "close", "transfer", "gather", "come", "guest"]
LIVES = int(os.environ.get("LIVES", "8"))
FIRST_LIFE = int(os.environ.get("FIRST_LIFE", "0"))


def story(chance, acts, number):
    """Steps: an act, after how many hours, and the numbers that name what it is done to."""
    return [
        (chance.choice(acts), chance.choice([0, 0, 0, 2, 5, 13, 25]), *(chance.randrange(840) for _n in range(4)))
        for _step in range(number)
    ]  # fmt: skip


def live_through(it, steps, since=None):
    """Do what may be done, nothing of a day before `since`; what is refused leaves nothing behind."""
    done = Counter()
    for name, hours, *numbers in steps:
        it.forward(hours=hours)
        if since is not None and is_of_the_past(it, since, name, *numbers):
            continue
        inner = it.session.begin_nested()
        try:
            ACTS[name](it, *numbers)
            inner.commit()
            done[name] += 1
        except (Refusal, ZeroDivisionError):  # there is nothing to do it to
            inner.rollback()
        it.session.expire_all()
        it.diary.settle()
    return done


def is_of_the_past(it, since, name, a, b, *_rest):
    """Whether an act writes down what was before `since`."""
    if name in ("come", "guest") and it.sittings:
        return it.diary.sittings[near(it.diary, a)].day < since
    return name == "gather" and it.today + timedelta(days=b % 4 - 1) < since


def shown(row):
    return {name: getattr(row, name) for name in FIGURES}


def check_nodes(it, period, scope):
    """Every column of every node, the shares with numerator and denominator, and the roles."""
    told = Recount(it.diary, period)
    rows = {row.org: row for row in counts(period, it.orgs[0])}
    rates = shares(period, it.orgs[0])
    for number, org in enumerate(it.orgs):
        assert shown(rows[org.code]) == told.of(number), number
        assert rows[org.code].people_at_least is (told.of(number)["unidentified"] > 0)
        mine = rates.get(org.code)
        found = ((0, 0), (0, 0))
        if mine is not None:
            found = tuple((one.part, one.whole) for one in (mine.members, mine.branches))
        assert found == told.shares(number), number
    below = {row.org: row for row in counts(period, it.orgs[scope])}
    assert shown(below[it.orgs[scope].code]) == told.of(scope)
    for role in ROLES:
        for tag in (None, 0):
            asked = None if tag is None else it.programmes[tag]
            assert role_attendances(period, it.orgs[scope], asked, role) == told.role(
                scope, role, tag
            )


def check_breakdowns(it, period, scope):
    """Every row of every breakdown, inside one node."""
    told, org = Recount(it.diary, period, scope), it.orgs[scope]

    def bears(by, key):
        def mine(gathering, tag):
            if by == "programmes" and tag is not None:
                return tag == key
            borne = getattr(gathering, by, None)
            borne = set(borne) if by == "programmes" and gathering else {borne} - {None}
            return key in borne if key is not None else not borne

        return mine

    for by, made in (("programmes", it.programmes), ("series", it.series),
                     ("campaign", it.campaigns), ("venue", it.venues)):  # fmt: skip
        wanted = {made[n].code: told.by_event(bears(by, n)) for n in range(len(made))}
        wanted[None] = told.by_event(bears(by, None))
        agree(key_counts(period, org, by.rstrip("s") if by == "programmes" else by), wanted)
    for trait in ("kind", "domain"):
        values = {getattr(unit, trait) for unit in it.diary.units}
        agree(key_counts(period, org, trait), {v: told.by_unit(trait, v) for v in values})
    grades = {*GRADES.values(), "headcount", "manual", "none"}
    agree(key_counts(period, org, "grade"), {grade: told.by_grade(grade) for grade in grades})


def agree(found, wanted):
    """The rows say what is wanted; a row of noughts may be left out."""
    rows = {row.code: shown(row) for row in found}
    assert len(rows) == len(found)
    nothing = dict.fromkeys(FIGURES, 0)
    assert rows.keys() <= wanted.keys()
    assert {code: rows.get(code, nothing) for code in wanted} == wanted


def check_sittings(it):
    """应到, 实到, 来宾 and 请假 of every sitting that invites persons, at every node shown."""
    for number, occurrence in enumerate(it.sittings):
        invited = it.diary.events[it.diary.sittings[number].event].invited
        if "seats" in invited.values():
            continue  # one seat an org: test_live counts those
        wanted, found = expected(it.diary, number), live.tally(occurrence)
        assert (found.expected, found.present, found.guests, found.leave) == wanted[None]
        for row in found.rows:
            org = next(n for n, org in enumerate(it.orgs) if org.code == row.org)
            assert (row.expected, row.present, row.guests, row.leave) == wanted[org]


def past(it, period, breakdowns):
    """What a report says of a period, as it would be written into a file; names aside."""
    rows = as_values(counts(period, it.orgs[0]))
    told = [{k: v for k, v in row.items() if k not in ("name", "parent", "depth")} for row in rows]
    told.sort(key=lambda row: row["org"])
    keyed = [asdict(row) for by in breakdowns for row in key_counts(period, it.orgs[0], by)]
    return repr((told, keyed)).encode()


def test_any_life_counts_as_its_diary_and_nothing_later_moves_the_past(app, stopped):
    done = Counter()
    for seed in range(FIRST_LIFE, FIRST_LIFE + LIVES):
        chance = random.Random(seed)  # the same lives every time
        with broken_off() as session:
            it = District(session, stopped)
            try:
                done += one_life(it, chance)
            except BaseException as fault:
                fault.add_note(f"life {seed}")
                raise
    assert LIVES < 8 or done.keys() == ACTS.keys()


def one_life(it, chance):
    """One life and its checks; how often each act was done."""
    scope = chance.randrange(len(TREE))
    done = live_through(it, story(chance, [*ACTS, *OFTEN], 60))
    check_nodes(it, HALF, scope)
    check_nodes(it, chance.choice([EDGE, YEAR]), scope)
    check_breakdowns(it, chance.choice([HALF, YEAR]), scope)
    check_sittings(it)
    since = it.today - timedelta(days=2)  # what began before is over: 未登记 waits for nothing
    before = Period(YEAR.from_on, since - timedelta(days=1))
    breakdowns = chance.sample(sorted(BREAKDOWNS.keys() - {"org"}), 2)
    was = past(it, before, breakdowns)
    done += live_through(it, story(chance, LATER, 12), since)
    assert past(it, before, breakdowns) == was
    check_nodes(it, YEAR, scope)
    return done
