"""The summary page: prose with its exact numbers, files, and sentences that staff change."""

import re
from datetime import date

import pytest
from sqlalchemy import func, select

from app.db import db, transaction
from app.domain import closings, programmes
from app.domain.audit import SYSTEM
from app.domain.checkins import CheckIn, void_check_in
from app.domain.honours import Honour
from app.domain.orgs import line_of, move_org
from app.domain.periods import Period
from app.domain.summaries import SummarySentence
from tests.gatherings import arrive, gather
from tests.scope import token_of
from tests.summing import tag

HALF = "from=2026-07-01&to=2026-12-31"
PAGE = f"/reports/summary?{HALF}"
SENTENCES = f"/reports/summary/sentences?{HALF}"


@pytest.fixture
def event(cast, stopped):
    """浏正街's talk with two members, and one of 丰泉古井 besides."""
    made = tag(gather(cast.street, cast.branch, title="青年讲师团"), "宣讲")
    for person in (cast.wang, cast.li):
        arrive(made, person, org=cast.branch)
    arrive(made, cast.han, org=cast.other_branch)
    return made


def send(browser, org, what="", **fields):
    """Send a form of the org's sentences: of the sentence `what` begins with, or of a new one."""
    told = {"csrf_token": token_of(browser, SENTENCES)} | fields
    return browser.post(f"/reports/summary/{org.code}/sentences{what}?{HALF}", data=told)


def prose_of(page) -> str:
    """The text to paste."""
    found = re.search(r'<textarea id="paste"[^>]*>\s*(.*?)</textarea>', page.text, re.S)
    return found[1] if found else ""


def test_the_prose_stands_first_and_each_number_opens_to_its_rows(event, cast, sign_in):
    browser = sign_in(cast.zhao)
    page = browser.get(PAGE)
    assert "青年讲师团开展线上线下宣讲活动1场，累计覆盖青年达3人次。" in prose_of(page)
    links = re.findall(r'<a class="exact num" href="([^"]+)"', page.text)
    assert len(links) == 5
    for link in links:
        assert browser.get(link.replace("&amp;", "&")).status_code == 200
    assert page.text.index('class="prose panel"') < page.text.index('class="sources"')


def test_the_prose_may_be_english_on_a_chinese_page(event, cast, sign_in):
    browser = sign_in(cast.zhao)
    page = browser.get(f"{PAGE}&in=en")
    assert "talks online and on site in 1 session, with 3 attendances in all." in prose_of(page)
    assert "Second half of 2026, 共青团芙蓉区委员会: 1 session held" in prose_of(page)
    assert "正文" in page.text
    assert 'lang="zh-CN"' in browser.get(PAGE).text


def test_text_and_json_say_the_same_as_the_page(event, cast, sign_in):
    browser = sign_in(cast.zhao)
    said = prose_of(browser.get(PAGE))
    text = browser.get(f"/reports/summary.txt?{HALF}").data.decode("utf-8-sig")
    assert text.startswith(said.replace("\n", "\r\n"))
    assert "3人次\t3\t宣讲.人次含填报" in text
    told = browser.get(f"/reports/summary.json?{HALF}").json
    assert "\n".join(one["text"] for one in told["prose"]["zh"]) == said
    talks = told["figures"]["宣讲.人次含填报"]
    assert (talks["number"], talks["zh"], talks["en"]) == (3, "3人次", "3 attendances")
    assert talks["parts"] == {"签到": 3, "填报": 0}


def test_the_charts_have_words_and_a_table_beside_them(event, cast, sign_in):
    text = sign_in(cast.zhao).get(PAGE).text
    assert text.count('class="chart"') == 2
    assert text.count("<desc ") == 2
    assert re.search(r'<th scope="row">2026-11</th><td class="n">1</td><td class="n">3</td>', text)
    assert "style=" not in text


def test_a_branch_reads_its_own_prose_and_nobody_elses(event, cast, sign_in):
    browser = sign_in(cast.wang_staff)
    said = prose_of(browser.get(PAGE))
    assert "浏正街社区团支部参与活动1场，累计参与2人次，去重后两人。" in said
    assert "参加宣讲活动1场，共2人次。" in said
    told = browser.get(f"/reports/summary.json?{HALF}").json
    assert (told["org"], told["figures"]["总.人次"]["number"]) == (cast.branch.code, 2)
    for page in (PAGE, SENTENCES, f"/reports/summary.txt?{HALF}", f"/reports/summary.json?{HALF}"):
        assert browser.get(f"{page}&org={cast.other_branch.code}").status_code == 404


