"""The first ten minutes: one link, one step after the other, stopped and taken up at will."""

import csv
import io

import pytest
from sqlalchemy import select

from app.db import db
from app.domain import events, orgs, steps
from app.domain import staff as accounts
from app.domain.staff.model import SetupStep
from tests.clicks import post
from tests.scope import token_of

FIRST = {
    "full_name": "共青团芙蓉区委员会", "short_name": "芙蓉团区委", "name": "赵书记", "username": "zhao",
    "password": "一个够长的密码2026", "again": "一个够长的密码2026", "language": "zh",
}  # fmt: skip


@pytest.fixture
def fresh(setting):
    """Nothing chosen yet, on an empty database; furong.env is forgotten afterwards."""
    return setting(reach="", served_at="http://127.0.0.1:8000")


def begin(browser, **instead):
    """Open the printed link and send its form; (the link's token, the answer)."""
    link = accounts.setup_token()
    page = f"/setup?token={link}"
    sent = {"csrf_token": token_of(browser, page), **FIRST, **instead}
    return link, browser.post(page, data=sent)


def states(app):
    return {one.name: one.state for one in steps.steps(app.extensions["settings"])}


def test_from_the_link_to_the_paper(app, fresh, phone, stopped):
    _link, reply = begin(phone)
    assert reply.location == "/setup/reach"
    assert "第 2 步，共 5 步" in phone.get("/setup/reach").text
    wifi = {"mode": "wifi", "address": "furong.lan:8000", "wifi_name": "会场"}
    assert post(phone, "/setup/reach", **wifi).location == "/setup/tree"
    names = phone.get("/setup/tree").text
    assert "第五团支部" in names
    assert post(phone, "/setup/tree", names="一支部\n\n 二支部 \n一支部").location == "/setup/event"
    page = phone.get("/setup/event").text
    assert 'value="2026-11-22"' in page
    assert 'value="19:00' in page
    tonight = {"title": "主题团日", "day": "2026-11-22", "start": "19:00", "end": "20:30"}
    assert post(phone, "/setup/event", **tonight).location == "/setup/print"
    root = orgs.root_or_none()
    assert [org.full_name for org in orgs.children_of(root)] == ["一支部", "二支部"]
    event = events.newest_event(root)
    assert event.host_id == root.id
    page = phone.get("/setup/print").text
    assert f"/events/{event.code}/poster" in page
    assert "先拿手机试一次" in page
    assert post(phone, "/setup/print").location == "/"
    assert set(states(app).values()) == {"done"}
    assert "设置还有" not in phone.get("/").text
    poster = phone.get(f"/events/{event.code}/poster").text
    assert "furong.lan:8000/c/" in poster
    assert "会场" in poster


def test_it_is_taken_up_where_it_stopped_also_after_signing_out(app, fresh, phone):
    link, _reply = begin(phone)
    post(phone, "/setup/reach/putting-off")
    post(phone, "/account/sign-out")
    for address in (f"/setup?token={link}", "/setup"):
        assert phone.get(address).location == "/account/sign-in?next=/setup"
    signing = {"username": "zhao", "password": FIRST["password"]}
    signing["csrf_token"] = token_of(phone, "/account/sign-in")
    reply = phone.post("/account/sign-in?next=/setup", data=signing)
    assert reply.location == "/setup"
    assert phone.get("/setup").location == "/setup/tree"
    line = phone.get("/").text
    assert "设置还有 3 步" in line
    assert 'href="/setup/tree"' in line
    assert phone.get("/setup/reach").status_code == 200  # back works


def test_each_step_and_all_of_it_may_wait(app, fresh, phone):
    begin(phone)
    for name, after in (("reach", "tree"), ("tree", "event"), ("event", "print")):
        assert post(phone, f"/setup/{name}/putting-off").location == f"/setup/{after}"
    assert "还没有活动" in phone.get("/setup/print").text
    assert post(phone, "/setup/print/putting-off").location == "/"
    assert states(app) == {"account": "done"} | dict.fromkeys(steps.LATER, "later")
    assert "设置还有" not in phone.get("/").text
    assert post(phone, "/setup/tree", names="一支部").status_code == 303  # later is not never
    assert states(app)["tree"] == "done"


def test_all_at_once_may_wait(app, fresh, phone):
    begin(phone)
    assert 'action="/setup/putting-off"' in phone.get("/").text
    assert post(phone, "/setup/putting-off").location == "/"
    assert "设置还有" not in phone.get("/").text


def test_a_step_that_is_not_there_cannot_be_put_off(fresh, phone):
    begin(phone)
    for name in ("account", "paint", "REACH"):
        assert post(phone, f"/setup/{name}/putting-off").status_code == 404
    assert db.session.scalar(select(SetupStep)) is None


def test_what_was_made_elsewhere_counts_as_done(app, cast, setting):
    setting(reach="")
    assert states(app) == {
        "account": "done", "reach": "open", "tree": "done", "event": "open", "print": "open",
    }  # fmt: skip


def test_nobody_but_the_district_is_led_through_it(cast, fresh, sign_in, phone):
    assert "设置还有" in sign_in(cast.zhao).get("/").text
    manager = sign_in(cast.street_manager)
    assert "设置还有" not in manager.get("/").text
    assert manager.get("/setup").location == "/"
    assert manager.get("/setup/reach").status_code == 403
    assert phone.get("/setup").location == "/account/sign-in?next=/setup"
    assert phone.get("/setup?token=guessed").status_code == 410


