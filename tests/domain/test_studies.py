"""Completion lists of 青年大学习: read in any shape, matched with the roster of the due day, counted."""

import io
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.db import db, transaction
from app.domain import audit, counts, members, orgs, studies
from app.domain.sheets import UnreadableFile
from app.domain.studies.splitting import kept_text
from app.errors import Conflict, Gone, Invalid, NotFound

DUE = date(2026, 11, 16)
HEAD = ["课程", "系统", "学校", "学院", "班级", "学号/卡号/工号", "学习时间"]
NAMES = st.sampled_from(["王芳", "李雷", "欧阳娜娜", "张三丰", "阿卜杜拉·买买提", "司马光"])


def csv_of(*rows, encoding="gb18030"):
    """A provincial CSV with a title row above and a footer row below."""
    lines = [
        ["“青年大学习”学习情况明细"],
        HEAD,
        *rows,
        ["合计", "", "", "", "", str(len(rows)), ""],
    ]
    return "\r\n".join(",".join(line) for line in lines).encode(encoding)


def row(who, where="浏正街支部", at="2026-11-12 20:03:10"):
    return ["第3期", "学校", "", "", where, who, at]


def read_in(content, org, by, *, name="第3期", due=DUE, elsewhere=False, file="list.csv"):
    reading = studies.read_list(content)
    draft = studies.draft_of(reading, series="", name=name, due_on=due, org=org, file=file)
    draft = studies.opened(studies.sealed(draft), org)
    plan = studies.plan_of(draft, org)
    return studies.read_in(draft, org, shown=plan.print, by=by, elsewhere=elsewhere)


def records(listing):
    db.session.rollback()
    query = db.select(studies.StudyRecord).filter_by(list_id=listing.id).order_by(db.text("row"))
    return [(one.row, one.match, one.person.name if one.person else None)
            for one in db.session.scalars(query)]  # fmt: skip


def figures(listing, org):
    found = counts.study_counts(listing.issue, org)
    return {one.org.short_name: (one.studied, one.due) for one in found}


def add_person(name, org, number="", on=None):
    with transaction():
        person = members.make_person(name, admission_number=number)
        members.join_branch(person, org, on=on)
    return person


@given(
    NAMES,
    st.integers(100, 10**13),
    st.sampled_from(["", " ", "-", "/", "（", "，", "  \t"]),
    st.booleans(),
)
def test_name_and_number_are_told_apart_whichever_stands_first(name, number, between, is_first):
    parts = [name, str(number)] if is_first else [str(number), name]
    assert studies.split(between.join(parts)) == (name, str(number))


@given(st.text(max_size=80))
def test_no_text_breaks_the_splitter_or_leaves_a_long_number_in_it(told):
    name, number = studies.split(told)
    assert not any(c.isdigit() for c in name if c.isascii())
    assert not number or sum(c.isdigit() for c in number) >= 3
    assert len(kept_text(told)) <= 80


@pytest.mark.parametrize(
    ("told", "name", "number"),
    [
        ("王芳（学号：2021001）", "王芳", "2021001"),
        ("3班王芳2021001", "王芳", "2021001"),
        ("浏正街团支部 王芳", "王芳", ""),
        ("王 芳 2021001", "王芳", "2021001"),
        ("王芳2", "王芳", ""),
        ("Tom Hanks 20210001", "Tom Hanks", "20210001"),
        ("2021001", "", "2021001"),
    ],
)
def test_the_shapes_that_lists_have(told, name, number):
    assert studies.split(told) == (name, number)


def test_neither_an_id_card_number_nor_a_whole_phone_is_kept():
    assert "1101" not in kept_text("王芳110101199901011234")
    assert studies.split("王芳110101199901011234") == ("王芳", "")
    assert kept_text("王芳 13900000001") == "王芳 139****0001"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_with_title_and_footer_is_read_in_any_encoding(encoding):
    reading = studies.read_list(csv_of(row("王芳202043000001"), row("李雷"), encoding=encoding))
    assert [(one.row, one.name, one.number, one.told_org) for one in reading.lines] == [
        (3, "王芳", "202043000001", "浏正街支部"),
        (4, "李雷", "", "浏正街支部"),
    ]
    assert reading.lines[0].studied_at.isoformat() == "2026-11-12T12:03:10+00:00"
    assert reading.courses == ("第3期",)


