"""The committee's own half-year of 2019: the prose says every phrase of its report, from the rows."""

import html
import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.staff import Staff
from app.domain.staff.sessions import start_session
from app.seeds import ledger
from app.web.headers import cookie_name
from tests.files import FILES

FIGURES = json.loads((FILES / "h1_2019_figures.json").read_text("utf-8"))
HALF = "from={}&to={}".format(*FIGURES["period"])
# Entry → the places that say its phrase, in its order.
SAID = {
    "宣讲": ("宣讲.场次", "宣讲.人次含填报"), "赛事保障": ("志愿服务.志愿者人次",),
    "青年汇第二季": ("青年汇第二季.场次", "青年汇第二季.人次含填报"), "12355": ("服务.全部",),
    "公众号": ("填报.篇",), "青年之家新建": ("青年之家.新建区级",),
}  # fmt: skip
# (entry, what it counts) → the place of the exact number.
EXACT = {
    ("宣讲", "场次"): "宣讲.场次", ("宣讲", "人次_签到"): "宣讲.人次", ("宣讲", "人次_填报"): "宣讲.填报",
    ("赛事保障", "场次"): "赛事保障.场次", ("赛事保障", "人次_签到"): "志愿服务.志愿者人次",
    ("青年汇第二季", "场次"): "青年汇第二季.场次", ("青年汇第二季", "人次_签到"): "青年汇第二季.人次",
    ("主题教育", "场次"): "主题教育.场次", ("主题教育", "人次_签到"): "主题教育.人次",
    ("主题教育", "清点"): "主题教育.清点", ("组织建设", "场次"): "组织建设.场次",
    ("组织建设", "人次_签到"): "组织建设.人次", ("12355", "次"): "服务.全部", ("公众号", "篇"): "填报.篇",
    ("青年之家新建", "家"): "青年之家.新建", ("荣誉", "青年岗位能手"): "荣誉.青年岗位能手.区级",
    ("荣誉", "青年文明号"): "荣誉.青年文明号.区级", ("荣誉", "芙蓉青春追梦人"): "荣誉.芙蓉青春追梦人",
}  # fmt: skip


@pytest.fixture
def browser(app, empty_house):
    """赵书记's browser over the ledger's half-year."""
    ledger.load((FILES / "h1_2019_ledger.csv").read_bytes(), "h1_2019_ledger.csv")
    staff = db.session.scalar(select(Staff).where(Staff.username == "zhao"))
    client = app.test_client()
    client.set_cookie(
        cookie_name("sid", False), start_session(staff, browser="", absolute=timedelta(hours=1))
    )
    return client


def test_every_phrase_of_the_report_comes_out_of_its_rows(browser):
    told = browser.get(f"/reports/summary.json?{HALF}").json
    _every_exact_number_is_there(told["figures"])
    prose = [one["text"] for one in told["prose"]["zh"]]
    for entry, places in SAID.items():
        phrases = FIGURES[entry]["phrase"].split("、")
        assert [told["figures"][place]["zh"] for place in places] == phrases
        assert [text for text in prose if all(phrase in text for phrase in phrases)], entry
    honours = next(text for text in prose if text.startswith("推选"))
    for phrase in ("24名“青年岗位能手”", "10家“青年文明号”", "10名“芙蓉青春追梦人”"):
        assert phrase in honours
    _page_and_file_say_the_same(browser, prose)


def _every_exact_number_is_there(figures):
    told = {
        (entry, what) for entry, one in FIGURES.items() if isinstance(one, dict) for what in one
    }
    assert {key for key in told if key[1] != "phrase"} == EXACT.keys()
    for (entry, what), place in EXACT.items():
        assert figures[place]["number"] == FIGURES[entry][what], place
    assert figures["宣讲.人次含填报"]["parts"] == {"签到": 668, "填报": 378}


def _page_and_file_say_the_same(browser, prose):
    page = browser.get(f"/reports/summary?{HALF}").text
    pasted = re.search(r'<textarea id="paste"[^>]*>\s*(.*?)</textarea>', page, re.S)[1]
    assert html.unescape(pasted).split("\n") == prose
    text = browser.get(f"/reports/summary.txt?{HALF}").data.decode("utf-8-sig")
    assert text.split("\r\n")[: len(prose)] == prose
    for exact in ("14", "1,046", "1,032", "19", "431", "137", "126", "24", "10", "2"):
        assert re.search(rf'<a class="exact num"[^>]*>{exact}</a>', page), exact
    _every_number_opens_to_as_many_rows(browser, page)
    english = browser.get(f"/reports/summary?{HALF}&in=en").text
    for phrase in ("more than 10 sessions", "more than 1,000 attendances", "over 100 articles"):
        assert phrase in english


def _every_number_opens_to_as_many_rows(browser, page):
    """The pages of rows say how many they are: check-ins, sittings, people, services, honours …"""
    links = re.findall(r'<a class="exact num" href="([^"]+)"[^>]*>([^<]+)</a>', page)
    counted = [
        (html.unescape(link), exact)
        for link, exact in links
        if "/reports/" in link and "only=hours" not in link and "headcounts" not in link
    ]
    assert len(counted) > 15
    for link, exact in counted:
        total = re.search(r"共 ([0-9,]+)", browser.get(link).text)[1]
        if exact in ("1,046", "2,768"):  # check-ins and reported ones: the check-ins open
            assert total in ("668", "2,390"), link
        else:
            assert total == exact, link
