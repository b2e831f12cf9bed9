"""Participation counts as page, files and command: one set of figures behind all."""

import csv
import io
import json
import re

import openpyxl
import pytest
from click.testing import CliRunner

from app import clock
from app.cli import furong
from app.db import db
from app.domain import audit, checkins, counts, members, orgs, periods
from tests.doors import open_event
from tests.gatherings import guest

HALF = "from=2026-07-01&to=2026-12-31"
PAGES = ("/reports", "/reports.csv", "/reports.xlsx", "/reports.json", "/reports/hosted",
         "/reports/took-part", "/reports/unrecorded", "/reports/attendances", "/reports/people",
         "/reports/headcounts", "/reports/tallies", "/reports/branches")  # fmt: skip


@pytest.fixture
def event(cast, stopped):
    """The street's event: 王芳 and 韩梅 came, and somebody of no branch; a second one left no trace."""
    made = open_event(cast)
    for person in (cast.wang, cast.han):
        checkins.tick(made.occurrences[0], person, by=audit.SYSTEM)
    checkins.record_check_in(
        made.occurrences[0], guest("过路人"), at=made.occurrences[0].starts_at, how="poster",
        by=audit.SYSTEM, reasons=("identity",),
    )  # fmt: skip
    open_event(cast, host=cast.branch, title="没有登记的会", starts_in=-200)
    return made


def figures(rows):
    return {row["org"]: row for row in rows}


def test_a_rate_has_both_its_numbers_also_when_nobody_came(cast, sign_in, stopped):
    page = sign_in(cast.wang_staff).get("/reports").text
    assert re.search(r"团员\s+0/2", page)
    assert re.search(r"支部\s+0/1", page)
    assert page.count("<small>0/") == 2  # of the total


def test_page_files_and_json_say_the_same(event, cast, sign_in):
    browser = sign_in(cast.zhao)
    rows = figures(browser.get(f"/reports.json?{HALF}").json)
    root, branch = rows[cast.district.code], rows[cast.branch.code]
    assert (root["hosted"], root["attendances"], root["people"], root["people_at_least"]) == (
        2,
        3,
        3,
        True,
    )
    assert (root["parent"], branch["parent"]) == (None, cast.street.code)
    assert (branch["hosted"], branch["took_part"], branch["attendances"], branch["guests"]) == (
        1,
        1,
        1,
        0,
    )
    blob = browser.get(f"/reports.csv?{HALF}").data
    assert blob.startswith(b"\xef\xbb\xbf")
    lines = {line["编号"]: line for line in csv.DictReader(io.StringIO(blob.decode("utf-8-sig")))}
    assert lines.keys() == rows.keys()
    assert lines[cast.district.code]["人数"] == "不少于 3"
    assert [int(lines[code]["人次"]) for code in rows if rows[code]["attendances"]] == [
        row["attendances"] for row in rows.values() if row["attendances"]
    ]
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"/reports.xlsx?{HALF}").data)).active
    cells = [[cell.value for cell in row] for row in book.iter_rows()]
    total = next(row for row in cells if row[0] == "合计")
    assert total[1:5] == [2, 1, 1, 3]
    assert "汇总表" in cells[0][0]
    assert book.page_setup.orientation == "landscape"
    page = browser.get(f"/reports?{HALF}").text
    assert "不少于 3" in page
    assert "2026 年下半年" in page


def test_gb18030_is_there_for_old_spreadsheets(event, cast, sign_in):
    blob = sign_in(cast.zhao).get(f"/reports.csv?{HALF}&encoding=gb18030").data
    assert "浏正街社区团支部" in blob.decode("gb18030")


def test_what_left_no_trace_is_said_in_a_word_and_never_as_zero(event, cast, sign_in):
    browser = sign_in(cast.wang_staff)
    text = browser.get(f"/reports/unrecorded?{HALF}").text
    assert "没有登记的会" in text
    assert "未登记" in text
    assert "没有登记的会" not in browser.get(f"/reports/took-part?{HALF}").text


