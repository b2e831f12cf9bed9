"""Importing in the browser: upload, plan, apply; and what is refused on the way."""

import io
import json
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import func, select

from app import clock
from app.db import db, transaction
from app.domain import orgs, rosters
from app.domain import staff as accounts
from app.domain.members import Membership, Person
from app.domain.sheets import read_sheet
from app.domain.staff.sessions import start_session
from tests.domain.tables import PEOPLE_HEAD, sample, text, xlsx

WANG = ["王芳", "13900000001", "202043000001", "浏正街社区团支部"]
LI = ["李雷", "13900000002", "202043000002", "浏正街社区团支部"]
NEW = ["孙新", "13700000001", "", "浏正街社区团支部"]


def token_of(reply):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', reply.text)[1]


def upload(client, content, name="名单.xlsx"):
    """Post a file as a browser does; the body is bytes, so the client needs no temporary file."""
    token = token_of(client.get("/roster"))
    parts = [
        b'--edge\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + token.encode(),
        f'--edge\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n".encode()
        + content,
        b"--edge--\r\n",
    ]
    return client.post(
        "/roster", data=b"\r\n".join(parts), content_type="multipart/form-data; boundary=edge"
    )


def roster(*rows, head=PEOPLE_HEAD):
    return xlsx([head, *rows])


def apply(client, at, **form):
    page = client.get(at)
    shown = re.search(r'name="shown"[^>]*value="([^"]+)"', page.text)[1]
    return client.post(
        f"{at}/application", data={"csrf_token": token_of(page), "shown": shown, **form}
    )


def figures(page):
    """The large numbers of a page, by their label."""
    pairs = re.findall(r"<dt>([^<]+)</dt><dd>([\d,]+)</dd>", page.text)
    return {unescape(label): int(n.replace(",", "")) for label, n in pairs}


def test_the_sample_district_comes_in_through_the_browser(app, empty_house):
    with transaction() as session:
        root = orgs.add_org("芙蓉区团委", kind="district", by=accounts.Staff(id=1, name="x").actor)
        zhao = accounts.Staff(
            code="STAFF9", username="zhao", username_key="zhao", name="赵书记", role="district",
            org_id=root.id, created_at=clock.now(),
        )  # fmt: skip
        session.add(zhao)
    client = app.test_client()
    secret = start_session(zhao, browser="test", absolute=timedelta(hours=1))
    client.set_cookie("sid", secret)
    tree = upload(client, sample("orgs.xlsx"), "orgs.xlsx")
    assert figures(client.get(tree.location)) | {"调动": 0} == {
        "新增": 174, "更正": 1, "调动": 0, "没有变化": 0, "不导入的行": 0
    }  # fmt: skip
    assert apply(client, tree.location).status_code == 303
    people = upload(client, sample("roster.xlsx"), "roster.xlsx")
    plan = client.get(people.location)
    assert "身份证号" in plan.text
    assert "43010200000000" not in plan.text
    rows = read_sheet(sample("roster.xlsx")).rows
    now = clock.today()
    grown = sum(
        (now.year - int(row.birth_month[:4])) * 12 + now.month - int(row.birth_month[5:]) > 168
        for row in rows
    )
    assert figures(plan)["新增"] == grown
    assert apply(client, people.location, complete="y").status_code == 303
    assert figures(client.get(people.location))["新增"] == grown
    assert db.session.scalar(select(func.count()).select_from(Membership)) == grown
    history = client.get("/roster").text
    assert f"新增 {grown:,}" in history
    again = upload(client, sample("roster.xlsx"))
    assert figures(client.get(again.location))["没有变化"] == grown
    expected = json.loads(sample("expected.json"))
    assert (
        grown + len(rosters.plan_file(db.session.get(rosters.RosterFile, 3)).possibly_under_14)
        == (expected["people"])
    )


def test_a_plan_says_what_becomes_of_every_row(cast, sign_in):
    client = sign_in(cast.zhao)
    head = [*PEOPLE_HEAD, "出生年月", "家庭住址"]
    content = roster(
        [*WANG, "", "芙蓉路"], [*NEW, "", ""], ["小宝", "", "", "浏正街社区团支部", "2014.05", ""],
        ["吴名", "", "", "浏正街社区团支", "", ""], ["", "13700000005", "", "浏正街社区团支部", "", ""],
        head=head,
    )  # fmt: skip
    page = client.get(upload(client, content).location).text
    for words in (
        "孙新",
        "浏正街社区团支部",
        "缺姓名",
        "小*",
        "家庭住址",
        "名单上没有的 1 人",
        "第 5 行",
    ):
        assert words in page, words
    assert "芙蓉路" not in page
    assert "小宝" not in page


