"""The quick way to a code, drafts, every week, once more, and afterwards, as the pages do it."""

import re
from datetime import timedelta

import pytest

from app.db import db
from app.domain import events, programmes
from app.domain.audit import SYSTEM
from tests.clicks import post
from tests.gatherings import arrive
from tests.happenings import EVENING, HOUR, make

FORM = {
    "title": "主题团日", "day": "2026-11-23", "start": "19:00", "end": "20:30", "invite": "own",
    "opens_before": "60", "closes_after": "0", "walk_ins": "y",
}  # fmt: skip
PAST = {**FORM, "day": "2026-11-20"}


def create(browser, cast, path="/events", **fields):
    return post(browser, path, **{**FORM, "host": cast.branch.code, **fields})


def made(reply):
    assert reply.status_code == 303, reply.text
    db.session.expire_all()
    return events.find_event(re.search(r"/events/(\w{6})", reply.location)[1])


def filled(page):
    """What a browser would send of the event's form with nothing touched."""
    form = page[page.index("<form method=") :]
    fields = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r'name="(\w+)"', tag), re.search(r'value="([^"]*)"', tag)
        is_choice = re.search(r'type="(radio|checkbox)"', tag)
        if name and (not is_choice or " checked" in tag):
            fields.setdefault(name[1], []).append(value[1] if value else "")
    select = re.search(r'<select id="host".*?value="(\w+)" selected', form, re.DOTALL)
    return fields | {"host": [select[1]]}


def test_only_the_title_is_left_to_write(cast, stopped, sign_in):
    talk = programmes.programmes()[1]
    make(cast, programmes=[talk])
    browser = sign_in(cast.organizer)
    page = browser.get("/events/new").text
    assert f'<span class="quiet">{talk.name}</span>' in page
    event = made(post(browser, "/events", **{**filled(page), "title": "夜谈", "publish": "1"}))
    one = event.occurrences[0]
    assert (one.starts_at, one.ends_at) == (stopped.at + HOUR, stopped.at + 3 * HOUR)
    assert (one.phase, event.is_single, event.programmes) == ("open", True, [talk])
    assert (event.host_id, [row.org_id for row in event.invitations]) == (
        cast.branch.id,
        [cast.branch.id],
    )


def test_the_page_after_begins_with_the_code(cast, stopped, sign_in):
    browser = sign_in(cast.organizer)
    page = browser.get(create(browser, cast).location).text
    main = page[page.index("<main") :]
    order = [main.index(words) for words in (
        "<h1", 'class="qr"', "/screen", "/poster", "/share", "看现场", "签到名单"
    )]  # fmt: skip
    assert order == sorted(order)


# Drafts -------------------------------------------------------------------------------------


def test_a_draft_is_nobodys_but_the_houses_and_opens_no_door(cast, stopped, sign_in, phone):
    event = made(create(sign_in(cast.organizer), cast, draft="1", day="2026-11-22", start="12:00"))
    for code in (event.code, event.occurrences[0].code):
        for path in (f"/c/{code}", f"/e/{code}", f"/e/{code}/qr.png", f"/e/{code}/event.ics"):
            assert phone.get(path).status_code == 404, path
    assert "主题团日" in sign_in(cast.street_manager).get("/events?part=drafts").text
    assert sign_in(cast.other_manager).get(f"/events/{event.code}").status_code == 404
    browser = sign_in(cast.organizer)
    assert post(browser, f"/events/{event.code}/publication").status_code == 303
    assert phone.get(f"/c/{event.code}").status_code == 200
    assert post(browser, f"/events/{event.code}/withdrawal").status_code == 303
    assert phone.get(f"/c/{event.code}").status_code == 410


# Every week, once more ----------------------------------------------------------------------


def test_a_weekly_class_is_one_code_and_a_line_a_week(cast, stopped, sign_in):
    browser = sign_in(cast.organizer)
    event = made(create(browser, cast, weeks="6"))
    assert len(event.occurrences) == 6
    page = browser.get(f"/events/{event.code}").text
    assert "共 6 场" in page
    assert page.count('class="qr"') == 1
    assert create(browser, cast, weeks="53").status_code == 422
    assert create(browser, cast, weeks="viele").status_code == 422
    more = post(browser, f"/events/{event.code}/occurrences", **{**FORM, "day": "2027-01-04", "weeks": "2"})  # fmt: skip
    assert len(made(more).occurrences) == 8


def test_a_broken_week_opens_its_fold_and_keeps_what_was_typed(cast, stopped, sign_in):
    page = create(sign_in(cast.organizer), cast, weeks="99", place="三楼").text
    fold = page[page.rindex("<details", 0, page.index('id="weeks"')) :]
    assert fold.startswith("<details open>")
    assert 'value="99"' in page
    assert 'value="三楼"' in page


