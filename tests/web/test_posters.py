"""The code as image and poster, the public page, the calendar entry, the projector."""

from datetime import timedelta
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from app.domain import checkins, events, passes, reach
from app.domain.audit import SYSTEM
from tests.clicks import post
from tests.happenings import EVENING, HOUR, make


def read(reply):
    assert reply.mimetype == "image/png"
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(reply.get_data())))
    return found.text, found.ec_level


def test_the_image_says_where_phones_go(cast, stopped, sign_in, phone):
    event = make(cast)
    wanted = (f"HTTP://127.0.0.1:8000/C/{event.code}", "M")
    assert read(sign_in(cast.organizer).get(f"/events/{event.code}/qr.png")) == wanted
    assert read(phone.get(f"/e/{event.code}/qr.png")) == wanted
    second = event.occurrences[0].code
    assert read(phone.get(f"/e/{second}/qr.png"))[0].endswith(f"/C/{second}")


BAND, WARNING = "试用，手机打不开", "还没有拿手机试过"


def test_nobody_prints_a_code_that_no_phone_can_open(cast, sign_in, setting):
    event, organizer = make(cast), sign_in(cast.organizer)
    setting(reach="")
    assert "手机还扫不了这个码" in organizer.get(f"/events/{event.code}").text
    refused = organizer.get(f"/events/{event.code}/poster")
    assert refused.status_code == 409
    assert "仅本机试用" in refused.text
    assert "qr.svg" not in refused.text
    assert "/setup/reach" not in refused.text  # not this account's to choose
    assert "/setup/reach" in sign_in(cast.zhao).get(f"/events/{event.code}/poster").text
    setting(reach="wifi")
    assert organizer.get(f"/events/{event.code}/poster").status_code == 409


def test_a_trial_prints_and_says_so_on_paper_and_wall(cast, stopped, sign_in, phone, setting):
    event, organizer = make(cast), sign_in(cast.organizer)
    wall = passes.open_screen(event, by=SYSTEM)
    for page in (organizer.get(f"/events/{event.code}/poster"), phone.get(f"/screen/{wall}")):
        assert page.status_code == 200
        assert BAND in page.text
    setting(public_url="http://192.168.1.20:8000")  # an address phones do reach
    for page in (organizer.get(f"/events/{event.code}/poster"), phone.get(f"/screen/{wall}")):
        assert BAND not in page.text


def test_a_poster_warns_until_a_phone_got_through(cast, stopped, sign_in, setting):
    event, organizer = make(cast), sign_in(cast.organizer)
    address = setting(public_url="http://192.168.1.20:8000", reach="public").base_url
    poster = f"/events/{event.code}/poster"
    assert WARNING in organizer.get(poster).text
    _test, secret = reach.make_test(address, by=cast.organizer)
    assert WARNING in organizer.get(poster).text
    reach.opened(secret, is_https=False, user_agent="iPhone Mobile MicroMessenger")
    assert WARNING not in organizer.get(poster).text
    stopped.forward(seconds=1)
    reach.note_address("https://qd.example.org")
    setting(public_url="https://qd.example.org")
    assert WARNING in organizer.get(poster).text


def test_a_poster_of_the_halls_wifi_says_which_to_join(cast, stopped, sign_in, phone, setting):
    event, organizer = make(cast), sign_in(cast.organizer)
    wall = passes.open_screen(event, by=SYSTEM)
    told = {"public_url": "http://192.168.1.20:8000", "wifi_name": "芙蓉 & 会场"}
    setting(reach="wifi", **told)
    for page in (organizer.get(f"/events/{event.code}/poster"), phone.get(f"/screen/{wall}")):
        assert "请先连接 Wi-Fi：" in page.text
        assert "芙蓉 &amp; 会场" in page.text
    setting(reach="public", **told)
    assert "请先连接 Wi-Fi" not in organizer.get(f"/events/{event.code}/poster").text


