"""The page of hours: who may see it, the forms that confirm, and the list that leaves the house."""

import io
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import select

from app.db import db
from app.domain import checkins, hours
from app.domain.audit import SYSTEM, AuditEntry
from app.domain.checkins import CheckIn
from tests.doors import open_event
from tests.gatherings import arrive, guest, sitting, statements
from tests.scope import token_of

WECHAT = "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50"


@pytest.fixture
def event(cast, stopped):
    """100 minutes of 浏正街 with check-out: 李雷 75 minutes, 王芳 30, 韩梅 forgot; it is over."""
    event = open_event(cast, host=cast.branch, minutes=100, checks_out=True, title="清洁家园")
    li, wang, _han = (arrive(event, person) for person in (cast.li, cast.wang, cast.han))
    stopped.forward(minutes=30)
    hours.check_out(wang, how="phone", by=SYSTEM)
    stopped.forward(minutes=45)
    hours.check_out(li, how="desk", by=SYSTEM)
    stopped.forward(minutes=300)
    return event


def path_of(event, rest=""):
    return f"/events/{event.code}/hours{rest}"


def post(browser, path, **fields):
    return browser.post(path, data={"csrf_token": token_of(browser, "/account"), **fields})


def row_of(event, person):
    db.session.rollback()
    query = select(CheckIn).where(
        CheckIn.occurrence_id == event.occurrences[0].id, CheckIn.person_id == person.id
    )
    return db.session.scalar(query.execution_options(populate_existing=True))


def test_the_table_says_in_out_measured_proposed_and_who_forgot(cast, event, sign_in):
    page = sign_in(cast.organizer).get(path_of(event)).text
    for words in (
        "李雷", "王芳", "韩梅", "13:15", "签到台", "1 小时 15 分", "1 小时 40 分", "30 分", "不足六成",
        "忘了签退", "待认定", "全部按建议认定",
    ):  # fmt: skip
        assert words in page, words
    assert row_of(event, cast.han).checked_out_at is None  # a look writes nothing


def test_all_as_proposed_is_one_press_and_leaves_the_forgotten(cast, event, sign_in):
    browser = sign_in(cast.organizer)
    reply = post(browser, path_of(event), all="1")
    assert reply.status_code == 303
    page = browser.get(reply.location).text
    assert "认定了 2 人" in page
    assert "另有 1 人忘了签退" in page
    assert cast.organizer.name in page
    people = (cast.li, cast.wang, cast.han)
    assert [row_of(event, one).granted_minutes for one in people] == [100, 30, None]
    assert row_of(event, cast.han).checked_out_how == "auto"
    again = browser.get(post(browser, path_of(event), all="1").location).text
    assert "认定了 0 人" in again


def test_ticked_rows_are_confirmed_and_none_is_refused(cast, event, sign_in):
    browser = sign_in(cast.organizer)
    reply = post(browser, path_of(event))
    assert reply.status_code == 422
    assert "先勾选要认定的人" in reply.text
    codes = [row_of(event, one).code for one in (cast.wang, cast.han)]
    assert post(browser, path_of(event), row=codes).status_code == 303
    assert [row_of(event, one).granted_minutes for one in (cast.li, cast.wang, cast.han)] == [
        None,
        30,
        0,
    ]


def test_one_row_is_set_by_hand_with_a_reason_and_the_trail_keeps_it(cast, event, sign_in):
    browser, row = sign_in(cast.organizer), row_of(event, cast.han)
    path = path_of(event, f"/{row.code}")
    refused = post(browser, path, minutes="90", reason="")
    assert refused.status_code == 422
    assert "请写原因" in refused.text
    assert 'value="90"' in refused.text
    for minutes in ("", "一百", "-1", "5000", "9" * 30):
        assert post(browser, path, minutes=minutes, reason="因为").status_code == 422
    assert post(browser, path, minutes="90", reason="合影里有他").status_code == 303
    assert post(browser, path, minutes="80", reason="早走十分钟").status_code == 303
    db.session.rollback()
    said = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "hours_granted"))
    assert [(one.facts["before"], one.facts["minutes"], one.facts["reason"]) for one in said] == [
        (None, 90, "合影里有他"),
        (90, 80, "早走十分钟"),
    ]
    trail = sign_in(cast.wang_staff).get("/audit?act=hours_granted").text
    assert "早走十分钟" in trail