@pytest.mark.parametrize(
    "foot",
    ["导出人：平台管理员", "导出时间：2026-11-16 08:00", "统计人: 王芳", "数据来源：网上共青团"],
)
def test_what_a_platform_writes_under_its_export_is_nobody(foot):
    reading = studies.read_list(f"姓名/学号,团支部\n王芳,浏正街支部\n{foot},\n".encode())
    assert [one.name for one in reading.lines] == ["王芳"]


def test_the_other_shape_is_a_sheet_among_others():
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active.append(["姓名", "怎么填"])
    page = book.create_sheet("原始数据")
    for cells in (["2026年第3期"], ["团支部", "姓名/学号"], ["浏正街支部", "王芳 202043000001"],
                  ["丰泉古井支部", 202043000003], [None, None], ["填表人：", "王芳"]):  # fmt: skip
        page.append(cells)
    out = io.BytesIO()
    book.save(out)
    reading = studies.read_list(out.getvalue())
    assert [(one.name, one.number) for one in reading.lines] == [
        ("王芳", "202043000001"), ("", "202043000003"),
    ]  # fmt: skip


def test_who_is_listed_as_not_finished_did_not_study():
    text = "姓名,团支部,是否完成\n王芳,浏正街支部,是\n李雷,浏正街支部,否\n"
    assert [one.name for one in studies.read_list(text.encode()).lines] == ["王芳"]


def test_pasted_text_needs_no_header():
    reading = studies.read_pasted("王芳 202043000001\n\n李雷\n")
    assert [one.name for one in reading.lines] == ["王芳", "李雷"]
    reading = studies.read_pasted("团支部\t姓名\n浏正街支部\t王芳\n")
    assert [(one.name, one.told_org) for one in reading.lines] == [("王芳", "浏正街支部")]


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\n\0\0", "甲,乙\n1,2\n".encode(), "姓名\n".encode()]
)
def test_what_is_no_list_is_refused_in_words(content):
    with pytest.raises(UnreadableFile):
        studies.read_list(content)


def test_the_rate_counts_a_person_once_and_only_members_of_the_day(cast, stopped):
    with transaction():
        youth = members.make_person("青青")
        members.join_branch(youth, cast.branch, standing="youth")
    listing = read_in(
        csv_of(row("王芳202043000001"), row("王芳"), row("青青"), row("韩梅", "丰泉古井支部"), row("路人甲")),
        cast.street, cast.street_manager,
    )  # fmt: skip
    assert records(listing) == [
        (3, "number", "王芳"), (5, "name", "青青"), (6, "name", "韩梅"), (7, "none", None),
    ]  # fmt: skip
    assert figures(listing, cast.district) == {
        "芙蓉团区委": (2, 4), "定王台街道团工委": (2, 3), "浏正街支部": (1, 2), "丰泉古井支部": (1, 1),
        "教育局团委": (0, 1), "育才中学团总支": (0, 1), "育才一班": (0, 1),
    }  # fmt: skip


def test_of_two_people_of_one_name_the_branch_told_decides_else_nobody(cast, stopped):
    mine, _other = add_person("张伟", cast.branch), add_person("张伟", cast.other_branch)
    lines = (row("张伟"), row("张伟", "别的支部"), row("张伟", ""))
    listing = read_in(csv_of(*lines), cast.street, cast.street_manager)
    assert records(listing) == [(3, "name", "张伟"), (4, "several", None), (5, "several", None)]
    assert studies.find_line(listing, 3).person_id == mine.id


def test_a_unique_name_of_another_branch_waits_unless_it_is_accepted(cast, stopped):
    content = csv_of(row("韩梅", "浏正街支部"))
    listing = read_in(content, cast.street, cast.street_manager)
    assert records(listing) == [(3, "several", None)]
    studies.take_back(listing, "支部名写错了", by=cast.street_manager)
    listing = read_in(content, cast.street, cast.street_manager, elsewhere=True)
    assert records(listing) == [(3, "name", "韩梅")]