def test_every_poster_names_the_other_ways_in(cast, sign_in, setting):
    event, organizer = make(cast), sign_in(cast.organizer)
    for mode in ("public", "wifi", "trial"):
        setting(reach=mode, public_url="" if mode == "trial" else "http://192.168.1.20:8000")
        page = organizer.get(f"/events/{event.code}/poster").text
        assert "微信打不开？</b>用相机扫，或到签到台。" in page


@pytest.mark.parametrize(
    "name", ["Host", "X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-URL"]
)
def test_no_header_bends_what_the_code_says(cast, phone, name):
    event = make(cast)
    reply = phone.get(f"/e/{event.code}/qr.png", headers={name: "evil.example"})
    assert read(reply)[0] == f"HTTP://127.0.0.1:8000/C/{event.code}"


def test_the_public_image_needs_no_cookie_sets_none_and_may_be_kept(cast, phone):
    event = make(cast)
    reply = phone.get(f"/e/{event.code}/qr.png")
    assert "Set-Cookie" not in reply.headers
    assert "Cookie" not in reply.headers.get("Vary", "")
    assert reply.headers["Cache-Control"] == "public, max-age=3600"


def test_the_page_gives_the_image_its_true_size(cast, sign_in):
    event = make(cast)
    browser = sign_in(cast.organizer)
    side = Image.open(BytesIO(browser.get(f"/events/{event.code}/qr.png").get_data())).width
    assert f'width="{side}" height="{side}"' in browser.get(f"/events/{event.code}").text


def test_the_poster_says_all_a_passer_by_needs(cast, stopped, sign_in):
    event = make(cast, place="三楼报告厅")
    page = sign_in(cast.organizer).get(f"/events/{event.code}/poster").text
    for words in (
        "主题团日", "2026 年 11 月 22 日", "19:00", "三楼报告厅", "浏正街社区团支部", "1 扫", "2 填",
        "3 好", "微信打不开", f"127.0.0.1:8000/c/{event.code}", f"/events/{event.code}/qr.svg",
    ):  # fmt: skip
        assert words in page


def test_the_poster_of_one_sitting_announces_that_one_alone(cast, stopped, sign_in):
    event = make(cast)
    for week in range(1, 5):
        start = EVENING + timedelta(days=7 * week)
        events.add_occurrence(event, starts_at=start, ends_at=start + HOUR, by=SYSTEM)
    browser = sign_in(cast.organizer)
    assert "共 5 场" in browser.get(f"/events/{event.code}/poster").text
    one = event.occurrences[1].code
    page = browser.get(f"/events/{one}/poster").text
    assert "11 月 29 日" in page
    assert "11 月 22 日" not in page
    assert f"/c/{one}" in page


def test_the_public_page_tells_when_and_where_and_has_no_way_in(cast, stopped, phone):
    event = make(cast, place="三楼报告厅")
    page = phone.get(f"/e/{event.code}").text
    for words in ("主题团日", "三楼报告厅", "19:00", "浏正街社区团支部", "event.ics"):
        assert words in page
    assert "/c/" not in page.lower()
    stopped.at = EVENING + 3 * HOUR
    assert "活动已经结束" in phone.get(f"/e/{event.code}").text


def test_the_public_page_of_a_cancelled_event_says_why(cast, stopped, phone):
    event = make(cast)
    events.cancel_event(event, by=SYSTEM, reason="暴雨红色预警")
    page = phone.get(f"/e/{event.code}").text
    assert "活动取消了" in page
    assert "暴雨红色预警" in page
    assert "event.ics" not in page
    assert "STATUS:CANCELLED" in phone.get(f"/e/{event.code}/event.ics").text


@pytest.mark.parametrize("path", ["", "/qr.png", "/event.ics"])
def test_drafts_and_what_was_taken_back_are_not_there_for_the_public(cast, stopped, phone, path):
    draft, gone = make(cast, draft=True), make(cast)
    events.withdraw_event(gone, by=SYSTEM)
    for code in (draft.code, gone.code, "ZZZZZZ"):
        assert phone.get(f"/e/{code}{path}").status_code == 404
    assert phone.post(f"/e/{make(cast).code}{path}").status_code in (400, 405)


