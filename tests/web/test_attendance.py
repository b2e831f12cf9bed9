"""The list of an event: ticks, undoing, and what leaves the house on paper and in files."""

import csv
import io
import re
from datetime import timedelta

import openpyxl
import pytest

from app import clock
from app.db import db, transaction
from app.domain import checkins, leaves, members
from app.domain.audit import SYSTEM, Actor, AuditEntry
from app.domain.checkins import Attempt, RefusalCount
from tests.gatherings import arrive, gather, guest, sitting

WECHAT = "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50"


@pytest.fixture
def event(cast, stopped):
    """浏正街 and 丰泉古井 at an event of the street; 李雷 is there."""
    event = gather(cast.street, cast.street, title="街道团日")
    arrive(event, cast.li)
    return event


def token_of(reply):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', reply.text)[1]


def post(browser, path, **fields):
    return browser.post(path, data={"csrf_token": token_of(browser.get("/account")), **fields})


def path_of(event, rest=""):
    return f"/events/{event.code}/attendance{rest}"


def rows_of(event):
    db.session.expire_all()
    query = db.session.query(checkins.CheckIn).filter_by(occurrence_id=event.occurrences[0].id)
    return query.order_by(checkins.CheckIn.id).all()


def table_of(reply, encoding="utf-8-sig"):
    return list(csv.reader(io.StringIO(reply.data.decode(encoding), newline="")))


def test_a_small_event_is_one_page_of_names_with_figures(cast, event, sign_in):
    page = sign_in(cast.street_manager).get(path_of(event)).text
    for words in ("浏正街支部", "丰泉古井支部", "李雷", "王芳", "韩梅", "应到 3", "33.3%", "未到"):
        assert words in page
    assert page.count('type="checkbox"') == 2


def test_a_tick_is_a_check_in_by_hand(cast, event, sign_in):
    browser = sign_in(cast.street_manager)
    reply = post(browser, path_of(event), person=[cast.wang.code, cast.han.code, cast.li.code])
    page = browser.get(reply.location).text
    assert "代签了 2 人" in page
    assert "另有 1 人刚才自己签过了" in page
    assert [row.how for row in rows_of(event)] == ["poster", "tick", "tick"]
    assert "100.0%" in page


def test_a_tick_without_names_or_for_a_stranger_is_refused(cast, event, sign_in):
    browser = sign_in(cast.street_manager)
    reply = post(browser, path_of(event))
    assert reply.status_code == 422
    assert "先勾选" in reply.text
    for code in (cast.lin.code, "ZZZZ"):
        assert post(browser, path_of(event), person=code).status_code == 404
    assert len(rows_of(event)) == 1


def test_undoing_wants_a_reason_and_can_be_taken_back_once(cast, event, sign_in):
    browser, (row,) = sign_in(cast.street_manager), rows_of(event)
    assert post(browser, path_of(event, f"/{row.code}/voiding"), reason=" ").status_code == 422
    reply = post(browser, path_of(event, f"/{row.code}/voiding"), reason="签错人")
    page = browser.get(reply.location).text
    assert "签错人" in page
    assert "0.0%" in page
    assert post(browser, path_of(event, f"/{row.code}/voiding"), reason="又一次").status_code == 409
    assert post(browser, path_of(event, f"/{row.code}/restoring")).status_code == 303
    assert post(browser, path_of(event, f"/{row.code}/restoring")).status_code == 409
    acts = [entry.act for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]
    assert [act for act in acts if act.startswith("checkin_")] == [
        "checkin_voided",
        "checkin_restored",
    ]


def test_nothing_is_restored_over_a_live_row(cast, event, sign_in):
    browser, (row,) = sign_in(cast.street_manager), rows_of(event)
    post(browser, path_of(event, f"/{row.code}/voiding"), reason="签错人")
    post(browser, path_of(event), person=cast.li.code)
    assert post(browser, path_of(event, f"/{row.code}/restoring")).status_code == 409
    assert [bool(one.voided_at) for one in rows_of(event)] == [True, False]


def test_who_undid_a_row_stands_beside_it(cast, event, sign_in):
    (row,) = rows_of(event)
    checkins.void_check_in(row, by=cast.zhao.actor, reason="走错会场")
    browser = sign_in(cast.street_manager)
    page = browser.get(path_of(event)).text
    assert cast.zhao.name in page
    assert "走错会场" in page
    checkins.restore_check_in(row, by=SYSTEM)
    checkins.void_check_in(row, by=Actor("phone", 7), reason="本人更正")
    assert re.search(r"本人\s.*?撤销.*本人更正", browser.get(path_of(event)).text)