def test_a_school_and_a_class_narrow_the_tree_by_parts_of_their_names(cast, stopped):
    add_person("林涛", cast.other_branch)
    told = ["第3期", "学校", "育才中学", "", "一班", "林涛", ""]
    listing = read_in(csv_of(told), cast.district, cast.zhao)
    assert records(listing) == [(3, "name", "林涛")]
    assert figures(listing, cast.class_one) == {"育才一班": (1, 1)}


def test_a_number_that_belongs_to_another_name_proves_nothing(cast, stopped):
    listing = read_in(csv_of(row("赵六202043000001")), cast.street, cast.street_manager)
    assert records(listing) == [(3, "none", None)]
    candidates = studies.may_mean(listing, studies.open_lines(listing))
    assert [one.name for one in candidates[3]] == ["王芳"]


def test_two_lines_of_one_name_with_two_numbers_are_not_both_the_one_member(cast, stopped):
    lines = (row("李雷2021001"), row("李雷2021002"))
    listing = read_in(csv_of(*lines), cast.branch, cast.wang_staff)
    assert records(listing) == [(3, "several", None), (4, "several", None)]


def test_who_moved_after_the_due_day_counts_where_they_were(cast, stopped):
    with transaction():
        members.join_branch(cast.li, cast.other_branch, on=date(2026, 11, 18))
    listing = read_in(csv_of(row("李雷")), cast.street, cast.street_manager)
    found = figures(listing, cast.street)
    assert (found["浏正街支部"], found["丰泉古井支部"]) == ((1, 2), (0, 1))


def test_a_branch_that_moves_afterwards_takes_no_past_figure_along(cast, stopped):
    listing = read_in(csv_of(row("王芳")), cast.district, cast.zhao)
    before = figures(listing, cast.district)
    orgs.move_org(cast.branch, cast.bureau, by=audit.SYSTEM, on=date(2026, 11, 20))
    assert figures(listing, cast.district) == before


def test_the_same_file_again_changes_nothing(cast, stopped):
    content = csv_of(row("王芳"))
    listing = read_in(content, cast.branch, cast.wang_staff)
    with pytest.raises(Conflict):
        read_in(content, cast.branch, cast.wang_staff)
    later = read_in(csv_of(row("王芳"), row("李雷")), cast.branch, cast.wang_staff)
    assert figures(later, cast.branch) == {"浏正街支部": (2, 2)}
    studies.take_back(listing, "有新的", by=cast.wang_staff)
    assert figures(later, cast.branch) == {"浏正街支部": (2, 2)}
    studies.take_back(later, "传错了", by=cast.wang_staff)
    assert figures(later, cast.branch) == {"浏正街支部": (0, 2)}


def test_a_line_is_mended_by_hand_and_remembered_by_the_next_list(cast, stopped):
    listing = read_in(csv_of(row("芳芳 99887")), cast.branch, cast.wang_staff)
    with pytest.raises(NotFound):
        studies.say_who(listing, 3, cast.han.code, by=cast.wang_staff)
    studies.say_who(listing, 3, cast.wang.code, by=cast.wang_staff)
    assert records(listing) == [(3, "hand", "王芳")]
    assert figures(listing, cast.branch) == {"浏正街支部": (1, 2)}
    following = read_in(csv_of(row("芳芳 99887")), cast.branch, cast.wang_staff, name="第4期")
    assert records(following) == [(3, "hand", "王芳")]
    studies.say_who(listing, 3, "", by=cast.wang_staff)
    assert figures(listing, cast.branch) == {"浏正街支部": (0, 2)}


