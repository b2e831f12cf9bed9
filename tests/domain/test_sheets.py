"""The reader of roster and organization files, on files as they come."""

import datetime
import json
import re

import pytest

from app.domain.sheets import FIELDS, ORGS, PEOPLE, BadMapping, UnreadableFile, read_sheet
from app.domain.sheets.rows import (
    NO_NAME,
)
from tests.domain.tables import ORGS_HEAD, PEOPLE_HEAD, sample, text, xlsx

EXPECTED = json.loads(sample("expected.json"))
ROSTERS = {
    "roster.xlsx": EXPECTED["people"],
    "roster_gb18030.csv": EXPECTED["csv_people"],
    "roster_utf16.txt": EXPECTED["csv_people"],
    "roster_excel97.xls": EXPECTED["csv_people"],
    "roster_second.xlsx": 373,
}


def read(*rows, head=PEOPLE_HEAD, **kwargs):
    return read_sheet(xlsx([head, *rows], **kwargs))


def one(*row, head=PEOPLE_HEAD):
    (person,) = read(row, head=head).rows
    return person


@pytest.mark.parametrize(("name", "people"), ROSTERS.items())
def test_every_person_of_a_sample_roster_is_read_and_nobody_else(name, people):
    sheet = read_sheet(sample(name), name)
    assert sheet.kind == PEOPLE
    assert len(sheet.rows) == people
    assert not [row for row in sheet.rows if row.problems]
    assert all(row.name and row.branch and row.birth_month for row in sheet.rows)
    assert not sheet.missing
    assert sheet.cut_after is None


def test_the_whole_roster_lacks_the_phones_it_lacks():
    sheet = read_sheet(sample("roster.xlsx"))
    assert sum(row.phone is None for row in sheet.rows) == EXPECTED["without_phone"]
    assert len({row.branch for row in sheet.rows}) == EXPECTED["branches"]


def test_three_ways_of_writing_one_roster_say_the_same():
    gb18030, utf16, old = (
        read_sheet(sample(name))
        for name in ("roster_gb18030.csv", "roster_utf16.txt", "roster_excel97.xls")
    )
    assert gb18030.rows == utf16.rows == old.rows
    assert (gb18030.encoding, utf16.encoding, old.encoding) == ("GB18030", "UTF-16", "")


def test_the_organizations_are_told_from_people_by_their_header():
    sheet = read_sheet(sample("orgs.xlsx"))
    assert sheet.kind == ORGS
    assert len(sheet.rows) == EXPECTED["orgs"]
    root, *others = sheet.rows
    assert root.parent is None
    assert root.opened_on == datetime.date(1996, 7, 1)
    names = {row.full_name for row in sheet.rows}
    assert {row.parent for row in others} <= names


def test_no_id_number_comes_out_of_any_sample():
    for name in ROSTERS:
        sheet = read_sheet(sample(name))
        assert "身份证号" in sheet.dropped
        assert not re.search(r"\d{15}", repr(sheet))


def test_a_line_is_the_row_as_excel_numbers_it():
    sheet = read_sheet(sample("roster_second.xlsx"))
    assert sheet.header_line == 3
    assert sheet.rows[0].line == 4
    first = read_sheet(text([PEOPLE_HEAD, [], ["王芳", "", "", "一支部"]])).rows[0]
    assert first.line == 3


def test_columns_say_what_they_fill_and_what_is_dropped():
    sheet = read(["王芳", "1", "男"], head=["*姓 名", "手机（必填）", "性别"])
    assert [(c.letter, c.heading, c.field) for c in sheet.columns] == [
        ("A", "*姓名", "name"),
        ("B", "手机（必填）", "phone"),
        ("C", "性别", None),
    ]
    assert sheet.dropped == ("性别",)
    assert sheet.missing == ("branch",)


@pytest.mark.parametrize(
    "heading", [a for f in FIELDS[PEOPLE] for a in (f.label, *f.aliases.split())]
)
def test_every_alias_is_known(heading):
    sheet = read(["1"], head=[heading, "性别"])
    assert [column.field is not None for column in sheet.columns] == [True, False]


def test_the_usual_heading_wins_over_an_alias_beside_it():
    sheet = read(head=["姓名", "联系电话", "手机号码", "组织名称", "所在团支部"])
    assert [c.field for c in sheet.columns] == ["name", None, "phone", None, "branch"]
    assert sheet.dropped == ("联系电话", "组织名称")