def test_leaving_wants_the_tick_and_the_number(cast, sign_in):
    client = sign_in(cast.zhao)
    at = upload(client, roster(WANG)).location
    refused = apply(client, at, complete="y")
    assert refused.status_code == 422
    assert "超过一成" in refused.text
    assert apply(client, at, complete="y", leaving="一个").status_code == 422
    assert apply(client, at, complete="y", leaving="1").status_code == 303
    page = client.get(at)
    assert figures(page)["离开"] == 1
    assert "这是完整名单" in page.text


def test_without_the_tick_nobody_leaves(cast, sign_in):
    client = sign_in(cast.zhao)
    at = upload(client, roster(WANG)).location
    assert apply(client, at, leaving="1").status_code == 303
    assert figures(client.get(at))["离开"] == 0


def test_a_changed_roster_is_shown_again_before_it_is_applied(cast, sign_in):
    client = sign_in(cast.zhao)
    first, second = (upload(client, roster(NEW)).location for _ in range(2))
    page = client.get(second)
    stale = re.search(r'name="shown"[^>]*value="([^"]+)"', page.text)[1]
    apply(client, first)
    form = {"csrf_token": token_of(page), "shown": stale}
    refused = client.post(f"{second}/application", data=form)
    assert refused.status_code == 409
    assert "新的方案" in refused.text
    fresh = re.search(r'name="shown"[^>]*value="([^"]+)"', refused.text)[1]
    form = {"csrf_token": token_of(refused), "shown": fresh}
    assert client.post(f"{second}/application", data=form).status_code == 303


@pytest.mark.parametrize("day", ["2099-01-01", "昨天", "2026-02-30", "0000-00-00"])
def test_a_day_that_is_none_or_to_come_is_refused_beside_its_field(cast, sign_in, day):
    client = sign_in(cast.zhao)
    at = upload(client, roster(NEW)).location
    refused = apply(client, at, as_of=day)
    assert refused.status_code == 422
    assert 'id="as_of-error"' in refused.text
    assert not db.session.scalar(select(Person).where(Person.name == "孙新"))


def test_columns_are_corrected_with_the_file_and_left_out_without(cast, sign_in):
    client = sign_in(cast.zhao)
    content = roster([*NEW[:1], NEW[3], "13700000001"], head=["姓名", "所在团支部", "号码"])
    at = upload(client, content).location
    page = client.get(at)
    form = {"csrf_token": token_of(page), "column-0": "name", "column-1": "branch"}
    refused = client.post(f"{at}/columns", data={**form, "column-2": "phone"})
    assert refused.status_code == 422
    assert "再选一次" in refused.text
    form["file"] = (io.BytesIO(content), "名单.xlsx")
    assert client.post(f"{at}/columns", data={**form, "column-2": "phone"}).status_code == 303
    apply(client, at)
    assert db.session.scalar(select(Person.phone_tail).where(Person.name == "孙新")) == "0001"


@pytest.mark.parametrize("field", ["name", "opened_on", "nothing"])
def test_an_impossible_choice_of_columns_is_refused_in_words(cast, sign_in, field):
    client = sign_in(cast.zhao)
    at = upload(client, roster(NEW)).location
    form = {"csrf_token": token_of(client.get(at)), "column-0": "name", "column-1": field}
    form["file"] = (io.BytesIO(roster(NEW)), "名单.xlsx")
    assert client.post(f"{at}/columns", data=form).status_code == 422