def test_the_calendar_entry_is_well_formed(cast, stopped, phone):
    event = make(cast, "读书会；第1期，\\n好", place="三楼, 报告厅; 东" + "很远" * 30)
    reply = phone.get(f"/e/{event.code}/event.ics")
    assert reply.mimetype == "text/calendar"
    lines = reply.get_data().split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 for line in lines)
    assert all(line.decode() for line in lines[:-1])  # no character is cut in two
    text = reply.get_data().decode().replace("\r\n ", "")
    assert "DTSTART:20261122T110000Z\r\nDTEND:20261122T120000Z" in text
    assert "LOCATION:三楼\\, 报告厅\\; 东很远" in text
    assert "SUMMARY:读书会；第1期，\\\\n好" in text


def test_a_folded_line_comes_back_whole():
    for text in ("短", "长" * 100, "a" * 75, "a" * 300, "😀" * 40):
        folded = events.folded(text)
        assert folded.replace("\r\n ", "") == text
        assert all(len(line.encode()) <= 75 for line in folded.split("\r\n"))


def screen_of(cast, browser, event):
    reply = post(browser, f"/events/{event.code}/screen")
    assert reply.status_code == 303
    return reply.location


def test_a_projector_shows_the_code_the_count_and_masked_names(cast, stopped, sign_in, phone):
    event = make(cast)
    stopped.at = EVENING
    url = screen_of(cast, sign_in(cast.organizer), event)
    page = phone.get(url).text
    assert 'data-present="0"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    checkins.record_check_in(event.occurrences[0], cast.wang, at=EVENING, how="poster", by=SYSTEM)
    page = phone.get(url).text
    assert 'data-present="1"' in page
    assert "王*" in page
    assert "王芳" not in page
    assert f"/e/{event.code}/qr.png" in page
    for private in ("/live/", "/attendance", "/account", "csrf_token"):
        assert private not in page


def test_the_count_asks_again_only_while_something_can_change(cast, stopped, sign_in, phone):
    event = make(cast)
    stopped.at = EVENING
    url = screen_of(cast, sign_in(cast.organizer), event)
    fragment = phone.get(f"{url}/count").text
    version = fragment.split('data-version="')[1].split('"')[0]
    assert 'hx-trigger="furong:tick from:body"' in fragment
    assert phone.get(f"{url}/count?v={version}").status_code == 204
    checkins.record_check_in(event.occurrences[0], cast.li, at=EVENING, how="poster", by=SYSTEM)
    stopped.forward(seconds=1)
    assert 'data-present="1"' in phone.get(f"{url}/count?v={version}").text
    stopped.at = EVENING + HOUR
    fragment = phone.get(f"{url}/count?v={version}").text
    assert "签到已经停止" in fragment
    assert "hx-get" not in fragment


def test_the_screens_token_opens_the_screen_and_nothing_else(cast, stopped, sign_in, phone):
    event = make(cast)
    browser = sign_in(cast.organizer)
    url = screen_of(cast, browser, event)
    token = url.rsplit("/", 1)[1]
    assert url in browser.get(f"/events/{event.code}").text
    assert url not in sign_in(cast.auditor).get(f"/events/{event.code}").text
    assert passes.event_of_screen(token).id == event.id
    for path in (f"/screen/{token}x", f"/screen/{event.code}", f"/events/{token}", f"/live/{token}",
                 f"/c/{token}", f"/e/{token}"):  # fmt: skip
        assert phone.get(path).status_code in (303, 404)
    assert phone.post(url).status_code in (400, 405)
    assert post(browser, f"/events/{event.code}/screen", renew="1").status_code == 303
    assert phone.get(url).status_code == 404
    assert phone.get(f"{url}/count").status_code == 404


def test_a_cancelled_event_says_so_on_the_wall(cast, stopped, sign_in, phone):
    event = make(cast)
    url = screen_of(cast, sign_in(cast.organizer), event)
    events.cancel_event(event, by=SYSTEM, reason="暴雨红色预警")
    page = phone.get(url).text
    assert "暴雨红色预警" in page
    assert "hx-get" not in page
