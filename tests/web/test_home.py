"""The front door: a box for a code, and what today asks of staff."""

from datetime import timedelta

from app.db import db, transaction
from tests.doors import open_event, scan
from tests.gatherings import arrive, gather, guest, sitting


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


def test_an_empty_house_says_where_to_begin(cast, sign_in, stopped):
    for membership in db.session.query(db.metadata.tables["membership"]).all():
        assert membership is not None
    with transaction() as session:
        session.execute(db.text("DELETE FROM membership"))
    page = sign_in(cast.zhao).get("/").text
    assert "从哪里开始" in page
    assert "导入花名册" in page
    assert "新建活动" in page


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
    assert "未登记" in page
    assert "1 条签到等你核对" in page
    other = sign_in(cast.other_manager).get("/").text
    assert "忘了登记的会" not in other
    assert "都办好了" in other


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
