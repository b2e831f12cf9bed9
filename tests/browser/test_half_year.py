"""The half-year's work in a real browser: a figure with its scan, a study list, the checks, the
signing and what changes after it, the workbook. What is only forms works without JavaScript."""

from contextlib import contextmanager
from datetime import timedelta

import openpyxl

from app import clock
from app.domain import checkins, corrections, counts, orgs, periods
from app.domain.audit import SYSTEM
from app.domain.members import join_branch, make_person
from app.domain.staff.sessions import start_session
from tests.axe import violations
from tests.browser.chromium import LAPTOP, PHONE, chromium, listen, press
from tests.doors import open_event
from tests.scope import a_picture

LIST = """第 22 期参学情况,,
姓名/学号,所在团支部,完成时间
王芳202043000001,浏正街支部,2026-11-12 20:03
韩梅,丰泉古井支部,2026-11-12 20:03
小雷,浏正街支部,2026-11-12 20:03
导出人：平台,,
"""


@contextmanager
def signed_in(browser, server, staff, kind=LAPTOP, **options):
    """A page of a browser in which this account is signed in; nothing but a refusal in
    words may stand on its console."""
    secret = start_session(staff, browser="test", absolute=timedelta(hours=12))
    context = browser.new_context(**kind, base_url=server.url, **options)
    context.add_cookies([{"name": "sid", "value": secret, "url": server.url}])
    page = context.new_page()
    wrong = listen(page)
    yield page
    assert [words for words in wrong if "422" not in words] == []
    context.close()