def test_every_number_opens_to_its_rows(event, cast, sign_in):
    browser = sign_in(cast.zhao)
    page = browser.get(f"/reports?{HALF}").text
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/reports/[^"]+)"', page)}
    assert len(links) > 5
    for link in links:
        assert browser.get(link).status_code == 200
    rows = browser.get(f"/reports/attendances?{HALF}").text
    assert "王芳" in rows
    assert "未归属" in rows
    assert "王芳" not in browser.get(f"/reports/attendances?{HALF}&only=open").text


@pytest.mark.parametrize("by", counts.BREAKDOWNS)
def test_every_number_of_every_breakdown_opens_to_its_rows(event, cast, sign_in, by):
    browser = sign_in(cast.zhao)
    page = browser.get(f"/reports?{HALF}&by={by}&against=previous").text
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/reports/[^"]+)"', page)}
    assert len([link for link in links if f"by={by}" in link or by == "org"]) > 3
    for link in links:
        rows = browser.get(link)
        assert (rows.status_code, "这段时间没有" in rows.text) == (200, False), link


def test_an_occurrence_opens_its_check_ins(event, cast, sign_in):
    browser, code = sign_in(cast.zhao), event.occurrences[0].code
    for page in ("hosted", "took-part"):
        rows = browser.get(f"/reports/{page}?{HALF}&org={cast.street.code}").text
        link = re.search(rf'href="(/reports/attendances[^"]*sitting={code}[^"]*)"', rows).group(1)
        assert "共 3 人次" in browser.get(link.replace("&amp;", "&")).text
    other = sign_in(cast.other_manager)
    assert "共 1 人次" in other.get(f"/reports/attendances?{HALF}&sitting={code}").text
    for query in (f"sitting={code}&hosted=1", "sitting=ZZZZZZ"):
        assert other.get(f"/reports/attendances?{HALF}&{query}").status_code == 404


def test_a_branch_that_left_my_subtree_is_told_as_a_number_only(event, cast, sign_in):
    orgs.move_org(cast.other_branch, cast.bureau, by=audit.SYSTEM)
    browser = sign_in(cast.street_manager)
    rows = browser.get(f"/reports/attendances?{HALF}").text
    assert "共 3 人次" in rows
    assert "其中 1 人次" in rows
    assert "王芳" in rows
    for page in ("attendances", "people"):
        told = browser.get(f"/reports/{page}?{HALF}").text
        assert not [name for name in ("韩梅", "韩*", "丰泉古井") if name in told]
    assert "共 2 人" in browser.get(f"/reports/people?{HALF}").text
    assert "韩梅" in sign_in(cast.zhao).get(f"/reports/people?{HALF}").text


def test_two_periods_stand_side_by_side_with_the_change(event, cast, sign_in):
    open_event(cast, starts_in=-60 * 24 * 365)
    browser = sign_in(cast.zhao)
    rows = browser.get(f"/reports.json?{HALF}&against=last_year").json
    assert (rows[0]["before"]["hosted"], rows[0]["change"]["hosted"]) == (1, 100.0)
    assert (rows[0]["before"]["attendances"], rows[0]["change"]["attendances"]) == (0, None)
    page = browser.get(f"/reports?{HALF}&against=last_year").text
    assert "小字是2025 年下半年的数和变化" in page
    assert "+100.0%" in page
    text = browser.get(f"/reports.csv?{HALF}&against=last_year").data.decode("utf-8-sig")
    first = next(csv.DictReader(io.StringIO(text)))
    assert (first["主办场次 2025 年下半年"], first["主办场次 增减百分比"]) == ("1", "100.0")


def test_files_follow_the_breakdown(event, cast, sign_in):
    browser, query = sign_in(cast.zhao), f"{HALF}&by=grade"
    rows = {row["code"]: row for row in browser.get(f"/reports.json?{query}").json}
    assert (rows["desk"]["attendances"], rows["poster"]["attendances"]) == (2, 1)
    assert (rows["none"]["hosted"], rows["none"]["unrecorded"]) == (1, 1)
    text = browser.get(f"/reports.csv?{query}").data.decode("utf-8-sig")
    lines = {line["编号"]: line for line in csv.DictReader(io.StringIO(text))}
    assert (lines["desk"]["登记方式"], lines["desk"]["人次"]) == ("签到台、代签和扫码枪", "2")
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"/reports.xlsx?{query}").data)).active
    total = next(row for row in book.iter_rows(values_only=True) if row[0] == "合计")
    assert total[1:5] == (2, 1, 1, 3)


def test_shares_name_their_parts_and_pass_a_hundred(event, cast, sign_in):
    members.end_membership(members.home_of(cast.wang, clock.today()), on=clock.today())
    rows = figures(sign_in(cast.zhao).get(f"/reports.json?{HALF}").json)
    branch = rows[cast.branch.code]
    assert (branch["active_members"], branch["members"], branch["branches"]) == (1, 1, 1)
    page = sign_in(cast.zhao).get(f"/reports?{HALF}").text
    assert re.search(r'团员 <a href="[^"]+only=members">2</a>/3', page)
    assert "66.7%" in page