def test_staff_check_the_ticked_out_while_it_is_on(cast, stopped, sign_in):
    event = open_event(cast, host=cast.branch, minutes=100, checks_out=True)
    row = arrive(event, cast.li)
    stopped.forward(minutes=70)
    browser = sign_in(cast.organizer)
    page = browser.get(path_of(event)).text
    assert "还没签退" in page
    assert "给勾选的人签退" in page
    assert post(browser, path_of(event), all="1").status_code == 409
    assert post(browser, path_of(event, "/leaving")).status_code == 422
    reply = post(browser, path_of(event, "/leaving"), row=row.code)
    assert "给 1 人签退了" in browser.get(reply.location).text
    assert (row_of(event, cast.li).checked_out_how, row_of(event, cast.li).measured_minutes) == (
        "staff",
        70,
    )
    stopped.forward(minutes=300)
    late, browser = arrive(event, cast.wang), sign_in(cast.organizer)  # the other one sat idle
    assert post(browser, path_of(event, "/leaving"), row=late.code).status_code == 409


def test_the_parts_of_the_list(cast, event, sign_in):
    browser = sign_in(cast.organizer)
    post(browser, path_of(event), all="1")
    names = {
        part: [n for n in ("李雷", "王芳", "韩梅") if f">{n}<" in browser.get(path_of(event, f"?part={part}")).text]
        for part in ("waiting", "out", "granted", "nothing")
    }  # fmt: skip
    assert names["out"] == ["韩梅"]
    assert names["granted"] == ["李雷", "王芳"]
    assert names["waiting"] == []
    assert len(names["nothing"]) == 3


@pytest.mark.parametrize(
    ("who", "status"),
    [("organizer", 200), ("street_manager", 200), ("other_manager", 404), ("auditor", 200)],
)
def test_the_ladder_of_the_page(cast, event, sign_in, who, status):
    assert sign_in(getattr(cast, who)).get(path_of(event)).status_code == status


def test_signed_out_one_is_asked_to_sign_in(event, phone):
    for rest in ("", ".xlsx"):
        assert phone.get(path_of(event, rest)).status_code == 303


def test_an_auditor_reads_masked_names_and_changes_nothing(cast, event, sign_in):
    browser = sign_in(cast.auditor)
    page = browser.get(path_of(event)).text
    assert "李*" in page
    assert "李雷" not in page
    assert "<button" not in page.split("<table", 1)[1].split("</table>")[0]
    row = row_of(event, cast.li)
    for rest in ("", "/leaving", f"/{row.code}"):
        assert post(browser, path_of(event, rest), all="1", minutes="1").status_code == 403
    assert browser.get(path_of(event, ".xlsx")).status_code == 403


def test_another_branch_confirms_nothing(cast, event, sign_in):
    browser, row = sign_in(cast.other_manager), row_of(event, cast.li)
    for rest in ("", "/leaving", f"/{row.code}"):
        assert post(browser, path_of(event, rest), row=row.code, minutes="9").status_code == 404
    own = open_event(cast, host=cast.other_branch, checks_out=True)
    for path in (path_of(own, f"/{row.code}"), path_of(own)):
        reply = post(browser, path, row=row.code, minutes="9", reason="别家的")
        assert reply.status_code == 404
    assert row_of(event, cast.li).granted_minutes is None


def test_missing_and_wrong_method(cast, event, sign_in):
    browser = sign_in(cast.organizer)
    assert browser.get("/events/ZZZZZZ/hours").status_code == 404
    assert post(browser, path_of(event, "/NOBODY"), minutes="1").status_code == 404
    assert browser.get(path_of(event, "/leaving")).status_code == 405


def test_volunteers_of_an_event_without_check_out(cast, stopped, sign_in):
    event = open_event(cast, host=cast.branch, minutes=100)
    sitting = event.occurrences[0]
    arrive(event, cast.li)
    checkins.tick(sitting, cast.wang, by=SYSTEM, role="volunteer")
    stopped.forward(minutes=100)
    browser = sign_in(cast.organizer)
    page = browser.get(path_of(event)).text
    assert "给全部志愿者认定" in page
    assert "没签退" not in page
    post(browser, path_of(event), all="1")
    assert (row_of(event, cast.wang).granted_minutes, row_of(event, cast.li).granted_minutes) == (
        100,
        None,
    )
    book = openpyxl.load_workbook(io.BytesIO(browser.get(path_of(event, ".xlsx")).data))
    names = [cell.value for cell in book.active["B"]]
    assert "王芳" in names
    assert "李雷" not in names


def test_the_event_and_its_page_show_what_was_confirmed(cast, event, sign_in):
    browser = sign_in(cast.organizer)
    before = browser.get(f"/events/{event.code}").text
    assert path_of(event) in before
    assert "认定了" not in before
    post(browser, path_of(event), all="1")
    assert "2.2 <small>小时" in browser.get(f"/events/{event.code}").text.replace("</a>", "")


