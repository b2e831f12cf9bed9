"""The desk's camera in a real browser: a code held before it is read and sent once, by the vendored
decoder; where there is no camera the page says why and the input still takes a keyboard scanner."""

import pytest
from flask import render_template

from tests.browser.chromium import PHONE, chromium, listen
from tests.films import film

CARD = "HTTPS://QIANDAO.EXAMPLE/P/ABCDEFGHJKLMNPQRSTUVWXYZ23"
OTHER = "HTTPS://QIANDAO.EXAMPLE/P/ZYXWVUTSRQPNMLKJHGFEDCBA23"
FORM = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>t</title><h1>t</h1>
<form method="post" action="/trying"><input name="card" data-scan><button>go</button></form>%s
<script src="/static/scan.js" defer></script></html>"""


@pytest.fixture
def page_of(app):
    with app.test_request_context("/", base_url="http://localhost"):
        return FORM % render_template("desks/_camera.html")


@pytest.fixture
def opened(cast, serve, page_of, tmp_path):
    """opened(context) → a page with the camera's part, and what its form sent."""
    server = serve(workers=1)

    def enter(context):
        page, sent = context.new_page(), []

        def answer(route):
            if route.request.method == "POST":
                sent.append(route.request.post_data)
            route.fulfill(body=page_of, content_type="text/html", headers={
                "Content-Security-Policy": "default-src 'none'; script-src 'self'; form-action 'self'"
            })  # fmt: skip

        page.route("**/trying", answer)
        page.goto(f"{server.url}/trying")
        return page, sent

    return enter


def test_a_code_before_the_camera_is_sent_once_and_the_next_one_too(opened, tmp_path):
    seen = film(tmp_path / "codes.y4m", CARD, None, OTHER, None)
    with chromium(camera=seen) as browser:
        page, sent = opened(browser.new_context(**PHONE))
        wrong = listen(page)
        page.click("text=用摄像头扫")
        page.wait_for_selector("video:visible")
        for _ in range(60):  # the page that answers opens the camera again by itself
            page.wait_for_timeout(200)
            if len(sent) >= 2:
                break
        first = [one.split("%2FP%2F")[1] for one in sent[:2]]
        assert sorted(first) == ["ABCDEFGHJKLMNPQRSTUVWXYZ23", "ZYXWVUTSRQPNMLKJHGFEDCBA23"]
        assert wrong == []
        page.click("text=关掉摄像头")
        assert page.is_hidden("video")
        page.reload()
        page.wait_for_timeout(300)
        assert page.is_hidden("video")


def test_a_code_that_stays_before_the_camera_is_one_scan(opened, tmp_path):
    with chromium(camera=film(tmp_path / "code.y4m", CARD)) as browser:
        page, sent = opened(browser.new_context(**PHONE))
        page.click("text=用摄像头扫")
        page.wait_for_timeout(4500)
        assert len(sent) == 1


def test_without_a_secure_context_it_says_why_and_a_keyboard_scanner_still_works(opened):
    with chromium() as browser:
        context = browser.new_context(**PHONE)
        context.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false})")
        page, sent = opened(context)
        assert page.is_hidden("text=用摄像头扫")
        assert "不是 https" in page.text_content("#camera [role=status]")
        page.fill("[data-scan]", CARD)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert len(sent) == 1


def test_without_a_camera_or_without_leave_it_says_why(opened):
    with chromium() as browser:
        page, _sent = opened(browser.new_context(**PHONE))
        page.click("text=用摄像头扫")
        page.wait_for_selector("#camera [role=status]:text-matches('这台|没有|打不开')")
        assert page.is_visible("text=用摄像头扫")
        assert page.text_content("#camera [role=status]")[:2] in ("这台", "没有", "摄像")
