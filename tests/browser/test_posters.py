"""The poster on paper and the code on the wall, read by another program's decoder."""

import io
import re
import subprocess
from datetime import timedelta

import pytest
import zxingcpp
from PIL import Image

from app import clock
from app.domain import checkins, events, passes
from app.domain.audit import SYSTEM
from app.domain.staff.sessions import start_session
from tests.axe import violations
from tests.browser.chromium import LAPTOP, PROJECTOR, chromium, listen
from tests.happenings import HOUR, make
from tests.programs import need

LONG_TITLE = (
    "共青团芙蓉区委员会“青春心向党、建功新时代”五四主题团日暨志愿服务岗前培训与颁奖典礼" * 2
)[:80]
LONG_PLACE = (
    "长沙市芙蓉区定王台街道浏正街社区党群服务中心（原小学旧址）东附楼四层多功能学术报告厅" * 2
)[:80]
WIDE_TITLE = ("Wonderful WWWW MMMM " * 4).strip()


@pytest.fixture
def open_page(cast, serve):
    """open_page(browser, path) → the server's page, signed in as 何组织."""
    server = serve(workers=1)
    secret = start_session(cast.organizer, browser="test", absolute=timedelta(hours=12))

    def enter(browser, path, options=LAPTOP):
        context = browser.new_context(**options)
        context.add_cookies([{"name": "sid", "value": secret, "url": server.url}])
        page = context.new_page()
        page.goto(server.url + path)
        return page

    enter.base = server.url
    return enter


def soon(cast, title, **told):
    start = clock.next_hour(clock.now())
    return make(cast, title, starts_at=start, ends_at=start + HOUR, **told)


def printed(page, folder):
    """The pages of the PDF this page prints to, as pictures."""
    path = folder / "poster.pdf"
    page.pdf(path=path, prefer_css_page_size=True, print_background=True)
    command = [need("pdftoppm"), "-r", "60", "-gray", "-png", str(path), str(folder / "page")]
    subprocess.run(command, check=True)
    return [Image.open(one) for one in sorted(folder.glob("page*.png"))]


@pytest.mark.parametrize(
    ("title", "place", "sittings"),
    [
        ("主题团日", "会议室", 1),
        ("读" * 22, "会议室", 1),
        ("读" * 23, LONG_PLACE, 3),
        ("读" * 44, LONG_PLACE, 2),
        (LONG_TITLE, LONG_PLACE, 6),
        (WIDE_TITLE, "", 1),
    ],
)
def test_the_poster_is_one_page_whose_code_is_read_off_the_paper(
    cast, open_page, tmp_path, title, place, sittings
):
    event = soon(cast, title, place=place)
    for week in range(1, sittings):
        start = event.occurrences[0].starts_at + timedelta(days=7 * week)
        events.add_occurrence(event, starts_at=start, ends_at=start + HOUR, by=SYSTEM)
    with chromium() as browser:
        page = open_page(browser, f"/events/{event.code}/poster")
        pages = printed(page, tmp_path)
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 794, "height": 1123})  # A4 at 96 dots an inch
        feet = page.evaluate("document.querySelector('footer').getBoundingClientRect().bottom")
        overlap = page.evaluate(
            "document.querySelector('main').scrollHeight - document.querySelector('main').clientHeight"
        )
    assert len(pages) == 1
    assert feet <= 1123  # nothing is cut off at the foot
    assert overlap <= 1
    (read,) = zxingcpp.read_barcodes(pages[0])
    assert read.text == f"{open_page.base}/C/{event.code}".upper()
    assert read.ec_level == "Q"


def test_the_wall_shows_a_code_that_is_read_and_nothing_overflows(cast, open_page):
    event = soon(cast, LONG_TITLE)
    token = passes.open_screen(event, by=SYSTEM)
    with chromium() as browser:
        page = open_page(browser, f"/screen/{token}", PROJECTOR)
        picture = Image.open(io.BytesIO(page.screenshot()))
        overflow = page.evaluate("document.documentElement.scrollHeight - innerHeight")
        found = violations(page)
    (read,) = zxingcpp.read_barcodes(picture)
    assert read.text == f"{open_page.base}/C/{event.code}".upper()
    assert read.ec_level == "M"
    assert overflow <= 0
    assert found == []


def test_the_wall_counts_by_itself_and_its_code_stays(cast, open_page):
    event = soon(cast, "主题团日")
    (sitting,) = event.occurrences
    token = passes.open_screen(event, by=SYSTEM)
    with chromium() as browser:
        page = open_page(browser, f"/screen/{token}", PROJECTOR)
        wrong = listen(page)
        page.evaluate("document.querySelector('.qr').wasThere = true")
        checkins.record_check_in(sitting, cast.wang, at=clock.now(), how="poster", by=SYSTEM)
        page.locator("[data-present='1']").wait_for()
        assert page.inner_text(".latest").split() == ["刚刚签到", "王*", "浏正街支部"]
        assert page.evaluate("document.querySelector('.qr').wasThere")
        assert wrong == []


def test_without_script_the_wall_still_moves(cast, open_page):
    event = soon(cast, "主题团日")
    token = passes.open_screen(event, by=SYSTEM)
    with chromium() as browser:
        page = open_page(browser, f"/screen/{token}", {**PROJECTOR, "java_script_enabled": False})
        assert page.locator("meta[http-equiv=refresh]").count() == 1


def test_the_tree_of_guests_shows_once_it_is_asked_for(cast, open_page, serve):
    server_session = start_session(cast.street_manager, browser="t", absolute=timedelta(hours=1))
    with chromium() as browser:
        page = open_page(browser, "/")
        page.context.add_cookies([{"name": "sid", "value": server_session, "url": open_page.base}])
        page.goto(f"{open_page.base}/events/new")
        page.click("details:has(#invite) > summary")
        assert not page.is_visible(".some")
        page.check("input[name=invite][value=some]")
        assert page.is_visible(".some")
        page.check(f"input[name=orgs][value='{cast.branch.code}']")
        page.fill("#title", "支部联谊")
        page.click("button[name=publish]")
        page.wait_for_url(re.compile(r"/events/[2-9A-Z]{6}$"))
        assert "浏正街支部" in page.inner_text("dl.facts")
        assert violations(page) == []
