"""Pictures of signed sheets: drawn anew, or refused in words; and where the originals lie."""

import io
import struct
import zlib

import pytest
from PIL import Image

from app import clock
from app.db import db
from app.domain import evidence, tallies
from app.domain.evidence.pictures import (
    DamagedPicture,
    IsHeic,
    IsPdf,
    NoPicture,
    TooLargeAFile,
    TooManyPixels,
)
from app.errors import Conflict, Invalid, NotFound
from tests.gatherings import gather

GPS, ORIENTATION, MAKER = 0x8825, 0x0112, 0x010F


def made(kind="PNG", size=(300, 200), mode="RGB", colour="white", **options):
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **options)
    return out.getvalue()


def seen(content):
    return Image.open(io.BytesIO(evidence.drawn_anew(content)))


def png_of(width, height):
    """A PNG that declares this size and holds nothing of it."""

    def chunk(kind, body):
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 64))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_kind_of_photo_becomes_a_plain_jpeg(kind):
    picture = seen(made(kind))
    assert (picture.format, picture.size, picture.mode) == ("JPEG", (300, 200), "RGB")


def test_neither_place_nor_device_nor_comment_comes_along_and_the_picture_stands_upright():
    exif = Image.Exif()
    exif[MAKER], exif[ORIENTATION] = "Phone of somebody", 6
    exif[GPS] = {1: "N", 2: (28.0, 11.0, 30.0), 3: "E", 4: (112.0, 58.0, 6.0)}
    sent = made("JPEG", exif=exif, comment=b"secret words")
    assert b"Phone of somebody" in sent
    drawn = evidence.drawn_anew(sent)
    picture = Image.open(io.BytesIO(drawn))
    assert picture.size == (200, 300)
    assert not picture.getexif()
    assert {"exif", "comment", "icc_profile", "xmp"}.isdisjoint(picture.info)
    for words in (b"Phone", b"secret", b"Exif"):
        assert words not in drawn


def test_a_large_photo_is_made_smaller_and_a_see_through_one_gets_paper():
    assert seen(made("JPEG", (4000, 3000))).size == (2000, 1500)
    assert seen(made("PNG", mode="RGBA", colour=(0, 0, 0, 0))).getpixel((5, 5)) == (255, 255, 255)
    assert seen(made("PNG", mode="I;16", colour=0)).mode == "RGB"


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"<!doctype html><script>alert(1)</script>", NoPicture),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", NoPicture),
        (made("GIF"), NoPicture),
        (b"", NoPicture),
        (b"%PDF-1.7\n...", IsPdf),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", IsHeic),
        (made("PNG")[:60], DamagedPicture),
        (made("JPEG", (900, 900))[:800], DamagedPicture),
        (b"x" * (10 * 2**20 + 1), TooLargeAFile),
        (png_of(8000, 7000), TooManyPixels),
        (png_of(60_000, 60_000), TooManyPixels),
        (png_of(12_000, 9_000), TooManyPixels),
    ],
    ids=range(12),
)
def test_what_is_no_photo_is_refused_by_its_bytes(content, refusal):
    with pytest.raises(refusal) as said:
        evidence.drawn_anew(content)
    assert type(said.value) is refusal


def test_pictures_and_places_stand_beside_a_sitting_and_twice_is_once(cast, stopped):
    sitting = gather(cast.branch, cast.branch).occurrences[0]
    sent = [evidence.Sent(made("PNG"), "C:\\photos\\表.jpg")]
    assert evidence.attach(sitting, sent, place="档案柜", by=cast.organizer) == 1
    assert evidence.attach(sitting, sent, place="档案柜", by=cast.organizer) == 0
    assert evidence.attach(sitting, [], place="三号盒", by=cast.organizer) == 1
    rows = evidence.attachments_of(sitting)
    assert [(one.name, one.place, one.media_type) for one in rows] == [
        ("表.jpg", "档案柜", "image/jpeg"), ("", "三号盒", ""),
    ]  # fmt: skip
    assert evidence.number_of(sitting) == 2
    assert Image.open(io.BytesIO(evidence.picture_of(rows[0]))).size == (300, 200)
    with pytest.raises(NotFound):
        evidence.picture_of(rows[1])


def test_one_bad_picture_of_several_keeps_none(cast, stopped):
    sitting = gather(cast.branch, cast.branch).occurrences[0]
    sent = [evidence.Sent(made("PNG"), "a.png"), evidence.Sent(b"%PDF-1", "b.pdf")]
    with pytest.raises(IsPdf):
        evidence.attach(sitting, sent, by=cast.organizer)
    assert evidence.attachments_of(sitting) == []
    with pytest.raises(Invalid):
        evidence.attach(sitting, [], place=" ", by=cast.organizer)


def test_what_is_taken_back_stays_with_its_reason_and_may_come_again(cast, stopped):
    sitting = gather(cast.branch, cast.branch).occurrences[0]
    sent = [evidence.Sent(made("PNG"), "a.png")]
    evidence.attach(sitting, sent, by=cast.organizer)
    row = evidence.attachments_of(sitting)[0]
    with pytest.raises(Invalid):
        evidence.take_back(row, "  ", by=cast.organizer)
    evidence.take_back(row, "拍糊了", by=cast.organizer)
    with pytest.raises(Conflict):
        evidence.take_back(row, "再来", by=cast.organizer)
    assert evidence.attach(sitting, sent, by=cast.organizer) == 1
    db.session.rollback()
    assert [bool(one.voided_at) for one in evidence.attachments_of(sitting)] == [False, True]
    assert evidence.number_of(sitting) == 1


def test_lists_of_attachments_leave_the_pictures_in_the_database(cast, stopped, monkeypatch):
    sitting = gather(cast.branch, cast.branch).occurrences[0]
    evidence.attach(sitting, [evidence.Sent(made("PNG"), "a.png")], by=cast.organizer)
    db.session.expunge_all()
    rows = evidence.attachments_of(sitting)
    assert "body" in db.inspect(rows[0]).unloaded


def test_a_corrected_figure_keeps_its_evidence(cast, stopped):
    today = clock.today()
    told = {"unit": "篇", "org": cast.branch, "from_on": today, "to_on": today, "evidence": "后台"}
    by = cast.wang_staff
    first = tallies.report(tallies.Reported(number=18, **told), by=by.actor)
    evidence.attach(first, [evidence.Sent(made(), "截图.png")], by=by)
    (kept,) = evidence.attachments_of(first)
    second = tallies.correct(first, tallies.Reported(number=16, **told), by=by.actor)
    assert [one.code for one in evidence.attachments_of(second)] == [kept.code]
    assert evidence.attachments_of(first) == []
    assert evidence.find_attachment_in(cast.branch, kept.code).tally_id == second.id
