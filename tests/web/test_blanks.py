"""套表 on the pages: keep one, fill it, and who may."""

import io

import openpyxl
import pytest

from app.domain import blanks
from tests.doors import open_event
from tests.forms import a_form
from tests.gatherings import arrive
from tests.scope import token_of

HALF = "from=2026-07-01&to=2026-12-31"


@pytest.fixture
def event(cast, stopped):
    made = open_event(cast)
    arrive(made, cast.wang, org=cast.branch)
    return made


def send(browser, content, name="上级表.xlsx"):
    form = {"csrf_token": token_of(browser, "/account"), "file": (io.BytesIO(content), name)}
    return browser.post("/reports/blanks", data=form, content_type="multipart/form-data")


def test_a_form_is_kept_shown_filled_and_taken_out_of_use(event, cast, sign_in):
    browser = sign_in(cast.street_manager)
    reply = send(browser, a_form("{{场次}}", "{{人次}}"))
    assert reply.status_code == 303
    page = browser.get(f"{reply.location}?{HALF}").text
    assert "{{人次}}" in page
    assert "上级表.xlsx" in browser.get("/reports/blanks").text
    file = browser.get(f"{reply.location}/filled.xlsx?{HALF}")
    sheet = openpyxl.load_workbook(io.BytesIO(file.data)).active
    assert (sheet["B2"].value, sheet["B3"].value) == (1, 1)
    assert "上级表.xlsx 2026-07-01" in browser.get("/audit").text
    token = token_of(browser, reply.location)
    done = browser.post(f"{reply.location}/voiding", data={"csrf_token": token})
    assert done.location == "/reports/blanks"
    assert "上级表.xlsx" not in browser.get("/reports/blanks").text
    assert browser.get(f"{reply.location}/filled.xlsx?{HALF}").status_code == 409


def test_marks_nobody_knows_stand_on_the_page_by_name_and_cell(event, cast, sign_in):
    reply = send(sign_in(cast.street_manager), a_form("{{场数}}", "{{人次}}"))
    assert reply.status_code == 422
    assert "{{场数}}" in reply.text
    assert "在“上报表”的 B2" in reply.text
    assert "<code>{{场次}}</code></li>" in reply.text
    assert blanks.blanks_of(cast.district) == []


@pytest.mark.parametrize("content", [b"", b"hello", a_form("没有标记")])
def test_what_is_no_form_is_refused_in_words(event, cast, sign_in, content):
    reply = send(sign_in(cast.street_manager), content)
    assert reply.status_code == 422
    assert 'role="alert"' in reply.text


def test_who_may(event, cast, sign_in, phone):
    blank = blanks.keep(a_form("{{场次}}"), "表.xlsx", org=cast.street, by=cast.street_manager)
    pages = (
        "/reports/blanks",
        f"/reports/blanks/{blank.code}",
        f"/reports/blanks/{blank.code}/filled.xlsx",
    )
    for page in pages:
        assert phone.get(page).status_code == 303
        assert sign_in(cast.organizer).get(page).status_code == 403
        assert sign_in(cast.auditor).get(page).status_code == 200
    for page in pages[1:]:
        assert sign_in(cast.wang_staff).get(page).status_code == 404
        assert sign_in(cast.zhao).get(f"{page}?org=ZZZZZZ").status_code == 404
    assert send(sign_in(cast.auditor), a_form("{{场次}}")).status_code == 403
