"""Making an event in the browser, changing it, calling it off; and who may."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.db import db
from app.domain import checkins, events, orgs
from app.domain.audit import SYSTEM
from tests.clicks import post, token_of
from tests.happenings import EVENING, HOUR, make

FORM = {
    "title": "主题团日", "day": "2026-11-23", "start": "19:00", "end": "20:30", "place": "会议室",
    "invite": "own", "opens_before": "60", "closes_after": "0", "walk_ins": "y",
}  # fmt: skip


def create(browser, at, **fields):
    return post(browser, "/events", **{**FORM, "host": at.code, **fields})


def made(reply):
    assert reply.status_code == 303, reply.text
    db.session.expire_all()
    return events.find_event(reply.location.rsplit("/", 1)[1])


# Making ------------------------------------------------------------------------------------


def test_the_form_comes_filled_with_the_next_full_hour_and_two_hours(cast, stopped, sign_in):
    page = sign_in(cast.organizer).get("/events/new").text
    for value in (
        'value="2026-11-22"',
        'value="13:00"',
        'value="15:00"',
        "今天 13:00 – 15:00",
        "浏正街社区团支部 · 本支部的全体团员",
        "提前 60 分钟开始，结束时停止",
    ):
        assert value in page
    assert f'value="{cast.branch.code}" selected' in page
    assert "只请一部分单位" not in page  # a branch has nobody below to choose from


def test_a_title_is_all_it_takes_to_publish(cast, stopped, sign_in):
    event = made(create(sign_in(cast.organizer), cast.branch))
    assert (event.title, event.published_at) == ("主题团日", stopped.at)
    assert event.occurrences[0].place == "会议室"
    assert [row.org_id for row in event.invitations] == [cast.branch.id]
    assert event.made_by_id == cast.organizer.id


def test_a_campaign_is_typed_once_chosen_again_changed_and_copied(cast, stopped, sign_in):
    browser = sign_in(cast.organizer)
    first = made(create(browser, cast.branch, campaign="学雷锋月"))
    second = made(create(browser, cast.branch, campaign="学雷锋月"))
    assert (first.campaign.name, first.campaign_id) == ("学雷锋月", second.campaign_id)
    assert '<option value="学雷锋月">' in browser.get("/events/new").text
    assert "学雷锋月" in browser.get(f"/events/{first.code}").text
    assert (
        'name="campaign" type="text" value="学雷锋月"'
        in browser.get(f"/events/{first.code}/edit").text
    )
    again = events.copy_event(first, by=cast.organizer)
    assert again.campaign_id == first.campaign_id
    edited = {**FORM, "host": cast.branch.code, "campaign": ""}
    assert post(browser, f"/events/{first.code}", **edited).status_code == 303
    db.session.expire_all()
    assert events.find_event(first.code).campaign is None
    assert create(browser, cast.branch, campaign="长" * 61).status_code == 422


def test_a_draft_is_kept_and_published_from_its_form(cast, stopped, sign_in):
    browser = sign_in(cast.organizer)
    event = made(create(browser, cast.branch, draft="1"))
    assert event.is_draft
    assert "发布以后才有二维码" in browser.get(f"/events/{event.code}").text
    fields = {**FORM, "host": cast.branch.code, "title": "改了名", "publish": "1"}
    event = made(post(browser, f"/events/{event.code}", **fields))
    assert (event.title, event.occurrences[0].phase) == ("改了名", "upcoming")


def test_chosen_orgs_are_invited_by_seat_or_with_their_people(cast, stopped, sign_in):
    browser = sign_in(cast.street_manager)
    fields = {"invite": "some", "orgs": [cast.branch.code, cast.other_branch.code]}
    event = made(create(browser, cast.street, **fields, seats="y"))
    assert [row.mode for row in event.invitations] == ["seats", "seats"]
    page = browser.get(f"/events/{event.code}/edit").text
    assert page.count("checked") >= 4  # the choice, two branches, the seats
    assert made(create(browser, cast.street, invite="open")).invitations == []


def test_an_invitation_from_above_survives_an_edit_from_below(cast, stopped, sign_in):
    event = make(cast, invited=[(cast.street, "persons")])
    browser = sign_in(cast.organizer)
    assert 'value="keep" checked' in browser.get(f"/events/{event.code}/edit").text
    fields = {**FORM, "host": cast.branch.code, "invite": "keep", "title": "改名"}
    event = made(post(browser, f"/events/{event.code}", **fields))
    assert (event.title, event.invitations[0].org_id) == ("改名", cast.street.id)


def test_an_org_outside_my_subtree_neither_hosts_nor_is_invited(cast, stopped, sign_in):
    browser = sign_in(cast.street_manager)
    assert create(browser, cast.bureau).status_code == 422
    reply = create(browser, cast.street, invite="some", orgs=[cast.class_one.code])
    assert reply.status_code == 422
    assert "只能请自己单位和下级" in reply.text
    assert create(browser, cast.street, invite="some").status_code == 422


def test_many_orgs_are_typed_by_name_not_scrolled_through(cast, stopped, sign_in):
    for number in range(61):
        orgs.add_org(f"第{number}楼宇联合团支部", parent=cast.street, by=SYSTEM)
    browser = sign_in(cast.street_manager)
    page = browser.get("/events/new").text
    assert '<datalist id="hosts">' in page
    assert f'value="{cast.street.full_name}"' in page
    data = {**FORM, "host": "第7楼宇联合团支部"}
    assert made(post(browser, "/events", **data)).host.full_name == "第7楼宇联合团支部"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": ""}, "这一项要填"),
        ({"title": "长" * 81}, "最多 80 个字"),
        ({"day": "下周三"}, "日期要写成 2026-11-22 这样"),
        ({"day": "0001-01-01"}, "年份要在 2000 到 2100 之间"),
        ({"start": "晚上七点"}, "时间要写成 14:30 这样"),
        ({"end": "18:00"}, "结束要晚于开始"),
        ({"end_day": "2027-11-23"}, "一场最长 31 天"),
        ({"opens_before": "很早"}, "这里要写数字"),
        ({"opens_before": "-90"}, "签到要在活动结束前开始"),
        ({"closes_after": "99999"}, "要在 -44640 到 44640 之间"),
        ({"closes_after": "-160"}, "签到要先开始，再停止"),
        ({"capacity": "0"}, "要在 1 到 100000 之间"),
        ({"capacity_binds": "y"}, "要限制人数，先写名额"),
        ({"host": "没有的单位"}, "没有叫"),
        ({"programmes": ["NOSUCH"]}, "没有这种活动类型"),
        ({"after_words": "谢" * 501}, "最多 500 个字"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(
    cast, stopped, sign_in, fields, words
):
    reply = create(sign_in(cast.organizer), cast.branch, **{"place": "三楼报告厅", **fields})
    assert reply.status_code == 422
    assert words in reply.text
    assert "三楼报告厅" in reply.text
    assert db.session.scalars(select(events.Event)).all() == []


TEXT = st.text(max_size=90) | st.sampled_from(
    ["", "2026-11-23", "9999-12-31", "0001-01-01", "19:00", "24:61", "-1", "9" * 400, "own", "some",
     "keep", "open", "\x00", "😀" * 41, "١٢", "1e9"]
)  # fmt: skip
ANYTHING = st.fixed_dictionaries(
    {}, optional=dict.fromkeys([*FORM, "host", "orgs", "end_day", "capacity", "series", "season", "campaign", "programmes", "after_words", "draft", "seats"], TEXT)
)  # fmt: skip


@pytest.fixture
def open_form(cast, stopped, sign_in):
    browser = sign_in(cast.street_manager)
    good = {**FORM, "host": cast.street.code, "csrf_token": token_of(browser.get("/account"))}
    return browser, good, make(cast, host=cast.street)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(fields=ANYTHING)
def test_no_form_makes_the_server_stumble(open_form, fields):
    browser, good, event = open_form
    reply = browser.post("/events", data={**good, **fields})
    assert reply.status_code in (303, 422), reply.text
    reply = browser.post(f"/events/{event.code}", data={**good, **fields})
    assert reply.status_code in (303, 422), reply.text
    reply = browser.post(f"/events/{event.code}/occurrences", data={**good, **fields})
    assert reply.status_code in (303, 409, 422), reply.text


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(fields=st.fixed_dictionaries({}, optional=dict.fromkeys(("words", "from_on", "to_on", "page", "reason", "minutes", "at", "day"), TEXT)))  # fmt: skip
def test_no_question_and_no_act_makes_the_server_stumble(open_form, fields):
    browser, good, event = open_form
    refused = 404 if "\x00" in "".join(fields.values()) else 422  # no address holds a NUL
    assert browser.get("/events", query_string=fields).status_code in (200, refused)
    data = {**fields, "csrf_token": good["csrf_token"]}
    assert browser.post(f"/events/{event.code}/extension", data=data).status_code in (303, 409, 422)
    assert browser.post(f"/events/{event.code}/cancellation", data=data).status_code in (
        303,
        409,
        422,
    )


# Changing and calling off -------------------------------------------------------------------


def test_a_moved_day_moves_the_day_that_counts(cast, stopped, sign_in):
    event = make(cast)
    fields = {**FORM, "host": cast.branch.code, "day": "2026-11-30"}
    event = made(post(sign_in(cast.organizer), f"/events/{event.code}", **fields))
    assert event.occurrences[0].starts_on.isoformat() == "2026-11-30"


def test_one_sitting_is_never_called_a_sitting_and_two_are_a_table(cast, stopped, sign_in):
    event = make(cast)
    browser = sign_in(cast.organizer)
    assert '<h2 id="sittings">' not in browser.get(f"/events/{event.code}").text
    page = browser.get(f"/events/{event.code}/occurrences/new").text
    assert 'value="2026-11-29"' in page  # the last one, a week later
    event = made(
        post(browser, f"/events/{event.code}/occurrences", **{**FORM, "day": "2026-11-29"})
    )
    assert len(event.occurrences) == 2
    assert '<h2 id="sittings">' in browser.get(f"/events/{event.code}").text
    second = event.occurrences[1].code
    path = f"/events/{event.code}/occurrences/{second}"
    assert 'value="19:00"' in browser.get(f"{path}/edit").text
    assert post(browser, path, **{**FORM, "day": "2026-12-06"}).status_code == 303
    assert post(browser, path, **{**FORM, "end": "18:00"}).status_code == 422
    assert post(browser, f"{path}/cancellation", reason="").status_code == 422
    assert post(browser, f"{path}/cancellation", reason="停电").status_code == 303
    assert post(browser, f"{path}/cancellation", reason="停电").status_code == 409
    assert browser.get(f"/events/{event.code}/occurrences/{event.code}/edit").status_code == 404
    assert 'name="day"' not in browser.get(f"/events/{event.code}/edit").text


def test_figures_stand_on_the_page_for_one_sitting_and_beside_each_of_several(
    cast, stopped, sign_in
):
    event = make(cast)
    stopped.at = EVENING
    checkins.record_check_in(event.occurrences[0], cast.wang, at=EVENING, how="poster", by=SYSTEM)
    browser = sign_in(cast.organizer)
    assert "1 <small>/ 应到 2</small>" in browser.get(f"/events/{event.code}").text
    events.add_occurrence(
        event, starts_at=EVENING + 5 * HOUR, ends_at=EVENING + 6 * HOUR, by=SYSTEM
    )
    assert "实到 1 / 应到 2&nbsp;· 50.0%" in browser.get(f"/events/{event.code}").text


def test_check_in_is_closed_early_and_opened_again(cast, stopped, sign_in):
    event = make(cast)
    stopped.at = EVENING
    browser = sign_in(cast.organizer)
    assert "结束签到" in browser.get(f"/events/{event.code}").text
    assert post(browser, f"/events/{event.code}/closing").status_code == 303
    assert "签到已经停止" in browser.get(f"/events/{event.code}").text
    assert post(browser, f"/events/{event.code}/closing").status_code == 409
    assert browser.get(f"/events/{event.code}/extension").status_code == 200
    for fields, status in (
        ({"minutes": "15"}, 303), ({"minutes": "", "at": "21:00"}, 303),
        ({"minutes": "", "at": "18:00"}, 422), ({"minutes": ""}, 422), ({"minutes": "7"}, 422),
        ({"minutes": "", "at": "21:00", "day": "2099-01-01"}, 422),
    ):  # fmt: skip
        assert post(browser, f"/events/{event.code}/extension", **fields).status_code == status, (
            fields
        )
    event = events.find_event(event.code)
    assert event.occurrences[0].closes_at == EVENING + 2 * HOUR


def test_a_cancelled_event_says_why(cast, stopped, sign_in):
    event = make(cast)
    browser = sign_in(cast.organizer)
    path = f"/events/{event.code}/cancellation"
    assert "取消了就不能恢复" in browser.get(path).text
    assert "写一句原因" in post(browser, path, reason="  ").text
    assert post(browser, path, reason="暴雨红色预警").status_code == 303
    assert "暴雨红色预警" in browser.get(f"/events/{event.code}").text
    assert post(browser, path, reason="又").status_code == 409
    assert post(browser, f"/events/{event.code}", **FORM, host=cast.branch.code).status_code == 409


def test_what_was_taken_back_is_put_back_and_a_draft_goes_for_good(cast, stopped, sign_in):
    event = make(cast)
    browser = sign_in(cast.organizer)
    assert post(browser, f"/events/{event.code}/withdrawal").status_code == 303
    assert "重新发布" in browser.get(f"/events/{event.code}").text
    assert post(browser, f"/events/{event.code}/publication").status_code == 303
    assert post(browser, f"/events/{event.code}/publication").status_code == 409
    draft = make(cast, "读书会", draft=True)
    assert post(browser, f"/events/{draft.code}/withdrawal").location == "/events"
    assert "读书会" not in browser.get("/events").text


def test_held_again_opens_the_copy_to_be_changed(cast, stopped, sign_in):
    event = make(cast)
    browser = sign_in(cast.organizer)
    reply = post(browser, f"/events/{event.code}/copies")
    page = browser.get(reply.location).text
    assert 'value="2026-11-29"' in page
    assert "发布，去拿二维码" in page


# The list and who sees what -----------------------------------------------------------------


def test_an_empty_list_teaches_how_to_begin(cast, stopped, sign_in):
    page = sign_in(cast.organizer).get("/events").text
    assert "从这三步开始" in page
    assert 'href="/events/new"' in page
    assert 'href="/events/new"' not in sign_in(cast.auditor).get("/events").text


def test_the_list_tells_what_runs_from_what_comes_and_what_was(cast, stopped, sign_in):
    make(cast, "正在办", starts_at=stopped.at, ends_at=stopped.at + HOUR)
    make(cast, "晚上办")
    make(cast, "街道请客", host=cast.street)
    page = sign_in(cast.organizer).get("/events").text
    order = [page.index(words) for words in (
        "正在进行", "正在办", "接下来", "晚上办", ">请我们参加的", "街道请客"
    )]  # fmt: skip
    assert order == sorted(order)


def test_a_long_part_is_read_in_pages_of_fifty(cast, stopped, sign_in):
    for number in range(51):
        make(cast, f"第{number:02}课")
    browser = sign_in(cast.organizer)
    assert "看全部 51 个" in browser.get("/events").text
    first = browser.get("/events?part=upcoming").text
    assert first.count("<li>\n    <div><a") == 50
    assert "第 1 页，共 2 页" in first
    last = browser.get("/events?part=upcoming&page=2&words=课").text
    assert last.count("<li>\n    <div><a") == 1
    assert browser.get("/events?part=upcoming&page=99999999999999999999").status_code == 200
    assert browser.get("/events?part=nothing").status_code == 404


def test_a_guest_branch_reads_but_changes_nothing(cast, stopped, sign_in):
    event = make(cast, host=cast.street)
    browser = sign_in(cast.organizer)
    page = browser.get(f"/events/{event.code}").text
    assert "请你们参加" in page
    for words in ("再办一次", "修改</a>", "投屏", "取消活动"):
        assert words not in page
    for path in ("edit", "cancellation", "extension", "occurrences/new"):
        assert browser.get(f"/events/{event.code}/{path}").status_code == 404
    for path in ACTS:
        assert post(browser, f"/events/{event.code}{path}", **FORM).status_code == 404


ACTS = ("", "/publication", "/withdrawal", "/closing", "/copies", "/occurrences", "/cancellation",
        "/extension", "/screen")  # fmt: skip
READS = ("", "/qr.png", "/qr.svg", "/poster")
FORMS = ("/edit", "/cancellation", "/extension", "/occurrences/new")


@pytest.mark.parametrize("path", READS + FORMS)
def test_the_ladder_of_what_is_opened(cast, stopped, sign_in, phone, path):
    event = make(cast)
    url = f"/events/{event.code}{path}"
    assert sign_in(cast.organizer).get(url).status_code == 200
    assert phone.get(url).status_code == 303
    assert sign_in(cast.other_manager).get(url).status_code == 404
    assert sign_in(cast.auditor).get(url).status_code == (200 if path in READS else 403)
    assert sign_in(cast.organizer).get(f"/events/ZZZZZZ{path}").status_code == 404
    assert sign_in(cast.organizer).put(url).status_code in (400, 405)


@pytest.mark.parametrize("path", ACTS)
def test_the_ladder_of_what_is_done(cast, stopped, sign_in, phone, path):
    event = make(cast)
    url = f"/events/{event.code}{path}"
    assert post(phone_with_token(phone), url, **FORM).status_code == 303
    assert post(sign_in(cast.other_manager), url, **FORM).status_code == 404
    assert post(sign_in(cast.auditor), url, **FORM).status_code == 403
    assert post(sign_in(cast.organizer), f"/events/ZZZZZZ{path}", **FORM).status_code == 404
    assert sign_in(cast.organizer).post(url, data=FORM).status_code == 400  # no token
    if path not in ("", "/cancellation", "/extension"):
        assert sign_in(cast.organizer).get(url).status_code == 405


def phone_with_token(phone):
    class Stranger:
        """Somebody without an account but with a good token: the sign-in page gives one."""

        def get(self, _path):
            return phone.get("/account/sign-in")

        def post(self, path, data):
            return phone.post(path, data=data)

    return Stranger()


@pytest.mark.parametrize("path", ["/events", "/events/new"])
def test_the_ladder_of_the_list_and_the_form(cast, sign_in, phone, path):
    assert phone.get(path).status_code == 303
    assert sign_in(cast.organizer).get(path).status_code == 200
    assert sign_in(cast.auditor).get(path).status_code == (200 if path == "/events" else 403)
    assert post(sign_in(cast.auditor), "/events", **FORM).status_code == 403
