"""The page of checks: all clear, what is found with its way out, the words to send, tagging at once."""

import re
from datetime import timedelta

import pytest

from app.db import db
from app.domain import counts, periods
from app.domain.programmes import programme_named
from tests.doors import token_of
from tests.gatherings import arrive, gather, guest

PAGE = "/reports/checks"
POST = PAGE + "/programmes"


@pytest.fixture
def owed(cast, stopped):
    """浏正街 held something nobody recorded, and somebody unknown came to its evening."""
    bare = gather(cast.branch, cast.branch, title="没有登记的会", starts_in=timedelta(hours=-5))
    evening = gather(cast.branch, cast.branch, title="周日读书会")
    arrive(evening, guest("某某甲"), org=cast.branch, reasons=("identity",))
    return bare, evening


def test_all_clear_says_so(cast, stopped, sign_in):
    text = sign_in(cast.zhao).get(PAGE).text
    assert "都齐了，可以交数。" in text
    assert "催办" not in text


def test_each_finding_leads_to_where_it_is_mended(owed, cast, sign_in):
    browser, (bare, evening) = sign_in(cast.street_manager), owed
    text = browser.get(PAGE).text
    ways = [
        f"/events/{bare.occurrences[0].code}", f"/reviews?event={evening.code}",
        f"/events/{bare.code}/edit",
    ]  # fmt: skip
    for way in ways[:2]:
        assert f'href="{way}"' in text
    for way in ways:
        assert browser.get(way).status_code == 200
    total = counts.counts(periods.parse_period(None, None), cast.street)[0]
    assert (total.unrecorded, total.open_reviews) == (1, 1)
    assert '<a href="#unrecorded">1</a>' in text
    assert '<a href="#open_reviews">1</a>' in text


def test_the_words_to_send_name_the_org_the_day_and_the_things_but_no_person(owed, cast, sign_in):
    text = sign_in(cast.zhao).get(PAGE + "?before=2026-12-05").text
    message = text.split('<textarea id="say-1"')[1].split("</textarea>")[0]
    assert "您好，浏正街支部：2026 年下半年的数据还有这些要补，请在 12 月 5 日" in message
    for words in (
        "1. 未登记",
        "没有登记的会",
        "待核对",
        "周日读书会：1 人次",
        "/reports/checks?from=2026-07-01",
    ):
        assert words in message
    assert "某某甲" not in text
    assert "王芳" not in message


def test_several_events_are_tagged_in_one_go(owed, cast, sign_in):
    browser, tag = sign_in(cast.wang_staff), programme_named("宣讲")
    page = browser.get(PAGE)
    told = {"csrf_token": token_of(page), "events": [e.code for e in owed], "programme": tag.code}
    reply = browser.post(POST + "?from=2026-07-01&to=2026-12-31", data=told)
    assert reply.status_code == 303
    after = browser.get(reply.location).text
    assert "标好了。" in after
    assert 'id="untagged"' not in after
    for event in owed:
        db.session.refresh(event)
        assert [one.name for one in event.programmes] == ["宣讲"]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"programme": "X"}, "先勾上要标的活动。"), ({"events": "1"}, "选一种活动类型。"),
        ({"events": "1", "programme": "NEVER"}, "没有这种活动类型。"),
    ],
)  # fmt: skip
def test_what_cannot_be_tagged_is_said_and_the_ticks_stay(owed, cast, sign_in, told, words):
    browser = sign_in(cast.wang_staff)
    told = {k: owed[0].code if k == "events" else v for k, v in told.items()}
    reply = browser.post(POST, data=told | {"csrf_token": token_of(browser.get(PAGE))})
    assert reply.status_code == 422
    assert words in reply.text
    if "events" in told:
        assert f'value="{owed[0].code}" checked' in reply.text


def test_who_may_look_and_who_may_tag(owed, cast, sign_in, phone):
    assert phone.get(PAGE).status_code == 303
    assert sign_in(cast.organizer).get(PAGE).status_code == 403
    auditor = sign_in(cast.auditor)
    text = auditor.get(PAGE).text
    assert "没有登记的会" in text
    assert 'action="/reports/checks/programmes' not in text
    assert (
        auditor.post(POST, data={"csrf_token": token_of(auditor.get("/account"))}).status_code
        == 403
    )
    outside = sign_in(cast.other_manager)
    assert outside.get(PAGE + f"?org={cast.branch.code}").status_code == 404
    assert "没有登记的会" not in outside.get(PAGE).text
    told = {"events": owed[0].code, "programme": programme_named("宣讲").code}
    told["csrf_token"] = token_of(outside.get("/account"))
    assert outside.post(POST, data=told).status_code == 404


@pytest.mark.parametrize("asked", ["from=2026-13-01&to=x", "before=soon", "from=2026-07-01"])
def test_a_day_that_is_none_is_422_with_the_half_year(owed, cast, sign_in, asked):
    reply = sign_in(cast.zhao).get(f"{PAGE}?{asked}")
    assert reply.status_code == 422
    assert "日期要写成" in reply.text


def test_likely_doubles_are_put_aside_with_a_reason_and_brought_back(cast, stopped, sign_in):
    one = gather(cast.branch, cast.branch, title="学雷锋志愿服务")
    other = gather(cast.branch, cast.branch, title="学雷锋 志愿服务", starts_in=timedelta(hours=2))
    browser = sign_in(cast.wang_staff)
    page = browser.get(PAGE)
    told = {"one": one.code, "other": other.code, "csrf_token": token_of(page)}
    assert "不是重复" in page.text
    refused = browser.post(f"{PAGE}/apart", data=told | {"reason": ""})
    assert refused.status_code == 422
    assert "写一句原因" in refused.text
    reply = browser.post(f"{PAGE}/apart", data=told | {"reason": "上下午各一场"})
    assert reply.status_code == 303
    page = browser.get(reply.location)
    for words in ("记下了，以后不再问。", "标明不是重复的", "上下午各一场", cast.wang_staff.name):
        assert words in page.text
    assert 'href="#duplicates"' not in page.text
    assert browser.post(f"{PAGE}/apart", data=told | {"reason": "又"}).status_code == 409
    action = re.search(r'action="(/reports/checks/apart/[^"]+)"', page.text)[1].replace(
        "&amp;", "&"
    )
    assert "收回" not in sign_in(cast.auditor).get(PAGE).text
    assert browser.post(action, data=told).status_code == 303
    assert 'href="#duplicates"' in browser.get(PAGE).text
    assert browser.post(action, data=told).status_code == 409
