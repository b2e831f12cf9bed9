"""/tv: the hall's PC, the organizer's phone, and the event's page."""

import re
from base64 import b64decode
from datetime import timedelta
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from app.domain import passes
from app.domain.audit import SYSTEM
from tests import scope
from tests.clicks import post, token_of
from tests.doors import open_event, state_of
from tests.gatherings import arrive, gather, sitting

LETTERS = re.compile(r"<strong>(\w{3})</strong> <strong>(\w{3})</strong>")
COUNT = re.compile(r'id="count"[^>]*hx-get="([^"]+)"')


def show_letters(pc):
    """The letters the PC shows after its one button."""
    reply = pc.post("/tv", data={"csrf_token": token_of(pc.get("/tv"))})
    assert (reply.status_code, reply.location) == (303, "/tv?begun=1")
    return "".join(LETTERS.search(pc.get("/tv").text).groups())


def pair(pc, organizer, event):
    letters = show_letters(pc)
    reply = post(organizer, f"/tv/{letters}", wanted=event.code)
    assert (reply.status_code, reply.location) == (303, f"/tv/{letters}")
    return letters


@pytest.fixture
def pc(app):
    """The hall's PC: a browser of its own."""
    return app.test_client()


def test_opening_it_writes_nothing_and_says_what_it_is_for(cast, pc):
    before = scope.rows_of_everything()
    page = pc.get("/tv")
    assert page.status_code == 200
    assert "显示配对码" in page.text
    assert scope.changed_tables(before, scope.rows_of_everything()) == set()
    assert not any("tv" in cookie for cookie in page.headers.getlist("Set-Cookie"))


