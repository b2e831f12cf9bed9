"""The pages of evidence: photos in, seen by those who may see the whole list and by nobody else."""

import io
import re
from datetime import date

import pytest
from PIL import Image

from app import clock
from app.db import transaction
from app.domain import orgs, tallies
from tests.gatherings import gather
from tests.scope import a_picture, token_of

PICTURE = re.compile(r'src="(/evidence/\w+\.jpg)"')


@pytest.fixture
def event(cast, stopped):
    """The street asks its two branches."""
    return gather(cast.street, cast.street, title="街道团日")


def send(browser, path, *files, **fields):
    """Post pictures as a browser does; the body is bytes, so the client needs no temporary file."""
    told = {"csrf_token": token_of(browser, "/account"), **fields}
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()
        for name, value in told.items()
    ]
    parts += [
        f'--edge\r\nContent-Disposition: form-data; name="pictures"; filename="{name}"\r\n'
        "Content-Type: image/jpeg\r\n\r\n".encode()
        + content
        for content, name in files
    ]
    body = b"\r\n".join([*parts, b"--edge--\r\n"])
    return browser.post(path, data=body, content_type="multipart/form-data; boundary=edge")


def path_of(event):
    return f"/events/{event.code}/evidence"


def test_a_photo_is_kept_and_served_as_nothing_but_a_picture(cast, event, sign_in):
    browser = sign_in(cast.street_manager)
    reply = send(browser, path_of(event), (a_picture(), "<b>签到表.jpg"), place="档案柜 3 号")
    assert reply.status_code == 303
    page = browser.get(reply.location).text
    assert "&lt;b&gt;签到表.jpg" in page
    assert "原件：档案柜 3 号" in page
    served = browser.get(PICTURE.search(page)[1])
    assert served.content_type == "image/jpeg"
    assert served.headers["Cache-Control"] == "no-store"
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert served.headers["Content-Disposition"].startswith("inline; filename=")
    assert Image.open(io.BytesIO(served.data)).format == "JPEG"
    assert "附件 1" in browser.get(f"/events/{event.code}/attendance").text
    assert "加附件" in browser.get("/audit").text


@pytest.mark.parametrize(
    ("content", "name", "status", "words"),
    [
        (b"<html><script>alert(1)</script></html>", "表.jpg", 422, "这不是照片"),
        (b"%PDF-1.7", "表.pdf", 422, "PDF 不收，请拍照或截图上传"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "IMG_1.HEIC", 422, "HEIC"),
        (b"\xff\xd8\xff" + b"\0" * (10 * 2**20), "big.jpg", 413, "一张最多 10 MB"),
    ],
)
def test_what_is_no_photo_is_refused_beside_the_form(
    cast, event, sign_in, content, name, status, words
):
    reply = send(sign_in(cast.street_manager), path_of(event), (content, name), place="柜子")
    assert reply.status_code == status
    assert words in reply.text
    assert 'value="柜子"' in reply.text


def test_far_too_much_at_once_is_refused_in_words(cast, event, sign_in):
    browser = sign_in(cast.street_manager)
    big = (b"\0" * (11 * 2**20), "a.jpg")
    reply = send(browser, path_of(event), big, big, big)
    assert reply.status_code == 413
    assert "一张最多 10 MB" in reply.text


def test_an_account_of_an_invited_branch_sees_none_of_it(cast, event, sign_in):
    browser = sign_in(cast.street_manager)
    page = browser.get(send(browser, path_of(event), (a_picture(), "表.png")).location).text
    picture = PICTURE.search(page)[1]
    wang = sign_in(cast.wang_staff)
    assert wang.get(f"/events/{event.code}").status_code == 200
    for path in (path_of(event), picture):
        assert wang.get(path).status_code == 404
    assert send(wang, picture.replace(".jpg", "/voiding"), reason="x").status_code == 404
    assert "加附件" not in wang.get(f"/events/{event.code}/attendance").text
    assert sign_in(cast.auditor).get(picture).status_code == 403


def test_a_picture_is_taken_back_with_a_reason(cast, event, sign_in):
    browser = sign_in(cast.street_manager)
    page = browser.get(send(browser, path_of(event), (a_picture(), "表.png")).location).text
    place = PICTURE.search(page)[1].replace(".jpg", "/voiding")
    assert send(browser, place, reason="").status_code == 422
    reply = send(browser, place, reason="拍糊了")
    assert reply.status_code == 303
    page = browser.get(reply.location).text
    assert "拍糊了" in page
    assert not PICTURE.search(page)
    assert send(browser, place, reason="再来").status_code == 409


def test_a_reported_number_has_its_evidence_too_and_it_ends_at_the_scope(cast, stopped, sign_in):
    day = date(2026, 11, 1)
    with transaction() as session:
        session.add(
            tallies.ManualTally(
                line_id=orgs.line_of(cast.branch.id, day), unit="篇", number=12, from_on=day, to_on=day,
                evidence="", made_at=clock.now(), code="TALLY234",
            )
        )  # fmt: skip
    path = "/evidence/tallies/TALLY234"
    wang = sign_in(cast.wang_staff)
    page = wang.get(send(wang, path, (a_picture(), "截图.png")).location).text
    assert "12 篇" in page
    picture = PICTURE.search(page)[1]
    assert wang.get(picture).status_code == 200
    other, organizer = sign_in(cast.other_manager), sign_in(cast.organizer)
    for browser, status in ((other, 404), (organizer, 403)):
        assert browser.get(path).status_code == status
    assert other.get(picture).status_code == 404
    assert organizer.get(picture).status_code == 404
