"""The IT person's first evening: from a clone to a phone that sees the page over plain http."""

import subprocess
import sys
import sysconfig
from pathlib import Path

from scripts import bootstrap
from tests.browser.chromium import LAPTOP, PHONE, chromium, listen, press
from tests.browser.journey import Journey
from tests.programs import need
from tests.server import ROOT, Server

NAME = "furong.lan"  # no localhost: the phone has no secure context
PASSWORD = "一个够长的密码2026"


def test_from_a_clone_to_a_phone_that_sees_the_page(tmp_path):
    clone = tmp_path / "furong"
    need("make")
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    lend_environment(clone)
    server = Server.as_the_readme_says(clone, tmp_path / "terminal.txt").start()
    port = server.port
    try:
        assert "making .venv" not in server.log.read_text()
        with chromium(NAME) as browser:
            laptop = browser.new_context(**LAPTOP).new_page()
            wrong = listen(laptop)
            journey = Journey("clone to a phone over plain http", laptop)
            set_up(journey, server.setup_link(), f"http://{NAME}:{port}")
            link = test_code(journey)
            told = phone_gets_through(browser, link)
            wrong += told
            laptop.locator("#state[data-stage='answered']").wait_for()
            state = laptop.inner_text("#state")
            assert "✓ 在微信里打开的" in state
            assert "✗ 没有加密" in state
            hang_up(journey, f"http://{NAME}:{port}")
            wrong += check_in_page(browser, laptop.inner_text(".addr"))
            figures = journey.ended()
        assert wrong == []
        assert figures["seconds"] < 180  # the machine's part of three minutes
        assert figures["taps"] <= 25
    finally:
        server.stop()


def lend_environment(clone):
    """What the first minute of `make run` would download: the packages these tests run with, in an
    environment of the clone's own that its stamp calls finished."""
    venv = clone / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    (here,) = venv.glob("lib/python*/site-packages")
    (here / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    bootstrap.write_launcher(venv, clone)
    stamp = bootstrap.stamp_of(venv, clone / "requirements.lock", clone)
    Path(venv, "furong.stamp").write_text(stamp, "utf-8")


def set_up(journey, link, address):
    page = journey.page
    journey.open(link)
    fields = {"full_name": "共青团芙蓉区委员会", "name": "赵书记", "username": "zhao"}
    for name, words in (fields | {"password": PASSWORD, "again": PASSWORD}).items():
        journey.fill(f"#{name}", words)
    journey.tap("main form button")
    page.wait_for_url("**/setup/reach")
    journey.tap("input[value=wifi]")
    journey.fill("#address", address)
    journey.fill("#wifi_name", "芙蓉会场")
    journey.tap("form.reaching button")
    page.wait_for_url("**/setup/tree")
    journey.tap("main form button:not(.plain)")
    page.wait_for_url("**/setup/event")
    journey.tap("main form button:not(.plain)")
    page.wait_for_url("**/setup/print")


def test_code(journey):
    """What the code on the page says: its link for whoever reads it on the phone itself."""
    journey.tap("main a[role=button][href$='/reach']")
    journey.tap("main form button")
    return journey.page.get_attribute("#state .panel a", "href")


test_code.__test__ = False


def phone_gets_through(browser, link):
    """A phone in WeChat, scripts off, answers one question; what went wrong."""
    phone = browser.new_context(**PHONE, java_script_enabled=False).new_page()
    wrong = listen(phone)
    phone.goto(link)
    assert not phone.evaluate("window.isSecureContext")
    assert "打开了" in phone.inner_text("main")
    press(phone, "button[value=no]")
    assert "记下了" in phone.inner_text("main")
    return wrong


def hang_up(journey, address):
    page = journey.page
    journey.open(page.url.replace("/reach", "/setup/print"))
    assert "手机打开过" in page.inner_text("main")
    journey.tap("a[href$='/poster']")
    assert page.locator(".notice").count() == 0
    assert "芙蓉会场" in page.inner_text(".join")
    assert page.inner_text(".addr").startswith(address.removeprefix("http://"))


def check_in_page(browser, spoken):
    phone = browser.new_context(**PHONE, java_script_enabled=False).new_page()
    wrong = listen(phone)
    phone.goto(f"http://{spoken}")
    assert phone.get_attribute("main", "data-state") in ("form", "not-open")
    return wrong