def test_the_door_leaves_a_trace_of_scans_and_of_who_was_turned_away(cast, event, sign_in):
    sitting = event.occurrences[0]
    with transaction() as session:
        for answer, how in [("done", "poster"), ("already", "poster"), ("already", "poster")]:
            session.add(Attempt(occurrence_id=sitting.id, answer=answer, how=how, at=clock.now()))
        session.add(RefusalCount(occurrence_id=sitting.id, reason="too_early", number=1234, last_at=clock.now()))  # fmt: skip
    page = sign_in(cast.street_manager).get(path_of(event)).text
    trace = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split('id="trace"')[1]))
    for words in (
        "已经签过，再扫一次 海报码 2 次",
        "签上了 海报码 1 次",
        "没让进：还没开始签到",
        "1,234 次",
    ):
        assert words in trace
    assert 'id="trace"' not in sign_in(cast.wang_staff).get(path_of(event)).text


def test_a_big_event_is_searched_and_paged(cast, event, sign_in):
    for number in range(70):
        members.join_branch(
            members.make_person(f"团员{number:02}", phone=f"138{number:08}"), cast.branch
        )
    browser = sign_in(cast.street_manager)
    page = browser.get(path_of(event)).text
    assert "应到 73" in page
    assert page.count('id="entry-') == 50
    for words in ("李", "lilei", "ll", "0002"):
        page = browser.get(path_of(event) + f"?q={words}").text
        assert f'id="entry-{cast.li.code}"' in page
    assert 'value="' + cast.lin.code not in browser.get(path_of(event) + "?q=林").text
    present = browser.get(path_of(event) + "?part=present").text
    assert present.count('id="entry-') == 1
    assert browser.get(path_of(event) + "?part=missing&page=2").text.count('id="entry-') == 22
    for odd in ("?page=99999999999999", "?page=-1", "?part=x", "?q=%25_", "?q=" + "x" * 500):
        assert browser.get(path_of(event) + odd).status_code == 200


def test_a_member_of_the_scope_who_was_not_invited_is_found_and_ticked_as_other(
    cast, stopped, sign_in
):
    event = gather(cast.street, cast.branch)
    browser = sign_in(cast.street_manager)
    assert "没在应到里" in browser.get(path_of(event) + "?q=韩梅").text
    post(browser, path_of(event), person=cast.han.code)
    page = browser.get(path_of(event)).text
    assert "来宾和其他" in page
    assert "0.0%" in page


def test_guests_stand_apart_and_leave_is_said(cast, event, sign_in):
    arrive(event, guest("来宾甲", phone="13700000001"), org=cast.branch, reasons=("identity",))
    arrive(event, guest("来宾乙"))
    leave = leaves.Leave(
        occurrence_id=event.occurrences[0].id, person_id=cast.wang.id, kind="sick",
        noted_at=event.occurrences[0].starts_at,
    )  # fmt: skip
    db.session.add(leave)
    db.session.commit()
    page = sign_in(cast.street_manager).get(path_of(event)).text
    assert page.index("来宾甲") > page.index('id="guests"')
    for words in ("未归属", "请假", "待核对", "33.3%"):
        assert words in page


def test_one_of_several_sittings_is_chosen(cast, event, sign_in):
    later = sitting(event, starts_in=timedelta(days=7))
    browser = sign_in(cast.street_manager)
    page = browser.get(path_of(event) + f"?occurrence={later.code}").text
    assert "换一场" in page
    assert "0.0%" in page
    post(browser, path_of(event), occurrence=later.code, person=cast.li.code)
    rows = db.session.query(checkins.CheckIn).filter_by(occurrence_id=later.id).all()
    assert [row.person_id for row in rows] == [cast.li.id]
    assert browser.get(path_of(event) + "?occurrence=ZZZZ").status_code == 404


