"""Signing on the web: the forms, who may, two at once, the printed page, the file, draws and reopening."""

import hashlib
import re
from datetime import timedelta

import pytest

from app import clock
from app.db import db, transaction
from app.domain import checkins, closings, corrections, services
from app.domain.audit import SYSTEM, AuditEntry
from app.domain.periods import half_of
from app.domain.programmes import series_named
from tests.doors import token_of
from tests.gatherings import arrive, gather

PAGE = "/closings"
ASKED = "?from=2026-07-01&to=2026-12-31"


@pytest.fixture
def evening(cast, stopped):
    """The street's evening, to which 王芳 and 韩梅 came."""
    event = gather(cast.street, cast.branch, cast.other_branch, title="两支部联谊")
    arrive(event, cast.wang, org=cast.branch)
    arrive(event, cast.han, org=cast.other_branch)
    return event


@pytest.fixture
def report(cast, evening):
    return closings.sign(cast.street, half_of(clock.today()), by=cast.street_manager, note="按时")


def post(browser, path, **told):
    return browser.post(path, data={"csrf_token": token_of(browser.get("/account")), **told})


def test_a_secretary_signs_and_the_figures_stay_while_the_list_of_differences_grows(
    cast, evening, sign_in, stopped
):
    browser = sign_in(cast.street_manager)
    page = browser.get(PAGE + ASKED).text
    assert "这段时间还没过完。" in page
    assert "浏正街支部" in page  # has not signed
    reply = post(browser, PAGE + ASKED, note="按时交")
    assert reply.status_code == 303
    shown = browser.get(reply.location).text
    for words in ("定好了。", "核对无误", "按时交", "周街道", "没有。今天再算一遍"):
        assert words in shown
    stopped.forward(minutes=3)
    row = db.session.query(checkins.CheckIn).filter_by(person_id=cast.han.id).one()
    checkins.void_check_in(row, by=cast.street_manager.actor, reason="没来")
    shown = re.sub(r"\s+", " ", browser.get(reply.location).text)
    assert "两支部联谊</a>" in shown
    assert "人次 2 → 1" in shown
    assert "丰泉古井支部 1 → 0" in shown
    assert "撤销签到" in shown  # the act, beneath
    total = shown.split("<tfoot>")[1].split("</tfoot>")[0]
    assert total.count('<td class="n">2</td>') == 2  # 人次 and 人数 as signed


def test_a_sheet_entered_after_signing_stands_among_the_acts_with_its_event(
    cast, report, evening, sign_in, stopped
):
    stopped.forward(minutes=3)
    sitting = evening.occurrences[0]
    lines = corrections.read_paper(sitting, "李雷", [], {})
    corrections.enter_paper(
        sitting, lines, sitting.starts_on, by=cast.street_manager, reason="第二张签到表补录"
    )
    shown = re.sub(r"\s+", " ", sign_in(cast.street_manager).get(f"{PAGE}/{report.code}").text)
    assert "人次 2 → 3" in shown
    (acts,) = re.findall(r"谁动过这些活动.*?</ul>", shown)
    assert "更正：第二张签到表补录<small>两支部联谊</small>" in acts


def test_the_reports_page_says_that_it_is_signed_and_how_far_it_is_from_today(
    cast, report, evening, sign_in
):
    browser = sign_in(cast.street_manager)
    text = browser.get("/reports" + ASKED).text
    assert f"/closings/{report.code}" in text
    assert "到现在没有变。" in text
    row = db.session.query(checkins.CheckIn).filter_by(person_id=cast.han.id).one()
    checkins.void_check_in(row, by=SYSTEM, reason="没来")
    n = len(closings.changes_since(report).figures)
    assert f"和定稿有 {n} 个数不同" in browser.get("/reports" + ASKED).text
    assert "已定稿" not in browser.get("/reports?from=2026-11-01&to=2026-11-30").text


def test_the_second_of_two_is_409_in_words(cast, report, sign_in):
    reply = post(sign_in(cast.zhao), f"{PAGE}{ASKED}&org={cast.street.code}", note="")
    assert reply.status_code == 409
    assert "这段时间已经定稿了" in reply.text
    assert f"/closings/{report.code}" in reply.text


@pytest.mark.parametrize(
    "asked", ["?from=2027-01-01&to=2027-06-30", "?from=x&to=y", "?from=2026-12-01&to=2026-11-01"]
)
def test_days_that_cannot_be_signed_are_422(cast, evening, sign_in, asked):
    browser = sign_in(cast.street_manager)
    assert post(browser, PAGE + asked, note="").status_code == 422
    assert post(browser, PAGE + ASKED, note="长" * 201).status_code == 422
    assert closings.reports_of(cast.street) == []


def test_reopening_wants_a_reason_and_lets_sign_again(cast, report, sign_in):
    browser, path = sign_in(cast.street_manager), f"{PAGE}/{report.code}/reopening"
    refused = post(browser, path, reason="  ")
    assert refused.status_code == 422
    assert "写下为什么要重新打开。" in refused.text
    reply = post(browser, path, reason="漏了一场")
    assert reply.status_code == 303
    assert "重新打开了。" in browser.get(reply.location).text
    assert post(browser, path, reason="再来").status_code == 409
    assert post(browser, PAGE + ASKED, note="").status_code == 303
    listed = browser.get(PAGE + ASKED).text
    assert "漏了一场" in listed
    assert "已重新打开" in listed
    assert "漏了一场" in browser.get(f"{PAGE}/{report.code}").text


