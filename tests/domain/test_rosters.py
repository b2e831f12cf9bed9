"""What a list of people does to the roster, and what it leaves alone."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.db import db, transaction
from app.domain import members, rosters, trail
from app.domain.members import Person
from tests.domain.rolls import (
    OTHER,
    SYSTEM,
    apply,
    figures,
    memberships,
    person_named,
    plan,
    posts,
    rows,
)

TODAY, MAY = date(2026, 11, 22), date(2026, 5, 4)
WANG = {"name": "王芳", "phone": "13900000001", "admission_number": "202043000001"}
LI = {"name": "李雷", "phone": "13900000002", "admission_number": "202043000002"}
HAN = {"name": "韩梅", "phone": "13900000003", "admission_number": "202043000003"}


@pytest.fixture(autouse=True)
def _noon(stopped):
    """The clock of every test stands on 2026-11-22."""


def test_a_plan_writes_nothing(cast):
    before = db.session.scalar(select(func.count()).select_from(Person))
    assert figures(plan(cast.district, WANG, "孙新")) == {"new": 1, "unchanged": 1}
    assert db.session.scalar(select(func.count()).select_from(Person)) == before
    assert not db.session.new | db.session.dirty


def test_the_same_file_twice_changes_nothing(cast):
    people = [WANG, LI, {"name": "孙新", "post": "书记、组织委员", "political_status": "中共党员"}]
    apply(cast.district, *people)
    assert figures(apply(cast.district, *people, complete=True)) == {"unchanged": 3}


def test_the_first_members_of_a_branch_are_open_to_the_past_and_later_ones_begin_on_the_day(cast):
    apply(cast.district, "孙新", branch="育才中学团总支")
    apply(cast.district, "孙新", "周晚", branch="育才中学团总支", as_of=MAY)
    assert memberships("孙新") == [("育才中学团总支", "member", None, None)]
    assert memberships("周晚") == [("育才中学团总支", "member", MAY, None)]


def test_a_move_ends_one_membership_and_begins_another_on_the_same_day(cast):
    found = apply(cast.district, LI, branch=OTHER, as_of=MAY)
    assert figures(found) == {"moved": 1}
    assert memberships("李雷") == [
        ("浏正街支部", "member", None, MAY),
        ("丰泉古井支部", "member", MAY, None),
    ]


def test_a_second_move_on_the_same_day_leaves_no_empty_membership(cast):
    apply(cast.district, LI, branch=OTHER)
    apply(cast.district, LI, branch="育才中学一班团支部")
    assert memberships("李雷") == [
        ("浏正街支部", "member", None, TODAY),
        ("育才一班", "member", TODAY, None),
    ]


def test_a_change_before_the_present_membership_began_is_not_made(cast):
    apply(cast.district, LI, branch=OTHER)
    found = apply(cast.district, LI, as_of=MAY)
    assert figures(found) == {"broken": 1}
    assert "2026-11-22" in found.broken[0].reasons[0].plain()


def test_a_day_to_come_is_refused(cast):
    with pytest.raises(rosters.BadDay):
        plan(cast.district, WANG, as_of=TODAY + timedelta(days=1))


def test_corrections_have_no_day(cast):
    moved = {**LI, "name": "李蕾", "phone": "13911111111", "birth_month": "2005-03"}
    found = apply(cast.district, moved)
    assert figures(found) == {"changed": 1}
    assert [c.field for c in found.changed[0].changes] == ["name", "phone", "birth_month"]
    li = person_named("李蕾")
    assert (li.initials, li.phone_tail, li.birth_month) == ("ll", "1111", "2005-03")
    assert memberships("李蕾") == [("浏正街支部", "member", None, None)]


def test_a_plan_shows_no_whole_phone(cast):
    found = plan(cast.district, {**LI, "phone": "13911112222"})
    assert found.changed[0].changes[0].before == "****0002"
    assert found.changed[0].changes[0].after == "139****2222"
    assert "13911112222" not in str(found.as_json())


def test_blank_cells_erase_nothing(cast):
    assert figures(plan(cast.district, {"name": "李雷"})) == {"unchanged": 1}


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("中共党员", "party_member"), ("中共预备党员", "party_member"), ("共青团员", "member"),
        ("群众", "masses"), ("入团积极分子", "youth"), ("少先队员", "pioneer"),
        ("民盟盟员", "other"), ("火星人", "member"), (None, "member"),
    ],
)  # fmt: skip
def test_the_standing_follows_the_political_status(cast, status, standing):
    found = apply(cast.district, {"name": "孙新", "political_status": status})
    assert memberships("孙新")[0][1] == standing
    assert bool(found.noted) == (status == "火星人")


def test_a_new_standing_is_dated(cast):
    found = apply(cast.district, {**LI, "political_status": "中共党员"}, as_of=MAY)
    assert figures(found) == {"changed": 1}
    assert memberships("李雷") == [
        ("浏正街支部", "member", None, MAY),
        ("浏正街支部", "party_member", MAY, None),
    ]


def test_posts_follow_the_file_and_end_with_the_branch(cast):
    apply(cast.district, {**LI, "post": "书记；组织委员"}, WANG, as_of=MAY)
    apply(cast.district, {**LI, "post": "书记"}, {**WANG, "post": "宣传委员"})
    assert posts("李雷") == [
        ("浏正街支部", "书记", MAY, None),
        ("浏正街支部", "组织委员", MAY, TODAY),
    ] or posts("李雷") == [
        ("浏正街支部", "组织委员", MAY, TODAY),
        ("浏正街支部", "书记", MAY, None),
    ]
    apply(cast.district, {**LI, "post": "书记"}, branch=OTHER)
    assert ("丰泉古井支部", "书记", TODAY, None) in posts("李雷")
    assert ("浏正街支部", "书记", MAY, TODAY) in posts("李雷")


def test_a_file_without_posts_ends_none(cast):
    apply(cast.district, {**LI, "post": "书记"})
    assert figures(apply(cast.district, LI)) == {"unchanged": 1}


# Who leaves


def test_nobody_leaves_unless_the_list_is_complete(cast):
    found = plan(cast.district, WANG)
    assert not found.left
    assert [entry.name for entry in found.absent] == ["李雷"]


def test_only_the_named_branches_lose_members(cast):
    found = apply(cast.district, WANG, complete=True, leaving=1)
    assert [entry.name for entry in found.left] == ["李雷"]
    assert memberships("李雷") == [("浏正街支部", "member", None, TODAY)]
    assert memberships("韩梅") == [("丰泉古井支部", "member", None, None)]


@pytest.mark.parametrize("typed", [None, 0, 2])
def test_more_than_a_tenth_leaving_wants_their_number(cast, typed):
    with pytest.raises(rosters.NotTyped) as refused:
        apply(cast.district, WANG, "孙新", complete=True, leaving=typed)
    assert "1" in refused.value.plain()
    assert not db.session.scalar(select(Person).where(Person.name == "孙新"))


def test_a_tenth_needs_no_number(cast):
    others = [
        {"name": f"同学{c}", "phone": f"1370000000{n}"} for n, c in enumerate("甲乙丙丁戊己庚辛")
    ]
    apply(cast.district, WANG, LI, *others)
    assert len(apply(cast.district, WANG, *others, complete=True).left) == 1


def test_a_list_of_an_earlier_day_says_nothing_of_who_came_later(cast):
    apply(cast.district, {"name": "孙新", "phone": "13700000000"})
    assert [e.name for e in plan(cast.district, WANG, as_of=MAY).absent] == ["李雷"]


def test_a_row_with_an_unknown_branch_keeps_its_person(cast):
    found = plan(cast.district, WANG, {**LI, "branch": "浏正街社区团支部（筹）"}, complete=True)
    assert figures(found) == {"unchanged": 1, "unknown_branch": 1}
    assert found.unknown_branch[0].nearest[0] == "浏正街社区团支部"


@pytest.mark.parametrize("row", [{"name": None, "phone": "13900000002"}, {**LI, "branch": None}])
def test_a_broken_row_keeps_its_person(cast, row):
    found = plan(cast.district, WANG, row, complete=True)
    assert figures(found) == {"unchanged": 1, "broken": 1}


def test_somebody_who_comes_back_is_the_same_person(cast):
    apply(cast.district, WANG, complete=True, leaving=1, as_of=MAY)
    found = apply(cast.district, WANG, LI, {"name": "孙新"})
    assert figures(found) == {"new": 2, "unchanged": 1}
    assert memberships("李雷") == [
        ("浏正街支部", "member", None, MAY),
        ("浏正街支部", "member", TODAY, None),
    ]


# Who is who


def test_the_number_goes_before_the_phone(cast):
    found = plan(cast.district, {**LI, "phone": WANG["phone"]})
    assert [entry.name for entry in found.changed] == ["李雷"]


def test_a_number_with_another_name_in_another_branch_is_a_doubt(cast):
    row = {"name": "孙新", "admission_number": LI["admission_number"]}
    assert figures(plan(cast.district, row, branch=OTHER)) == {"ambiguous": 1}


def test_a_phone_with_another_name_corrects_it_in_the_branch_and_is_two_people_elsewhere(cast):
    row = {"name": "李小雷", "phone": LI["phone"]}
    assert figures(plan(cast.district, row)) == {"changed": 1}
    elsewhere = plan(cast.district, row, branch=OTHER)
    assert figures(elsewhere) == {"new": 1}
    assert "李雷" in elsewhere.new[0].reasons[0].plain()


def test_two_same_named_rows_without_keys_are_left_alone(cast):
    found = plan(cast.district, "李雷", "李雷", WANG, complete=True)
    assert figures(found) == {"ambiguous": 2, "unchanged": 1}
    assert figures(plan(cast.district, "孙新", "孙新")) == {"ambiguous": 2}


def test_same_named_members_are_never_merged(cast):
    twins = [{"name": "孙新", "phone": "13700000001"}, {"name": "孙新", "phone": "13700000002"}]
    assert figures(apply(cast.district, *twins)) == {"new": 2}
    assert figures(apply(cast.district, *twins)) == {"unchanged": 2}
    assert figures(plan(cast.district, "孙新")) == {"ambiguous": 1}
    third = {"name": "孙新", "phone": "13700000003"}
    assert figures(plan(cast.district, *twins, third)) == {"new": 1, "unchanged": 2}
    assert figures(plan(cast.district, twins[0], third)) == {"ambiguous": 1, "unchanged": 1}


def test_a_same_named_member_with_another_number_and_phone_is_somebody_else(cast):
    row = {"name": "李雷", "phone": "13700000009", "admission_number": "202143999999"}
    assert figures(plan(cast.district, row)) == {"new": 1}
    assert figures(plan(cast.district, {**row, "phone": None})) == {"ambiguous": 1}


def test_a_row_said_twice_counts_once(cast):
    found = plan(cast.district, LI, LI)
    assert figures(found) == {"broken": 1, "unchanged": 1}
    assert "2" in found.broken[0].reasons[0].plain()


def test_one_person_in_two_branches_of_the_file_is_a_doubt(cast):
    found = plan(cast.district, LI, {**LI, "branch": OTHER}, complete=True)
    assert figures(found) == {"ambiguous": 2, "left": 2}
    assert {entry.name for entry in found.left} == {"王芳", "韩梅"}


def test_a_guest_is_not_on_the_roster_and_stays_as_it_is(cast):
    guest = members.make_person("孙新", phone="13700000001")
    guest.guest_key = "g" * 64
    with transaction() as session:
        session.add(guest)
    assert figures(apply(cast.district, {"name": "孙新", "phone": "13700000001"})) == {"new": 1}
    found = db.session.scalars(select(Person).where(Person.name == "孙新")).all()
    assert len(found) == 2


def test_a_guest_who_was_merged_answers_as_the_member(cast):
    guest = members.make_person("李雷", phone="13700000001")
    guest.guest_key, guest.merged_into_id = "g" * 64, cast.li.id
    with transaction() as session:
        session.add(guest)
    found = plan(cast.district, {"name": "李雷", "phone": "13700000001"}, branch=OTHER)
    assert figures(found) == {"moved": 1}


# Whose


def test_a_branch_outside_the_scope_is_unknown(cast):
    assert figures(plan(cast.branch, HAN, branch=OTHER)) == {"unknown_branch": 1}


def test_nobody_is_taken_from_outside_the_scope(cast):
    found = plan(cast.branch, HAN)
    assert figures(found) == {"ambiguous": 1}
    assert "韩梅" not in found.ambiguous[0].reasons[0].plain()


def test_a_secretary_needs_no_branch_column(cast):
    found = plan(cast.branch, WANG, {**LI, "phone": "13700000000"}, branch=None)
    assert figures(found) == {"changed": 1, "unchanged": 1}
    assert figures(plan(cast.street, WANG, branch=None)) == {"broken": 1}


@pytest.mark.parametrize("name", ["浏正街支部", " 浏正街 社区团支部 ", "浏正街社区団支部"])
def test_a_branch_is_known_by_short_name_and_spelling(cast, name):
    expected = {"unknown_branch": 1} if "団" in name else {"unchanged": 1}
    assert figures(plan(cast.district, LI, branch=name)) == expected


# Under fourteen


@pytest.mark.parametrize(
    ("month", "named"), [("2012-10", True), ("2012-11", False), ("2013-05", False), (None, True)]
)
def test_whoever_may_be_under_14_is_counted_and_not_named(cast, month, named):
    found = apply(cast.district, {"name": "小宝", "birth_month": month, "phone": "13700000001"})
    assert found.under_14_by_branch == ({} if named else {"浏正街社区团支部": 1})
    assert bool(db.session.scalar(select(Person).where(Person.name == "小宝"))) is named
    file = db.session.scalars(select(rosters.RosterFile)).one()
    assert file.counts["under_14"] == (0 if named else 1)
    assert "小宝" not in str(file.counts)


def test_recorded_consent_names_a_child_once(cast):
    row = {"name": "小宝", "birth_month": "2013-05", "consent": "是，父亲 2026-09-01"}
    assert figures(apply(cast.district, row)) == {"new": 1}
    child = person_named("小宝")
    assert (child.guardian_consent_on, child.guardian_consent_paper[:1]) == (TODAY, "是")
    assert figures(apply(cast.district, {**row, "consent": None})) == {"unchanged": 1}


def test_a_member_who_turns_out_to_be_a_child_is_left_alone(cast):
    found = plan(cast.district, {**LI, "birth_month": "2013-05"}, WANG, complete=True)
    assert figures(found) == {"under_14": 1, "unchanged": 1}


# Text


def test_formulas_are_text(cast):
    apply(cast.district, {"name": "=cmd|'/c calc'!A1"})
    assert person_named("=cmd|'/c calc'!A1").name_key


def test_an_import_is_on_the_trail(cast):
    apply(cast.district, WANG, "孙新", filename="C:\\表\\秋季.xlsx")
    entry = trail.lines_of(cast.district, trail.Asked(), limit=1)[0]
    assert (entry.act, entry.facts["new"], entry.facts["file"]) == (
        "roster_applied",
        1,
        "秋季.xlsx",
    )


def test_without_a_tree_people_are_refused(app):
    with pytest.raises(rosters.NoTree):
        rosters.apply_rows(rosters.PEOPLE, rows("孙新"), scope=None, by=SYSTEM)


def test_planning_a_branch_asks_the_same_few_questions_for_2_and_200_rows(cast, statements):
    plan(cast.district, WANG)
    few = len(statements)
    statements.clear()
    plan(cast.district, *({"name": "孙新", "phone": f"137{n:08d}"} for n in range(200)))
    assert len(statements) <= few + 2