def test_an_invited_branch_reads_its_own_rows_and_changes_nothing(cast, event, sign_in):
    arrive(event, cast.han)
    arrive(event, guest("来宾甲"))
    browser = sign_in(cast.other_manager)
    for rest in ("", "?q=李雷", "?part=all", "/sheet", ".csv", ".xlsx"):
        reply = browser.get(path_of(event, rest))
        assert reply.status_code == 200
        assert "李雷</strong>".encode() not in reply.data
        assert "<td>李雷".encode() not in reply.data
        assert cast.li.code.encode() not in reply.data
        assert "来宾甲".encode() not in reply.data
    assert [line[1] for line in table_of(browser.get(path_of(event, ".csv")))[1:]] == ["韩梅"]
    assert 'type="checkbox"' not in browser.get(path_of(event)).text
    (row, *_rest) = rows_of(event)
    for rest in ("", f"/{row.code}/voiding", f"/{row.code}/restoring"):
        fields = {"person": cast.han.code, "reason": "x"}
        assert post(browser, path_of(event, rest), **fields).status_code == 404
    assert rows_of(event)[0].voided_at is None


def test_the_csv_opens_right_and_holds_valid_rows_with_full_names_and_masked_phones(
    cast, event, sign_in
):
    evil = guest("=HYPERLINK(1)", phone="13700000001")
    arrive(event, evil, org=cast.branch, reasons=("identity", "walk_in"))
    gone = arrive(event, cast.han)
    checkins.void_check_in(gone, by=SYSTEM, reason="签错")
    browser = sign_in(cast.street_manager)
    reply = browser.get(path_of(event, ".csv"))
    assert reply.data.startswith(b"\xef\xbb\xbf")
    assert reply.data.count(b"\r\n") == reply.data.count(b"\n") == 3
    assert "13700000001" not in reply.text
    head, first, second = table_of(reply)
    assert head[:10] == [
        "序号",
        "姓名",
        "单位",
        "支部",
        "身份",
        "手机",
        "签到时间",
        "方式",
        "角色",
        "待核",
    ]
    row = dict(zip(head, second, strict=True))
    assert row["姓名"] == "李雷"
    assert (row["单位"], row["支部"]) == (cast.street.full_name, cast.branch.full_name)
    assert (row["身份"], row["手机"], row["签到时间"]) == ("团员", "****0002", "2026-11-22 12:00")
    assert (row["方式"], row["角色"], row["待核"]) == ("海报码", "听众", "")
    assert first[1] == "'=HYPERLINK(1)"
    assert first[4] == "来宾"
    assert first[9] == "名册里对不上, 不在邀请范围"
    gb = browser.get(path_of(event, ".csv?encoding=gb18030"))
    assert table_of(gb, "gb18030") == [head, first, second]
    entry = db.session.query(AuditEntry).filter_by(act="exported").first()
    assert entry.facts == {"what": "街道团日 attendance.csv", "rows": 2}


def test_the_csv_bears_the_names_of_the_day(cast, event, sign_in, stopped):
    from_then = sign_in(cast.street_manager).get(path_of(event, ".csv")).data
    stopped.forward(days=3)
    post(sign_in(cast.zhao), f"/orgs/{cast.branch.code}/name", full_name="浏正街团支部（新）")
    post(sign_in(cast.zhao), f"/orgs/{cast.branch.code}/parent", parent=cast.school.code)
    assert sign_in(cast.zhao).get(path_of(event, ".csv")).data == from_then


def test_the_workbook_has_a_title_two_header_rows_totals_and_no_formula(cast, event, sign_in):
    arrive(event, guest("=1+1"), reasons=("identity",))
    reply = sign_in(cast.street_manager).get(path_of(event, ".xlsx"))
    sheet = openpyxl.load_workbook(io.BytesIO(reply.data)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][0] == "街道团日 签到名单"
    top = next(i for i, row in enumerate(rows) if row[0] == "序号")
    assert rows[top][1] == "参加人"
    assert rows[top + 1][1:3] == ["姓名", "单位"]
    assert rows[top + 2][1] == "李雷"
    assert rows[top + 3][1] == "=1+1"
    assert sheet.cell(top + 4, 2).data_type == "s"
    assert rows[-1][0] == "合计"
    assert "2 人次" in rows[-1]
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.freeze_panes


def test_in_wechat_the_download_says_to_open_a_browser(cast, event, sign_in):
    browser = sign_in(cast.street_manager)
    for ending in (".csv", ".xlsx"):
        reply = browser.get(path_of(event, ending), headers={"User-Agent": WECHAT})
        assert "在浏览器打开" in reply.text
        assert path_of(event, ending) in reply.text
    assert db.session.query(AuditEntry).filter_by(act="exported").count() == 0


