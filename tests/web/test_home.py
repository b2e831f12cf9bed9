"""The front door: a box for a code, and what today asks of staff."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import keys
from app.db import db, transaction
from app.domain import events, members, orgs
from app.domain.audit import SYSTEM
from app.domain.events import code_in
from tests import scope
from tests.doors import open_event, scan
from tests.gatherings import arrive, gather, guest, sitting, statements


def test_a_spoken_code_leads_to_its_page_however_it_is_written(cast, stopped, phone):
    event = gather(cast.branch, cast.branch)
    code = event.occurrences[0].code
    for spoken in (event.code, event.code.lower(), f" {event.code[:3]} {event.code[3:]}"):
        reply = phone.get("/", query_string={"code": spoken})
        assert reply.status_code == 303
        assert reply.location == f"/c/{event.code}"
    assert phone.get(f"/?code={code}").location == f"/c/{code}"


def test_an_unknown_code_is_said_with_what_was_typed(cast, stopped, phone):
    for odd in ("K7Q", "x" * 500, "<b>", "%00", "　", "0O1I"):
        reply = phone.get("/", query_string={"code": odd})
        assert reply.status_code == 404
        assert "签到码" in reply.text
    assert "没有“K7Q”这个签到码" in phone.get("/?code=K7Q").text


def test_a_stranger_sees_public_events_without_a_way_to_check_in(cast, stopped, phone):
    event = gather(
        cast.branch, cast.branch, title="青年夜校", starts_in=timedelta(days=2), is_public=True
    )
    gather(cast.branch, cast.branch, title="支部会", starts_in=timedelta(days=2))
    gather(cast.branch, cast.branch, title="早过了", starts_in=timedelta(days=-2), is_public=True)
    gone = gather(
        cast.branch, cast.branch, title="取消了", starts_in=timedelta(days=2), is_public=True
    )
    with transaction():
        gone.cancelled_at = stopped.at
    page = phone.get("/").text
    assert "青年夜校" in page
    assert f"/e/{event.code}" in page
    assert f"/c/{event.code}" not in page
    for words in ("支部会", "早过了", "取消了"):
        assert words not in page
    assert "/me" in page
    assert "htmx" not in page


def empty_the_roster():
    with transaction() as session:
        session.execute(db.text("DELETE FROM membership"))


@pytest.mark.parametrize("who", ["zhao", "street_manager", "wang_staff", "organizer", "auditor"])
def test_an_empty_house_says_where_to_begin_to_each_role(cast, sign_in, stopped, who):
    empty_the_roster()
    staff = getattr(cast, who)
    page = sign_in(staff).get("/").text
    assert "从哪里开始" in page
    assert ("/roster" in links(page)) == staff.may("manager")
    assert ("/events/new" in links(page)) == staff.may("organizer")
    assert ("请书记导入花名册" in page) != staff.may("manager")
    assert red_buttons(page) == (0 if who == "auditor" else 1)


def test_with_a_roster_the_next_step_is_the_first_event(cast, sign_in, stopped):
    page = sign_in(cast.wang_staff).get("/").text
    assert "名册有了，办第一场活动" in page
    assert "还没有要办的事" in page
    assert red_buttons(page) == 1
    gather(cast.branch, cast.branch, starts_in=timedelta(days=3))
    later = sign_in(cast.wang_staff).get("/").text
    assert "办第一场活动" not in later
    assert "都办好了" in later


def test_events_without_a_roster_ask_for_one(cast, sign_in, stopped):
    empty_the_roster()
    gather(cast.branch, cast.branch)
    assert "还没有花名册" in sign_in(cast.wang_staff).get("/").text
    page = sign_in(cast.organizer).get("/").text
    assert "请书记导入" in page
    assert "/roster" not in links(page)


def links(page):
    return set(re.findall(r'href="([^"?#]*)', page.split("<main", 1)[1]))


def red_buttons(page):
    """The buttons and links of the page's body that are red: neither secondary nor plain."""
    main = page.split("<main", 1)[1]
    found = re.findall(r'<(?:a role="button"|button)[^>]*>', main)
    return len([one for one in found if "secondary" not in one and 'class="plain"' not in one])


def test_what_runs_has_its_figures_and_what_comes_its_time(cast, sign_in, stopped):
    event = gather(cast.street, cast.street, title="街道团日")
    arrive(event, cast.li)
    coming = gather(cast.branch, cast.branch, title="下周的会", starts_in=timedelta(days=3))
    gather(cast.branch, cast.branch, title="太远的会", starts_in=timedelta(days=9))
    page = sign_in(cast.street_manager).get("/").text
    for words in ("街道团日", "应到 3", "33.3%", "下周的会", f"/live/{event.occurrences[0].code}"):
        assert words in page
    assert "太远的会" not in page
    branch = sign_in(cast.wang_staff).get("/").text
    assert "应到 2" in branch, "an invited branch sees its own figures"
    assert "定王台街道团工委主办" in branch
    school = sign_in(cast.zhao).get("/").text
    assert "街道团日" in school
    assert coming.code in school


