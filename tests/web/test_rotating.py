"""The rotating code at the door: who gets in, who is told where to look, and what is counted."""

import base64
import io
import re
from datetime import timedelta

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select

from app import clock
from app.db import db
from app.domain import checkins, events, passes
from app.domain.audit import SYSTEM
from app.domain.checkins import CheckIn
from tests.clicks import post
from tests.doors import form_of, open_event, scan, state_of, token_of
from tests.gatherings import statements

LI = {"name": "李雷", "phone": "13900000002"}
DATA = re.compile(r'src="data:image/png;base64,([A-Za-z0-9+/=]+)"')


@pytest.fixture
def evening(cast, stopped):
    return open_event(cast, rotates=True)


def shown(event, number=0):
    """The path a projector's code leads to at this moment."""
    occurrence = event.occurrences[number]
    told = passes.pass_of(passes.Sitting(occurrence.id, event.epoch), clock.now())
    return f"/C/{occurrence.code}/{told}"


def pin(event):
    return passes.pin_of(passes.Sitting(event.occurrences[0].id, event.epoch), clock.now())


def rows():
    return list(db.session.scalars(select(CheckIn).order_by(CheckIn.id)))


def send(browser, page, event, org, **typed):
    """Fill the form of the page and send it."""
    code = event.occurrences[0].code
    return browser.post(f"/c/{code}", data=form_of(page, org=org.code, **typed))


def test_whoever_scans_the_wall_checks_in_and_the_row_says_how(evening, cast, phone):
    page = phone.get(shown(evening))
    assert (page.status_code, state_of(page)) == (200, "form")
    assert state_of(send(phone, page, evening, cast.branch, **LI)) == "done"
    (row,) = rows()
    assert (row.how, row.review) == ("rotating", "none")


@pytest.mark.parametrize(("seconds", "status"), [(59, 200), (60, 200), (61, 410)])
def test_a_pass_59_seconds_old_enters_and_61_not(evening, cast, stopped, phone, seconds, status):
    path = shown(evening)
    stopped.forward(seconds=seconds)
    assert phone.get(path).status_code == status


def test_an_old_pass_gets_words_the_pin_and_the_desk_and_is_counted(evening, stopped, phone):
    path = shown(evening)
    stopped.forward(seconds=61)
    page = phone.get(path)
    assert (page.status_code, state_of(page)) == (410, "refused")
    for words in ("二维码已更新，请对准大屏再扫一次", "大屏上的六位口令", "签到台"):
        assert words in page.text
    english = phone.get(path, headers={"Accept-Language": "en"}).text
    assert "The code has changed" in english
    assert checkins.refusals_of(evening) == [("stale_pass", 2)]


def test_a_forged_pass_looks_the_same_and_writes_nothing(evening, stopped, phone):
    phone.get("/")
    with statements() as said:
        page = phone.get(f"/C/{evening.occurrences[0].code}/{'K' * 32}")
    assert (page.status_code, state_of(page)) == (410, "refused")
    assert "二维码已更新" in page.text
    assert not [one for one in said if not one.startswith(("SELECT", "BEGIN"))]
    assert checkins.refusals_of(evening) == []


def test_a_slow_typist_of_four_minutes_is_in_and_one_of_six_keeps_what_was_typed(
    evening, cast, stopped, phone, app
):
    began = clock.now()
    page = phone.get(shown(evening))
    stopped.forward(minutes=4)
    assert state_of(send(phone, page, evening, cast.branch, **LI)) == "done"
    assert rows()[0].checked_in_at == began
    other = app.test_client()
    page = other.get(shown(evening))
    stopped.forward(minutes=6)
    reply = send(other, page, evening, cast.other_branch, name="韩梅", phone="13900000003")
    assert (reply.status_code, state_of(reply)) == (410, "refused")
    assert 'value="韩梅"' in reply.text
    assert checkins.refusals_of(evening) == [("no_pass", 1)]
    again = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', reply.text))
    again["csrf_token"] = token_of(reply)
    code = evening.occurrences[0].code
    page = other.post(f"/c/{code}/pin", data=again | {"pin": pin(evening)})
    assert (page.status_code, state_of(page)) == (200, "form")
    assert 'value="韩梅"' in page.text
    assert f'value="{cast.other_branch.code}" selected' in page.text
    assert state_of(other.post(f"/c/{code}", data=again)) == "done"
    assert rows()[1].reasons == ("pin",)