def sound(page):
    """The page as it stands, light and dark: no axe violation, nothing wider than the window."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert violations(page) == [], f"{page.url} {scheme}"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def test_a_secretary_enters_a_figure_on_her_phone_and_attaches_the_scan(cast, serve):
    server = serve()
    with (
        chromium() as browser,
        signed_in(browser, server, cast.wang_staff, PHONE, java_script_enabled=False) as page,
    ):
        page.goto("/reports")
        press(page, "nav.ways >> text=手工数")
        page.fill("#number", "46")
        press(page, "main form button")  # from where?
        assert "数从哪里来" in page.inner_text("#problems")
        page.fill("#evidence", "直播后台截图")
        press(page, "main form button")
        assert "记下了。" in page.inner_text("[role=status]")
        press(page, "#written ~ ul a:has-text('附件')")
        page.set_input_files(
            "#pictures", {"name": "签到表.png", "mimeType": "image/png", "buffer": a_picture()}
        )
        page.fill("#place", "社区档案柜")
        press(page, "main form[enctype] button")
        assert "原件：社区档案柜" in page.inner_text("#kept ~ ul")
        picture = page.get_attribute("img.evidence", "src")
        reply = page.request.get(server.url + picture)
        assert (reply.status, reply.headers["content-type"]) == (200, "image/jpeg")
        page.goto("/reports")
        total = page.locator("tfoot td.n")
        assert total.nth(6).inner_text() == "46"
        total.nth(6).locator("a").click()
        page.wait_for_url("**/reports/tallies?*")
        assert "直播后台截图" in page.inner_text("main")


def test_staff_read_a_study_list_in_say_who_is_meant_and_copy_who_has_not_studied(cast, serve):
    join_branch(make_person("罗小满"), cast.branch)
    server = serve()
    with (
        chromium() as browser,
        signed_in(browser, server, cast.street_manager, permissions=["clipboard-read"]) as page,
    ):
        page.goto("/studies/new")
        page.fill("#name", "第 22 期")
        page.fill("#due_on", str(clock.today()))
        file = {"name": "参学名单.csv", "mimeType": "text/csv", "buffer": LIST.encode("gb18030")}
        page.set_input_files("#file", file)
        press(page, "main form button")
        assert page.locator("dl.figures dd").first.inner_text() == "2 人"
        sound(page)
        press(page, "main form button")
        assert page.locator("#open + p + ul > li").count() == 1  # 小雷; the footer is nobody
        press(page, "text=找别的人")
        page.fill("#q", "李雷")
        press(page, "form.finding button")
        sound(page)
        press(page, "button[name=person]")
        assert "每一行都对上了人。" in page.inner_text("main")
        press(page, "a.back")
        assert page.locator("dl.figures").inner_text().split() == [
            "参学", "3", "/", "应学", "4", "参学率", "75.0%", "未学", "1", "人",
        ]  # fmt: skip
        sound(page)
        press(page, ".head a:has-text('未学名单')")
        page.click("button[data-copy]")
        page.locator("#copied:not(:empty)").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.split("\n")[:2] == [
            "青年大学习 第 22 期 还没学的：",
            "浏正街支部：罗小满",
        ]
        sound(page)


def test_what_the_checks_find_is_tagged_in_one_go_without_javascript(cast, serve):
    for title in ("青年座谈", "夏夜露天电影"):
        event = open_event(cast, host=cast.branch, title=title, starts_in=-200)
        checkins.tick(event.occurrences[0], cast.wang, by=SYSTEM)
    server = serve()
    with (
        chromium() as browser,
        signed_in(browser, server, cast.street_manager, java_script_enabled=False) as page,
    ):
        page.goto("/reports")
        press(page, "text=交数前检查")
        press(page, "button:has-text('给勾上的标类型')")  # nothing is ticked
        assert page.is_visible("#problems")
        for box in page.locator("#events input").all():
            box.check()
        page.select_option("#programme", label="主题团日")
        press(page, "button:has-text('给勾上的标类型')")
        assert "标好了。" in page.inner_text("[role=status] >> nth=0")
        assert not page.locator("#untagged").count()
        page.goto("/reports?by=programme")
        row = page.locator("tbody tr", has_text="主题团日").locator("td")
        assert [row.nth(n).inner_text() for n in (0, 1, 2)] == ["2", "2", "2"]


def test_the_district_signs_and_a_sheet_entered_later_shows_as_a_difference(cast, serve, tmp_path):
    event = open_event(cast, title="重走红色路", starts_in=-200)
    sitting = event.occurrences[0]
    for person in (cast.wang, cast.han):
        checkins.tick(sitting, person, by=SYSTEM)
    server = serve()
    with chromium() as browser, signed_in(browser, server, cast.zhao) as page:
        page.goto("/reports")
        press(page, "nav.ways >> text=定稿")
        sound(page)
        press(page, "main form[method=post] button")
        assert "今天再算一遍，每个数都和定稿一样" in page.inner_text("main")
        sound(page)
        signed = page.url
        lines = corrections.read_paper(sitting, "李雷", [], {})
        told = {"by": cast.street_manager, "reason": "第二张签到表补录"}
        corrections.enter_paper(sitting, lines, sitting.starts_on, **told)
        page.goto(signed)
        assert "人次 2 → 3" in page.inner_text("#since ~ ul")
        page.click("text=谁动过这些活动")
        assert "更正：第二张签到表补录" in page.inner_text("details[open]")
        frozen = page.locator("table:has(#frozen) tfoot td")
        assert frozen.nth(3).inner_text() == "2"
        sound(page)
        page.fill("#number", "2")
        press(page, "button:has-text('随机抽几条')")
        assert page.locator("main ol > li, main ul.lines > li").count() == 2
        sound(page)
        page.goto("/reports")
        assert "和定稿有" in page.inner_text(".notice.look")
        page.goto("/reports/papers")
        sound(page)
        with page.expect_download() as download:
            page.click("text=下载工作簿")
        download.value.save_as(tmp_path / "book.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["汇总"]
    total = next(row for row in sheet.values if row[0] == "合计")
    today = counts.counts(periods.half_of(clock.today()), orgs.root_or_none())[0]
    assert list(total[1:]) == counts.cells(today)
    assert today.attendances == 3
