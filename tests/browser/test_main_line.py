"""The main job on real input, in a real browser: set up, import, make an event, 60 phones scan,
the live page and the projector rise, the list and the figures go out.

Once on 127.0.0.1 and once over plain http under a name that is not localhost: no secure context.
"""

import csv
import io
import json
import re
from pathlib import Path

import openpyxl
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from app import clock
from tests.browser.chromium import LAPTOP, PHONE, PROJECTOR, chromium, listen, press
from tests.doors import STATE
from tests.files import FILES
from tests.phones import RawPhone
from tests.server import Server, free_port

PHONES = 60
STREET = "定王台"


@pytest.fixture(params=["127.0.0.1", "furong.lan"])
def site(request, tmp_path):
    """(server on an empty instance of its own, the address people use)."""
    port = free_port()
    server = Server.alone(tmp_path, port=port, public_url=f"http://{request.param}:{port}").start()
    yield server, f"http://{request.param}:{port}"
    server.stop()


def members_of_the_street(count):
    """So many people of the sample roster in one street, with a phone: (name, phone, branch)."""
    sheet = openpyxl.load_workbook(FILES / "roster.xlsx").worksheets[0]
    found, seen = [], set()
    for row in sheet.iter_rows(min_row=4, values_only=True):
        if len(row) < 14 or not row[13] or not str(row[13]).startswith(STREET) or not row[9]:
            continue
        phone = re.sub(r"\D", "", str(row[9]))[-11:]
        if len(phone) == 11 and row[1].strip() not in seen:
            seen.add(row[1].strip())
            found.append((row[1].strip(), phone, row[13]))
    return found[:count]


def test_from_an_empty_machine_to_the_figures(site):
    server, base = site
    host = base.removeprefix("http://")
    with chromium(host.split(":")[0]) as browser:
        laptop = browser.new_context(**LAPTOP).new_page()
        wrong = listen(laptop)
        set_up(laptop, base, server.setup_link())
        import_file(laptop, base, "orgs.xlsx")
        import_file(laptop, base, "roster.xlsx")
        code = make_event(laptop, base)
        screen = browser.new_context(**PROJECTOR).new_page()
        wrong += listen(screen)
        open_screen(laptop, screen, base, code)
        read_code(screen, base, code)
        laptop.goto(f"{base}/live/{code}")
        assert laptop.locator("#tally").get_attribute("data-present") == "0"
        people = members_of_the_street(PHONES)
        first_phone(browser, base, code, people[0])
        org_codes = branch_codes(laptop, base, code)
        laptop.goto(f"{base}/live/{code}")
        for name, phone, branch in people[1:]:
            status, text = RawPhone(server.port, host).check_in(
                code, name=name, phone=phone, org=org_codes[branch]
            )
            assert (status, STATE.search(text)[1]) == (200, "done")
        laptop.wait_for_selector("#tally[data-present='60']")
        expect(screen.locator(".now")).to_have_text(re.compile(r"^\s*60\D"))
        check_tree(laptop, people, org_codes)
        check_exports(laptop, base, code, people)
        check_report(laptop, base)
        assert wrong == []


def set_up(page, base, link):
    page.goto(link)
    page.fill("#full_name", "共青团长沙市芙蓉区委员会")
    page.fill("#short_name", "芙蓉团区委")
    page.fill("#name", "赵书记")
    page.fill("#username", "zhao")
    page.fill("#password", "一个够长的密码2026")
    page.fill("#again", "一个够长的密码2026")
    page.click("main button:not(.secondary)")
    page.wait_for_url(base + "/setup/reach")  # its steps are a journey of their own
    assert "赵书记" in page.text_content("header")


def import_file(page, base, name):
    page.goto(base + "/roster")
    page.set_input_files("input[type=file]", FILES / name)
    page.click("form[enctype] button:not(.plain)")
    page.wait_for_url(re.compile(r"/roster/\w+$"))
    page.click("form[action$='/application'] button")
    page.wait_for_load_state()
    page.wait_for_selector("text=/已导入|导入好了|导入完成/")