def test_what_is_owed_is_listed(cast, sign_in, stopped):
    gather(cast.branch, cast.branch, title="忘了登记的会", starts_in=timedelta(days=-2))
    held = gather(cast.branch, cast.branch, title="登记了的会", starts_in=timedelta(days=-2))
    arrive(held, guest("甲"), org=cast.branch, reasons=("identity",))
    sitting(held, starts_in=timedelta(days=1))
    page = sign_in(cast.wang_staff).get("/").text
    assert "忘了登记的会" in page
    assert "11 月还差什么" in page
    assert "剩 8 天" in page
    assert "1 场办过却没登记" in page
    assert "1 条签到等你核对" in page
    assert "最早的一条是今天的" in page
    other = sign_in(cast.other_manager).get("/").text
    assert "忘了登记的会" not in other
    assert "还没有要办的事" in other


def test_an_auditor_gets_figures_without_names_or_buttons(cast, sign_in, stopped):
    event = gather(cast.street, cast.street, title="街道团日")
    arrive(event, cast.li, reasons=("identity",))
    page = sign_in(cast.auditor).get("/").text
    assert "街道团日" in page
    assert "1 条签到待核对" in page
    for words in ("李雷", "新建活动", "/attendance", "/reviews"):
        assert words not in page


def test_the_door_shows_what_this_phone_did_and_nobody_elses(cast, stopped, app, phone):
    event = open_event(cast, title="读书会")
    scan(phone, event.code, name="李雷", phone="13900000002", org=cast.branch.code)
    assert "读书会" in phone.get("/").text
    assert "读书会" not in app.test_client().get("/").text


# Who is missing, and what a wide tree shows ------------------------------------------------------


def test_whoever_missed_a_sitting_is_one_tap_away(cast, sign_in, stopped):
    event = gather(cast.street, cast.street, title="街道团日", starts_in=timedelta(days=-2))
    arrive(event, cast.li)
    arrive(event, cast.han)
    code = event.occurrences[0].code
    page = sign_in(cast.wang_staff).get("/").text
    assert "谁没到" in page
    assert "实到 1 / 应到 2" in page, "an invited branch sees its own people"
    assert "缺 1 人" in page
    assert f"/live/{code}/absent" in links(page)
    assert "谁没到" not in sign_in(cast.other_manager).get("/").text, "nobody of hers was missing"
    auditor = sign_in(cast.auditor).get("/").text
    assert f"/live/{code}" in links(auditor)
    assert f"/live/{code}/absent" not in links(auditor)
    stopped.forward(days=6)
    assert "谁没到" not in sign_in(cast.wang_staff).get("/").text


def test_what_has_no_record_is_owed_with_its_ways_out_and_not_missed_too(cast, sign_in, stopped):
    event = gather(cast.branch, cast.branch, title="忘了的会", starts_in=timedelta(days=-2))
    sitting_code = event.occurrences[0].code
    browser = sign_in(cast.organizer)
    page = browser.get("/").text
    assert "谁没到" not in page
    ways = (f"/events/{event.code}/attendance", f"/events/{event.code}/occurrences/{sitting_code}/cancellation")  # fmt: skip
    for way in ways:
        assert way in links(page)
        assert browser.get(way).status_code == 200
    assert not set(ways) & links(sign_in(cast.auditor).get("/").text)
    events.cancel_occurrence(event.occurrences[0], by=SYSTEM, reason="下雨")
    assert "忘了的会" not in browser.get("/").text


def test_what_was_owed_in_earlier_months_stands_apart(cast, sign_in, stopped):
    gather(cast.branch, cast.branch, title="上个月的会", starts_in=timedelta(days=-40))
    gather(cast.branch, cast.branch, title="很久以前的会", starts_in=timedelta(days=-120))
    page = sign_in(cast.wang_staff).get("/").text
    assert "更早还有 1 场没登记" in page
    assert "上个月的会" in page
    assert "很久以前的会" not in page
    assert "/reports/unrecorded" in links(page)
    assert "/reports/unrecorded" not in links(sign_in(cast.organizer).get("/").text)


def many(cast, count):
    """So many branches below 定王台, each with a sitting to come, one on, one owed, one missed."""
    for n in range(count):
        org = orgs.add_org(
            f"第{n}社区团支部", short_name=f"第{n}社区", parent=cast.street, by=SYSTEM
        )
        members.join_branch(members.make_person(f"团员{n}"), org)
        for title, hours in (("将办的", 30), ("在办的", -1), ("没登记的", -30), ("缺人的", -50)):
            event = gather(org, org, title=f"{title}{n}", starts_in=timedelta(hours=hours))
        arrive(event, guest(f"来宾{n}"), org=org)


