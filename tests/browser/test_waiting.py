"""Forms that take seconds say so at once, are sent once, and come back to life."""

import os
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import expect
from sqlalchemy import func, select

from app.db import db
from app.domain.members import Membership
from tests import nu
from tests.axe import violations
from tests.browser.chromium import LAPTOP, PHONE, chromium, listen
from tests.domain.tables import xlsx

ROWS = 2_500
HEAD = ["姓名", "手机号码", "所在团支部"]
UPLOAD, APPLY, BACKUP = "form[enctype]", 'form[action$="/application"]', "form[data-busy-for]"
# Whether it is busy, whether all and any of its buttons are off, and what it says.
FORM = """selector => {
  const form = document.querySelector(selector);
  const off = [...form.querySelectorAll("button")].map(button => button.disabled);
  return [form.getAttribute("aria-busy"), off.every(Boolean), off.some(Boolean),
          form.querySelector("[role=status]").textContent];
}"""

# Keeps what a form said for the next page.
WATCH = f"""() => document.addEventListener("submit", event => setTimeout(() =>
  sessionStorage.setItem("said", JSON.stringify(({FORM})(`form[action="${{event.target.getAttribute("action")}}"]`)))))"""
BAND = "getComputedStyle(document.querySelector('.busy:not(:empty)'), '::after').display"


def many(cast, rows=ROWS):
    return xlsx([HEAD, *([f"孙{chr(0x4E00 + n)}", f"137{n:08d}", cast.branch.full_name] for n in range(rows))])  # fmt: skip


@contextmanager
def signed_in(server, secret, **how):
    """A page of somebody signed in, and what went wrong in it."""
    with chromium() as browser:
        context = browser.new_context(**how)
        context.add_cookies([{"name": "sid", "value": secret, "url": server.url}])
        page = context.new_page()
        yield page, listen(page)


def choose(page, server, content):
    page.goto(server.url + "/roster")
    page.set_input_files("#file", {"name": "全区名单.xlsx", "mimeType": "", "buffer": content})


def members_of(branch):
    db.session.rollback()
    here = select(func.count()).where(Membership.org_id == branch.id, Membership.to_on.is_(None))
    return db.session.scalar(here)


def unanswered(page, pattern):
    """Let what is posted there have no answer (204: the page stays); returns what was sent."""
    sent = []

    def keep(route):
        if route.request.method != "POST":
            return route.continue_()
        sent.append(route.request)
        return route.fulfill(status=204)

    page.route(pattern, keep)
    return sent


def seen(page, name):
    if where := os.environ.get("FURONG_SHOTS"):
        page.screenshot(path=Path(where) / f"{name}.png", full_page=True)


def state(page, selector):
    """What a form looks like a moment later."""
    page.evaluate("() => new Promise(done => setTimeout(done, 50))")
    return page.evaluate(FORM, selector)


def watched(page):
    """What the form of the page before looked like on its way."""
    return page.evaluate("JSON.parse(sessionStorage.getItem('said'))")


def busy(words):
    return ["true", True, True, words]


AT_REST = [None, False, False, ""]


def press(page, selector):
    page.locator(selector).get_by_role("button").last.click()


def test_a_large_import_says_that_it_is_being_read_and_written_and_then_shows_the_result(
    cast, sign_in, serve
):
    server, before = serve(), members_of(cast.branch)
    secret = sign_in(cast.zhao).get_cookie("sid").value
    with signed_in(server, secret, **LAPTOP) as (page, wrong):
        choose(page, server, many(cast))
        page.evaluate(WATCH)
        press(page, UPLOAD)
        expect(page.locator("h1")).to_have_text("导入方案", timeout=30_000)
        assert watched(page) == busy("正在上传和读取，大的名单要几秒。请不要关闭这一页。")
        page.evaluate(WATCH)
        press(page, APPLY)
        expect(page.locator("h1")).to_have_text("已导入", timeout=60_000)
        assert watched(page) == busy("正在写入 2,500 行，请稍等。")
        assert not wrong
    assert members_of(cast.branch) == before + ROWS