def make_event(page, base):
    page.goto(base + "/events/new")
    page.fill("#title", "青年汇：写字楼里的心理减压课")
    for field in ("#day", "#host"):
        page.click(f"details:has({field}) > summary")
    page.fill("#host", f"共青团芙蓉区{STREET}街道工作委员会")
    page.fill("#day", clock.today().isoformat())
    page.fill("#start", "00:00")  # all day long: the test may run at any hour
    page.fill("#end", "23:59")
    page.fill("#place", f"{STREET}街道青年之家 3 楼报告厅")
    page.click("button[name=publish]")
    page.wait_for_url(re.compile(r"/events/[2-9A-Z]{6}$"))
    return page.url.rsplit("/", 1)[1]


def open_screen(page, screen, base, code):
    page.goto(f"{base}/events/{code}")
    page.click("form[action$='/screen'] button")
    page.wait_for_url(re.compile(r"/screen/|/events/"))
    link = page.url if "/screen/" in page.url else page.get_attribute("a[href*='/screen/']", "href")
    screen.goto(link if link.startswith("http") else base + link)


def read_code(screen, base, code):
    """What an independent decoder reads off the projected picture."""
    picture = Image.open(io.BytesIO(screen.screenshot()))
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.text.lower() == f"{base}/c/{code}".lower()


def first_phone(browser, base, code, person):
    """A phone in WeChat, scripts off: the code's address, one form, the green answer."""
    context = browser.new_context(**PHONE, java_script_enabled=False)
    phone = context.new_page()
    wrong = listen(phone)
    phone.goto(f"{base}/C/{code}")
    name, number, branch = person
    phone.fill("#name", name)
    phone.fill("#phone", number)
    phone.select_option("#org", label=branch)
    press(phone, "button.go")
    assert phone.get_attribute("main", "data-state") == "done"
    assert "第 1 位" in phone.text_content("main")
    phone.reload()
    assert phone.get_attribute("main", "data-state") == "already"
    phone.goto(f"{base}/C/{code}")
    assert phone.get_attribute("main", "data-state") == "already"
    assert wrong == []
    context.close()


def branch_codes(page, base, code):
    """Branch name → its public code, read off the phone's own list."""
    page.goto(f"{base}/c/{code}")
    options = page.locator("#org option").all()
    return {o.text_content().strip(): o.get_attribute("value") for o in options}


def check_tree(page, people, org_codes):
    tally = page.locator("#tally")
    assert tally.get_attribute("data-people") == "60"
    assert tally.get_attribute("data-guests") == "0"
    for branch in {branch for _name, _phone, branch in people}:
        row = page.locator(f"[data-org='{org_codes[branch]}']").first
        assert row.get_attribute("data-present") == str(sum(p[2] == branch for p in people))
        assert int(row.get_attribute("data-expected")) >= int(row.get_attribute("data-present"))


def check_exports(page, base, code, people):
    page.goto(f"{base}/events/{code}/attendance")
    body = downloaded(page, "a[href*='attendance.csv']")
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    text = "\n".join(",".join(row) for row in rows)
    assert all(name in text for name, _phone, _branch in people)
    assert sum(any(name in row for name, _p, _b in people) for row in rows) == PHONES
    book = downloaded(page, "a[href*='attendance.xlsx']")
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    assert sum(name in cells for name, _phone, _branch in people) == PHONES


def check_report(page, base):
    today = clock.today().isoformat()
    page.goto(f"{base}/reports.json?from={today}&to={today}")
    rows = json.loads(page.inner_text("pre"))
    root = next(row for row in rows if row["parent"] is None)
    assert (root["hosted"], root["attendances"], root["people"]) == (1, 60, 60)


def downloaded(page, link):
    """The bytes behind a link that the browser saves."""
    with page.expect_download() as saved:
        page.click(link)
    return Path(saved.value.path()).read_bytes()