def test_the_file_has_the_digest_it_says_and_leaves_a_line(cast, report, sign_in):
    browser = sign_in(cast.zhao)
    reply = browser.get(f"{PAGE}/{report.code}/report.json")
    assert hashlib.sha256(reply.data).hexdigest() == report.digest
    assert report.digest in browser.get(f"{PAGE}/{report.code}").text
    assert db.session.query(AuditEntry).filter_by(act="exported").count() == 1
    assert "王芳" not in reply.text


def test_the_paper_prints_who_has_not_signed_the_rules_the_digest_and_two_names_to_sign(
    cast, report, sign_in
):
    text = sign_in(cast.auditor).get(f"{PAGE}/{report.code}/paper").text
    for words in ("填表人：", "审核人：", report.digest, "还没定稿的下级 2 个：", cast.branch.full_name,
                  "2026-07-01 – 2026-12-31", "人次：有效签到"):  # fmt: skip
        assert words in text


def test_a_draw_is_masked_until_a_reason_is_given(cast, report, sign_in):
    browser = sign_in(cast.street_manager)
    for number in ("0", "51", "x", ""):
        assert post(browser, f"{PAGE}/{report.code}/samples", number=number).status_code == 422
    reply = post(browser, f"{PAGE}/{report.code}/samples", number="5")
    text = browser.get(reply.location).text
    (sample,) = closings.samples_of(report)
    assert sample.seed in text
    assert "王*" in text
    assert "王芳" not in text.split("<main")[1]
    opening = f"{PAGE}/{report.code}/samples/{sample.code}/opening"
    assert post(browser, opening, reason="").status_code == 422
    assert post(browser, opening, reason="电话回访").status_code == 303
    assert "王芳" in browser.get(reply.location).text
    assert "王芳" not in sign_in(cast.auditor).get(reply.location).text.split("<main")[1]


def test_the_ladder(cast, report, sign_in, phone):
    sample = closings.draw(report, 2, by=cast.zhao)
    own = f"{PAGE}/{report.code}"
    pages = (PAGE, own, f"{own}/paper", f"{own}/report.json", f"{own}/samples/{sample.code}")
    posts = (PAGE, f"{own}/reopening", f"{own}/samples", f"{own}/samples/{sample.code}/opening")
    outside, auditor, organizer = (
        sign_in(cast.other_manager),
        sign_in(cast.auditor),
        sign_in(cast.organizer),
    )
    for path in pages:
        assert phone.get(path).status_code == 303
        assert auditor.get(path).status_code == 200
        assert organizer.get(path).status_code == 403
        assert path == PAGE or outside.get(path).status_code == 404
    assert outside.get(f"{PAGE}?org={cast.street.code}").status_code == 404
    assert post(outside, f"{PAGE}?org={cast.street.code}", note="").status_code == 404
    for path in posts:
        assert post(auditor, path, reason="x", number="1").status_code == 403
        assert post(organizer, path, reason="x", number="1").status_code == 403
        assert path == PAGE or post(outside, path, reason="x", number="1").status_code == 404
    assert report.stands
    assert 'action="/closings' not in auditor.get(own).text
    other_sample = f"{PAGE}/{closings.sign(cast.bureau, report.period, by=cast.zhao).code}/samples/{sample.code}"
    assert sign_in(cast.zhao).get(other_sample).status_code == 404


def test_a_changed_number_in_the_database_is_told_on_the_page(cast, report, sign_in):
    report_id = report.id
    db.session.execute(closings.FrozenReport.__table__.update().where(
        closings.FrozenReport.id == report_id).values(note="改过"))  # fmt: skip
    db.session.commit()
    browser = sign_in(cast.zhao)
    assert "校验码对不上。" in browser.get(f"{PAGE}/{report.code}").text
    assert "校验码对不上。" in browser.get(f"{PAGE}/{report.code}/paper").text


def test_later_events_are_told_as_added_with_a_link_only_where_the_reader_may_open_them(
    cast, report, sign_in, stopped
):
    stopped.forward(hours=2)
    late = gather(cast.district, cast.branch, title="区里的晚会", starts_in=timedelta(hours=-1))
    arrive(late, cast.wang, org=cast.branch)
    code = late.occurrences[0].code
    shown = sign_in(cast.street_manager).get(f"{PAGE}/{report.code}").text
    assert "区里的晚会" in shown
    assert f"/events/{code}" not in shown
    assert f"/events/{code}" in sign_in(cast.zhao).get(f"{PAGE}/{report.code}").text


def test_services_and_what_became_of_them_stand_on_page_and_paper(cast, evening, sign_in, stopped):
    given = services.Given(cast.branch, "care", clock.today(), 3)
    record = services.give(given, by=cast.street_manager.actor)
    report = closings.sign(cast.street, half_of(clock.today()), by=cast.street_manager)
    browser, where = sign_in(cast.street_manager), f"{PAGE}/{report.code}"
    for path in (where, f"{where}/paper"):
        page = browser.get(path).text
        assert "签到以外的数" in page
        assert "服务 亲情关爱" in page
    stopped.forward(minutes=1)
    services.take_back(record, "记重了", by=cast.street_manager.actor)
    with transaction():
        evening.series = series_named("青年汇", 2)
    page = re.sub(r"\s+", " ", browser.get(where).text)
    assert "服务记录&nbsp;· 亲情关爱<small>浏正街支部&nbsp;· 3 → 0" in page
    assert "品牌活动、主题或青年之家改过" in page
    assert "定稿后有变动的场次和记录 2 处" in browser.get(f"{where}/paper").text
    cut = browser.get(f"{where}?by=series").text
    assert "其他分法和比率里变了的数" in cut
    assert "青年汇 2" in cut
    assert "今天再按所属领域算一遍，每个数都和定稿一样" in browser.get(f"{where}?by=domain").text
    assert browser.get(f"{where}?by=nonsense").status_code == 200
