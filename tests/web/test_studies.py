"""The pages of 青年大学习: a list in, its lines mended, rates and names out."""

import io
import re
from datetime import date

import pytest

from app.domain import members, studies
from tests.scope import token_of

CSV = (
    "“青年大学习”明细\r\n课程,系统,学校,学院,班级,学号/卡号/工号,学习时间\r\n"
    "第3期,社会,,,浏正街支部,王芳202043000001,2026-11-12 20:03:10\r\n"
    "第3期,社会,,,浏正街支部,小李子,2026-11-12 20:03:10\r\n"
    "第3期,社会,,,浏正街支部,韩梅,2026-11-12 20:03:10\r\n合计,,,,,3,\r\n"
).encode("gb18030")
HIDDEN = re.compile(r'name="(draft|shown)"[^>]*value="([^"]*)"')


def post(browser, path, **fields):
    told = {"csrf_token": token_of(browser, "/account"), **fields}
    return browser.post(path, data=told)


def upload(browser, content=CSV, name="", due="2026-11-16", file="名单.csv"):
    return post(browser, "/studies/new", name=name, due_on=due, file=(io.BytesIO(content), file))


def read_in(browser, *args, elsewhere=False, **fields):
    """A list uploaded and confirmed; returns the reply."""
    preview = upload(browser, *args, **fields)
    assert preview.status_code == 200
    told = dict(HIDDEN.findall(preview.text)) | ({"elsewhere": "y"} if elsewhere else {})
    return post(browser, "/studies/lists", **told)


@pytest.fixture
def browser(cast, stopped, sign_in):
    return sign_in(cast.street_manager)


def issue_of(scope):
    return studies.issues_in(scope)[0]


def test_a_list_is_looked_at_before_anything_is_written(cast, browser):
    page = upload(browser).text
    for words in (
        "第3期",
        "按编号 1、按姓名 0、以前核对过 0",
        "支部对不上",
        "花名册上没有",
        "小李子",
    ):
        assert words in page
    assert studies.issues_in(cast.district) == []


def test_a_confirmed_list_gives_rates_and_names_of_those_missing(cast, browser):
    reply = read_in(browser)
    assert reply.status_code == 303
    page = browser.get(reply.location).text
    assert "小李子" in page
    assert "找别的人" in page
    code = issue_of(cast.street).code
    page = browser.get(f"/studies/{code}").text
    assert "33.3%" in page  # 王芳 of three
    missing = browser.get(f"/studies/{code}/missing").text
    assert "浏正街支部：李雷" in missing
    assert "丰泉古井支部：韩梅" in missing
    assert "33.3%" in browser.get("/studies").text


def test_a_line_is_mended_with_one_tap_after_a_search(cast, browser):
    place = read_in(browser).location.split("?")[0]
    page = browser.get(f"{place}?row=4&q=李雷").text
    assert f'value="{cast.li.code}"' in page
    assert post(browser, f"{place}/lines/4", person=cast.li.code).status_code == 303
    assert "66.7%" in browser.get(f"/studies/{issue_of(cast.street).code}").text
    assert post(browser, f"{place}/lines/4", person="").status_code == 303
    assert post(browser, f"{place}/lines/4", person=cast.lin.code).status_code == 404


def test_the_tick_takes_those_of_another_branch_too(cast, browser):
    read_in(browser, elsewhere=True)
    assert "66.7%" in browser.get(f"/studies/{issue_of(cast.street).code}").text


def test_the_same_file_again_is_said_and_not_written(cast, browser):
    read_in(browser)
    page = upload(browser).text
    assert "这份名单已经读过了" in page
    assert "写入这份名单" not in page


def test_a_roster_that_changed_meanwhile_is_looked_at_again(cast, browser):
    told = dict(HIDDEN.findall(upload(browser).text))
    members.join_branch(members.make_person("小李子"), cast.branch)
    reply = post(browser, "/studies/lists", **told)
    assert reply.status_code == 409
    assert "花名册刚刚有改动" in reply.text
    told = dict(HIDDEN.findall(reply.text))
    assert post(browser, "/studies/lists", **told).status_code == 303


def test_a_list_taken_back_counts_no_more_and_wants_a_reason(cast, browser):
    place = read_in(browser).location.split("?")[0]
    assert post(browser, f"{place}/voiding", reason=" ").status_code == 422
    assert post(browser, f"{place}/voiding", reason="传错了").status_code == 303
    assert "传错了" in browser.get(place).text
    assert post(browser, f"{place}/voiding", reason="再来").status_code == 409
    assert studies.issues_in(cast.street) == []


@pytest.mark.parametrize(
    ("content", "fields", "words"),
    [
        (b"", {"name": "x"}, "框里还没有字|文件是空的"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", {"name": "x"}, "这不是表格文件"),
        ("甲,乙\r\n1,2\r\n".encode(), {"name": "x"}, "没有找到表头"),
        (CSV, {"due": "2026-11-30"}, "截止日还没有到"),
        (CSV, {"due": "昨天"}, "日期要写成"),
        ("姓名,支部\r\n王芳,浏正街支部\r\n".encode(), {}, "请写是哪一期"),
    ],
)
def test_what_cannot_be_read_is_said_beside_the_form(browser, content, fields, words):
    reply = upload(browser, content, **fields)
    assert reply.status_code == 422
    assert re.search(words, reply.text)


def test_a_preview_that_was_tampered_with_is_gone(browser):
    assert post(browser, "/studies/lists", draft="AAAA", shown="").status_code == 410


def test_a_pasted_list_needs_no_file(cast, browser):
    page = post(browser, "/studies/new", name="第9期", due_on="2026-11-16", text="王芳\n李雷").text
    assert post(browser, "/studies/lists", **dict(HIDDEN.findall(page))).status_code == 303
    assert "66.7%" in browser.get("/studies").text


def test_the_csv_has_the_page_s_numbers_and_is_written_down(cast, browser):
    read_in(browser)
    code = issue_of(cast.street).code
    text = browser.get(f"/studies/{code}.csv").get_data().decode("utf-8-sig")
    assert "浏正街支部,浏正街社区团支部,1,2,1,50.0%,1" in text
    assert browser.get(f"/studies/{code}.csv?encoding=gb18030").data.decode("gb18030") == text
    assert "study.csv 青年大学习 第3期" in browser.get("/audit").text


def test_an_auditor_reads_figures_and_no_names(cast, browser, sign_in):
    place = read_in(browser).location.split("?")[0]
    auditor, code = sign_in(cast.auditor), issue_of(cast.street).code
    page = auditor.get(f"/studies/{code}").text
    assert "25.0%" in page  # of the district: 1 of 4
    assert "未学名单" not in page
    for path in (f"/studies/{code}/missing", place, "/studies/new"):
        assert auditor.get(path).status_code == 403


def test_a_branch_sees_its_rate_of_a_list_read_in_above_and_no_other_names(cast, browser, sign_in):
    place = read_in(browser).location.split("?")[0]
    wang, code = sign_in(cast.wang_staff), issue_of(cast.street).code
    page = wang.get(f"/studies/{code}/missing").text
    assert "李雷" in page
    assert "韩梅" not in page
    assert wang.get(place).status_code == 404
    assert wang.get(f"/studies/{code}/missing?org={cast.other_branch.code}").status_code == 404


def test_the_due_day_decides_who_was_due(cast, browser):
    members.join_branch(cast.li, cast.class_one, on=date(2026, 11, 18))
    read_in(browser)
    code = issue_of(cast.street).code
    assert "浏正街支部：李雷" in browser.get(f"/studies/{code}/missing").text