def test_a_district_reads_a_line_a_street_and_asks_no_more_for_more_branches(
    cast, sign_in, stopped
):
    def opened():
        with statements() as asked:
            page = sign_in(cast.zhao).get("/").text
        return page, len([one for one in asked if one.startswith("SELECT")])

    many(cast, 12)
    page, few = opened()
    assert page.count("<summary><span>定王台街道团工委") == 4
    for title in ("将办的", "在办的", "没登记的", "缺人的"):
        assert page.count(f">{title}") == 12
    many(cast, 24)
    page, more = opened()
    assert page.count("<summary><span>定王台街道团工委") == 4
    assert more <= few <= 60
    assert page.count(">将办的") == 20
    assert page.count("还有 16 场") == 4


@pytest.mark.parametrize("who", ["other_manager", "wang_staff", "organizer", "auditor"])
def test_nothing_from_outside_the_scope_appears(cast, sign_in, stopped, who):
    many(cast, 2)
    scene = scope.make_scene(cast)
    far = gather(cast.bureau, cast.bureau, title="教育局团日", starts_in=timedelta(days=-1))
    arrive(far, cast.lin, reasons=("identity",))
    page = sign_in(getattr(cast, who)).get("/").text
    hidden = [*scene.mine.all, *scene.other.all, *scene.stranger.all, "李雷", "韩梅"]
    if who != "auditor":
        hidden += ["教育局", "第0社区", "将办的", "没登记的", "缺人的", "在办的"]
    if who == "other_manager":
        hidden += [scene.event.title, scene.event.code]
    assert [word for word in hidden if word in page] == []


# The code as people bring it ----------------------------------------------------------------------

CODES = st.text(alphabet=keys.CODE_LETTERS, min_size=6, max_size=6)
BLANKS = st.text(alphabet=" \u3000-.·\u200b,，、", max_size=3)


@given(CODES, st.lists(BLANKS, min_size=7, max_size=7), st.booleans(), st.booleans())
def test_a_code_is_read_however_it_is_written(code, blanks, low, wide):
    typed = code.lower() if low else code
    if wide:
        typed = "".join(chr(ord(letter) + 0xFEE0) for letter in typed)
    typed = (
        "".join(blank + letter for blank, letter in zip(blanks, typed, strict=False)) + blanks[6]
    )
    assert code_in(typed) == code


@given(CODES, st.sampled_from(("/C/%s", "/c/%s?lang=en", "/C/%s/AB12CD", "/e/%s", "/qd/C/%s#x")))
def test_a_code_is_read_out_of_an_address(code, path):
    for address in (
        f"http://192.168.1.8:8000{path}",
        f"请扫 HTTPS://QD.EXAMPLE.ORG{path} 今晚七点",
    ):
        assert code_in(address % code) == code


@given(st.text(max_size=400))
def test_any_text_is_at_most_eight_letters_and_digits(typed):
    assert re.fullmatch("[0-9A-Z]{0,8}", code_in(typed))


@pytest.mark.parametrize(
    ("code", "typed"),
    [("QK3M7L", "0k3m7l"), ("QK3M7L", "OK3M71"), ("KD3M22", "KO3M22"), ("ABC7EF", "ABCIEF")],
)
def test_a_letter_no_code_has_is_read_as_what_it_looks_like(cast, stopped, phone, code, typed):
    recode(gather(cast.branch, cast.branch), code)
    assert phone.get("/", query_string={"code": typed}).location == f"/c/{code}"


def test_a_misread_code_that_could_be_two_is_not_guessed(cast, stopped, phone):
    for code in ("QK3M7X", "DK3M7X"):
        recode(gather(cast.branch, cast.branch), code)
    reply = phone.get("/?code=0K3M7X")
    assert reply.status_code == 404
    assert "签到码里没有 0、O、1、I" in reply.text


def test_a_draft_is_not_led_to(cast, stopped, phone):
    event = gather(cast.branch, cast.branch)
    with transaction():
        event.published_at = None
    assert phone.get(f"/?code={event.code}").status_code == 404
    assert phone.get(f"/?code={event.occurrences[0].code}").status_code == 404


def test_a_pasted_address_leads_to_its_page(cast, stopped, phone):
    event = gather(cast.branch, cast.branch)
    pasted = f"http://localhost/C/{event.code}"
    assert phone.get("/", query_string={"code": pasted}).location == f"/c/{event.code}"


def recode(event, code):
    with transaction() as session:
        session.add(events.PublicCode(code=code, kind="event"))
        session.flush()
        event.code = code
