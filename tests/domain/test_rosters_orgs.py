"""What a table of organizations does to the tree."""

import random
from datetime import date

import pytest
from sqlalchemy import func, select

from app.db import db
from app.domain import orgs, rosters
from app.domain.orgs import Org, OrgLine, OrgName
from app.domain.sheets import read_sheet
from tests.domain.rolls import SYSTEM, figures, org_rows
from tests.domain.tables import sample

MAY = date(2026, 5, 4)
ROOT, STREET = "共青团芙蓉区委员会", "共青团芙蓉区定王台街道工作委员会"
SCHOOL, BUREAU = "共青团育才中学总支部委员会", "共青团芙蓉区教育局委员会"


def apply(scope, *lines, **how):
    return rosters.apply_rows(rosters.ORGS, org_rows(*lines), scope=scope, by=SYSTEM, **how)


def plan(scope, *lines, **how):
    return rosters.plan_orgs(org_rows(*lines), scope=scope, **how)


def named(name) -> Org:
    return db.session.scalars(select(Org).where(Org.full_name == name)).one()


def test_the_sample_tree_makes_itself_in_an_empty_database(app):
    sheet = read_sheet(sample("orgs.xlsx"))
    assert figures(rosters.apply_rows("orgs", sheet.rows, scope=None, by=SYSTEM)) == {"new": 175}
    again = rosters.apply_rows("orgs", sheet.rows, scope=orgs.root_or_none(), by=SYSTEM)
    assert figures(again) == {"unchanged": 175}
    kinds = dict(db.session.execute(select(Org.kind, func.count()).group_by(Org.kind)).all())
    assert kinds["branch"] == 152
    assert kinds["district"] == 1
    school = named("育才中学2022级1班团支部")
    assert (school.domain, school.opened_on) == ("school", date(2022, 9, 1))
    assert db.session.scalar(select(func.count()).select_from(OrgLine)) == 175


def test_rows_may_come_in_any_order(app):
    rows = list(read_sheet(sample("orgs.xlsx")).rows)
    random.Random(3).shuffle(rows)
    assert figures(rosters.apply_rows("orgs", rows, scope=None, by=SYSTEM)) == {"new": 175}
    assert named("育才中学2022级1班团支部").depth == 3


def test_the_root_made_at_set_up_becomes_the_root_of_the_file(app):
    root = orgs.add_org("芙蓉区团委", kind="district", by=SYSTEM)
    lines = [(ROOT, "芙蓉团区委", None, "团区委"), ("甲支部", "甲支部", ROOT, "团支部")]
    found = plan(root, *lines)
    assert figures(found) == {"changed": 1, "new": 1}
    assert found.changed[0].changes[0].before == "芙蓉区团委"
    apply(root, *lines)
    assert orgs.root_or_none().full_name == ROOT
    assert figures(plan(orgs.root_or_none(), *lines)) == {"unchanged": 2}


def test_a_rootless_row_in_a_full_tree_is_broken(cast):
    found = plan(cast.district, ("共青团天心区委员会", None, None))
    assert figures(found) == {"broken": 1}


def test_short_names_repeat_under_different_parents(cast):
    lines = [("甲楼宇支部", "联合支部", STREET), ("乙楼宇支部", "联合支部", BUREAU)]
    assert figures(apply(cast.district, *lines)) == {"new": 2}
    assert figures(plan(cast.district, *lines)) == {"unchanged": 2}


def test_moving_dates_a_new_line_and_leaves_the_old_one(cast):
    old = orgs.line_of(cast.class_one.id, MAY)
    found = apply(cast.district, (SCHOOL, "育才中学团总支", STREET), as_of=MAY)
    assert figures(found) == {"moved": 1}
    assert found.moved[0].changes[0].before == BUREAU
    lines = db.session.scalars(
        select(OrgLine).where(OrgLine.org_id == cast.class_one.id).order_by(OrgLine.id)
    ).all()
    assert [(line.from_on, line.to_on) for line in lines] == [(None, MAY), (MAY, None)]
    assert lines[0].id == old
    assert str(cast.street.id) not in lines[0].path.split("/")


def test_a_new_full_name_under_the_same_parent_and_short_name_is_a_renaming(cast):
    found = apply(cast.district, ("浏正街社区联合团支部", "浏正街支部", STREET), as_of=MAY)
    assert figures(found) == {"changed": 1}
    names = db.session.scalars(
        select(OrgName).where(OrgName.org_id == cast.branch.id).order_by(OrgName.id)
    ).all()
    assert [(n.full_name, n.to_on) for n in names] == [
        ("浏正街社区团支部", MAY), ("浏正街社区联合团支部", None)
    ]  # fmt: skip


def test_parent_and_child_may_change_places(cast):
    lines = [("育才中学一班团支部", "育才一班", BUREAU), (SCHOOL, None, "育才中学一班团支部")]
    assert figures(apply(cast.district, *lines)) == {"moved": 2}
    assert named(SCHOOL).path.startswith(named("育才中学一班团支部").path)


@pytest.mark.parametrize(
    ("lines", "broken"),
    [
        ([("甲", None, "乙"), ("乙", None, "丙"), ("丙", None, "甲")], 3),
        ([("甲", None, "甲")], 1),
        ([(BUREAU, None, SCHOOL)], 1),
        ([("甲", None, "没有这个组织"), ("乙", None, "甲")], 2),
        ([("甲", None, STREET), ("甲", None, BUREAU)], 1),
        ([(None, "甲", STREET, None, None, None, ("缺组织全称",))], 1),
        ([(ROOT, None, "甲"), ("甲", None, STREET)], 2),
    ],
    ids=["circle", "itself", "below its child", "unknown", "twice", "nameless", "above the root"],
)
def test_what_cannot_hang_is_broken_and_says_why(cast, lines, broken):
    before = {org.id: org.path for org in orgs.all_orgs()}
    found = apply(cast.district, *lines)
    assert len(found.broken) == broken
    assert all(entry.reasons for entry in found.broken)
    after = {org.id: org.path for org in orgs.all_orgs()}
    assert {i: after[i] for i in before} == before


def test_no_organization_leaves_by_an_import(cast):
    apply(cast.district, (ROOT, None, None))
    assert not any(org.is_closed for org in orgs.all_orgs())


def test_a_scope_makes_and_moves_only_inside_itself(cast):
    found = plan(cast.street, ("甲支部", None, STREET), ("乙支部", None, BUREAU))
    assert figures(found) == {"new": 1, "broken": 1}
    assert figures(plan(cast.street, (STREET, "定王台街道团工委", ROOT))) == {"unchanged": 1}
    assert figures(plan(cast.street, (STREET, None, BUREAU))) == {"broken": 1}


@pytest.mark.parametrize(
    ("kind", "domain", "expected"),
    [
        ("团总支", "非公企业", ("general_branch", "enterprise")),
        ("团工委", "城市街道社区", ("work_committee", "community")),
        (None, "楼宇商圈", ("branch", "building")), ("兴趣小组", "火星", ("branch", "other")),
    ],
)  # fmt: skip
def test_kind_and_domain_are_read_by_their_words(cast, kind, domain, expected):
    apply(cast.district, ("甲团支部", None, STREET, kind, domain))
    org = named("甲团支部")
    assert (org.kind, org.domain) == expected


def test_blank_cells_change_nothing(cast):
    assert figures(plan(cast.district, ("浏正街社区团支部", None, STREET))) == {"unchanged": 1}