def test_an_impatient_hand_sends_a_form_once(cast, sign_in, serve):
    server = serve()
    secret = sign_in(cast.zhao).get_cookie("sid").value
    with signed_in(server, secret, **PHONE) as (page, _wrong):
        choose(page, server, many(cast, 4_001))
        press(page, UPLOAD)
        expect(page.locator("h1")).to_have_text("导入方案", timeout=30_000)
        sent, faults = unanswered(page, "**/application"), []
        # Three in one turn: before any button can be off.
        page.evaluate("s => { for (const _ of '123') document.querySelector(s).requestSubmit(); }", APPLY)  # fmt: skip
        assert state(page, APPLY) == busy("正在写入 4,001 行，大约 2 秒。请不要关闭这一页。")
        assert len(sent) == 1
        for size in (PHONE, LAPTOP):
            page.set_viewport_size(size["viewport"])
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                page.evaluate("() => new Promise(done => setTimeout(done, 400))")  # links fade
                faults += violations(page)
                seen(page, f"busy-{size['viewport']['width']}-{scheme}")
        assert page.evaluate(BAND) == "block"
        page.emulate_media(reduced_motion="reduce")
        assert page.evaluate(BAND) == "none"
        assert not faults, faults


def test_who_comes_back_to_the_page_finds_a_button_that_works(cast, sign_in, serve):
    server = serve()
    secret = sign_in(cast.zhao).get_cookie("sid").value
    with signed_in(server, secret, **LAPTOP) as (page, _wrong):
        choose(page, server, many(cast, 3))
        press(page, UPLOAD)
        expect(page.locator("h1")).to_have_text("导入方案")
        page.go_back()
        expect(page.locator("h1")).to_have_text("导入")
        assert state(page, UPLOAD) == AT_REST
        page.go_forward()
        unanswered(page, "**/application")
        press(page, APPLY)
        assert state(page, APPLY) == busy("正在写入 3 行，请稍等。")
        # What a browser says when it takes the page out of its memory as it was left.
        page.evaluate(
            "window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
        )
        assert state(page, APPLY) == AT_REST


def test_a_page_closed_in_the_middle_finds_its_result_in_the_history(cast, sign_in, serve):
    server, before = serve(), members_of(cast.branch)
    secret = sign_in(cast.zhao).get_cookie("sid").value
    with signed_in(server, secret, **LAPTOP) as (page, _wrong):
        choose(page, server, many(cast))
        press(page, UPLOAD)
        expect(page.locator("h1")).to_have_text("导入方案", timeout=30_000)
        with page.expect_request("**/application"):
            press(page, APPLY)
        other = page.context.new_page()
        page.close()
        other.goto(server.url + "/roster")
        done = other.locator("#history ~ ul li", has_text="已导入")
        for _look in range(60):
            if done.count():
                break
            other.wait_for_timeout(500)
            other.reload()
        done.get_by_role("link").click()
        expect(other.locator("h1")).to_have_text("已导入")
    assert members_of(cast.branch) == before + ROWS


def test_a_backup_says_that_it_is_being_made_and_can_be_asked_for_again(cast, sign_in, serve):
    server = serve()
    client = sign_in(cast.zhao)
    secret = client.get_cookie("sid").value
    with signed_in(server, secret, **LAPTOP) as (page, _wrong):
        page.clock.install()
        page.goto(server.url + "/backups")
        unanswered(page, "**/backups")
        press(page, BACKUP)
        page.clock.run_for(20)
        assert page.evaluate(FORM, BACKUP) == busy("正在打包，好了浏览器就开始下载。")
        page.clock.run_for(9_000)
        assert page.evaluate(FORM, BACKUP) == AT_REST
    assert not nu.check({"/roster": client.get("/roster").text})