def test_staff_give_a_sentence_their_own_words(event, cast, sign_in):
    browser = sign_in(cast.zhao)
    reply = send(
        browser, cast.district, "/lectures", words="今年宣讲{宣讲.场次}，共{宣讲.人次}。", seen="0"
    )
    assert reply.status_code == 303
    assert "今年宣讲1场，共3人次。" in prose_of(browser.get(PAGE))
    assert "今年宣讲" in browser.get(SENTENCES).text
    assert (
        send(browser, cast.district, "/lectures", words="又一种{宣讲.场次}。", seen="0").status_code
        == 409
    )
    assert send(browser, cast.district, "/lectures/default").status_code == 303
    assert "青年讲师团开展" in prose_of(browser.get(PAGE))


def test_a_place_that_names_nothing_is_refused_by_name_and_what_was_typed_stays(
    event, cast, sign_in
):
    browser = sign_in(cast.zhao)
    reply = send(browser, cast.district, "/lectures", words="宣讲{宣讲.场数}。")
    assert reply.status_code == 422
    assert "没有“宣讲.场数”这个数" in reply.text
    assert "宣讲{宣讲.场数}。" in reply.text
    for words in ("", "宣讲{宣讲.场次", "长" * 1001):
        assert send(browser, cast.district, "/lectures", words=words).status_code == 422
    assert send(browser, cast.district, words="{没有}").status_code == 422
    assert db.session.scalar(select(func.count(SummarySentence.id))) == 0


def test_a_sentence_is_added_moved_and_left_out(event, cast, sign_in):
    browser = sign_in(cast.street_manager)
    added = send(browser, cast.street, words="到了{总.人数}。")
    key = added.location.split("#s-own-")[1]
    assert prose_of(browser.get(PAGE)).endswith("\n到了3人。")
    assert send(browser, cast.street, f"/own:{key}/rise").status_code == 303
    assert send(browser, cast.street, f"/own:{key}/fall").status_code == 303
    assert send(browser, cast.street, f"/own:{key}/fall").status_code == 409
    assert send(browser, cast.street, f"/own:{key}/omission").status_code == 303
    assert "到了" not in prose_of(browser.get(PAGE))
    assert send(browser, cast.street, "/nothing/rise").status_code == 404
    assert "到了" not in prose_of(sign_in(cast.zhao).get(PAGE))
    page = browser.get("/audit").text
    for act in ("加总结里的一句", "挪总结里的一句", "不用总结里的一句"):
        assert act in page


def test_only_managers_of_the_org_write(event, cast, sign_in, phone):
    browser = sign_in(cast.wang_staff)
    assert send(browser, cast.street, "/lectures", words="甲").status_code == 404
    auditor = sign_in(cast.auditor)
    assert auditor.get(SENTENCES).status_code == 200
    assert "<textarea" not in auditor.get(SENTENCES).text
    token = token_of(browser, SENTENCES)
    assert auditor.post(
        f"/reports/summary/{cast.district.code}/sentences/lectures", data={"csrf_token": token}
    ).status_code in (400, 403)
    for page in (PAGE, SENTENCES, f"/reports/summary.txt?{HALF}", f"/reports/summary.json?{HALF}"):
        assert auditor.get(page).status_code == 200
        assert sign_in(cast.organizer).get(page).status_code == 403
        assert phone.get(page).status_code == 303


def test_days_that_are_none_are_refused_in_words(cast, stopped, sign_in):
    browser = sign_in(cast.zhao)
    page = browser.get("/reports/summary?from=2026-13-01&to=2026-12-31")
    assert page.status_code == 422
    assert 'id="problem"' in page.text
    assert browser.get("/reports/summary.json?from=x&to=y").status_code == 422
    assert "还没有可写的" in browser.get(PAGE).text
    assert browser.get("/reports/summary?from=1949-01-01&to=2199-12-31").status_code == 200


