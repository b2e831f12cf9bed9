"""The secretary's cards: made, printed singly and by the sheet, taken back, on the ladder."""

import re
from base64 import b64decode
from io import BytesIO
from urllib.parse import urlsplit

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import func, select

from app.db import db
from app.domain import cards
from app.domain.cards import Card
from tests.scope import token_of


def post(browser, path, page="/people", **fields):
    return browser.post(path, data={"csrf_token": token_of(browser, page), **fields})


def many():
    return db.session.scalar(select(func.count()).select_from(Card))


@pytest.fixture
def wang(cast, sign_in):
    return sign_in(cast.wang_staff)


def test_a_card_is_made_shown_changed_and_taken_back(cast, wang):
    page = f"/people/{cast.li.code}"
    assert "做一张" in wang.get(page).text
    made = post(wang, f"{page}/card", page)
    assert made.status_code == 200
    assert made.headers["Cache-Control"] == "no-store"
    assert "李雷" in made.text
    assert "浏正街社区团支部" in made.text
    again = post(wang, f"{page}/card/printing", page)
    assert re.findall('src="(data:[^"]+)"', again.text) == re.findall(
        'src="(data:[^"]+)"', made.text
    )
    post(wang, f"{page}/card", page)
    assert many() == 2
    reply = post(wang, f"{page}/card/revocation", page)
    assert (reply.status_code, reply.location) == (303, f"{page}?done=card_revoked")
    assert "已作废" in wang.get(reply.location).text
    assert post(wang, f"{page}/card/printing", page).status_code == 409
    assert post(wang, f"{page}/card/revocation", page).status_code == 409


def test_the_printed_code_opens_the_card(cast, wang, phone):
    made = post(wang, f"/people/{cast.li.code}/card", f"/people/{cast.li.code}")
    (picture,) = re.findall(r'src="data:image/png;base64,([^"]+)"', made.text)
    (code,) = zxingcpp.read_barcodes(Image.open(BytesIO(b64decode(picture))))
    secret = cards.secret_of(cards.living_card(cast.li))
    assert code.text == f"HTTP://127.0.0.1:8000/P/{secret}"
    assert secret not in made.text
    assert "李雷" in phone.get(urlsplit(code.text).path).text


def test_a_sheet_has_a_card_for_each_chosen_and_for_nobody_else(cast, wang):
    page = f"/orgs/{cast.branch.code}/cards"
    assert wang.get(page).text.count('type="checkbox"') == 2
    chosen = [cast.li.code, cast.wang.code, cast.han.code, "ZZZZ"]
    sheet = post(wang, page, page, person=chosen)
    assert sheet.text.count('class="slip"') == 2
    assert "韩梅" not in sheet.text
    assert many() == 2
    assert "已经有卡" in wang.get(page).text
    assert post(wang, page, page).status_code == 422


def test_who_may_make_cards(cast, sign_in, phone):
    paths = (f"/people/{cast.li.code}/card", f"/people/{cast.li.code}/card/printing",
             f"/people/{cast.li.code}/card/revocation", f"/orgs/{cast.branch.code}/cards")  # fmt: skip
    for who, status in ((cast.organizer, 403), (cast.other_manager, 404), (cast.auditor, 403)):
        for path in paths:
            assert post(sign_in(who), path, "/account", person=cast.li.code).status_code == status
    assert post(phone, paths[0], "/account/sign-in").status_code == 303
    assert many() == 0
    assert post(sign_in(cast.street_manager), paths[0], "/account").status_code == 200


def test_the_trail_says_who_saw_a_card(cast, wang, sign_in):
    page = f"/people/{cast.li.code}"
    post(wang, f"{page}/card", page)
    post(wang, f"{page}/card/printing", page)
    trail = sign_in(cast.zhao).get("/audit").text
    assert "做个人卡" in trail
    assert "查看或打印个人卡" in trail
    assert cast.li.code in trail
