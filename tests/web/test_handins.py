"""Papers to hand in: the workbook and the list of every check-in say what the page says."""

import csv
import io
import re
import threading
from datetime import timedelta

import openpyxl
import pytest

from app import keys
from app.db import db, transaction
from app.domain import audit, checkins, counts, handins, periods
from app.domain.evidence import Attachment
from app.domain.leaves import Leave
from tests.doors import open_event
from tests.gatherings import gather, guest

HALF = "from=2026-07-01&to=2026-12-31"
PAGES = ("/reports/workbook.xlsx", "/reports/rows.csv", "/reports/papers", "/reports/register",
         "/reports/register.csv", "/reports/register.xlsx")  # fmt: skip


@pytest.fixture
def event(cast, stopped):
    """The street's event: 王芳 and 韩梅 came, and somebody of no branch; 李雷 is on leave."""
    made = open_event(cast, title="=主题团日")
    sitting = made.occurrences[0]
    for person in (cast.wang, cast.han):
        checkins.tick(sitting, person, by=audit.SYSTEM)
    checkins.record_check_in(
        sitting, guest("过路人"), at=sitting.starts_at, how="poster", by=audit.SYSTEM,
        reasons=("identity",),
    )  # fmt: skip
    with transaction() as session:
        session.add(Leave(occurrence_id=sitting.id, person_id=cast.li.id, kind="sick",
                          asked_at=sitting.opens_at, noted_at=sitting.opens_at))  # fmt: skip
    return made


def sheets(browser, query=HALF):
    reply = browser.get(f"/reports/workbook.xlsx?{query}")
    assert reply.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(reply.data))
    return {sheet.title: [[c.value for c in row] for row in sheet] for sheet in book}, book


def test_the_workbook_has_its_five_sheets_and_the_figures_of_the_page(event, cast, sign_in):
    found, book = sheets(sign_in(cast.zhao))
    assert list(found) == ["汇总", "支部", "明细", "未到", "口径"]
    half = periods.parse_period("2026-07-01", "2026-12-31")
    root = counts.counts(half, cast.district)[0]
    for name in ("汇总", "支部"):
        total = next(row for row in found[name] if row[0] == "合计")
        assert total[1:] == counts.cells(root)
    assert "填报单位：共青团芙蓉区委员会" in found["汇总"][1][0]
    assert "统计截至：2026-11-22 12:00" in found["汇总"][2][0]
    assert "（盖章）" in found["明细"][-1][0]
    assert len([row for row in found["支部"] if row[0] and row[0].startswith("\u3000")]) == 6
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.print_title_rows
        assert sheet.freeze_panes


def test_a_row_of_the_list_is_a_check_in_and_there_are_as_many_as_person_times(
    event, cast, sign_in
):
    browser = sign_in(cast.zhao)
    found, _book = sheets(browser)
    rows = [row for row in found["明细"] if isinstance(row[0], int)]
    half = periods.parse_period("2026-07-01", "2026-12-31")
    assert len(rows) == counts.counts(half, cast.district)[0].attendances == 3
    assert {(row[4], row[5]) for row in rows} == {
        ("王芳", "浏正街社区团支部"), ("韩梅", "丰泉古井社区团支部"), ("过路人", "未归属"),
    }  # fmt: skip
    assert {row[3] for row in rows} == {cast.street.full_name}
    blob = browser.get(f"/reports/rows.csv?{HALF}").data
    assert blob.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(blob.decode("utf-8-sig"), newline="")))
    assert lines[0][:6] == ["序号", "日期", "活动", "主办", "姓名", "支部"]
    assert [line[4] for line in lines[1:]] == [row[4] for row in rows]
    assert {line[2] for line in lines[1:]} == {"'=主题团日"}
    old = browser.get(f"/reports/rows.csv?{HALF}&encoding=gb18030").data.decode("gb18030")
    assert "浏正街社区团支部" in old


def test_who_did_not_come_stands_with_the_reason(event, cast, sign_in):
    found, _book = sheets(sign_in(cast.zhao))
    rows = [row for row in found["未到"] if isinstance(row[0], int)]
    assert [row[4:] for row in rows if row[4] == "李雷"] == [["李雷", "请假", "病假"]]
    assert not {row[4] for row in rows} & {"王芳", "韩梅"}


def test_a_list_of_the_missing_too_long_says_how_many_sittings_it_left_out(
    event, cast, sign_in, monkeypatch
):
    for days in (-3, -2):
        gather(cast.branch, cast.branch, starts_in=timedelta(days=days))

    def listed():
        found, _book = sheets(sign_in(cast.zhao))
        dates = [row[1] for row in found["未到"] if isinstance(row[0], int)]
        foot = next((row[0] for row in found["未到"] if "列满" in str(row[0])), None)
        return dates, foot

    monkeypatch.setattr(handins.absences, "BATCH", 2)
    everything = ["2026-11-22"] + ["2026-11-20"] * 2 + ["2026-11-19"] * 2
    assert listed() == (everything, None)
    monkeypatch.setattr(handins.absences, "MOST", 2)
    assert listed() == (everything[:3], "列满 2 行为止：更早的 1 场没有列出来。")


def test_names_are_whole_only_where_the_reader_may_know_them(event, cast, sign_in):
    own, _book = sheets(sign_in(cast.wang_staff))
    text = str(own)
    assert "王芳" in text
    assert "韩梅" not in text
    read, _book = sheets(sign_in(cast.auditor))
    assert "王芳" not in str(read)
    assert "王*" in str(read)
    assert "李*" in str(read)


