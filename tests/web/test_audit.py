"""The trail in the browser: only my subtree, in words, page by page."""

import pytest

from app.db import transaction
from app.domain import audit
from app.web.audit import FACTS
from tests.gatherings import gather


def note(where, act="event_published", **facts):
    with transaction():
        audit.record(act, by=audit.SYSTEM, org_id=where.id, **(facts or {"event": "主题团日"}))


def test_an_entry_reads_as_a_sentence(cast, sign_in):
    note(
        cast.branch,
        "checkin_voided",
        event="读书会",
        occurrence="K7QX2M",
        person="P2345678",
        reason="签错",
    )
    note(cast.branch, "staff_invited", staff="李雷", role="organizer", org="浏正街")
    note(
        cast.branch,
        "review_accepted",
        event="读书会",
        person="P2345678",
        reasons="identity,walk_in",
    )
    note(
        cast.branch,
        "event_edited",
        event="读书会",
        changes={"title": ["读书", "读书会"], "place": [None, "三楼"]},
    )
    page = sign_in(cast.wang_staff).get("/audit").text
    for words in (
        "撤销签到",
        "签错",
        "P2345678",
        "组织者",
        "名册里对不上, 不在邀请范围",
        "读书 → 读书会",
        "– → 三楼",
        "系统",
    ):
        assert words in page


def test_only_my_subtree_is_in_it(cast, sign_in):
    note(cast.other_branch, event="别人的会")
    note(cast.branch, event="我们的会")
    page = sign_in(cast.wang_staff).get("/audit").text
    assert "我们的会" in page
    assert "别人的会" not in page
    page = sign_in(cast.auditor).get("/audit").text
    assert "别人的会" in page


def test_it_is_paged_backwards_and_filtered_by_act(cast, sign_in):
    for number in range(60):
        note(cast.branch, event=f"第{number:02}会")
    note(cast.branch, "event_withdrawn", event="撤回的会")
    browser = sign_in(cast.wang_staff)
    first = browser.get("/audit").text
    assert "撤回的会" in first
    assert "第12会" in first
    assert "第11会" not in first
    older = first.split('href="/audit?before=')[1].split('"')[0]
    assert "第11会" in browser.get(f"/audit?before={older}").text
    only = browser.get("/audit?act=event_withdrawn").text
    assert "撤回的会" in only
    assert "第59会" not in only
    for odd in ("?before=x", "?before=-1", "?before=99999999999999999999", "?act=nonsense"):
        assert browser.get("/audit" + odd).status_code == 200


def test_what_a_person_is_called_never_enters_the_trail_of_attendance(cast, sign_in, stopped):
    event = gather(cast.branch, cast.branch)
    browser = sign_in(cast.wang_staff)
    token = (
        browser.get("/account").text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    )
    browser.post(
        f"/events/{event.code}/attendance", data={"csrf_token": token, "person": cast.li.code}
    )
    page = sign_in(cast.auditor).get("/audit").text
    assert "代为签到" in page
    assert cast.li.code in page
    assert "李雷" not in page


@pytest.mark.parametrize(
    ("who", "status"), [("wang_staff", 200), ("auditor", 200), ("zhao", 200), ("organizer", 403)]
)
def test_who_may_read_it(cast, sign_in, who, status):
    assert sign_in(getattr(cast, who)).get("/audit").status_code == status


def test_a_stranger_signs_in_first_and_nobody_posts(cast, sign_in, phone):
    assert phone.get("/audit").status_code == 303
    browser = sign_in(cast.zhao)
    token = (
        browser.get("/account").text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    )
    assert browser.post("/audit", data={"csrf_token": token}).status_code == 405


def test_every_fact_an_act_may_state_has_a_word_of_the_trades():
    stated = {fact for _word, facts in audit.ACTS.values() for fact in facts}
    assert stated - set(FACTS) == set()
