"""Files asked for from inside WeChat: a page that says where to open them, within the same scope."""

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.audit import AuditEntry
from tests.browser.chromium import WECHAT
from tests.happenings import make

FILES = ("/events/{}/attendance.csv", "/events/{}/attendance.xlsx", "/events/{}/attendance/sheet",
         "/reports.csv", "/reports.xlsx", "/reports.json")  # fmt: skip


def ask(browser, path):
    return browser.get(path, headers={"User-Agent": WECHAT})


@pytest.mark.parametrize("path", FILES)
def test_a_file_is_opened_in_the_browser_by_its_own_address(cast, stopped, sign_in, path):
    path = path.format(make(cast).code)
    reply = ask(sign_in(cast.wang_staff), path)
    assert (reply.status_code, reply.mimetype) == (200, "text/html")
    assert "在浏览器打开" in reply.text
    assert f'<p class="spelled">http://127.0.0.1:8000{path}</p>' in reply.text
    assert "登录一次" in reply.text
    assert "Content-Disposition" not in reply.headers
    acts = db.session.scalars(select(AuditEntry.act)).all()
    assert "exported" not in acts  # nothing left the house


def test_the_question_of_the_address_is_kept(cast, stopped, sign_in):
    path = "/reports.csv?from=2026-01-01&to=2026-06-30&encoding=gb18030"
    page = ask(sign_in(cast.wang_staff), path).text
    assert f"http://127.0.0.1:8000{path.replace('&', '&amp;')}</p>" in page
    assert 'href="/reports?from=2026-01-01&amp;to=2026-06-30' in page


@pytest.mark.parametrize("path", FILES[:3])
def test_outside_the_scope_there_is_nothing_to_open_elsewhere_either(cast, stopped, sign_in, path):
    path = path.format(make(cast).code)
    assert ask(sign_in(cast.other_manager), path).status_code == 404


def test_the_sheet_can_be_looked_at_here(cast, stopped, sign_in):
    event, browser = make(cast), sign_in(cast.organizer)
    path = f"/events/{event.code}/attendance/sheet?blank=1"
    assert f'href="{path}&amp;here=1"' in ask(browser, path).text
    assert "签名" in ask(browser, f"{path}&here=1").text


def test_a_participant_gets_the_phones_page_and_no_word_of_accounts(cast, stopped, phone):
    event = make(cast)
    reply = ask(phone, f"/e/{event.code}/event.ics")
    assert '<body class="phone">' in reply.text
    assert f"/e/{event.code}/event.ics</p>" in reply.text
    assert "登录" not in reply.text
    assert phone.get(f"/e/{event.code}/event.ics").mimetype == "text/calendar"
