"""The share picture: an address that works without cookies, and the page to long-press it on."""

import io
from datetime import timedelta

import pytest
import zxingcpp
from PIL import Image

from app.domain import events
from app.domain.audit import SYSTEM
from tests.happenings import EVENING, HOUR, make


def picture(client, code, **headers):
    return client.get(f"/e/{code}/share.png", headers=headers)


def test_the_picture_is_fetched_without_cookies_and_kept_until_something_changes(
    cast, stopped, phone
):
    event = make(cast)
    reply = picture(phone, event.code)
    assert (reply.status_code, reply.mimetype) == (200, "image/png")
    assert "Set-Cookie" not in reply.headers
    assert reply.headers["Cache-Control"] == "public, max-age=300"
    image = Image.open(io.BytesIO(reply.data))
    assert image.size == (1080, 1440)
    (found,) = zxingcpp.read_barcodes(image.convert("RGB"))
    assert found.text.lower().endswith(f"/c/{event.code}".lower())
    again = picture(phone, event.code, **{"If-None-Match": reply.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    events.edit_event(event, by=SYSTEM, title="改了名")
    assert picture(phone, event.code, **{"If-None-Match": reply.headers["ETag"]}).status_code == 200


def test_the_picture_is_the_same_whatever_language_is_asked_for(cast, stopped, phone):
    event = make(cast)
    chinese = picture(phone, event.code).headers["ETag"]
    english = picture(phone, event.code, **{"Accept-Language": "en"}).headers["ETag"]
    assert chinese == english


def test_the_picture_names_the_wifi_without_which_the_code_opens_nothing(
    cast, stopped, phone, setting
):
    event = make(cast)
    told = {"public_url": "http://furong.lan:8000", "wifi_name": "芙蓉会场"}
    setting(reach="wifi", **told)
    over_wifi = picture(phone, event.code).headers["ETag"]
    setting(reach="public", **told)
    assert picture(phone, event.code).headers["ETag"] != over_wifi


def test_a_sitting_has_a_picture_of_its_own(cast, stopped, phone):
    event = make(cast)
    for week in range(1, 6):
        start = EVENING + timedelta(weeks=week)
        last = events.add_occurrence(event, starts_at=start, ends_at=start + HOUR, by=SYSTEM)
    whole, one = picture(phone, event.code), picture(phone, last.code)
    assert whole.status_code == one.status_code == 200
    assert whole.headers["ETag"] != one.headers["ETag"]
    events.cancel_occurrence(last, by=SYSTEM, reason="停电")
    assert picture(phone, last.code).status_code == 404
    assert picture(phone, event.code).status_code == 200


@pytest.mark.parametrize("state", ["draft", "cancelled", "withdrawn"])
def test_nobody_is_asked_to_what_is_not_on(cast, stopped, phone, sign_in, state):
    event = make(cast, draft=state == "draft")
    if state == "cancelled":
        events.cancel_event(event, by=SYSTEM, reason="停电")
    if state == "withdrawn":
        events.withdraw_event(event, by=SYSTEM)
    assert picture(phone, event.code).status_code == 404
    browser = sign_in(cast.organizer)
    assert browser.get(f"/events/{event.code}/share").status_code == 404
    assert f"/events/{event.code}/share" not in browser.get(f"/events/{event.code}").text


def test_the_page_shows_the_picture_and_says_what_to_do(cast, stopped, sign_in):
    event = make(cast)
    page = sign_in(cast.organizer).get(f"/events/{event.code}/share").text
    assert "长按图片" in page
    assert f'src="/e/{event.code}/share.png?v=' in page
    assert "手机还扫不了这个码" in page  # the address of this test is a loopback one
