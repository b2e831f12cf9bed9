"""Paste 40 names, review, apply: a secretary on a phone, from the list in the chat to the roster."""

import os
from pathlib import Path

from playwright.sync_api import expect
from sqlalchemy import func, select

from app.db import db
from app.domain.members import Membership
from tests import nu
from tests.axe import violations
from tests.browser.chromium import LAPTOP, PHONE, chromium, listen
from tests.browser.journey import Journey

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何"
FORMS = (
    "{n}. {name} {phone}", "{n}、{name}{phone}", "{name}\u3000{phone}", "{name}：{phone}", "👍{name} {phone}",
    "({n}){name} {phone} 团员", "{phone}，{name}", "{n} {name}（浏正街社区团支部）{phone}",
)  # fmt: skip
NOISE = ("#接龙", "王芳：收到", "何组织 11-22 14:03", "4. 请大家准时到会场")


def chat():
    """Forty people as a chat writes them, four lines that are nobody, one name that looks odd."""
    lines = []
    for n in range(1, 41):
        given = "小月" if n % 2 else "明轩"
        name = "月月红" if n == 40 else SURNAMES[(n - 1) // 2] + given
        form = "{name}" if n == 40 else FORMS[n % len(FORMS)]
        lines.append(form.format(n=n, name=name, phone=f"137{n:08d}"))
    return "\n".join([*NOISE[:2], *lines, *NOISE[2:]])


def members_of(branch):
    db.session.rollback()
    here = select(func.count()).where(Membership.org_id == branch.id, Membership.to_on.is_(None))
    return db.session.scalar(here)


def look_at(page, name, found):
    """Axe and the width of a page, on the phone dark too; with FURONG_SHOTS a picture as well."""
    for scheme in ("light", "dark") if "-360" in name else ("light",):
        page.emulate_media(color_scheme=scheme)
        page.reload()  # links fade from one scheme to the other
        found += [f"{name} {scheme}: {words}" for words in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth - window.innerWidth") > 0:
            found.append(f"{name}: too wide")
        if where := os.environ.get("FURONG_SHOTS"):
            page.screenshot(path=Path(where) / f"{name}-{scheme}.png", full_page=True)
    page.emulate_media(color_scheme="light")


def test_forty_names_of_a_chat_are_pasted_reviewed_and_applied(cast, sign_in, serve):
    server, secret = serve(), sign_in(cast.wang_staff).get_cookie("sid").value
    before, wrong = members_of(cast.branch), []
    with chromium() as browser:
        context = browser.new_context(**PHONE)
        context.add_cookies([{"name": "sid", "value": secret, "url": server.url}])
        page = context.new_page()
        console = listen(page)
        page.goto(server.url + "/")
        walk = Journey("paste 40 names, review, apply", page)
        walk.open(server.url + "/roster")
        walk.fill("#text", chat())
        walk.tap("main form button:not(.secondary) >> nth=0")
        expect(page.locator("h1")).to_have_text("读出 39 个人")
        walk.tap(page.locator("li", has_text="月月红").get_by_role("link"))
        walk.fill("#name", "岳月红")
        walk.fill("#phone", "13700000040")
        walk.tap(page.get_by_role("button", name="保存"))
        expect(page.locator("h1")).to_have_text("读出 40 个人")
        walk.tap(page.get_by_role("button", name="执行导入"))
        expect(page.locator("h1")).to_have_text("已导入")
        told = walk.ended()
        assert members_of(cast.branch) == before + 40
        assert told["taps"] <= 8
        result = page.url
        page.get_by_role("button", name="看浏正街支部的名册").click()
        expect(page.locator("#members")).to_contain_text("42 人")
        page.goto(result)
        page.get_by_role("button", name="撤回这次导入").click()  # offered, one tap away
        expect(page.locator("main")).to_contain_text("离开名册")
        undoing = page.url
        again = fresh_paste(context.new_page(), server)
        for size in (
            {"width": 360, "height": 780},
            {"width": 320, "height": 640},
            LAPTOP["viewport"],
        ):
            page.set_viewport_size(size)
            for name, path in (
                ("new", "/roster"), ("review", again), ("line", f"{again}/pasted/3"),
                ("result", result), ("undoing", undoing),
            ):  # fmt: skip
                page.goto(path if path.startswith("http") else server.url + path)
                look_at(page, f"{name}-{size['width']}", wrong)
        page.goto(undoing)
        page.get_by_role("button", name="撤回这次导入").click()
        expect(page.locator("h1")).to_have_text("已撤回")
        look_at(page, "undone", wrong)
        assert members_of(cast.branch) == before
    assert not wrong, "\n".join(wrong)
    assert not console
    client = sign_in(cast.wang_staff)
    paths = ("/roster", path_of(again), path_of(again) + "/pasted/3", path_of(result))
    shown = {path: client.get(path).text for path in paths}
    assert not nu.check(shown)


def fresh_paste(page, server):
    """The address of another review, with lines of every kind."""
    page.goto(server.url + "/roster")
    text = (
        f"{chat()}\n5. 王芳 13900000001\n李雷 138123\n孙新 13700000077（没有的支部委员会）\n"
        "欧阳·阿不都热依木·买买提江·伊斯拉木 13700000078 晚到十分钟请给我留个位置"
    )
    page.fill("#text", text)
    page.click("main form button:not(.secondary) >> nth=0")
    expect(page.locator("h1")).to_contain_text("读出")
    address = page.url
    page.close()
    return address


def path_of(address):
    return "/" + address.split("/", 3)[3].split("#")[0]