def test_the_sheet_is_empty_to_sign_before_and_has_times_after(cast, event, sign_in):
    coming = gather(cast.street, cast.branch, title="下周的会", starts_in=timedelta(days=7))
    browser = sign_in(cast.street_manager)
    before = browser.get(path_of(coming, "/sheet")).text
    assert "签名" in before
    assert "李雷" in before
    assert "王芳" in before
    assert before.count('<td class="c1">') == 21
    after = browser.get(path_of(event, "/sheet")).text
    assert "12:00 海报码" in after
    assert "王芳" not in after
    assert "王芳" in browser.get(path_of(event, "/sheet?blank=1")).text
    only = browser.get(path_of(event, f"/sheet?blank=1&org={cast.other_branch.code}")).text
    assert "韩梅" in only
    assert "王芳" not in only
    assert browser.get(path_of(event, "/sheet?org=ZZZZ")).status_code == 404


@pytest.mark.parametrize("rest", ["", ".csv", ".xlsx", "/sheet"])
def test_the_ladder_of_reading(cast, stopped, sign_in, phone, rest):
    event = gather(cast.branch, cast.branch)
    arrive(event, cast.li)
    path = path_of(event, rest)
    for staff in (cast.organizer, cast.wang_staff, cast.zhao):
        assert sign_in(staff).get(path).status_code == 200
    assert phone.get(path).status_code == 303
    assert sign_in(cast.auditor).get(path).status_code == 403
    assert sign_in(cast.other_manager).get(path).status_code == 404
    assert sign_in(cast.zhao).get(path.replace(event.code, "ZZZZ")).status_code == 404
    if rest:
        assert post(sign_in(cast.zhao), path).status_code == 405


@pytest.mark.parametrize("act", ["", "/{row}/voiding", "/{row}/restoring"])
def test_the_ladder_of_changing(cast, stopped, sign_in, act):
    event = gather(cast.branch, cast.branch)
    row = arrive(event, cast.li)
    path, fields = (
        path_of(event, act.format(row=row.code)),
        {"person": cast.wang.code, "reason": "错"},
    )
    assert post(sign_in(cast.other_manager), path, **fields).status_code == 404
    assert post(sign_in(cast.auditor), path, **fields).status_code == 403
    assert sign_in(cast.organizer).post(path, data=fields).status_code == 400
    if act:
        assert sign_in(cast.organizer).get(path).status_code == 405
        other = path_of(event, act.format(row="ZZZZ"))
        assert post(sign_in(cast.organizer), other, **fields).status_code == 404
    assert len(rows_of(event)) == 1
    assert rows_of(event)[0].voided_at is None


def test_a_branch_that_was_moved_away_takes_its_people_out_of_sight(cast, stopped, sign_in):
    event = gather(cast.district, cast.district, title="全区大会")
    arrive(event, cast.li)
    browser = sign_in(cast.street_manager)
    assert cast.li.code in browser.get(path_of(event)).text
    post(sign_in(cast.zhao), f"/orgs/{cast.branch.code}/parent", parent=cast.school.code)
    for rest in ("", "?q=李雷", "/sheet", ".csv"):
        reply = browser.get(path_of(event, rest))
        assert "李雷</strong>" not in reply.text
        assert cast.li.code not in reply.text
        assert "李雷," not in reply.text


def test_the_code_of_one_sitting_opens_the_list_of_that_sitting(cast, stopped, sign_in):
    event = gather(cast.street, cast.street)
    later = sitting(event, starts_in=timedelta(days=1))
    arrive(event, cast.li)
    checkins.record_check_in(later, cast.han, at=stopped.at, how="tick", by=SYSTEM)
    reader = sign_in(cast.street_manager)
    for code, names in (
        (event.code, {"李雷", "韩梅"}),
        (event.occurrences[0].code, {"李雷"}),
        (later.code, {"韩梅"}),
    ):
        lines = reader.get(f"/events/{code}/attendance.csv").data.decode("utf-8-sig").splitlines()
        assert {line.split(",")[1] for line in lines[1:]} == names
        shown = reader.get(f"/events/{code}/attendance").text
        wanted = code if code != event.code else event.occurrences[0].code
        assert f'<option value="{wanted}" selected>' in shown
