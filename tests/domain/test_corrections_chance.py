"""Any correction after any other: the figures are a naive recount, and undoing restores every row."""

from datetime import date, timedelta

from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from app.domain import corrections
from app.domain.checkins import CheckIn
from app.domain.corrections.figures import SHOWN
from app.domain.counts import counts
from app.domain.periods import Period
from app.errors import Refusal
from tests.domain.mending import NAMES, each_at_most_once, everything, found, plans, recount
from tests.domain.worlds import broken_off

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
SIX = st.integers(0, 5)
STEPS = st.lists(
    st.tuples(st.sampled_from(list(corrections.KINDS)), SIX, SIX, st.integers(0, 7), SIX),
    min_size=1, max_size=5,
)  # fmt: skip


def merge(world, a, b, _bits, _n):
    return corrections.merge_people(world.people[a], world.people[b], by=world.by, reason="重")


def join(world, a, b, _bits, _n):
    guests = [p for p in world.people if p.guest_key or p.is_unidentified] or world.people
    guest = guests[a % len(guests)]
    return corrections.join_guest(guest, world.people[b], by=world.by, reason="是团员")


def split(world, a, b, bits, n):
    person = world.people[a]
    other = corrections.Other(person=world.people[b])
    if n % 2:
        other = corrections.Other(name="新来", phone=f"1370000000{n}", same_branch=n > 3)
    rows = [row.code for row in corrections.rows_to_split(person, world.root)[: bits % 4]]
    return corrections.split_person(
        person, other, rows=rows, by=world.by, gives_phone=bool(bits & 4), reason="是两个人"
    )


def move(world, a, b, bits, n):
    source, target = world.events[a % 3], world.sittings[b % len(world.sittings)]
    ids = [o.id for o in source.occurrences]
    rows = world.rows(CheckIn.occurrence_id.in_(ids), CheckIn.voided_at.is_(None))
    codes = [row.code for row in rows[n % 2 : 1 + bits]]
    return corrections.move_check_ins(source, codes, target, by=world.by, reason="扫错了码")


def merge_events(world, a, b, _bits, _n):
    kept, gone = world.events[a % 3], world.events[b % 3]
    return corrections.merge_events(kept, gone, by=world.by, reason="建了两遍")


def amend(world, a, b, bits, n):
    sitting = world.sittings[a % len(world.sittings)]
    shift = timedelta(days=n - 3)
    return corrections.amend_event(
        sitting, host=[world.root, *world.branches][bits % 4], by=world.by, reason="记错了日子",
        starts_at=sitting.starts_at + shift, ends_at=sitting.ends_at + shift,
    )  # fmt: skip


def paper(world, a, b, bits, n):
    sitting = world.sittings[a % len(world.sittings)]
    names = "\n".join([*NAMES[b : b + bits % 4], "某人 13600000001", "无名"][: 1 + n])
    lines = corrections.read_paper(sitting, names, [], {})
    return corrections.enter_paper(sitting, lines, sitting.starts_on, by=world.by, reason="补录")


DO = {
    "people_merged": merge, "person_split": split, "guest_joined": join, "check_ins_moved": move,
    "events_merged": merge_events, "event_amended": amend, "paper_entered": paper,
}  # fmt: skip


def shown(world):
    return {row.org: {name: getattr(row, name) for name in SHOWN} for row in counts(YEAR, world.root)}  # fmt: skip


def done(session, world, kind, *choices):
    """The correction, or None when it was refused: then nothing is left of it."""
    inner = session.begin_nested()
    try:
        correction = DO[kind](world, *choices)
        inner.commit()
    except Refusal:
        inner.rollback()
        session.expire_all()
        return None
    session.expire_all()
    return correction


def moved_by(correction):
    """How much 人次 of the whole must have moved."""
    written = correction.facts["rows"] if correction.kind == "paper_entered" else 0
    return written - len(correction.facts.get("doubles", ()))


@settings(
    deadline=None, max_examples=30, phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(plan=plans(), steps=STEPS)
def test_figures_are_a_recount_and_undoing_restores_every_row(app, plan, steps):
    with broken_off() as session:
        world = found(plan, session)
        made = []
        for step in steps:
            before, figures = everything(), shown(world)
            correction = done(session, world, *step)
            if correction is None:
                assert everything() == before
                continue
            event(correction.kind)
            made.append((correction, before, figures))
            after = shown(world)
            assert after == recount()
            root = world.root.code
            assert after[root]["attendances"] == figures[root]["attendances"] + moved_by(correction)
            said = correction.figures_after["orgs"]
            assert all(after[code]["attendances"] == one["attendances"] for code, one in said.items())  # fmt: skip
            assert each_at_most_once()
        for correction, before, figures in reversed(made):
            corrections.undo(correction, by=world.by, reason="撤回")
            now = everything()
            for name, rows in before.items():
                assert {i: now[name][i] for i in rows} == rows, (correction.kind, name)
            assert shown(world) == recount() == figures