def test_the_list_to_hand_in_opens_in_excel(cast, event, sign_in):
    arrive(event, guest("=1+1", phone="13700000001"))
    browser = sign_in(cast.organizer)
    post(browser, path_of(event), all="1")
    reply = browser.get(path_of(event, ".xlsx"))
    assert reply.status_code == 200
    assert f"hours-{event.code}.xlsx" in reply.headers["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(reply.data)).active
    lines = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert lines[0][0] == "清洁家园 志愿者时长表"
    assert "A1:I1" in [str(merged) for merged in sheet.merged_cells.ranges]
    head = next(n for n, line in enumerate(lines) if line[0] == "序号")
    assert lines[head] == [
        "序号", "姓名", "支部", "身份", "签到", "签退", "实际时长（分钟）", "认定时长（分钟）", "认定人",
    ]  # fmt: skip
    rows = {line[1]: line for line in lines[head + 1 : head + 5]}
    assert rows["李雷"][2:] == [
        "浏正街社区团支部", "团员", "2026-11-22 12:00", "2026-11-22 13:15", 75, 100, "何组织",
    ]  # fmt: skip
    assert rows["韩梅"][5:7] == ["忘了签退", 0]
    assert sheet.cell(head + 2, 1).value == 1
    formulas = [c for line in sheet.iter_rows() for c in line if c.data_type == "f"]
    assert formulas == []
    totals = lines[head + 5]
    assert (totals[0], totals[1], totals[6], totals[7]) == ("合计", "4 人次", 105, 130)
    assert "认定时长合计 2.2 小时" in str(lines[head + 6][0])
    assert "还有 2 人没有认定" in str(lines[head + 7][0])
    db.session.rollback()
    (said,) = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "exported"))
    assert said.facts == {"what": "清洁家园 hours.xlsx", "rows": 4}


def test_wechat_saves_no_file(cast, event, sign_in):
    reply = sign_in(cast.organizer).get(path_of(event, ".xlsx"), headers={"User-Agent": WECHAT})
    assert "openxml" not in reply.content_type
    db.session.rollback()
    assert db.session.scalar(select(AuditEntry).where(AuditEntry.act == "exported")) is None


def test_the_form_of_an_event_asks_for_check_out(cast, stopped, sign_in):
    browser = sign_in(cast.organizer)
    event = open_event(cast, host=cast.branch, starts_in=600)
    page = browser.get(f"/events/{event.code}/edit").text
    assert 'name="checks_out"' in page
    told = {
        "title": "清洁家园", "host": cast.branch.code, "invite": "own", "day": "2026-11-23",
        "start": "09:00", "end": "11:00", "opens_before": "60", "closes_after": "0",
        "checks_out": "y", "walk_ins": "y",
    }  # fmt: skip
    reply = post(browser, f"/events/{event.code}", **told)
    assert reply.status_code == 303
    assert "要签退" in browser.get(f"/events/{event.code}").text
    told.pop("checks_out")
    post(browser, f"/events/{event.code}", **told)
    assert "要签退" not in browser.get(f"/events/{event.code}").text


def test_a_full_hall_costs_no_more_questions_than_three_people(cast, event, sign_in):
    browser, asked = sign_in(cast.organizer), []
    for many in (0, 40):
        for number in range(many):
            arrive(event, guest(f"来宾{number}", phone=f"138{number:08}"))
        with statements() as said:
            assert browser.get(path_of(event)).status_code == 200
        asked.append(len(said))
    assert asked[0] == asked[1], asked


def test_each_sitting_has_its_own_hours(cast, event, sign_in):
    second = sitting(event, starts_in=timedelta(minutes=-200))
    row = checkins.record_check_in(
        second, cast.li, at=second.starts_at, how="tick", by=SYSTEM, role="volunteer"
    )
    hours.check_out(row, at=second.ends_at, how="staff", by=SYSTEM)
    browser = sign_in(cast.organizer)
    page = browser.get(path_of(event, f"?occurrence={second.code}")).text
    assert "李雷" in page
    assert "韩梅" not in page
    path = path_of(event, f"?occurrence={second.code}")
    reply = post(browser, path, all="1")
    assert f"occurrence={second.code}" in reply.location
    assert hours.granted_minutes_of(event.occurrences) == {second.id: 90}
    files = [
        openpyxl.load_workbook(io.BytesIO(browser.get(path_of(event, rest)).data)).active
        for rest in (".xlsx", f".xlsx?occurrence={second.code}")
    ]
    counted = [[c.value for c in sheet["B"] if "人次" in str(c.value)] for sheet in files]
    assert counted == [["4 人次"], ["1 人次"]]


def test_the_page_speaks_english(cast, event, sign_in):
    page = sign_in(cast.organizer).get(path_of(event, "?lang=en")).text
    for words in ("Time present", "Forgot", "Grant all as proposed", "1 h 15 min"):
        assert words in page, words