def test_a_printed_code_leads_to_the_wall_the_pin_and_the_desk(evening, cast, phone):
    page = phone.get(f"/C/{evening.code}")
    assert (page.status_code, state_of(page)) == (200, "refused")
    for words in ("请扫大屏", "大屏上的六位口令", "签到台"):
        assert words in page.text
    reply = phone.post(f"/c/{evening.code}", data={"csrf_token": token_of(page), "org": "", **LI})
    assert (reply.status_code, state_of(reply)) == (410, "refused")
    assert rows() == []


def test_the_pin_of_the_wall_lets_the_back_rows_in_and_marks_the_row(evening, cast, phone):
    page = phone.get(f"/c/{evening.code}")
    code = evening.occurrences[0].code
    told = pin(evening)
    wide = "".join(chr(0xFF10 + int(digit)) for digit in told)  # as a Chinese keyboard may type it
    page = phone.post(f"/c/{code}/pin", data={"csrf_token": token_of(page), "pin": wide})
    assert (page.status_code, state_of(page)) == (200, "form")
    assert state_of(send(phone, page, evening, cast.branch, **LI)) == "done"
    (row,) = rows()
    assert (row.how, row.review, row.reasons) == ("pin", "open", ("pin",))


def test_a_wrong_pin_is_told_so_and_a_device_that_hammers_is_slowed(evening, stopped, phone, app):
    code, wrong = evening.occurrences[0].code, f"{(int(pin(evening)) + 1) % 10**6:06d}"
    data = {"csrf_token": token_of(phone.get(f"/c/{code}")), "pin": wrong}
    replies = [phone.post(f"/c/{code}/pin", data=data) for _ in range(7)]
    assert [reply.status_code for reply in replies] == [422] * 5 + [429] * 2
    assert {state_of(reply) for reply in replies} == {"refused"}
    assert "口令不对" in replies[0].text
    assert "签到台" in replies[-1].text
    assert checkins.refusals_of(evening) == [("pin_wrong", 5)]
    neighbour = app.test_client()  # behind the same address
    data = {"csrf_token": token_of(neighbour.get(f"/c/{code}")), "pin": pin(evening)}
    assert neighbour.post(f"/c/{code}/pin", data=data).status_code == 200


def test_another_browser_and_another_sitting_do_not_pass_with_this_grant(cast, stopped, app):
    event = open_event(cast, rotates=True)
    start = event.occurrences[0].starts_at
    events.add_occurrence(
        event, starts_at=start, ends_at=start + timedelta(hours=1), by=SYSTEM, place="二楼"
    )
    one, other = app.test_client(), app.test_client()
    code, second = (sitting.code for sitting in event.occurrences)
    one.get(shown(event))
    other.get(f"/c/{code}")
    other.set_cookie(f"in-{code}", one.get_cookie(f"in-{code}").value)
    assert state_of(other.get(f"/c/{code}")) == "refused"
    assert state_of(one.get(f"/c/{code}")) == "form"
    one.set_cookie(f"in-{second}", one.get_cookie(f"in-{code}").value)
    assert state_of(one.get(f"/c/{second}")) == "refused"
    assert state_of(one.get(shown(event, 1))) == "form"


def test_a_renewed_code_kills_passes_grants_and_pins(evening, cast, stopped, app, sign_in):
    granted, path, told = app.test_client(), shown(evening), pin(evening)
    page = granted.get(path)
    street = sign_in(cast.street_manager)
    assert post(street, f"/events/{evening.code}/renewed-code").status_code == 303
    db.session.refresh(evening)
    assert state_of(app.test_client().get(path)) == "refused"
    assert send(granted, page, evening, cast.branch, **LI).status_code == 410
    other, code = app.test_client(), evening.occurrences[0].code
    data = {"csrf_token": token_of(other.get(f"/c/{code}")), "pin": told}
    assert other.post(f"/c/{code}/pin", data=data).status_code == 422
    assert state_of(app.test_client().get(shown(evening))) == "form"
    assert "换码" in street.get("/audit").text