def test_coverage_opens_the_branches_that_hosted_and_each_its_sittings(event, cast, sign_in):
    browser = sign_in(cast.street_manager)
    page = browser.get(f"/reports?{HALF}").text
    link = (
        f'/reports/branches?from=2026-07-01&amp;to=2026-12-31&amp;org={cast.street.code}">1</a>/2'
    )
    assert link in page
    rows = browser.get(f"/reports/branches?{HALF}").text
    assert cast.branch.full_name in rows
    assert cast.other_branch.full_name not in rows
    (hosted,) = re.findall(r'href="(/reports/hosted\?[^"]+)">1</a>', rows)
    assert "没有登记的会" in browser.get(hosted.replace("&amp;", "&")).text
    orgs.move_org(cast.branch, cast.bureau, by=audit.SYSTEM)
    gone = browser.get(f"/reports/branches?{HALF}").text
    assert "所在单位现在不归你管" in gone
    assert cast.branch.full_name not in gone


def test_an_auditor_reads_figures_with_masked_names(event, cast, sign_in):
    text = sign_in(cast.auditor).get(f"/reports/attendances?{HALF}").text
    assert "王*" in text
    assert "王芳" not in text


def test_a_branch_sees_its_own_figures_only(event, cast, sign_in):
    rows = sign_in(cast.wang_staff).get(f"/reports.json?{HALF}").json
    assert [row["org"] for row in rows] == [cast.branch.code]
    assert "韩梅" not in sign_in(cast.wang_staff).get(f"/reports/attendances?{HALF}").text


@pytest.mark.parametrize("page", PAGES)
def test_the_ladder(event, cast, sign_in, phone, page):
    assert sign_in(cast.street_manager).get(page).status_code == 200
    assert sign_in(cast.auditor).get(page).status_code == 200
    assert phone.get(page).status_code == 303
    assert sign_in(cast.organizer).get(page).status_code == 403
    outside = f"{page}?org={cast.bureau.code}"
    assert sign_in(cast.street_manager).get(outside).status_code == 404
    assert sign_in(cast.zhao).get(f"{page}?org=NEVER").status_code == 404
    assert sign_in(cast.zhao).post(page).status_code in (400, 405)
    assert sign_in(cast.zhao).get(f"{page}?from=2026-13-01&to=x").status_code == 422


@pytest.mark.parametrize(
    "query", ["page=-1", "page=x", "page=99999999999999999999", "only=x", "all=x", "encoding=big5"]
)
def test_nonsense_is_not_a_fault(event, cast, sign_in, query):
    for page in PAGES:
        assert sign_in(cast.zhao).get(f"{page}?{query}").status_code == 200


def test_taking_the_figures_away_is_written_down(event, cast, sign_in):
    sign_in(cast.street_manager).get(f"/reports.xlsx?{HALF}")
    line = db.session.scalars(
        db.select(audit.AuditEntry).where(audit.AuditEntry.act == "exported")
    ).one()
    assert line.facts == {"what": "reports.xlsx 2026-07-01 – 2026-12-31", "rows": 3}


def test_the_command_says_the_same(event, cast, app, monkeypatch):
    monkeypatch.setattr("app.cli.create_app", lambda _settings: app)

    def run(*words):
        days = ["--from", "2026-07-01", "--to", "2026-12-31"]
        return CliRunner().invoke(furong, ["report", *days, *words])

    done = run("--format", "json")
    assert done.exit_code == 0, (done.output, done.exception)
    listed = json.loads(done.output)
    rows = counts.counts(periods.parse_period("2026-07-01", "2026-12-31"), cast.district)
    assert listed == counts.as_values(rows)
    assert len(json.loads(run("--format", "json", "--org", cast.street.code).output)) == 3
    assert "主办场次" in run().output
    assert run("--format", "csv").stdout_bytes.startswith(b"\xef\xbb\xbf")
    book = openpyxl.load_workbook(io.BytesIO(run("--format", "xlsx").stdout_bytes)).active
    assert "2026 年下半年" in book["A1"].value
    assert (run("--org", "NEVER").exit_code, run("--format", "pdf").exit_code) == (1, 2)


def test_a_wrong_day_stays_in_its_field_with_the_reason(event, cast, sign_in):
    reply = sign_in(cast.zhao).get("/reports?from=2026-02-30&to=2026-06-30")
    assert reply.status_code == 422
    assert 'value="2026-02-30" aria-invalid="true"' in reply.text
    assert "日期要写成" in reply.text