def test_the_first_form_keeps_what_was_typed_and_says_what_is_wrong(fresh, phone):
    _link, reply = begin(phone, again="另一个", full_name="")
    assert reply.status_code == 422
    assert "两次写的不一样" in reply.text
    assert "赵书记" in reply.text
    assert orgs.root_or_none() is None


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, "选一种"), ({"mode": "public"}, "网址要写成"),
        ({"mode": "wifi", "address": "http://192.168.1.20:8000"}, "写会场 Wi-Fi 的名称"),
        ({"mode": "public", "address": "http://127.0.0.1:8000"}, "只有这台电脑自己打得开"),
    ],
)  # fmt: skip
def test_an_address_nobody_can_mean_is_refused_beside_its_field(fresh, phone, told, words):
    begin(phone)
    reply = post(phone, "/setup/reach", **told)
    assert reply.status_code == 422
    assert words in reply.text
    assert not fresh.env_path.exists()


def test_choosing_an_address_does_not_shut_out_who_chose_it(fresh, phone):
    """The laptop came by the hall's own name, over http; the codes say https from now on."""
    lan = {"base_url": "http://mypc.lan:8000"}
    link = accounts.setup_token()
    page = f"/setup?token={link}"
    phone.post(page, data={"csrf_token": _token(phone, page, lan), **FIRST}, **lan)
    told = {"mode": "public", "address": "https://qd.example.org"}
    told["csrf_token"] = _token(phone, "/setup/reach", lan)
    assert phone.post("/setup/reach", data=told, **lan).location == "/setup/tree"
    assert phone.get("/setup/tree", **lan).status_code == 200
    assert phone.get("/setup/tree", base_url="http://other.lan:8000").status_code == 400


def _token(browser, page, options):
    return token_of_text(browser.get(page, **options).text)


def token_of_text(text):
    return text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]


def test_what_the_environment_says_is_said_and_cannot_be_changed(
    fresh, phone, setting, monkeypatch
):
    begin(phone)
    setting(public_url="http://192.168.1.20:8000")
    monkeypatch.setenv("FURONG_PUBLIC_URL", "http://192.168.1.20:8000")
    page = phone.get("/setup/reach").text
    assert "FURONG_PUBLIC_URL" in page
    assert 'name="address"' not in page
    post(phone, "/setup/reach", mode="wifi", wifi_name="会场", address="http://evil.example")
    assert "evil.example" not in fresh.env_path.read_text("utf-8")


def test_who_changes_it_later_is_taken_to_the_test(fresh, phone):
    begin(phone)
    wifi = {"mode": "wifi", "address": "http://furong.lan:8000", "wifi_name": "会场"}
    post(phone, "/setup/reach", **wifi)
    assert post(phone, "/setup/reach", **wifi).location == "/reach"


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ("", "至少一个"),
        ("\n".join(f"支部{n}" for n in range(201)), "最多 200 个"),
        ("长" * 61, "太长"),
    ],
)
def test_branches_nobody_can_mean_are_refused_and_none_is_made(fresh, phone, names, words):
    begin(phone)
    reply = post(phone, "/setup/tree", names=names)
    assert reply.status_code == 422
    assert words in reply.text
    assert orgs.children_of(orgs.root_or_none()) == []


def test_branches_sent_twice_are_made_once(fresh, phone):
    begin(phone)
    for _time in range(2):
        post(phone, "/setup/tree", names="一支部\n二支部")
    assert len(orgs.children_of(orgs.root_or_none())) == 2


def test_branches_that_are_there_are_not_doubled_by_a_tap_on_the_button(fresh, phone):
    begin(phone)
    root = orgs.root_or_none()
    school = orgs.add_org("育才中学团委", parent=root, by=accounts.staff_in(root)[0].actor)
    orgs.add_org("一班团支部", parent=school, by=accounts.staff_in(root)[0].actor)
    page = phone.get("/setup/tree").text
    assert "第五团支部" not in page
    assert "已经有 2 个下级组织了" in page
    assert 'href="/setup/event"' in page[page.index("已经有 2 个") :]
    assert len(orgs.children_of(root)) == 1


def test_who_comes_before_set_up_is_told_where_the_link_is(fresh, phone):
    for page in ("/", "/account/sign-in"):
        assert "设置链接印在终端里" in phone.get(page).text
    begin(phone)
    phone.delete_cookie("sid")
    assert "设置链接印在终端里" not in phone.get("/").text


def test_the_sample_table_is_one_the_import_takes(fresh, phone):
    begin(phone)
    body = phone.get("/setup/orgs.csv").get_data()
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert rows[0] == ["组织全称", "上级组织"]
    file = {"file": (io.BytesIO(body), "orgs.csv"), "csrf_token": token_of(phone, "/roster")}
    plan = phone.post("/roster", data=file, content_type="multipart/form-data")
    assert plan.status_code == 303
    assert "示例街道团工委" in phone.get(plan.location).text


@pytest.mark.parametrize(("hour", "start"), [(9, "19:00"), (21.2, "22:00"), (23.7, "00:00")])
def test_tonight_is_this_evening_or_soon(fresh, phone, stopped, hour, start):
    stopped.forward(hours=hour - 12)
    begin(phone)
    page = phone.get("/setup/event").text
    assert f'name="start" required type="time" value="{start}' in page.replace('id="start" ', "")
