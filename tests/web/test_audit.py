"""The trail in the browser: only my subtree, in words, page by page."""

import pytest
from flask_babel import gettext

from app.db import transaction
from app.domain import audit, checkins, members
from app.web.audit import FACTS
from tests.gatherings import arrive, gather


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


@pytest.fixture
def busy(cast, stopped):
    """Two evenings of 浏正街 with 李雷 ticked by 王芳 at one and by a desk at the other."""
    first, second = (
        gather(cast.branch, cast.branch, title=title) for title in ("读书会", "羽毛球")
    )
    checkins.tick(first.occurrences[0], cast.li, by=cast.wang_staff.actor)
    stopped.forward(days=1)
    desk = audit.Actor("desk", 3, "东门")
    checkins.tick(second.occurrences[0], cast.li, by=desk, how="desk")
    checkins.tick(second.occurrences[0], cast.wang, by=desk, how="desk")
    return first, second


def lines(browser, **asked):
    """How many lines a filter leaves."""
    page = browser.get("/audit", query_string=asked).text
    return page.count("<time ")


def test_it_narrows_to_an_event_by_title_code_or_the_code_of_a_sitting(cast, busy, sign_in):
    browser, (first, second) = sign_in(cast.wang_staff), busy
    assert lines(browser, event="读书") == 1
    assert lines(browser, event=second.code.lower()) == 2
    assert lines(browser, event=second.occurrences[0].code) == 2
    assert lines(browser, event="%") == lines(browser, event="没有这个") == 0
    link = f'href="/audit?event={first.code}"'
    assert link in browser.get(f"/events/{first.code}").text
    assert link not in sign_in(cast.organizer).get(f"/events/{first.code}").text


def test_it_narrows_to_a_person_under_any_code_they_had(cast, busy, sign_in):
    browser = sign_in(cast.wang_staff)
    assert f'href="/audit?person={cast.li.code}"' in browser.get(f"/people/{cast.li.code}").text
    assert lines(browser, person=cast.li.code) == lines(browser, person="李雷") == 2
    alias = members.make_person("李磊")
    with transaction() as session:
        session.add(alias)
        alias.merged_into_id = cast.li.id
        audit.record(
            "phone_shown", by=cast.wang_staff.actor, org_id=cast.branch.id, person=alias.code
        )
    assert lines(browser, person=cast.li.code) == lines(browser, person="李磊") == 3


def test_a_name_means_nothing_to_who_may_not_see_people(cast, busy, sign_in):
    browser = sign_in(cast.auditor)
    assert lines(browser, person=cast.li.code) == 2
    assert lines(browser, person="李雷") == 0


def test_it_narrows_to_who_did_it(cast, busy, sign_in):
    browser = sign_in(cast.zhao)
    assert lines(browser, kind="desk") == lines(browser, actor="东门") == 2
    assert "签到台 东门" in browser.get("/audit?kind=desk").text
    assert lines(browser, kind="api") == 0
    address = f"/audit?by={cast.wang_staff.code}"
    page = browser.get(address)
    assert f'href="{address}"' in browser.get(f"/staff/{cast.wang_staff.code}").text
    assert "这个账号做的" in page.text
    assert page.text.count("代为签到") == 2  # the line, and the list of acts


def test_it_narrows_to_days(cast, busy, sign_in):
    browser = sign_in(cast.wang_staff)
    assert lines(browser, act="ticked", to_on="2026-11-22") == 1
    assert lines(browser, act="ticked", from_on="2026-11-23") == 2
    assert lines(browser, act="ticked", from_on="2026-11-22", to_on="2026-11-23") == 3
    page = browser.get("/audit?from_on=soon&to_on=9999-12-31")
    assert (page.status_code, "日期要写成" in page.text) == (200, True)
    assert browser.get("/audit?from_on=0001-01-01&to_on=0001-01-01").status_code == 200


def test_filters_stay_while_paging(cast, sign_in):
    for number in range(60):
        note(cast.branch, event=f"第{number:02}会")
    browser = sign_in(cast.wang_staff)
    page = browser.get("/audit?act=event_published&kind=system").text
    older = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "act=event_published" in older
    assert "kind=system" in older
    page = browser.get(older).text
    assert "第09会" in page
    assert 'rel="prev"' in page


def test_a_filter_on_something_outside_finds_nothing(cast, sign_in, stopped):
    event = gather(cast.other_branch, cast.other_branch, title="别人的会")
    arrive(event, cast.han)
    checkins.tick(event.occurrences[0], cast.wang, by=cast.other_manager.actor)
    browser = sign_in(cast.wang_staff)
    for asked in ({"event": event.code}, {"event": "别人的会"}, {"person": cast.han.code},
                  {"person": cast.wang.code}, {"actor": cast.other_manager.name}):  # fmt: skip
        assert lines(browser, **asked) == 0, asked
    assert browser.get(f"/audit?by={cast.other_manager.code}").status_code == 404
    assert browser.get("/audit?by=ZZZZ").status_code == 404


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_act_and_every_actor_has_words(app, language):
    told = [words for words, _facts in audit.ACTS.values()] + list(audit.ACTORS.values())
    with app.test_request_context(headers={"Accept-Language": language}):
        said = [gettext(words) for words in told]
    assert all(said)
    if language == "en":
        assert not [words for words in said if not words.isascii()]
    else:
        assert said == told
