"""Pasting names: read, reviewed line by line, applied, found again and taken back."""

import re
from html import unescape

import pytest
from sqlalchemy import func, select

from app.db import db
from app.domain import members, rosters
from app.domain.members import Person
from tests.web.test_roster import apply, figures, roster, token_of, upload

CHAT = """#接龙
1. 孙新 13700000001
2、周 杰 137-0000-0002（浏正街社区团支部）
王芳：收到
李雷 13900000002
赵敏,钱多多
4. 请大家准时到
"""


def paste(client, text, branch):
    form = {"csrf_token": token_of(client.get("/roster")), "text": text, "branch": branch.code}
    return client.post("/roster/pasting", data=form)


def line_of(page, name):
    """The number of the pasted line that a page shows under a name."""
    found = re.search(rf'id="line-(\d+)">(?:(?!</li>).)*{name}', page.text, re.S)
    return found[1]


def post(client, path, page, **form):
    return client.post(path, data={"csrf_token": token_of(page), **form})


def test_names_of_a_chat_come_into_the_branch(cast, sign_in):
    client = sign_in(cast.wang_staff)
    at = paste(client, CHAT, cast.branch).location
    page = client.get(at)
    assert figures(page) == {"新增": 4, "已在册": 1, "没有导入": 3}
    for words in ("像聊天里的话", "是接龙或名单的标题", "没有认出姓名", "13700000002"):
        assert words in page.text, words
    assert apply(client, at).status_code == 303
    done = client.get(at)
    assert figures(done)["新增"] == 4
    assert "王芳：收到" in unescape(done.text)
    assert f"/orgs/{cast.branch.code}" in done.text
    names = [row.person.name for row in members.members_of(cast.branch)]
    assert {"孙新", "周杰", "赵敏", "钱多多", "李雷", "王芳"} == set(names)
    history = client.get("/roster").text
    assert "粘贴到浏正街支部的名单" in history
    assert "王芳" in history


def test_a_line_is_corrected_or_left_out_before_applying(cast, sign_in):
    client = sign_in(cast.wang_staff)
    at = paste(client, "孙新 13700000001\n小月月\n周杰 138123", cast.branch).location
    page = client.get(at)
    unread = line_of(page, "小月月")
    form = client.get(f"{at}/pasted/{unread}")
    assert f'value="{cast.branch.code}" selected' in form.text or 'selected value="' in form.text
    bad = post(
        client, f"{at}/pasted/{unread}", form, name="岳小月", phone="12", branch=cast.branch.code
    )
    assert bad.status_code == 422
    assert 'id="phone-error"' in bad.text
    assert (
        post(client, f"{at}/pasted/{unread}", form, name="", branch=cast.branch.code).status_code
        == 422
    )
    good = {"name": "岳小月", "phone": "13700000009", "branch": cast.branch.code}
    assert post(client, f"{at}/pasted/{unread}", form, **good).status_code == 303
    left = line_of(page, "周杰")
    assert post(client, f"{at}/pasted/{left}/omission", form).status_code == 303
    assert "你说不要这一行" in client.get(at).text
    apply(client, at)
    found = {row.person.name: row.person.phone_tail for row in members.members_of(cast.branch)}
    assert found["岳小月"] == "0009"
    assert "周杰" not in found


@pytest.mark.parametrize("text", ["", "  \n\t", "张三\n" * 1001, "\x00\x07"])
def test_what_cannot_be_read_is_refused_beside_the_box(cast, sign_in, text):
    client = sign_in(cast.wang_staff)
    refused = paste(client, text, cast.branch)
    assert refused.status_code == 422
    assert 'id="text-error"' in refused.text


def test_a_branch_has_to_be_chosen_where_there_are_several(cast, sign_in):
    client = sign_in(cast.street_manager)
    page = client.get("/roster")
    assert "请选支部" in page.text
    assert "请选支部" not in sign_in(cast.wang_staff).get("/roster").text
    for code in ("", cast.class_one.code, "NOWHERE"):
        form = {"csrf_token": token_of(page), "text": "孙新", "branch": code}
        assert client.post("/roster/pasting", data=form).status_code == 422


def test_a_long_paste_is_no_body_too_large(cast, sign_in):
    client = sign_in(cast.wang_staff)
    lines = "\n".join(
        f"{n}. 张{chr(0x4E00 + n)}三 137{n:08d}（今天因为要考试晚一点到会场）" for n in range(900)
    )
    assert paste(client, lines, cast.branch).status_code == 303