def test_giving_up_leaves_nothing(cast, sign_in):
    client = sign_in(cast.zhao)
    at = upload(client, roster(NEW)).location
    form = {"csrf_token": token_of(client.get(at))}
    assert client.post(f"{at}/giving-up", data=form).status_code == 303
    assert client.get(at).status_code == 410
    assert "名单.xlsx" not in client.get("/roster").text


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.xlsx"), (b"PK\x03\x04broken", "a.xlsx"), (b"\x00\x01\x02", "a.csv"),
        (b"<html></html>", "a.xls"), ("没有表头\n一行\n".encode(), "a.csv"), (b"%PDF-1.7", "../../x"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_is_refused_with_a_way_out(cast, sign_in, content, name):
    client = sign_in(cast.zhao)
    refused = upload(client, content, name)
    assert refused.status_code == 422
    assert 'id="file-error"' in refused.text
    assert not db.session.scalar(select(func.count()).select_from(rosters.RosterFile))


def test_no_file_is_refused(cast, sign_in):
    client = sign_in(cast.zhao)
    token = token_of(client.get("/roster"))
    assert client.post("/roster", data={"csrf_token": token}).status_code == 422


def test_a_file_over_8_megabytes_is_too_large_in_words(cast, sign_in):
    client = sign_in(cast.zhao)
    refused = upload(client, b"x" * (8 * 2**20 + 70_000))
    assert refused.status_code == 413
    assert "8 MB" in refused.text


def test_a_list_of_a_megabyte_is_taken(cast, sign_in):
    client = sign_in(cast.zhao)
    filler = "某" * 400
    rows = [[*NEW, filler] for _ in range(900)]
    content = text([[*PEOPLE_HEAD, "备注"], *rows])
    assert len(content) > 2**20
    assert upload(client, content, "a.csv").status_code == 303


def test_strangers_may_not_send_8_megabytes(app, cast, phone, sign_in):
    for client in (phone, sign_in(cast.organizer)):
        refused = client.post("/roster", data={"file": (io.BytesIO(b"x" * 100_000), "a.csv")})
        assert refused.status_code in (400, 403, 413)


def test_the_ladder_of_every_page(app, cast, phone, sign_in):
    owner = sign_in(cast.wang_staff)
    at = upload(owner, roster(NEW)).location
    for path in ("/roster", at, f"{at}/lines/new"):
        assert owner.get(path).status_code == 200
        assert phone.get(path).status_code == 303
        assert sign_in(cast.organizer).get(path).status_code == 403
        assert sign_in(cast.auditor).get(path).status_code == 403
        assert owner.delete(path).status_code == 405
    for path in (at, f"{at}/lines/new"):
        assert sign_in(cast.other_manager).get(path).status_code == 404
        assert sign_in(cast.street_manager).get(path).status_code == 200
    assert owner.get(f"{at}/lines/nobody").status_code == 404
    assert owner.get(f"{at}/lines/new?page=x").status_code == 200
    assert owner.get("/roster/NOWHERE").status_code == 404
    stranger = sign_in(cast.other_manager)
    token = token_of(stranger.get("/roster"))
    for act in ("application", "columns", "giving-up"):
        refused = stranger.post(f"{at}/{act}", data={"csrf_token": token})
        assert refused.status_code == 404
        assert owner.post(f"{at}/{act}", data={}).status_code == 400
        assert owner.get(f"{at}/{act}").status_code == 405


def test_who_presses_apply_twice_gets_the_same_result_and_nothing_is_written_twice(cast, sign_in):
    client = sign_in(cast.zhao)
    at = upload(client, roster(NEW)).location
    page = client.get(at)
    form = {"csrf_token": token_of(page), "shown": re.search(r'name="shown"[^>]*value="([^"]+)"', page.text)[1]}  # fmt: skip
    once, twice = (client.post(f"{at}/application", data=form) for _press in range(2))
    assert once.status_code == twice.status_code == 303
    assert once.location == twice.location == at
    assert db.session.scalar(select(func.count()).where(Person.name == "孙新")) == 1
    assert "名单.xlsx" in client.get("/roster").text


def test_a_secretary_imports_for_the_own_branch_only(cast, sign_in):
    client = sign_in(cast.wang_staff)
    content = roster(WANG, NEW, ["吴外", "", "", "丰泉古井社区团支部"])
    at = upload(client, content).location
    assert figures(client.get(at)) | {"新增": 1, "不导入的行": 1} == figures(client.get(at))
    apply(client, at)
    assert db.session.scalar(select(Person).where(Person.name == "孙新"))
    assert not db.session.scalar(select(Person).where(Person.name == "吴外"))


def test_long_lists_go_on_over_pages(cast, sign_in):
    client = sign_in(cast.zhao)
    rows = [[f"孙{chr(0x4E00 + n)}", f"137{n:08d}", "", "浏正街社区团支部"] for n in range(450)]
    at = upload(client, roster(*rows)).location
    assert "看全部 450 行" in client.get(at).text
    last = client.get(f"{at}/lines/new?page=3")
    assert last.text.count("<li>") >= 50
    assert "第 3 页，共 3 页" in last.text


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '=HYPERLINK("x")', "{{ 7*7 }}"])
def test_names_are_text_everywhere(cast, sign_in, name):
    client = sign_in(cast.zhao)
    content = text([PEOPLE_HEAD, [name, "", "", "浏正街社区团支部"]])
    page = client.get(upload(client, content, "a.csv").location)
    assert "<script>alert" not in page.text
    assert name in unescape(page.text) or "不是姓名" in page.text


def test_the_plan_is_in_english_too(cast, sign_in):
    client = sign_in(cast.zhao)
    at = upload(client, roster(WANG, NEW)).location
    assert client.get(f"{at}?lang=en").status_code == 200


def test_no_bytes_make_a_file_too_large_that_is_not(cast, sign_in):
    """The form's parser keeps a rest of each read wherever a line might end."""
    assert upload(sign_in(cast.wang_staff), b"\r" * 200_000, "大.csv").status_code == 422
