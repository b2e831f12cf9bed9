"""What a hostile reading of the half-year report found, kept from coming back."""

import io
import random
import re
import zipfile

import openpyxl
import pytest

from app import clock
from app.db import db, transaction
from app.domain import (
    audit,
    blanks,
    checkins,
    closings,
    honours,
    members,
    orgs,
    services,
    studies,
    tallies,
)
from app.domain.periods import half_of
from tests.doors import open_event
from tests.forms import a_form
from tests.gatherings import arrive, gather, guest, statements
from tests.scope import token_of

HALF = "from=2026-07-01&to=2026-12-31"
BLANK = a_form("{{场次}}")
XML = re.compile(rb"<\?xml[^>]*\?>")


def _part(name, change, packing=zipfile.ZIP_STORED):
    """The blank with the bytes of one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BLANK)) as old, zipfile.ZipFile(out, "w", packing) as new:
        for entry in old.infolist():
            body = old.read(entry)
            new.writestr(entry.filename, change(body) if entry.filename.endswith(name) else body)
    return out.getvalue()


def _torn(name):
    """The blank with a hole in the packed bytes of one part."""
    with zipfile.ZipFile(io.BytesIO(BLANK)) as packed:
        entry = next(one for one in packed.infolist() if one.filename.endswith(name))
    hole = entry.header_offset + 30 + len(entry.filename) + 20
    return BLANK[:hole] + b"\xff" * 30 + BLANK[hole + 30 :]


def _declared(encoding):
    words = b'<?xml version="1.0" encoding="%b"?>' % encoding
    return _part("sheet1.xml", lambda body: words + XML.sub(b"", body))


@pytest.mark.parametrize(
    "content",
    [
        _torn("theme1.xml"),
        _declared(b"foo"),
        _declared(b"hex"),
        _declared(b"iso-8859-1"),
        _part("workbook.xml.rels", lambda body: re.sub(rb' Target="[^"]*"', b"", body)),
        _part("workbook.xml", lambda _body: b"<x/>"),
        _part("sheet1.xml", lambda _body: b""),
        BLANK[:-200],
        b"PK\x03\x04",
        b"",
    ],
)
def test_a_broken_form_of_a_superior_is_refused_in_words(cast, stopped, sign_in, content):
    browser = sign_in(cast.zhao)
    sent = {
        "csrf_token": token_of(browser, "/reports/blanks"),
        "file": (io.BytesIO(content), "上级表.xlsx"),
    }
    reply = browser.post("/reports/blanks", data=sent)
    assert reply.status_code == 422
    assert 'class="error"' in reply.text


@pytest.fixture
def gone(cast, stopped):
    """浏正街 held a sitting for the street, and lies under the education bureau since."""
    event = open_event(cast, host=cast.branch, title="搬走前的会", starts_in=-300)
    checkins.tick(event.occurrences[0], cast.wang, by=audit.SYSTEM)
    orgs.move_org(cast.branch, cast.bureau, by=audit.SYSTEM)
    return event


@pytest.mark.parametrize(
    "page",
    ["hosted", "took-part", "attendances", "people", "checks", "register", "register.csv", "rows.csv"],
)  # fmt: skip
def test_what_left_the_scope_is_no_row_of_any_page_or_list(cast, gone, sign_in, page):
    for told in (
        sign_in(cast.street_manager).get(f"/reports/{page}?{HALF}"),
        sign_in(cast.street_manager).get(f"/reports/{page}?{HALF}&by=programme&key=-"),
    ):
        assert told.status_code == 200
        assert not [w for w in ("搬走前", "浏正街", "王*", gone.code) if w in told.text]
    assert "浏正街" in sign_in(cast.zhao).get(f"/reports/{page}?{HALF}").text


def test_the_workbooks_say_how_many_rows_left_the_scope(cast, gone, sign_in):
    browser = sign_in(cast.street_manager)
    for file, sheet, unit in (("workbook", "明细", "人次"), ("register", "活动台账", "场")):
        book = openpyxl.load_workbook(io.BytesIO(browser.get(f"/reports/{file}.xlsx?{HALF}").data))
        cells = [str(cell.value) for page in book for row in page for cell in row]
        assert not [one for one in cells if "搬走前" in one or "浏正街" in one]
        own = [str(cell.value) for row in book[sheet] for cell in row]
        assert f"其中 1 {unit}，所在单位现在不归你管，这里只给数。" in own
        assert f"1 {unit}" in own


def test_a_check_names_no_branch_that_left_the_scope(cast, stopped, sign_in):
    event = open_event(cast, title="街道的会", starts_in=-300)
    checkins.tick(event.occurrences[0], cast.wang, by=audit.SYSTEM)
    heads = [tallies.Told(cast.branch.code, 7, None)]
    tallies.count_heads(event.occurrences[0], heads, by=audit.SYSTEM)
    browser = sign_in(cast.street_manager)
    assert "浏正街支部：清点 7，签到 1" in browser.get(f"/reports/checks?{HALF}").text
    orgs.move_org(cast.branch, cast.bureau, by=audit.SYSTEM)
    assert "浏正街" not in browser.get(f"/reports/checks?{HALF}").text
    assert "清点 7" not in browser.get(f"/reports/checks?{HALF}").text


def test_more_branches_cost_a_page_no_more_questions(cast, stopped, sign_in):
    browser = sign_in(cast.zhao)
    first = _busy(cast, 2)
    issue = re.search(r'href="(/studies/[A-Z0-9]+)"', browser.get("/studies").text)[1]
    pages = (
        "/reports", "/reports?by=programme", "/reports/hosted", "/reports/people", "/reports/checks",
        "/reports/summary", "/reports/blanks", "/honours", "/tallies", "/tallies/services", issue,
        "/studies", "/reports/rows.csv",
    )  # fmt: skip
    before = {page: _asked(browser, page) for page in pages}
    _busy(cast, 5, first)
    assert {page: _asked(browser, page) for page in pages} == before


def _asked(browser, page):
    """How many statements the page asks, once what it needs every time is warm."""
    browser.get(page)
    with statements() as asked:
        assert browser.get(page).status_code == 200
    return len(asked)


def _busy(cast, last, first=0):
    """Branches of the street, each with a sitting and a figure of every kind."""
    day, by = clock.today(), cast.zhao.actor
    for n in range(first, last):
        org = orgs.add_org(f"新{n}团支部", short_name=f"新{n}", parent=cast.street, by=audit.SYSTEM)
        person = members.make_person(f"新人{n}")
        members.join_branch(person, org)
        event = gather(org, org, title=f"第{n}次会")
        arrive(event, person, org=org, reasons=("identity",))
        tallies.count_heads(event.occurrences[0], [tallies.Told(org.code, 5, None)], by=by)
        figure = tallies.Reported("人次", 12, org=org, from_on=day, to_on=day, evidence="截图")
        tallies.report(figure, by=by)
        services.give(services.Given(org, "care", day, 3), by=by)
        honours.grant(honours.Award(org, f"能手{n}", "district", day), person.name, by=by)
        blanks.keep(a_form("{{场次}}", f"{n}"), "上级表.xlsx", org=org, by=cast.zhao)
        draft = studies.draft_of(
            studies.read_pasted(f"{person.name}\n某某某"), series="", name="第一期", due_on=day,
            org=org, file="名单",
        )  # fmt: skip
        shown = studies.plan_of(draft, org).print
        studies.read_in(draft, org, shown=shown, by=cast.zhao)
    return last


def test_a_name_is_measured_as_it_is_kept(cast, stopped, sign_in):
    browser = sign_in(cast.zhao)
    sent = {"title": "岗位能手", "level": "city", "granted_on": "2026-11-01", "kind": "person"}
    sent |= {"names": "ﷺ" * 60, "csrf_token": token_of(browser, "/honours")}
    assert browser.post("/honours", data=sent).status_code == 422
    assert browser.post("/honours", data=sent | {"names": "王芳"}).status_code == 303


def test_a_signed_report_names_nothing_that_left_the_scope_since(cast, gone, sign_in, stopped):
    arrive(open_event(cast, title="街道的会", starts_in=-200), cast.han, org=cast.other_branch)
    report = closings.sign(cast.street, half_of(clock.today()), by=cast.street_manager)
    sample = closings.draw(report, 9, by=cast.street_manager)
    closings.open_sample(sample, by=cast.street_manager, reason="核对")
    stopped.forward(minutes=3)
    with transaction():
        for row in db.session.query(checkins.CheckIn):
            row.granted_minutes = 30
    for page in (f"/closings/{report.code}", f"/closings/{report.code}/samples/{sample.code}"):
        told = sign_in(cast.street_manager).get(page).text
        assert "街道的会" in told
        assert not [words for words in ("搬走前", "浏正街", "王*", "王芳") if words in told]
        assert "现在不归你管" in told
        assert "搬走前" in sign_in(cast.zhao).get(page).text


def test_a_lower_bound_is_one_in_every_table_of_a_signed_report(cast, gone, sign_in, stopped):
    arrive(gone, guest("过路人"))
    report = closings.sign(cast.district, half_of(clock.today()), by=cast.zhao)
    told = sign_in(cast.zhao).get(f"/closings/{report.code}").text
    assert "不少于 2" in told.split('id="cut"')[1].split("</table>")[0]


@pytest.mark.parametrize(
    ("open_", "thing", "times", "close"),
    [
        (b"<row>", b"<c/>", 1_600_000, b"</row>"),
        (b"<row>", b"<c><v>1</v></c>", 210_000, b"</row>"),
        (b'<row><c t="inlineStr"><is>', b"<t>1</t>", 210_000, b"</is></c></row>"),
        (b'<row><c t="inlineStr"><is><t>', b"{{", 1_500_000, b"</t></is></c></row>"),
    ],
)
def test_a_small_file_of_too_many_cells_is_refused(
    cast, stopped, sign_in, open_, thing, times, close
):
    browser = sign_in(cast.zhao)
    body = b"<worksheet><sheetData>" + open_ + thing * times + close + b"</sheetData></worksheet>"
    out = io.BytesIO(_part("sheet1.xml", lambda _body: body, zipfile.ZIP_DEFLATED))
    with zipfile.ZipFile(out, "a") as packed:  # so that it is not packed suspiciously well
        packed.writestr("xl/media/image1.png", random.Random(1).randbytes(100_000))
    sent = {
        "csrf_token": token_of(browser, "/reports/blanks"),
        "file": (io.BytesIO(out.getvalue()), "上级表.xlsx"),
    }
    reply = browser.post("/reports/blanks", data=sent)
    assert reply.status_code == 422
    assert ("200 个标记不认识" in reply.text) if thing == b"{{" else ("超过了上限" in reply.text)
    assert len(reply.text) < 200_000


def test_what_is_wrong_about_a_form_that_is_not_drawn_stands_above(cast, gone, sign_in):
    closings.sign(cast.district, half_of(clock.today()), by=cast.zhao)
    browser = sign_in(cast.zhao)
    sent = {"csrf_token": token_of(browser, "/account"), "note": "长" * 201}
    for asked in (HALF, "from=x", "from=2199-01-01&to=2199-12-31"):
        told = browser.post(f"/closings?{asked}", data=sent)
        assert told.status_code == 422
        assert "最多 200 个字。" in told.text
