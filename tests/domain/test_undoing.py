"""Taking an import back: everything as it was before, or not at all and it says why."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app import clock
from app.db import db, transaction
from app.domain import corrections, counts, live, members, orgs, rosters, undoing
from app.domain.audit import SYSTEM, AuditEntry
from app.domain.members import Membership, Person, Post
from app.domain.orgs import Org, OrgLine, OrgName
from app.domain.periods import half_of
from app.domain.sheets import PersonRow
from tests.domain.rolls import (
    BRANCH,
    OTHER,
    apply,
    memberships,
    org_rows,
    person_named,
    plan,
)
from tests.gatherings import arrive, gather

WANG = {"name": "王芳", "phone": "13900000001"}
LI = {"name": "李雷", "phone": "13900000002"}
NEW = {"name": "孙新", "phone": "13700000001"}
MOVED = {"name": "韩梅", "phone": "13900000003"}


@pytest.fixture(autouse=True)
def _noon(stopped):
    """The clock of every test stands on 2026-11-22."""


def last_file():
    return db.session.scalar(select(rosters.RosterFile).order_by(rosters.RosterFile.id.desc()))


def undo(file=None):
    undoing.undo_import(file or last_file(), by=SYSTEM)


def standing_links(model):
    """Every row of a table of links that holds for a day at least, as plain values."""
    db.session.rollback()
    table = model.__table__
    return db.session.execute(select(table).where(members.lasted(model)).order_by(table.c.id)).all()


def old_people(before_ids=None):
    table = Person.__table__
    rows = db.session.execute(select(table).order_by(table.c.id)).all()
    return [row for row in rows if before_ids is None or row.id in before_ids]


def state():
    return [standing_links(Membership), standing_links(Post), old_people()]


def test_everything_is_as_it_was_and_who_was_added_stays_without_membership(cast):
    apply(cast.district, {**LI, "post": "书记"}, WANG)
    before = state()
    renamed = {"name": "王芳芳", "phone": "13900000001", "number": "x"}
    renamed.pop("number")
    apply(cast.district, {**NEW, "post": "组织委员"}, renamed, MOVED, complete=True, leaving=1)
    assert memberships("韩梅")[-1][0] == "浏正街支部"
    undo()
    ids = {row.id for row in before[2]}
    assert [standing_links(Membership), standing_links(Post), old_people(ids)] == before
    stays = person_named("孙新")
    assert members.memberships_of(stays) == members.posts_of(stays) == []
    assert stays.phone_tail == "0001"


def test_it_is_written_down_and_done_once(cast):
    apply(cast.district, NEW)
    file = last_file()
    undo()
    entry = db.session.scalar(select(AuditEntry).where(AuditEntry.act == "roster_undone"))
    assert entry.facts == {"file": file.filename, "people": 1}
    assert file.is_undone
    with pytest.raises(undoing.NotUndoable):
        undo(file)


def test_the_same_file_after_undoing_ends_where_it_would_have_without(cast):
    """A branch that never had members is open to the past, also the second time."""
    apply(cast.district, NEW, branch="共青团育才中学总支部委员会")
    assert memberships("孙新") == [("育才中学团总支", "member", None, None)]
    undo()
    again = plan(cast.district, NEW, branch="共青团育才中学总支部委员会")
    assert [entry.reasons for entry in again.new] == [()]
    apply(cast.district, NEW, branch="共青团育才中学总支部委员会")
    assert memberships("孙新")[-1] == ("育才中学团总支", "member", None, None)
    assert len(members.memberships_of(person_named("孙新"))) == 1


def test_a_later_import_of_the_same_people_must_go_first(cast):
    before = state()
    apply(cast.district, NEW)
    first = last_file()
    apply(cast.district, {**NEW, "post": "书记"}, filename="第二份.xlsx")
    second = last_file()
    with pytest.raises(undoing.TouchedLater) as refused:
        undo(first)
    assert refused.value.later.name == "第二份.xlsx"
    undo(second)
    undo(first)
    ids = {row.id for row in before[2]}
    assert [standing_links(Membership), standing_links(Post), old_people(ids)] == before


def test_a_later_import_of_other_people_or_of_no_change_is_no_obstacle(cast):
    apply(cast.district, NEW)
    first = last_file()
    apply(cast.district, NEW, {"name": "周杰", "phone": "13700000002"})
    undo(first)
    assert members.home_of(person_named("周杰"), clock.today()) is not None


def test_an_edit_by_hand_is_named(cast, stopped):
    apply(cast.district, NEW)
    stopped.forward(minutes=5)
    members.edit_person(
        person_named("孙新"), by=cast.zhao.actor, org=cast.branch, name="孙欣", admission_number="",
        birth_month="", phone=None,
    )  # fmt: skip
    with pytest.raises(undoing.TouchedLater) as refused:
        undo()
    later = refused.value.later
    assert (later.words, later.name, later.who) == ("修改人员", "孙欣", "赵书记")


def test_a_correction_is_named_until_it_is_taken_back(cast, stopped):
    apply(cast.district, NEW)
    person = person_named("孙新")
    with corrections.correcting(
        "people_merged", org=cast.branch, subject=f"person:{person.id}", reason="同一个人",
        by=cast.zhao, counted=[cast.district], period=half_of(clock.today()),
    ) as work:  # fmt: skip
        work.touch("person", [person.id])
        work.session.get(Person, person.id).merged_into_id = cast.li.id
    with pytest.raises(undoing.TouchedLater) as refused:
        undo()
    assert (refused.value.later.words, refused.value.later.who) == ("合并两个人", "赵书记")
    corrections.undo(work.correction, by=cast.zhao, reason="不是同一个人")
    undo()


def test_a_check_in_stays_and_the_preview_says_what_moves(cast, stopped):
    apply(cast.district, NEW, as_of=date(2026, 11, 21))
    event = gather(cast.branch, cast.branch)
    arrive(event, person_named("孙新"), org=cast.branch)
    arrive(event, cast.li, org=cast.branch)
    figures = counts.counts(half_of(clock.today()), cast.district)
    rows = db.session.execute(select(check_ins())).all()
    shown = undoing.preview(last_file())
    (sitting,) = shown.sittings
    assert (sitting.before, sitting.after, sitting.present) == (3, 2, 2)
    assert (shown.going.names, shown.check_ins, shown.sittings_total) == (("孙新",), 1, 1)
    assert live.tally(event.occurrences[0]).expected == 3  # the rehearsal left no trace
    undo()
    assert live.tally(event.occurrences[0]).expected == 2
    assert counts.counts(half_of(clock.today()), cast.district) == figures
    assert db.session.execute(select(check_ins())).all() == rows


def check_ins():
    return db.metadata.tables["check_in"]


def test_the_preview_tells_who_comes_goes_and_changes_back(cast):
    apply(
        cast.district,
        NEW,
        {"name": "王芳芳", "phone": "13900000001"},
        MOVED,
        complete=True,
        leaving=1,
    )
    shown = undoing.preview(last_file())
    told = [g.names for g in (shown.going, shown.returning, shown.moving, shown.mending)]
    assert told == [("孙新",), ("李雷",), ("韩梅",), ("王芳芳",)]


def tree(ids=None):
    """The organizations with their dated lines and names, those of `ids` alone."""
    db.session.rollback()
    found = []
    for number, model in enumerate((Org, OrgLine, OrgName)):
        rows = db.session.execute(select(model.__table__).order_by(model.id)).all()
        found.append([row for row in rows if ids is None or row.id in ids[number]])
    return found


def test_a_tree_is_taken_back(cast):
    before = tree()
    ids = [{row.id for row in rows} for rows in before]
    told = org_rows(
        ("新街团支部", "新街", "定王台街道团工委"), ("浏正街社区团支部", "浏正街", "教育局团委"),
    )  # fmt: skip
    rosters.apply_rows(rosters.ORGS, told, scope=cast.district, by=SYSTEM)
    assert tree(ids) != before
    shown = undoing.preview(last_file())
    assert (shown.closing.names, shown.reshaping.total) == (("新街团支部",), 1)
    undo()
    assert tree(ids) == before
    assert db.session.scalar(select(Org).where(Org.full_name == "新街团支部")).is_closed
    assert rosters.plan_orgs(told, scope=cast.district).figures["new"] == 1


def test_what_a_moved_branch_plans_goes_along_and_comes_back(cast):
    event = gather(cast.branch, cast.branch, starts_in=timedelta(days=3))

    def host():
        db.session.expire_all()
        return db.session.get(OrgLine, event.occurrences[0].host_line_id).path

    before = host()
    told = org_rows(("浏正街社区团支部", "浏正街", "教育局团委"))
    rosters.apply_rows(rosters.ORGS, told, scope=cast.district, by=SYSTEM)
    assert host() == f"{cast.bureau.path}{cast.branch.id}/"
    undo()
    assert host() == before


def test_a_new_organization_in_use_keeps_its_import(cast):
    told = org_rows(("新街团支部", "新街", "定王台街道团工委"))
    rosters.apply_rows(rosters.ORGS, told, scope=cast.district, by=SYSTEM)
    file = last_file()
    apply(cast.district, NEW, branch="新街团支部")
    with pytest.raises(undoing.OrgInUse) as refused:
        undo(file)
    assert "新街团支部" in refused.value.plain()
    undo()
    undo(file)


def test_an_org_renamed_by_hand_is_named(cast, stopped):
    told = org_rows(("浏正街团支部", "浏正街支部", "定王台街道团工委"))
    rosters.apply_rows(rosters.ORGS, told, scope=cast.district, by=SYSTEM)
    stopped.forward(minutes=1)
    orgs.rename_org(cast.branch, "浏正街新团支部", by=cast.zhao.actor)
    with pytest.raises(undoing.TouchedLater) as refused:
        undo()
    assert (refused.value.later.words, refused.value.later.name) == ("组织改名", "浏正街新团支部")


def test_an_import_from_before_the_journal_is_told_so(cast):
    apply(cast.district, NEW)
    file = last_file()
    with transaction() as session:
        session.execute(db.metadata.tables["row_change"].delete())
    with pytest.raises(undoing.NotUndoable):
        undoing.preview(file)


ROWS = st.lists(
    st.builds(
        dict,
        name=st.sampled_from(["王芳", "李雷", "韩梅", "孙新", "周杰"]),
        phone=st.sampled_from([None, "13900000001", "13900000002", "13900000003", "13700000001"]),
        branch=st.sampled_from([BRANCH, OTHER]),
        post=st.sampled_from([None, "书记", "书记、组织委员"]),
        political_status=st.sampled_from([None, "中共党员", "群众"]),
    ),
    max_size=5,
)  # fmt: skip
LISTS = st.lists(st.tuples(ROWS, st.booleans(), st.integers(0, 40)), min_size=1, max_size=3)


@settings(
    max_examples=20, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(LISTS)
def test_any_imports_taken_back_newest_first_leave_everything_as_it_was(cast, lists):
    before = state()
    ids = {row.id for row in before[2]}
    files = []
    for people, is_complete, days in lists:
        rows = [PersonRow(line, **person) for line, person in enumerate(people, 2)]
        day = clock.today() - timedelta(days=days)
        found = rosters.plan_people(rows, scope=cast.district, complete=is_complete, as_of=day)
        rosters.apply_rows(
            rosters.PEOPLE, rows, scope=cast.district, by=SYSTEM, complete=is_complete, as_of=day,
            leaving=len(found.left),
        )  # fmt: skip
        files.append(last_file())
    for file in reversed(files):
        try:
            undoing.preview(file)
            undo(file)
        except undoing.NotUndoable:
            assert (
                file.counts["new"]
                + file.counts["changed"]
                + file.counts["moved"]
                + file.counts["left"]
                == 0
            )
    assert [standing_links(Membership), standing_links(Post), old_people(ids)] == before