def test_a_kind_of_activity_with_brackets_in_its_name_breaks_nothing(event, cast, sign_in):
    tag(event, "读书{会}[一]")
    assert programmes.programme_named("读书{会}[一]").code
    assert "青年讲师团" in prose_of(sign_in(cast.zhao).get(PAGE))
    assert sign_in(cast.zhao).get(SENTENCES).status_code == 200


def test_what_is_no_attendance_opens_to_its_rows_too(cast, stopped, sign_in):
    day = date(2026, 8, 1)
    facts = {"made_at": stopped.at, "granted_on": day, "year": 2026, "level": "district"}
    with transaction() as session:
        for code, name, org in (("HONA", "王芳", cast.branch), ("HONB", "韩梅", cast.other_branch)):
            session.add(
                Honour(
                    code=code,
                    title="青年岗位能手",
                    recipient=name,
                    line_id=line_of(org.id, day),
                    **facts,
                )
            )
    where = f"/reports/summary/rows?{HALF}&kind=honours&key=青年岗位能手"
    page = sign_in(cast.zhao).get(where).text
    assert "共 2" in page
    assert "王芳" in page
    assert sign_in(cast.zhao).get(f"{where}&level=city").text.count("王芳") == 0
    masked = sign_in(cast.auditor).get(where).text
    assert "王*" in masked
    assert "王芳" not in masked
    mine = sign_in(cast.wang_staff).get(where).text
    assert "共 1" in mine
    assert "韩梅" not in mine
    assert sign_in(cast.wang_staff).get(f"{where}&org={cast.other_branch.code}").status_code == 404
    assert sign_in(cast.organizer).get(where).status_code == 403
    assert sign_in(cast.zhao).get(f"/reports/summary/rows?{HALF}&kind=people").status_code == 404


def test_a_row_of_a_branch_that_left_is_told_as_a_number(cast, stopped, sign_in):
    day = date(2026, 8, 1)
    with transaction() as session:
        session.add(
            Honour(
                code="HONC", title="青年文明号", recipient="某集体", is_collective=True, granted_on=day,
                year=2026, level="district", line_id=line_of(cast.branch.id, day), made_at=stopped.at,
            )
        )  # fmt: skip
    move_org(cast.branch, parent=cast.bureau, on=date(2026, 11, 1), by=SYSTEM)
    where = f"/reports/summary/rows?{HALF}&kind=honours&key=青年文明号"
    assert "某集体" in sign_in(cast.zhao).get(where).text
    left = sign_in(cast.street_manager).get(where).text
    assert "共 1" in left
    assert "现在不归你管" in left
    assert "某集体" not in left


def test_a_signed_period_shows_the_signed_figures_and_how_far_today_is(
    event, cast, sign_in, stopped
):
    half = Period(date(2026, 7, 1), date(2026, 12, 31))
    report = closings.sign(cast.district, half, by=cast.zhao)
    browser = sign_in(cast.zhao)
    said = prose_of(browser.get(PAGE))
    page = browser.get(PAGE).text
    assert "已定稿。" in page
    assert "正文里的数到现在没有变。" in page
    stopped.forward(minutes=1)
    row = db.session.scalars(select(CheckIn).where(CheckIn.person_id == cast.han.id)).one()
    void_check_in(row, by=cast.zhao.actor, reason="没来")
    page = browser.get(PAGE)
    assert prose_of(page) == said
    assert "现在 2" in page.text
    assert "宣讲 人次含填报</span> 3 → 2" in page.text
    assert f'href="/closings/{report.code}"' in page.text
    today = browser.get(f"{PAGE}&figures=now")
    assert "累计覆盖青年达2人次" in prose_of(today)
    assert "定稿 3" in today.text
    assert 'figures=now" aria-current="true"' in today.text
    for query, number in (("", 3), ("&figures=now", 2)):
        told = browser.get(f"/reports/summary.json?{HALF}{query}").json
        assert told["figures"]["宣讲.人次含填报"]["number"] == number
        text = browser.get(f"/reports/summary.txt?{HALF}{query}").data.decode("utf-8-sig")
        assert f"覆盖青年达{number}人次" in text
    closings.reopen(report, by=cast.zhao, reason="补一场")
    page = browser.get(PAGE)
    assert "已定稿" not in page.text
    assert "累计覆盖青年达2人次" in prose_of(page)
