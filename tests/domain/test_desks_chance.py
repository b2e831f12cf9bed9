"""Two desks that tick and undo, staff who restore, time that passes, in any order: a small model holds
them to account. One valid row a person; an undo is one's own and within 15 minutes; no row is lost."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.db import db
from app.domain import checkins, desks
from app.domain.checkins import CheckIn
from app.errors import Conflict, NotFound
from tests.doors import open_event

ACTS = st.sampled_from(["tick", "tick", "again", "undo", "undo", "restore", "wait"])
STEPS = st.lists(
    st.tuples(ACTS, st.integers(0, 1), st.integers(0, 2), st.integers(0, 11)), max_size=20
)


class World:
    """Two desks at one sitting, three people; valid: person id → the code of their one valid row."""

    def __init__(self, cast, stopped):
        self.stopped, self.by = stopped, cast.zhao.actor
        event = open_event(cast, minutes=600)
        self.sitting = event.occurrences[0]
        self.desks = [desks.open_desk(event, name, by=cast.zhao) for name in ("东门", "西门")]
        self.people = [cast.li, cast.wang, cast.han]
        self.valid, self.written, self.scans = {}, {}, []

    def row(self, code):
        return db.session.scalar(
            select(CheckIn).where(CheckIn.code == code).execution_options(populate_existing=True)
        )

    def scan(self, desk, person, nonce):
        return checkins.scan_in(self.sitting, person, by=desk.actor, how="desk", nonce=nonce)

    def tick(self, desk, person):
        nonce = f"n{len(self.scans)}"
        told = self.scan(desk, person, nonce)
        assert told.state == ("already" if person.id in self.valid else "done")
        code = self.valid.setdefault(person.id, told.check_in.code)
        assert told.check_in.code == code
        self.written.setdefault(code, (person, desk, self.stopped.at))
        if told.state == "done":
            self.scans.append((desk, person, nonce, code))

    def again(self, which):
        """A scan sent once more is the row it wrote; undone since, it says so, or who holds now."""
        if not self.scans:
            return
        desk, person, nonce, code = self.scans[which % len(self.scans)]
        holds = self.valid.get(person.id)
        try:
            told = self.scan(desk, person, nonce)
        except checkins.Annulled:
            assert holds is None
        else:
            assert (told.state, told.check_in.code) == (
                "done" if holds == code else "already",
                holds,
            )

    def undo(self, desk, code):
        person, owner, at = self.written[code]
        is_valid = self.valid.get(person.id) == code
        is_early = self.stopped.at - at <= timedelta(minutes=15)
        try:
            checkins.annul(self.row(code), by=desk.actor)
        except NotFound:
            assert owner is not desk
        except Conflict:
            assert owner is desk
            assert not (is_valid and is_early)
        else:
            assert owner is desk
            assert is_valid
            assert is_early
            del self.valid[person.id]

    def restore(self, code):
        person = self.written[code][0]
        try:
            checkins.restore_check_in(self.row(code), by=self.by)
        except Conflict:
            assert person.id in self.valid
        else:
            assert person.id not in self.valid
            self.valid[person.id] = code

    def do(self, act, one, two, which):
        desk, codes = self.desks[one], list(self.written)
        if act == "tick":
            self.tick(desk, self.people[two])
        elif act == "again":
            self.again(which)
        elif act == "wait":
            self.stopped.forward(minutes=which)
        elif codes:
            code = codes[which % len(codes)]
            self.undo(desk, code) if act == "undo" else self.restore(code)

    def check(self):
        db.session.rollback()
        query = select(CheckIn).where(CheckIn.occurrence_id == self.sitting.id)
        rows = list(db.session.scalars(query))
        assert {row.code for row in rows} == set(self.written)
        assert {row.person_id: row.code for row in rows if row.voided_at is None} == self.valid
        for desk in self.desks:
            own = [code for code in self.valid.values() if self.written[code][1] is desk]
            assert desks.work_of(desk, self.sitting).own == len(own)
        assert desks.work_of(self.desks[0], self.sitting).present == len(self.valid)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_any_order_of_ticks_undoings_and_restorings(cast, stopped, steps):
    world = World(cast, stopped)
    for step in steps:
        world.do(*step)
        world.check()