def test_of_a_child_nothing_but_the_masked_name_is_kept(cast, sign_in):
    client = sign_in(cast.wang_staff)
    text = "姓名\t手机号\t出生年月\n陈小宝\t13700000003\t2015.3\n李雷\t13900000002\t2014.12\n孙新\t13700000001\t2001.2"
    at = paste(client, text, cast.branch).location
    page = client.get(at)
    assert "陈**" in page.text
    apply(client, at)
    done = client.get(at)
    for where in (page, done, client.get(f"{at}/untaken.csv")):
        assert "陈小宝" not in where.text
        assert "13700000003" not in where.text
    assert "监护人的书面同意" in done.text
    assert f"/people/{cast.li.code}" in done.text
    assert not db.session.scalar(select(Person).where(Person.name == "陈小宝"))


def test_an_import_is_taken_back_in_two_taps(cast, sign_in):
    client = sign_in(cast.wang_staff)
    at = paste(client, "孙新 13700000001", cast.branch).location
    apply(client, at)
    page = client.get(f"{at}/undoing")
    assert "离开名册" in page.text
    assert "孙新" in page.text
    assert post(client, f"{at}/undoing", page).status_code == 303
    done = client.get(at)
    assert "已撤回" in done.text
    assert "/undoing" not in done.text
    assert [row.person.name for row in members.members_of(cast.branch)] == ["李雷", "王芳"]
    assert "已撤回" in client.get("/roster").text
    assert post(client, f"{at}/undoing", page).status_code == 409
    assert client.get(f"{at}/undoing").status_code == 409


def test_what_came_later_is_named_instead_of_the_button(cast, sign_in):
    client = sign_in(cast.zhao)
    first = upload(
        client, roster(["孙新", "13700000001", "", "浏正街社区团支部"]), "第一份.xlsx"
    ).location
    apply(client, first)
    second = upload(
        client, roster(["孙新", "13700000001", "", "丰泉古井社区团支部"]), "第二份.xlsx"
    ).location
    apply(client, second)
    page = client.get(f"{first}/undoing")
    assert page.status_code == 409
    for words in ("第二份.xlsx", "导入花名册", "赵书记", "先撤回后来的那一次"):
        assert words in page.text, words
    assert "<button>撤回" not in page.text
    form = client.get(f"{second}/undoing")
    assert post(client, f"{first}/undoing", form).status_code == 409


def test_lines_that_were_not_taken_are_on_the_result_and_in_a_file(cast, sign_in):
    client = sign_in(cast.zhao)
    rows = [
        ["吴名", "", "", "没有的支部"],
        ["", "13700000005", "", "浏正街社区团支部"],
        ["=1+1名", "", "", "没有"],
    ]
    at = upload(client, roster(*rows)).location
    apply(client, at)
    page = client.get(at)
    assert "吴名" in page.text
    assert "缺姓名" in page.text
    csv = client.get(f"{at}/untaken.csv")
    assert csv.mimetype == "text/csv"
    assert "吴名,没有的支部,支部名对不上" in csv.text
    assert "\n4,=1" not in csv.text
    wechat = client.get(f"{at}/untaken.csv", headers={"User-Agent": "MicroMessenger"})
    assert "在浏览器打开" in wechat.text


@pytest.mark.parametrize("name", ["template.xlsx", "template-orgs.xlsx"])
def test_a_template_is_a_workbook(cast, sign_in, name):
    reply = sign_in(cast.wang_staff).get(f"/roster/{name}")
    assert reply.data[:2] == b"PK"
    wechat = sign_in(cast.wang_staff).get(
        f"/roster/{name}", headers={"User-Agent": "MicroMessenger"}
    )
    assert f"/roster/{name}" in wechat.text


def test_another_branch_finds_nothing_of_a_paste(cast, sign_in):
    at = paste(sign_in(cast.wang_staff), "孙新", cast.branch).location
    other = sign_in(cast.other_manager)
    for path in (at, f"{at}/pasted/1", f"{at}/undoing", f"{at}/untaken.csv"):
        assert other.get(path).status_code == 404
    assert db.session.scalar(select(func.count()).select_from(rosters.RosterFile)) == 1
