"""A file between plan and apply: what is kept of it, for how long, and that only it is applied."""

import zlib
from datetime import date

import pytest

from app.db import transaction
from app.domain import rosters
from app.keys import unseal
from tests.domain.rolls import apply, person_named
from tests.domain.tables import PEOPLE_HEAD, xlsx

HEAD = [*PEOPLE_HEAD, "出生年月", "身份证号", "家庭住址", "入团年月"]
WANG = ["王芳", "13900000001", "202043000001", "浏正街社区团支部", "2000.01", "43010220000101001X",
        "芙蓉路1号", "2016.05"]  # fmt: skip
NEW = ["孙新", "13700000001", "", "浏正街社区团支部", "2001.02", "", "", ""]
CHILD = ["小宝", "13700000002", "", "浏正街社区团支部", "2013.05", "", "", ""]


@pytest.fixture(autouse=True)
def _noon(stopped):
    """The clock of every test stands on 2026-11-22."""


def take_in(cast, *rows, staff="zhao", head=HEAD):
    maker = getattr(cast, staff)
    content = xlsx([head, *rows])
    return rosters.take_in(content, "名单.xlsx", scope=maker.org, made_by=maker)


def contents(file) -> str:
    return zlib.decompress(unseal(file.sealed)).decode()


def test_a_draft_is_sealed_and_holds_only_what_is_needed(cast):
    file = take_in(cast, WANG, NEW, CHILD)
    assert "王芳".encode() not in file.sealed
    said = contents(file)
    assert "孙新" in said
    for dropped in ("43010220000101001X", "芙蓉路", "小宝", "13700000002", "2016-05"):
        assert dropped not in said
    assert rosters.open_draft(file).dropped == ("身份证号", "家庭住址", "入团年月")


def test_what_was_shown_is_what_is_applied(cast):
    file = take_in(cast, WANG, NEW, CHILD)
    plan = rosters.plan_file(file)
    assert plan.figures["new"] == plan.figures["under_14"] == 1
    done = rosters.apply_file(file, by=cast.zhao.actor, shown=plan.fingerprint)
    assert done.figures == plan.figures
    assert person_named("孙新").birth_month == "2001-02"
    assert file.sealed is None
    assert file.counts["under_14_by_branch"] == {"浏正街社区团支部": 1}


def test_a_roster_that_changed_meanwhile_is_shown_again_first(cast):
    file = take_in(cast, WANG, NEW)
    shown = rosters.plan_file(file).fingerprint
    apply(cast.district, {"name": "孙新", "phone": "13700000001"})
    with pytest.raises(rosters.PlanChanged) as refused:
        rosters.apply_file(file, by=cast.zhao.actor, shown=shown)
    assert refused.value.plan.figures["new"] == 0
    assert file.sealed is not None


def test_a_file_is_applied_once(cast):
    file = take_in(cast, WANG, NEW)
    shown = rosters.plan_file(file).fingerprint
    rosters.apply_file(file, by=cast.zhao.actor, shown=shown)
    with pytest.raises(rosters.DraftGone):
        rosters.apply_file(file, by=cast.zhao.actor, shown=shown)


def test_a_child_in_a_draft_still_keeps_its_member_from_leaving(cast):
    file = take_in(cast, [*WANG[:4], "2013.05", "", "", ""])
    plan = rosters.plan_file(file, complete=True)
    assert [entry.name for entry in plan.left] == ["李雷"]
    assert plan.possibly_under_14[0].name == "王*"


def test_drafts_of_more_than_seven_days_are_void_and_emptied_by_the_next_upload(cast, stopped):
    old = take_in(cast, NEW)
    stopped.forward(days=7, seconds=1)
    with pytest.raises(rosters.DraftGone):
        rosters.plan_file(old)
    assert old.sealed is not None
    take_in(cast, NEW)
    assert rosters.find_file_in(cast.district, old.code).sealed is None


def test_giving_up_empties_the_draft(cast):
    file = take_in(cast, NEW)
    rosters.give_up(file)
    with pytest.raises(rosters.DraftGone):
        rosters.open_draft(file)
    assert rosters.files_in(cast.district) == []


def test_a_damaged_draft_is_void(cast):
    file = take_in(cast, NEW)
    with transaction():
        file.sealed = file.sealed[:-1] + b"x"
    with pytest.raises(rosters.DraftGone):
        rosters.plan_file(file)


def test_a_column_can_be_left_out_but_not_read_otherwise_without_the_file(cast):
    file = take_in(cast, [*NEW[:4], "2001.02", "", "", ""])
    now = {column.index: column.field for column in rosters.open_draft(file).columns}
    with pytest.raises(rosters.FileAgain):
        rosters.drop_columns(file, {**now, 5: "post"})
    with pytest.raises(rosters.FileAgain):
        rosters.drop_columns(file, {**now, 0: None})
    rosters.drop_columns(file, {**now, 1: None})
    assert rosters.open_draft(file).rows[0].phone is None
    assert "13700000001" not in contents(file)


def test_the_file_chosen_again_is_read_as_it_is_told(cast):
    head = ["姓名", "所在团支部", "甲", "乙"]
    row = ["孙新", "浏正街社区团支部", "13700000001", "2001.02"]
    file = take_in(cast, row, head=head)
    assert rosters.open_draft(file).rows[0].phone is None
    mapping = {0: "name", 1: "branch", 2: "phone", 3: "birth_month"}
    rosters.read_again(file, xlsx([head, row]), "名单.xlsx", mapping)
    found = rosters.open_draft(file).rows[0]
    assert (found.phone, found.birth_month) == ("13700000001", "2001-02")


def test_files_are_seen_from_above_and_not_from_beside(cast):
    file = take_in(cast, NEW, staff="wang_staff")
    assert [row.file.code for row in rosters.files_in(cast.street)] == [file.code]
    assert rosters.files_in(cast.other_branch) == []
    assert rosters.find_file_in(cast.district, file.code.lower()) is file


def test_an_org_table_waits_and_is_applied_too(cast):
    content = xlsx([["组织全称", "上级组织", "成立日期"],
                    ["甲团支部", cast.street.full_name, "2019.05.04"]])  # fmt: skip
    file = rosters.take_in(content, "组织.xlsx", scope=cast.street, made_by=cast.street_manager)
    plan = rosters.plan_file(file)
    rosters.apply_file(file, by=cast.street_manager.actor, shown=plan.fingerprint)
    assert file.counts["new"] == 1
    assert rosters.plan_orgs(
        [plan.new[0].row], scope=cast.street
    ).unchanged == 1  # fmt: skip
    assert plan.new[0].values["opened_on"] == date(2019, 5, 4)