def test_opening_hours_are_judged_by_the_scan(cast, stopped, phone, app):
    event = open_event(cast, rotates=True, minutes=30)
    occurrence = event.occurrences[0]
    stopped.at = occurrence.closes_at - timedelta(seconds=1)
    page, late = phone.get(shown(event)), app.test_client()
    stopped.forward(minutes=2)
    assert state_of(send(phone, page, event, cast.branch, **LI)) == "done"
    assert rows()[0].checked_in_at < occurrence.closes_at
    page = late.get(shown(event))
    assert state_of(page) == "closed"


def test_called_off_while_somebody_types_is_called_off(evening, cast, phone):
    page = phone.get(shown(evening))
    events.cancel_event(evening, by=SYSTEM, reason="停电")
    reply = send(phone, page, evening, cast.branch, **LI)
    assert (reply.status_code, state_of(reply)) == (409, "cancelled")
    assert checkins.refusals_of(evening) == [("cancelled", 1)]


def test_who_is_in_is_told_so_whatever_they_scan(evening, cast, stopped, phone):
    path = shown(evening)
    send(phone, phone.get(path), evening, cast.branch, **LI)
    stopped.forward(minutes=10)
    code = evening.occurrences[0].code
    for where in (path, f"/c/{code}", f"/C/{code}/{'K' * 32}"):
        reply = phone.get(where)
        assert (reply.status_code, state_of(reply)) == (200, "already")
    form = {"csrf_token": phone.get_cookie("furong") and token_of(phone.get(f"/c/{code}?other=1"))}
    assert state_of(phone.post(f"/c/{code}", data=form | {"me": "1"})) == "already"


def test_a_grant_serves_the_neighbour_too(evening, cast, phone):
    page = phone.get(shown(evening))
    send(phone, page, evening, cast.branch, **LI)
    reply = scan(
        phone, evening.occurrences[0].code, name="王芳", phone="13900000001", org=cast.branch.code
    )
    assert state_of(reply) == "done"
    assert rows()[1].reasons == ("shared_device",)


def test_a_queue_before_us_does_not_age_a_pass(evening, stopped, app, setting):
    path, began = shown(evening), clock.now().timestamp()

    def told(words):
        return app.test_client().get(path, headers={"X-Request-Start": words}).status_code

    stopped.forward(seconds=100)
    assert told(f"t={began + 50:.3f}") == 410  # no proxy stands before us
    setting(proxy_hops=1)
    assert told(f"t={began + 50:.3f}") == 200
    assert told(str(int(began * 1000 + 50_000))) == 200
    for nonsense in ("", "t=", "yesterday", "t=99999999999", "-1"):
        assert told(nonsense) == 410
    stopped.forward(seconds=30)
    assert told(f"t={began}") == 410  # more than a minute is not believed


def test_refusals_on_sending_are_counted_each_by_its_own_name(cast, stopped, app):
    early = open_event(cast, starts_in=300)
    closed = open_event(cast, minutes=30)
    full = open_event(cast, capacity=1, capacity_binds=True)
    checkins.tick(full.occurrences[0], cast.wang, by=SYSTEM)
    tokens = app.test_client(), app.test_client()
    page = tokens[0].get(f"/c/{closed.code}")
    events.close_check_in(closed.occurrences[0], by=SYSTEM)
    for event, state in ((early, "not-open"), (closed, "closed"), (full, "full")):
        reply = tokens[0].post(f"/c/{event.code}", data=form_of(page, org="", **LI))
        assert (reply.status_code, state_of(reply)) == (409, state)
    assert checkins.refusals_of(early) == [("too_early", 1)]
    assert checkins.refusals_of(closed) == [("too_late", 1)]
    assert checkins.refusals_of(full) == [("full", 1)]


def code_on(page) -> str:
    """What the picture inside the page says."""
    image = Image.open(io.BytesIO(base64.b64decode(DATA.search(page.text)[1])))
    (read,) = zxingcpp.read_barcodes(image)
    return read.text


def test_the_wall_shows_this_moments_code_and_pin_and_no_other(evening, stopped, phone):
    wall = f"/screen/{passes.open_screen(evening, by=SYSTEM)}"
    page = phone.get(wall)
    assert code_on(page) == f"HTTP://127.0.0.1:8000{shown(evening)}"
    told = pin(evening)
    assert f"{told[:3]}&#8201;{told[3:]}" in page.text
    assert 'data-good-for="60000"' in page.text
    stopped.forward(seconds=15)
    for later in range(1, 20):
        future = passes.pass_of(
            passes.Sitting(evening.occurrences[0].id, 0),
            clock.now() + timedelta(seconds=15 * later),
        )
        assert future not in page.text
    assert "no-store" in page.headers["Cache-Control"]


