"""Any table in: never a crash, nothing half-written, and the same again changes nothing."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select

from app import clock
from app.db import db, transaction
from app.domain import orgs, rosters
from app.domain.members import Membership, Person
from app.domain.sheets import PersonRow
from tests.domain.rolls import SYSTEM, apply, everything, org_rows, rows

FEW = settings(
    max_examples=40, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
BRANCHES = st.sampled_from(
    ["浏正街社区团支部", "丰泉古井支部", "育才中学一班团支部", "没有的支部", "", None]
)
PHONES = st.sampled_from([None, "13900000001", "13900000002", "13700000001", "13700000002"])
NUMBERS = st.sampled_from([None, "202043000001", "202043000003", "202143000009"])
NAMES = st.sampled_from([None, "王芳", "李雷", "韩梅", "孙新", "=1+1", "欧阳·娜"])
ANYBODY = st.builds(
    PersonRow,
    line=st.just(0),
    name=NAMES,
    phone=PHONES,
    admission_number=NUMBERS,
    branch=BRANCHES,
    birth_month=st.sampled_from([None, "2005-01", "2013-05"]),
    political_status=st.sampled_from([None, "中共党员", "群众", "火星人"]),
    post=st.sampled_from([None, "书记", "书记、组织委员", "团员"]),
    consent=st.sampled_from([None, "是"]),
)
TABLES = st.lists(ANYBODY, max_size=8).map(
    lambda people: [
        PersonRow(line, *(getattr(p, slot) for slot in PersonRow.__slots__[1:]))
        for line, p in enumerate(people, 2)
    ]
)
DAYS = st.integers(0, 400).map(lambda n: clock.today() - timedelta(days=n))


class BrokenOff(Exception):
    """Raised in the middle of a transaction, as a power cut would."""


@pytest.fixture
def undone(cast):
    """The cast, and a way to take back whatever an example wrote."""

    class Undone:
        scope = cast.district

        def __enter__(self):
            self.inside = transaction()
            self.session = self.inside.__enter__()
            return self

        def __exit__(self, kind, error, trace):
            try:
                self.inside.__exit__(BrokenOff, BrokenOff(), None)
            except BrokenOff:
                return

    return Undone


def state():
    """Who belongs where, as which standing."""
    query = select(Membership.person_id, Membership.org_id, Membership.standing)
    return sorted(db.session.execute(query.where(Membership.to_on.is_(None))).all())


@FEW
@given(table=TABLES, complete=st.booleans(), day=DAYS)
def test_any_table_is_planned_and_applied_or_refused(undone, table, complete, day):
    with undone() as world:
        how = {"scope": world.scope, "complete": complete, "as_of": day}
        found = rosters.plan_people(table, **how)
        lists = ("new", "changed", "moved", "ambiguous", "unknown_branch", "broken")
        sorted_rows = sum(found.figures[name] for name in lists)
        assert sorted_rows + found.unchanged + found.figures["under_14"] == len(table)
        people = db.session.scalar(select(func.count()).select_from(Person))
        rosters.apply_rows("people", table, by=SYSTEM, leaving=len(found.left), **how)
        newcomers = sum(entry.was is None for entry in found.new)
        assert db.session.scalar(select(func.count()).select_from(Person)) == people + newcomers
        assert not db.session.scalars(
            select(Membership.person_id)
            .where(Membership.home, Membership.to_on.is_(None))
            .group_by(Membership.person_id)
            .having(func.count() > 1)
        ).all()
        before = state()
        again = rosters.apply_rows("people", table, by=SYSTEM, leaving=99, **how)
        assert again.is_empty, again.as_json()
        assert state() == before


@FEW
@given(table=TABLES, day=DAYS)
def test_the_past_does_not_move(undone, table, day):
    with undone() as world:
        before = members_on(day - timedelta(days=1))
        rosters.apply_rows("people", table, scope=world.scope, by=SYSTEM, as_of=day)
        after = members_on(day - timedelta(days=1))
        assert {who: where for who, where in after.items() if who in before} == before


def members_on(day: date):
    query = select(Membership.person_id, Membership.org_id, Membership.standing).where(
        Membership.from_on.is_(None) | (Membership.from_on <= day),
        Membership.to_on.is_(None) | (Membership.to_on > day),
    )
    return {row[0]: tuple(row[1:]) for row in db.session.execute(query)}


CHANGES = (
    {"name": "王芳", "admission_number": "202043000001", "post": "书记", "phone": "13711111111"},
    {"name": "李雷", "admission_number": "202043000002", "branch": "丰泉古井社区团支部"},
    {"name": "孙新", "phone": "13700000001", "post": "组织委员"},
    {"name": "韩梅", "branch": "丰泉古井社区团支部", "political_status": "中共党员"},
)


@pytest.mark.parametrize("statement", range(1, 40))
def test_broken_off_at_any_statement_nothing_is_written(cast, statement):
    before, sent = everything(), 0

    def cut(_connection, _cursor, said, *_rest):
        nonlocal sent
        sent += 1
        if sent == statement:
            raise BrokenOff(said)

    event.listen(db.engine, "before_cursor_execute", cut)
    try:
        apply(cast.district, *CHANGES)
    except BrokenOff:
        event.remove(db.engine, "before_cursor_execute", cut)
        assert everything() == before
    else:
        event.remove(db.engine, "before_cursor_execute", cut)
        assert sent < statement
        assert everything() != before


NODES = st.sampled_from(["甲", "乙", "丙", "丁", "浏正街社区团支部", "共青团育才中学总支部委员会"])
ABOVE = st.sampled_from(
    [None, "甲", "乙", "丙", "丁", "共青团芙蓉区委员会", "共青团育才中学总支部委员会", "没有的"]
)
TREES = st.lists(
    st.tuples(NODES, st.sampled_from([None, "甲支部", "浏正街支部"]), ABOVE), max_size=7
)


@FEW
@given(lines=TREES)
def test_any_tree_is_hung_or_refused_and_stays_a_tree(undone, lines):
    with undone() as world:
        table = org_rows(*lines)
        found = rosters.apply_rows("orgs", table, scope=world.scope, by=SYSTEM)
        kept = len(found.new) + len(found.changed) + len(found.moved) + found.unchanged
        assert kept + len(found.broken) == len(table)
        for org in orgs.all_orgs():
            above = org.parent.path if org.parent else "/"
            assert org.path == f"{above}{org.id}/"
        again = rosters.plan_orgs(table, scope=world.scope)
        assert again.is_empty, again.as_json()


def test_rows_are_numbered_as_the_sheet_numbers_them(cast):
    found = rosters.plan_people(rows("孙新", {"name": None}), scope=cast.district)
    assert (found.new[0].line, found.broken[0].line) == (2, 3)