def test_the_button_shows_letters_and_keeps_the_secret_out_of_scripts_reach(cast, pc, stopped):
    reply = pc.post("/tv", data={"csrf_token": token_of(pc.get("/tv"))})
    (cookie,) = [one for one in reply.headers.getlist("Set-Cookie") if one.startswith("tv=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    secret = cookie.split("=", 1)[1].split(";")[0]
    page = pc.get("/tv").text
    assert secret not in page
    assert 'http-equiv="refresh"' in page  # without JavaScript it looks again by itself
    assert pc.get("/tv/waiting").headers.get("HX-Refresh") is None


def test_a_browser_without_cookies_is_told_so(cast, app):
    assert "没有保存 Cookie" in app.test_client(use_cookies=False).get("/tv?begun=1").text


def test_the_code_on_the_wall_leads_the_organizers_phone_to_the_letters(cast, pc, setting, stopped):
    setting(public_url="https://qd.example.org/tuan")
    pc.get("/tuan/tv", base_url="https://qd.example.org")
    reply = pc.get("/tuan/tv", base_url="https://qd.example.org")
    pc.post(
        "/tuan/tv", data={"csrf_token": token_of(reply)}, base_url="https://qd.example.org",
        headers={"Referer": "https://qd.example.org/tuan/tv"},
    )  # fmt: skip
    page = pc.get("/tuan/tv", base_url="https://qd.example.org").text
    letters = "".join(LETTERS.search(page).groups())
    png = b64decode(re.search(r"data:image/png;base64,([^\"]+)", page)[1])
    (code,) = zxingcpp.read_barcodes(Image.open(BytesIO(png)))
    assert code.text == f"https://qd.example.org/tuan/tv/{letters}"


def test_no_code_stands_there_where_no_phone_could_open_it(cast, pc, stopped):
    show_letters(pc)
    assert "data:image/png" not in pc.get("/tv").text


def test_once_approved_the_pc_shows_that_screen_and_never_its_token(cast, pc, sign_in, stopped):
    event = gather(cast.branch, cast.branch, title="浏正街闭门会")
    token = passes.open_screen(event, by=SYSTEM)
    letters = show_letters(pc)
    organizer = sign_in(cast.organizer)
    page = organizer.get(f"/tv/{letters.lower()}")
    assert page.status_code == 200
    assert event.title in page.text
    assert post(organizer, f"/tv/{letters}", wanted=event.code).status_code == 303
    assert "大屏配好了" in organizer.get(f"/tv/{letters}").text
    assert pc.get("/tv/waiting").headers["HX-Refresh"] == "true"
    page = pc.get("/tv")
    assert event.title in page.text
    assert token not in page.text
    wall, screen = COUNT.search(page.text)[1], pc.get(f"/screen/{token}").text
    assert wall.startswith("/tv/count?v=")
    assert pc.get(wall).status_code == 204
    drawn = page.text.replace("/tv/count", "X")
    assert drawn == screen.replace(f"/screen/{token}/count", "X")  # the same page, byte for byte


def test_a_paired_pc_counts_who_comes(cast, pc, sign_in, stopped):
    event = gather(cast.branch, cast.branch)
    pair(pc, sign_in(cast.organizer), event)
    asked = COUNT.search(pc.get("/tv").text)[1]
    arrive(event, cast.li, org=cast.branch)
    stopped.forward(seconds=5)
    count = pc.get(asked)
    assert count.status_code == 200
    assert 'data-present="1"' in count.text


def test_taking_it_back_empties_the_wall(cast, pc, sign_in, stopped):
    event, organizer = gather(cast.branch, cast.branch), sign_in(cast.organizer)
    pair(pc, organizer, event)
    page = organizer.get(f"/events/{event.code}").text
    assert "何组织" in page
    (path,) = set(re.findall(rf"/events/{event.code}/pairings/\w+/revocation", page))
    assert post(organizer, path).status_code == 303
    assert path not in organizer.get(f"/events/{event.code}").text
    reply = pc.get("/tv/count")
    assert (reply.status_code, reply.text, reply.headers["HX-Refresh"]) == (204, "", "true")
    page = pc.get("/tv").text
    assert "配对已经取消" in page
    assert event.title not in page
    assert "data-at-once" not in page  # no letters come up by themselves for ever
    assert show_letters(pc)


def test_a_screen_that_shows_an_event_is_asked_about_after_its_end_too(cast, pc, sign_in, stopped):
    event = gather(cast.branch, cast.branch)
    pair(pc, sign_in(cast.organizer), event)
    stopped.forward(hours=3)
    assert COUNT.search(pc.get("/tv").text)
    stopped.forward(hours=2)
    assert "活动结束了" in pc.get("/tv").text


def test_letters_are_typed_on_the_events_page(cast, pc, sign_in, stopped):
    event, organizer = gather(cast.branch, cast.branch), sign_in(cast.organizer)
    letters = show_letters(pc)
    path = f"/events/{event.code}/pairings"
    assert organizer.get(path).status_code == 200
    for wrong in ("", "ZZZZZZ"):
        reply = post(organizer, path, letters=wrong)
        assert reply.status_code == (404 if wrong else 422)
        assert 'aria-invalid="true"' in reply.text
    reply = post(organizer, path, letters=f"{letters[:3]} {letters[3:].lower()}")
    assert (reply.status_code, reply.location) == (303, f"/events/{event.code}")
    assert event.title in pc.get("/tv").text


def test_three_rooms_each_have_their_own_wall(cast, app, sign_in, stopped):
    event, organizer = gather(cast.branch, cast.branch), sign_in(cast.organizer)
    rooms = [event.occurrences[0], sitting(event, starts_in=timedelta(minutes=-20))]
    walls = [app.test_client() for _ in rooms]
    for room, wall in zip(rooms, walls, strict=True):
        letters = show_letters(wall)
        page = organizer.get(f"/tv/{letters}").text
        assert all(f'value="{code}"' in page for code in (event.code, rooms[0].code, rooms[1].code))
        reply = post(organizer, f"/events/{event.code}/pairings", letters=letters, wanted=room.code)
        assert reply.status_code == 303
    for room, wall in zip(rooms, walls, strict=True):
        assert f"/e/{room.code}/qr.png" in wall.get("/tv").text


def test_a_foreign_sitting_is_none_of_the_event(cast, pc, sign_in, stopped):
    own, other = gather(cast.branch), gather(cast.other_branch)
    path = f"/events/{own.code}/pairings"
    told = {"letters": show_letters(pc), "wanted": other.occurrences[0].code}
    assert post(sign_in(cast.organizer), path, **told).status_code == 404


# Who may -----------------------------------------------------------------------------------------


def test_waiting_letters_are_whosoever_reads_them_and_name_nothing(cast, pc, sign_in, stopped):
    """A waiting PC is no branch's yet: the one who stands before it decides, for own events alone."""
    mine = gather(cast.branch, cast.branch, title="浏正街闭门会")
    letters = show_letters(pc)
    stranger = sign_in(cast.other_manager)
    page = stranger.get(f"/tv/{letters}")
    assert page.status_code == 200
    assert mine.title not in page.text
    assert "今天没有你们主办的活动" in page.text
    assert post(stranger, f"/tv/{letters}", wanted=mine.code).status_code == 404
    assert post(stranger, f"/events/{mine.code}/pairings", letters=letters).status_code == 404
    assert LETTERS.search(pc.get("/tv").text)


def test_who_is_signed_out_learns_nothing_of_any_letters(cast, pc, phone, stopped):
    letters = show_letters(pc)
    for path in (f"/tv/{letters}", "/tv/ZZZZZZ"):
        reply = phone.get(path)
        assert (reply.status_code, reply.location.partition("?")[0]) == (303, "/account/sign-in")


def test_an_auditor_pairs_nothing(cast, pc, sign_in, stopped):
    letters = show_letters(pc)
    assert sign_in(cast.auditor).get(f"/tv/{letters}").status_code == 403


def test_wrong_letters_and_old_ones_are_told_alike(cast, pc, sign_in, stopped):
    letters, organizer = show_letters(pc), sign_in(cast.organizer)
    stopped.forward(minutes=11)
    assert "刚才的字母过期了" in pc.get("/tv").text
    masked = []
    for one in (letters, "ZZZZZZ"):
        reply = organizer.get(f"/tv/{one}")
        masked.append(
            (reply.status_code, re.sub(rf"{one}|[0-9A-F]{{4}}-[0-9A-F]{{4}}", "", reply.text))
        )
    assert masked[0] == masked[1]
    assert masked[0][0] == 404


def test_a_guesser_is_slowed_down(cast, pc, sign_in, stopped):
    letters, organizer = show_letters(pc), sign_in(cast.organizer)
    told = [organizer.get(f"/tv/{code}").status_code for code in ["ZZZZZZ"] * 11]
    assert told == [404] * 10 + [429]
    assert organizer.get(f"/tv/{letters}").status_code == 429
    assert sign_in(cast.wang_staff).get(f"/tv/{letters}").status_code == 200


def test_a_pc_is_given_once_and_says_which(cast, pc, sign_in, stopped):
    event, second = gather(cast.branch), gather(cast.branch, title="团课")
    organizer = sign_in(cast.organizer)
    letters = pair(pc, organizer, event)
    reply = post(organizer, f"/tv/{letters}", wanted=second.code)
    assert reply.status_code == 409
    assert event.title in reply.text
    assert event.title in pc.get("/tv").text


def test_the_trail_tells_who_gave_which_screen(cast, pc, sign_in, stopped):
    pair(pc, sign_in(cast.organizer), gather(cast.branch, title="浏正街闭门会"))
    page = sign_in(cast.wang_staff).get("/audit?act=screen_paired").text
    assert "何组织" in page
    assert "浏正街闭门会" in page


def test_it_speaks_english(cast, pc, stopped):
    page = pc.get("/tv", headers={"Accept-Language": "en"}).text
    assert "Show the pairing code" in page


def test_a_paired_pc_shows_the_rotating_code_of_the_moment(cast, pc, phone, sign_in, stopped):
    event = open_event(cast, rotates=True)
    pair(pc, sign_in(cast.street_manager), event)
    for _ in range(2):
        stopped.forward(seconds=15)
        picture = re.search(r'src="data:image/png;base64,([^"]+)"', pc.get("/tv").text)[1]
        (read,) = zxingcpp.read_barcodes(Image.open(BytesIO(b64decode(picture))))
        path = read.text.removeprefix("HTTP://127.0.0.1:8000")
        assert state_of(phone.get(path)) == "form"
