"""What a code says, that other people's decoders read it, and what a projector's token opens."""

from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import func, select

from app import keys
from app.db import db
from app.domain import audit, events, passes
from app.domain.audit import SYSTEM
from app.errors import NotFound
from tests.happenings import make


def test_a_code_is_upper_case_where_nothing_in_it_knows_case():
    url = passes.check_in_url("https://qd.furong.example", "K7Q2MX")
    assert url == "HTTPS://QD.FURONG.EXAMPLE/C/K7Q2MX"
    assert passes.spoken_address("https://qd.furong.example", "K7Q2MX") == (
        "qd.furong.example/c/K7Q2MX"
    )


def test_a_path_prefix_keeps_its_case():
    url = passes.check_in_url("https://oa.example/Tuanwei", "K7Q2MX")
    assert url == "https://oa.example/Tuanwei/C/K7Q2MX"


@pytest.mark.parametrize("level", ["M", "Q"])
@pytest.mark.parametrize("base", ["http://127.0.0.1:8000", "https://oa.example/Tuanwei"])
def test_another_programs_decoder_reads_the_picture(base, level):
    url = passes.check_in_url(base, "K7Q2MX")
    drawn = passes.picture(url, level)
    image = Image.open(BytesIO(drawn.png))
    assert image.size == (drawn.pixels, drawn.pixels)
    (read,) = zxingcpp.read_barcodes(image)
    assert (read.text, read.ec_level) == (url, level)
    assert image.getbbox() == (0, 0, drawn.pixels, drawn.pixels)


def test_the_quiet_zone_is_four_modules_of_white():
    image = Image.open(BytesIO(passes.picture("HTTP://A.EXAMPLE/C/K7Q2MX", "M").png)).convert("L")
    side = image.width
    edge = 4 * 20
    assert image.crop((0, 0, side, edge)).getextrema() == (255, 255)
    assert image.getpixel((edge, edge)) == 0


def test_upper_case_makes_larger_modules():
    lower = passes.picture("https://qd.furong.example/c/k7q2mx", "M")
    assert passes.picture("HTTPS://QD.FURONG.EXAMPLE/C/K7Q2MX", "M").pixels < lower.pixels


def test_a_screen_keeps_its_token_until_it_is_renewed(cast):
    event = make(cast)
    assert passes.screen_token(event) is None
    token = passes.open_screen(event, by=SYSTEM)
    assert passes.open_screen(event, by=SYSTEM) == token == passes.screen_token(event)
    assert token not in str(event.screen_token_hash) + str(event.screen_token_sealed)
    assert passes.event_of_screen(token).id == event.id
    other = passes.open_screen(event, by=SYSTEM, renew=True)
    with pytest.raises(NotFound):
        passes.event_of_screen(token)
    assert passes.event_of_screen(other).id == event.id
    opened = select(func.count()).where(audit.AuditEntry.act == "screen_opened")
    assert db.session.scalar(opened) == 2


def test_a_token_sealed_with_a_lost_key_is_made_anew(cast, app):
    event = make(cast)
    token = passes.open_screen(event, by=SYSTEM)
    keys.use_pii_key(b"another key of at least 32 characters")
    try:
        assert passes.screen_token(event) is None
        assert passes.open_screen(event, by=SYSTEM) != token
    finally:
        keys.use_pii_key(keys.read_or_make(app.extensions["settings"].folder / "pii.key", ""))


def test_a_screen_of_a_draft_or_of_what_was_taken_back_is_not_there(cast):
    event = make(cast, draft=True)
    token = passes.open_screen(event, by=SYSTEM)
    with pytest.raises(NotFound):
        passes.event_of_screen(token)
    events.publish_event(event, by=SYSTEM)
    assert passes.event_of_screen(token).id == event.id
    events.withdraw_event(event, by=SYSTEM)
    with pytest.raises(NotFound):
        passes.event_of_screen(token)