def test_a_certain_line_is_not_mended_and_a_voided_list_neither(cast, stopped):
    listing = read_in(csv_of(row("王芳"), row("谁")), cast.branch, cast.wang_staff)
    with pytest.raises(Conflict):
        studies.say_who(listing, 3, cast.li.code, by=cast.wang_staff)
    studies.take_back(listing, "传错了", by=cast.wang_staff)
    with pytest.raises(Conflict):
        studies.say_who(listing, 4, cast.li.code, by=cast.wang_staff)
    with pytest.raises(Conflict):
        studies.take_back(listing, "再一次", by=cast.wang_staff)


def test_an_issue_has_one_due_day_and_not_one_to_come(cast, stopped):
    read_in(csv_of(row("王芳")), cast.branch, cast.wang_staff)
    with pytest.raises(Invalid):
        read_in(csv_of(row("李雷")), cast.branch, cast.wang_staff, due=date(2026, 11, 17))
    with pytest.raises(Invalid):
        read_in(csv_of(row("李雷")), cast.branch, cast.wang_staff, due=date(2026, 11, 23))


def test_a_preview_of_another_org_or_of_yesterday_is_none(cast, stopped):
    reading = studies.read_pasted("王芳")
    draft = studies.draft_of(reading, series="", name="第3期", due_on=DUE, org=cast.branch, file="")
    said = studies.sealed(draft)
    for text in (said[:-8], "xx", studies.sealed(draft)):
        with pytest.raises(Gone):
            studies.opened(text, cast.other_branch)
    stopped.forward(hours=25)
    with pytest.raises(Gone):
        studies.opened(said, cast.branch)


def test_names_of_the_unstudied_end_at_the_readers_scope(cast, stopped):
    listing = read_in(csv_of(row("王芳")), cast.district, cast.zhao)
    orgs.move_org(cast.other_branch, cast.bureau, by=audit.SYSTEM, on=date(2026, 11, 20))
    found = counts.unstudied(listing.issue, cast.street, cast.street)
    told = [(one.org and one.org.id, [p.name for p in one.people], one.number) for one in found]
    assert told == [(cast.branch.id, ["李雷"], 1), (None, [], 1)]


def test_the_mean_of_four_issues_keeps_its_numerators(cast, stopped):
    for number, who in enumerate(["王芳", "李雷", "王芳", "王芳", "王芳"], 1):
        read_in(csv_of(row(who)), cast.branch, cast.wang_staff, name=f"第{number}期")
    found = counts.issue_counts(studies.issues_in(cast.branch), cast.branch)
    assert (found[0].issue.name, found[0].studied, found[0].due) == ("第5期", 1, 2)
    assert found[0].recent == (4, 8)
    assert found[-1].recent == (1, 2)


def test_an_issue_is_seen_from_below_and_above_and_by_nobody_beside(cast, stopped):
    listing = read_in(csv_of(row("王芳")), cast.branch, cast.wang_staff)
    for scope in (cast.branch, cast.street, cast.district):
        assert studies.find_issue_in(scope, listing.issue.code).id == listing.issue_id
    with pytest.raises(NotFound):
        studies.find_issue_in(cast.other_branch, listing.issue.code)
    with pytest.raises(NotFound):
        studies.find_list_in(cast.other_branch, listing.code)


def test_a_merged_person_is_one_person_and_keeps_the_record(cast, stopped):
    twin = add_person("王芳芳", cast.branch)
    listing = read_in(csv_of(row("王芳芳")), cast.branch, cast.wang_staff)
    assert figures(listing, cast.branch) == {"浏正街支部": (1, 3)}
    with transaction():
        twin.merged_into_id = cast.wang.id
    assert figures(listing, cast.branch) == {"浏正街支部": (1, 2)}
    assert [p.name for one in counts.unstudied(listing.issue, cast.branch, cast.branch)
            for p in one.people] == ["李雷"]  # fmt: skip


def test_two_of_one_name_in_one_branch_are_told_apart_by_the_end_of_a_number(cast, stopped):
    add_person("张伟", cast.branch, "202043007777"), add_person("张伟", cast.branch)
    listing = read_in(csv_of(row("张伟")), cast.branch, cast.wang_staff)
    found = studies.may_mean(listing, studies.open_lines(listing))[3]
    assert [one.mark for one in found] == ["…7777", ""]