def test_titles_and_blanks_stand_above_a_header_as_far_as_row_15():
    titles = [["芙蓉区团员花名册"], [], ["填报单位:芙蓉团区委"], *[[]] * 11]
    sheet = read_sheet(xlsx([*titles, PEOPLE_HEAD, ["王芳", "13800138000", "", "一支部"]]))
    assert (sheet.header_line, sheet.rows[0].line) == (15, 16)
    with pytest.raises(UnreadableFile, match="姓名、手机号码"):
        read_sheet(xlsx([*titles, [], PEOPLE_HEAD, ["王芳"]]))


def test_a_header_of_two_rows_is_read_as_one():
    rows = [
        ["团员名单"],
        ["序号", "姓名", "联系方式", "", "所在团支部"],
        ["", "", "手机", "QQ", ""],
        [1, "王芳", "13800138000", "10001", "一支部"],
    ]
    sheet = read_sheet(xlsx(rows, merge=["A1:E1", "A2:A3", "B2:B3", "C2:D2", "E2:E3"]))
    (person,) = sheet.rows
    assert (person.name, person.phone, person.branch) == ("王芳", "13800138000", "一支部")


def test_a_branch_merged_over_its_members_is_the_branch_of_each():
    rows = [PEOPLE_HEAD, ["王芳", "", "", "一支部"], ["李雷"], ["韩梅", "", "", "二支部"], ["赵云"]]
    sheet = read_sheet(xlsx(rows, merge=["D2:D3"]))
    assert [row.branch for row in sheet.rows] == ["一支部", "一支部", "二支部", None]


def test_footers_blank_rows_and_repeated_headers_are_nobody():
    footer = ["合计:2人", "", "填表人:", "审核人:"]
    sheet = read(
        ["王芳", "", "", "一支部"],
        [],
        PEOPLE_HEAD,
        ["小计", 1],
        ["例：张三", "13800138000", "", "某支部"],
        ["李雷", "", "", "一支部"],
        ["", "", "", "一支部"],
        footer,
        ["", "", "制表：王芳", "2026年11月"],
        ["填表人：王芳", "13900139000"],
        ["注：手机必填"],
    )
    assert [row.name for row in sheet.rows] == ["王芳", "李雷"]


def test_a_footer_is_known_by_a_label_in_a_column_that_is_dropped():
    head = ["序号", "姓名", "备注", "所在团支部"]
    sheet = read(
        [1, "王芳", "审核人: 李雷", "一支部"],
        ["填表人:", "李雷", "", ""],
        ["合计", 1, "", ""],
        head=head,
    )
    assert [row.name for row in sheet.rows] == ["王芳"]


def test_a_row_without_a_name_is_kept_with_its_problem():
    row = one(None, "13800138000", None, "一支部")
    assert row.is_broken
    assert row.problems == (NO_NAME,)


def test_hidden_and_instruction_sheets_are_passed_over_and_others_are_named():
    people = [PEOPLE_HEAD, ["王芳", "", "", "一支部"]]
    sheet = read_sheet(
        xlsx(
            [["姓名", "手机"], ["李雷", "13800138000"]],
            others={"填写说明": [*people, *people], "另一份": people},
            hidden={"旧": people},
        )
    )
    assert (sheet.title, sheet.also) == ("另一份", ("名单",))


def test_a_corrected_mapping_replaces_the_columns_found():
    content = text([["姓名", "备注", "团支部"], ["王芳", "13800138000", "一支部"]])
    assert read_sheet(content).rows[0].phone is None
    sheet = read_sheet(content, mapping={0: "name", 1: "phone", 2: None})
    assert (sheet.rows[0].phone, sheet.rows[0].branch) == ("13800138000", None)
    assert sheet.missing == ("branch",)
    assert read_sheet(content, mapping={0: "full_name"}).kind == ORGS


@pytest.mark.parametrize(
    "mapping", [{}, {0: "phone", 1: "phone"}, {9: "name"}, {0: "name", 1: "parent"}, {0: "id"}]
)
def test_a_mapping_that_cannot_be_is_refused(mapping):
    with pytest.raises(BadMapping):
        read_sheet(text([PEOPLE_HEAD, ["王芳"]]), mapping=mapping)


def test_an_organization_keeps_its_brackets_and_says_what_is_wrong():
    sheet = read(
        ["东湖 团支部（筹）", "", "东湖 团工委", "团支部", "学校", "2001年3月"],
        [None, "无全称", "", "", "", ""],
        ["二支部", "", "", "", "", "很久以前"],
        head=ORGS_HEAD,
    )
    first, second, third = sheet.rows
    assert (first.full_name, first.parent) == ("东湖团支部（筹）", "东湖团工委")
    assert first.opened_on == datetime.date(2001, 3, 1)
    assert second.is_broken
    assert third.problems