def test_a_wall_that_asks_gets_the_new_code_once_a_step(evening, stopped, phone):
    wall = f"/screen/{passes.open_screen(evening, by=SYSTEM)}"
    stopped.forward(minutes=31)
    asked = re.search(r'hx-get="([^"]+)"', phone.get(wall).text)[1]
    stopped.forward(seconds=14)
    assert phone.get(asked).status_code == 204
    stopped.forward(seconds=1)
    fragment = phone.get(asked)
    assert fragment.status_code == 200
    assert code_on(fragment) == f"HTTP://127.0.0.1:8000{shown(evening)}"


def test_three_rooms_at_once_have_a_wall_each(cast, stopped, phone):
    event = open_event(cast, rotates=True)
    start = event.occurrences[0].starts_at
    for place in ("二楼", "三楼"):
        events.add_occurrence(
            event, starts_at=start, ends_at=start + timedelta(hours=1), by=SYSTEM, place=place
        )
    wall = f"/screen/{passes.open_screen(event, by=SYSTEM)}"
    for number, sitting in enumerate(event.occurrences):
        page = phone.get(f"{wall}/{sitting.code}")
        assert code_on(page).endswith(shown(event, number))
        asked = re.search(r'hx-get="([^"]+)"', page.text)[1].replace("&amp;", "&")
        assert phone.get(asked).status_code == 204
        assert state_of(phone.get(shown(event, number))) == "form"
    other = open_event(cast)
    assert phone.get(f"{wall}/{other.occurrences[0].code}").status_code == 404


def test_a_wall_of_what_is_over_shows_no_code(evening, stopped, phone):
    wall = f"/screen/{passes.open_screen(evening, by=SYSTEM)}"
    stopped.forward(hours=5)
    page = phone.get(wall)
    assert "data:image" not in page.text
    assert 'class="qr"' not in page.text


def test_an_event_that_does_not_rotate_takes_a_left_over_pass_for_its_plain_code(
    cast, stopped, phone
):
    event = open_event(cast)
    assert state_of(phone.get(shown(event))) == "form"


def test_the_organizer_chooses_it_is_warned_of_posters_and_told_what_it_cannot_do(
    cast, stopped, sign_in
):
    event, street = open_event(cast), sign_in(cast.street_manager)
    form = street.get(f"/events/{event.code}/edit").text
    assert "拦不住有人开着视频让别人扫" in form
    assert "印出去的码只会打开" in form
    fields = {"title": event.title, "host": cast.street.code, "invite": "own", "rotates": "y",
              "day": "2026-11-22", "start": "12:00", "end": "13:30", "opens_before": "60",
              "closes_after": "0"}  # fmt: skip
    assert post(street, f"/events/{event.code}", **fields).status_code == 303
    db.session.refresh(event)
    assert event.rotates
    page = street.get(f"/events/{event.code}").text
    assert "qr.png" not in page
    assert "换码" in page
    for where in ("poster", "share"):
        assert "请扫大屏" in street.get(f"/events/{event.code}/{where}").text


def test_only_organizers_of_the_host_renew_its_code(evening, cast, sign_in, phone):
    path = f"/events/{evening.code}/renewed-code"
    assert phone.post(path, data={"csrf_token": token_of(phone.get("/account/sign-in"))}).status_code == 303  # fmt: skip
    assert post(sign_in(cast.other_manager), path).status_code == 404
    assert post(sign_in(cast.auditor), path).status_code == 403
    assert post(sign_in(cast.street_manager), path).status_code == 303


@pytest.mark.parametrize("way", ["rotating", "pin"])
def test_a_check_in_through_the_wall_is_six_statements_too(evening, cast, phone, way):
    code = evening.occurrences[0].code
    page = phone.get(shown(evening) if way == "rotating" else f"/c/{code}")
    if way == "pin":
        page = phone.post(
            f"/c/{code}/pin", data={"csrf_token": token_of(page), "pin": pin(evening)}
        )
    with statements() as said:
        assert state_of(send(phone, page, evening, cast.branch, **LI)) == "done"
    first, last = (
        next(n for n, one in enumerate(said) if one.startswith(f"INSERT INTO {table}"))
        for table in ("device", "attempt")
    )
    assert last - first + 1 <= 6