def test_the_sheets_of_a_workbook_are_of_one_moment(app, event, cast):
    """Somebody checks in while 明细 is about to be written: no sheet knows of it."""

    def tick():
        with app.app_context():
            sitting, person = (db.session.get(type(one), one.id) for one in (sitting_of, cast.lin))
            checkins.tick(sitting, person, by=audit.SYSTEM)

    def say(words):
        if words == "明细" and not threads:
            threads.append(threading.Thread(target=tick))
            threads[0].start()
            threads[0].join()
        return words

    sitting_of, threads = event.occurrences[0], []
    half = periods.parse_period("2026-07-01", "2026-12-31")
    asked = handins.Details(half, cast.district, cast.district, say)
    head = handins.Letterhead("汇总表", (), ())
    with handins.workbook(asked, head, by=audit.SYSTEM) as file:
        book = openpyxl.load_workbook(file)
    db.session.rollback()
    assert counts.counts(half, cast.district)[0].attendances == 4
    found = {sheet.title: [[c.value for c in row] for row in sheet] for sheet in book}
    for name, place in (("汇总", 4), ("支部", 4)):
        assert next(row for row in found[name] if row[0] == "合计")[place] == 3
    assert next(row for row in found["明细"] if row[0] == "合计")[1] == "3 人次"
    assert len([row for row in found["明细"] if isinstance(row[0], int)]) == 3


def test_taking_a_file_away_is_written_down(event, cast, sign_in):
    browser = sign_in(cast.zhao)
    sheets(browser)
    browser.get(f"/reports/rows.csv?{HALF}")
    trail = browser.get("/audit").text
    assert "workbook.xlsx 2026-07-01" in trail
    assert "rows.csv 2026-07-01" in trail


def test_the_register_has_a_row_per_sitting_and_says_unrecorded_in_a_word(event, cast, sign_in):
    browser = sign_in(cast.zhao)
    open_event(cast, host=cast.branch, title="没有登记的会", starts_in=-200)
    with transaction() as session:
        for voided in (None, event.occurrences[0].opens_at):
            session.add(Attachment(
                code=keys.new_code(), occurrence_id=event.occurrences[0].id, place="三楼档案柜",
                made_at=event.occurrences[0].opens_at, voided_at=voided,
            ))  # fmt: skip
    page = browser.get(f"/reports/register?{HALF}").text
    assert "共 2 场" in page
    lines = browser.get(f"/reports/register.csv?{HALF}").data.decode("utf-8-sig")
    rows = {row["主题"]: row for row in csv.DictReader(io.StringIO(lines, newline=""))}
    held = rows["'=主题团日"]
    assert (held["应到"], held["实到"], held["人次"], held["附件"]) == ("3", "2", "3", "1")
    assert rows["没有登记的会"]["人次"] == "未登记"
    book = openpyxl.load_workbook(
        io.BytesIO(browser.get(f"/reports/register.xlsx?{HALF}").data)
    ).active
    cells = [[cell.value for cell in row] for row in book]
    assert "活动台账" in cells[0][0]
    assert [row[9] for row in cells if isinstance(row[0], int)] == [3, "未登记"]
    assert next(row for row in cells if row[0] == "合计")[1] == "2 场"


def test_the_minutes_name_who_was_excused_and_who_was_absent(event, cast, sign_in):
    page = sign_in(cast.street_manager).get(f"/events/{event.code}/minutes").text
    assert "应到 3 人，实到 2 人，请假 1 人，缺席 0 人" in page
    assert "李雷（病假）" in page
    assert "过路人" in page
    own = sign_in(cast.wang_staff).get(f"/events/{event.code}/minutes").text
    assert "应到 2 人，实到 1 人" in own
    assert "过路人" not in own
    assert sign_in(cast.auditor).get(f"/events/{event.code}/minutes").status_code == 403


def test_the_minutes_name_the_unit_that_sent_nobody(cast, sign_in, stopped):
    invited = [(cast.branch, "seats"), (cast.other_branch, "seats")]
    event = open_event(cast, host=cast.street, invited=invited)
    checkins.tick(event.occurrences[0], cast.li, by=audit.SYSTEM)
    page = sign_in(cast.street_manager).get(f"/events/{event.code}/minutes").text
    assert "应到 2 人，实到 1 人，请假 0 人，缺席 1 人" in page
    rows = re.findall(r"<tr><td class=\"org\">(.*?)</td>.*?<td>([^<]*)</td></tr>", page)
    assert rows == [
        (cast.branch.full_name, ""), (cast.other_branch.full_name, "派 1 人参加，没有人到"),
    ]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_the_ladder(event, cast, sign_in, phone, page):
    assert sign_in(cast.street_manager).get(page).status_code == 200
    assert sign_in(cast.auditor).get(page).status_code == 200
    assert phone.get(page).status_code == 303
    assert sign_in(cast.organizer).get(page).status_code == 403
    assert sign_in(cast.wang_staff).get(f"{page}?org={cast.district.code}").status_code == 404
    assert sign_in(cast.zhao).get(f"{page}?from=x&to=y").status_code == 422
    assert sign_in(cast.zhao).post(page).status_code in (400, 405)