def test_held_again_is_published_from_its_form_with_one_button(cast, stopped, sign_in):
    event = make(cast, place="报告厅", capacity=30)
    browser = sign_in(cast.organizer)
    reply = post(browser, f"/events/{event.code}/copies")
    fields = filled(browser.get(reply.location).text)
    action = reply.location.removesuffix("/edit")
    copy = made(post(browser, action, **{**fields, "publish": "1"}))
    one = copy.occurrences[0]
    assert (copy.copied_from_id, copy.is_draft, copy.title) == (event.id, False, "主题团日")
    assert (one.starts_at, one.place, one.capacity) == (EVENING + timedelta(weeks=1), "报告厅", 30)


# Afterwards ---------------------------------------------------------------------------------


def test_a_past_event_asks_why_and_keeps_what_was_typed(cast, stopped, sign_in):
    browser = sign_in(cast.organizer)
    reply = create(browser, cast, **PAST, place="河边")
    assert reply.status_code == 422
    assert "写一句补记的原因" in reply.text
    assert 'id="late_reason"' in reply.text
    assert 'action="/events?late=1"' in reply.text
    assert 'value="河边"' in reply.text
    event = made(create(browser, cast, "/events?late=1", **PAST, late_reason="当天没网"))
    assert event.late_reason == "当天没网"


def test_a_late_record_is_marked_wherever_it_stands_and_asks_who_came(
    cast, stopped, sign_in, phone
):
    event = make(cast, "河边清洁", late_reason="当天没网", starts_at=EVENING - 48 * HOUR, ends_at=EVENING - 47 * HOUR)  # fmt: skip
    browser = sign_in(cast.wang_staff)
    page = browser.get(f"/events/{event.code}").text
    assert "这是补记的活动，不能扫码" in page
    assert "<dt>签到</dt>" not in page  # no hours of a check-in that never was
    assert "当天没网" in page
    assert f'<a role="button" href="/events/{event.code}/attendance">登记谁来了</a>' in page
    for words in ('class="qr"', "看现场", "延长签到", "/share"):
        assert words not in page
    for path in (
        "/events", f"/events/{event.code}/attendance", f"/live/{event.code}",
        "/reports/hosted?from=2026-11-01&to=2026-11-30",
    ):  # fmt: skip
        assert '<span class="tag look">补记</span>' in browser.get(path).text, path
    assert "补记活动" in browser.get("/audit").text
    assert 'data-state="closed"' in phone.get(f"/c/{event.code}").text
    assert phone.get(f"/e/{event.code}/share.png").status_code == 404


def test_who_came_is_ticked_afterwards_and_counts(cast, stopped, sign_in):
    event = make(cast, late_reason="当天没网", starts_at=EVENING - 48 * HOUR, ends_at=EVENING - 47 * HOUR)  # fmt: skip
    browser = sign_in(cast.wang_staff)
    fields = {"person": [cast.li.code, cast.wang.code]}
    assert post(browser, f"/events/{event.code}/attendance", **fields).status_code == 303
    page = browser.get(f"/events/{event.code}").text
    assert "2 <small>/ 应到 2</small>" in page
    assert post(browser, f"/events/{event.code}/extension", minutes="60").status_code == 409


def test_a_draft_whose_day_went_by_is_sent_to_its_form(cast, stopped, sign_in):
    draft = make(cast, draft=True)
    stopped.forward(days=3)
    browser = sign_in(cast.organizer)
    reply = post(browser, f"/events/{draft.code}/publication")
    assert reply.location.endswith(f"/events/{draft.code}/edit?late=1")
    page = browser.get(reply.location).text
    assert "草稿上的时间已经过去了" in page
    fields = {**filled(page), "publish": "1", "late_reason": "忘了"}
    event = made(post(browser, f"/events/{draft.code}?late=1", **fields))
    assert event.is_late_record


def test_the_form_of_a_late_record_begins_yesterday_and_keeps_its_reason(cast, stopped, sign_in):
    browser = sign_in(cast.organizer)
    page = browser.get("/events/new?late=1").text
    assert "昨天 19:00 – 20:30" in page
    event = made(post(browser, "/events?late=1", **{**filled(page), "title": "团课", "late_reason": "忘了"}))  # fmt: skip
    page = browser.get(f"/events/{event.code}/edit").text
    assert 'value="忘了"' in page
    changed = {**filled(page), "late_reason": "当天停电", "title": "团课（一）"}
    event = made(post(browser, f"/events/{event.code}", **changed))
    assert (event.late_reason, event.title) == ("当天停电", "团课（一）")
    assert (
        post(browser, f"/events/{event.code}", **{**changed, "late_reason": ""}).status_code == 409
    )
    assert post(browser, f"/events/{event.code}", **{**changed, "day": "2026-12-24"}).status_code == 422  # fmt: skip


@pytest.mark.parametrize("late", ["0", "x" * 300, "１"])
def test_whatever_the_address_says_the_form_is_drawn(cast, stopped, sign_in, late):
    event = make(cast)
    arrive(event, cast.li)
    browser = sign_in(cast.organizer)
    for path in ("/events/new", f"/events/{event.code}/edit"):
        assert browser.get(path, query_string={"late": late}).status_code == 200
    events.withdraw_event(event, by=SYSTEM)
    assert browser.get(f"/events/{event.code}/edit").status_code == 200
