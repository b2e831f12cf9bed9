"""Passes, PINs and grants: who made them, how old they may be, and what ends them."""

import secrets
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app import clock, keys
from app.db import db
from app.domain import checkins, events, passes
from app.domain.audit import AuditEntry
from app.domain.passes import Sitting
from app.domain.staff.model import TokenBucket
from app.errors import Conflict
from app.keys import CODE_LETTERS
from tests.doors import open_event

HERE = Sitting(7, 0)
BEGAN = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)  # a step and a PIN's minute begin
ONE, TWO = b"first key of this installation, long", b"another key of this installation, long"


@pytest.fixture(autouse=True)
def signing():
    before = keys._signing_keys
    keys.use_signing_keys([ONE])
    yield
    keys._signing_keys = before


def entries(act):
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.act == act)))


def later(**delta):
    return BEGAN + timedelta(**delta)


@pytest.mark.parametrize(
    ("seconds", "verdict"),
    [(0, "fresh"), (15, "fresh"), (59, "fresh"), (60, "fresh"), (61, "stale"), (-15, "fresh"), (-16, "stale"), (86400, "stale")],
)  # fmt: skip
def test_a_pass_lives_a_minute_from_the_start_of_its_step(seconds, verdict):
    told = passes.pass_of(HERE, BEGAN)
    assert passes.judge_pass(HERE, told, later(seconds=seconds)) == verdict


@given(
    shown=st.integers(0, 2**33), age=st.floats(-3600, 3600), epoch=st.integers(0, 9),
    occurrence=st.integers(1, 10**6),
)  # fmt: skip
def test_whatever_the_moment_only_the_age_of_its_step_decides(shown, age, epoch, occurrence):
    sitting, at = Sitting(occurrence, epoch), datetime.fromtimestamp(shown, UTC)
    arrived = at + timedelta(seconds=age)
    told = passes.pass_of(sitting, at)
    old = arrived.timestamp() - shown // 15 * 15
    assert passes.judge_pass(sitting, told, arrived) == ("fresh" if -15 <= old <= 60 else "stale")
    assert passes.judge_pass(Sitting(occurrence, epoch + 1), told, at) == "forged"
    assert passes.judge_pass(Sitting(occurrence + 1, epoch), told, at) == "forged"


def test_a_pass_is_what_a_qr_code_packs_tight_and_has_one_spelling():
    told = passes.pass_of(HERE, BEGAN)
    assert len(told) == 32
    assert set(told) <= set(CODE_LETTERS)
    again = CODE_LETTERS[CODE_LETTERS.index(told[6]) ^ 0b11000]  # the bits beyond the 128
    for other in (told[:6] + again + told[7:], told + "2", told[:-1], "", "二" * 32, told[::-1]):
        assert passes.judge_pass(HERE, other, BEGAN) == "forged"
    assert passes.judge_pass(HERE, told.lower(), BEGAN) == "fresh"


def test_of_ten_thousand_forged_passes_none_is_taken():
    true = passes.pass_of(HERE, BEGAN)
    for number in range(10_000):
        seal = "".join(secrets.choice(CODE_LETTERS) for _ in range(26))
        if number % 2:  # a true one with one letter changed
            place = 6 + number % 26
            seal = true[6:place] + seal[0] + true[place + 1 :]
        told = true[:6] + seal
        assert told == true or passes.judge_pass(HERE, told, BEGAN) == "forged"


def test_passes_of_a_key_that_was_renewed_are_taken_and_new_ones_are_the_new_keys():
    old, pin = passes.pass_of(HERE, BEGAN), passes.pin_of(HERE, BEGAN)
    grant = passes.give_grant(HERE, "browser", "rotating", BEGAN)
    keys.use_signing_keys([TWO, ONE])
    assert passes.judge_pass(HERE, old, BEGAN) == "fresh"
    assert passes.is_pin(HERE, pin, BEGAN)
    assert passes.grant_or_none(HERE, "browser", grant, BEGAN)
    assert passes.pass_of(HERE, BEGAN) != old
    keys.use_signing_keys([TWO])  # the old line taken out of the file
    assert passes.judge_pass(HERE, old, BEGAN) == "forged"
    assert passes.grant_or_none(HERE, "browser", grant, BEGAN) is None


@pytest.mark.parametrize(
    ("seconds", "taken"), [(0, True), (59, True), (119, True), (120, True), (121, False), (-1, False)]
)  # fmt: skip
def test_a_pin_lives_two_minutes(seconds, taken):
    pin = passes.pin_of(HERE, BEGAN)
    assert len(pin) == 6
    assert pin.isdecimal()
    assert passes.is_pin(HERE, pin, later(seconds=seconds)) is taken


def test_pins_of_sittings_epochs_and_minutes_differ():
    ways = [(Sitting(o, e), later(minutes=m)) for o in (1, 2) for e in (0, 1) for m in range(50)]
    assert len({passes.pin_of(*way) for way in ways}) > 195


def test_a_grant_is_of_one_browser_one_sitting_one_epoch_and_five_minutes():
    told = passes.give_grant(HERE, "browser", "pin", BEGAN)
    grant = passes.grant_or_none(HERE, "browser", told, later(minutes=5))
    assert (grant.how, grant.at) == ("pin", BEGAN)
    assert passes.grant_or_none(HERE, "browser", told, later(minutes=5, seconds=1)) is None
    assert passes.grant_or_none(HERE, "another", told, BEGAN) is None
    assert passes.grant_or_none(Sitting(8, 0), "browser", told, BEGAN) is None
    assert passes.grant_or_none(Sitting(7, 1), "browser", told, BEGAN) is None
    for other in ("", "r" + told[1:], told[:-1], told[:-1] + "g", told.upper()):
        assert passes.grant_or_none(HERE, "browser", other, BEGAN) is None


def test_a_guesser_is_slowed_and_the_hall_is_not(cast, stopped):
    def knock(browser, told):
        passes.try_pin(HERE, told, device_secret=browser, arrived=clock.now())

    wrong = "000000" if passes.pin_of(HERE, clock.now()) != "000000" else "000001"
    for _ in range(5):
        with pytest.raises(passes.WrongPin):
            knock("guesser", wrong)
    with pytest.raises(passes.TooManyPins):
        knock("guesser", passes.pin_of(HERE, clock.now()))
    knock("neighbour", " " + passes.pin_of(HERE, clock.now())[:3] + " " + passes.pin_of(HERE, clock.now())[3:])  # fmt: skip
    stopped.forward(seconds=12)  # a fifth of a minute: one try more
    knock("guesser", passes.pin_of(HERE, clock.now()))


def test_many_browsers_guessing_at_one_sitting_are_stopped_together(cast, stopped):
    db.session.add(TokenBucket(key="pin-of:7", tokens=1.0, at=clock.now()))
    db.session.commit()
    wrong = "000000" if passes.pin_of(HERE, clock.now()) != "000000" else "000001"
    with pytest.raises(passes.WrongPin):
        passes.try_pin(HERE, wrong, device_secret="a", arrived=clock.now())
    with pytest.raises(passes.TooManyPins):
        passes.try_pin(HERE, wrong, device_secret="b", arrived=clock.now())
    with pytest.raises(passes.TooManyPins):
        passes.try_pin(HERE, passes.pin_of(HERE, clock.now()), device_secret="c", arrived=clock.now())  # fmt: skip
    passes.try_pin(Sitting(8, 0), passes.pin_of(Sitting(8, 0), clock.now()), device_secret="d", arrived=clock.now())  # fmt: skip


def test_renewing_the_code_is_for_rotating_ones_and_is_written_down(cast, stopped):
    event = open_event(cast, rotates=True)
    events.renew_code(event, by=cast.organizer.actor)
    assert event.epoch == 1
    (entry,) = entries("code_renewed")
    assert entry.facts == {"event": event.title}
    with pytest.raises(Conflict):
        events.renew_code(open_event(cast), by=cast.organizer.actor)


def test_the_option_is_kept_copied_and_its_change_is_written_down(cast, stopped):
    event = open_event(cast)
    assert event.rotates is False
    events.edit_event(event, by=cast.organizer.actor, rotates=True)
    assert events.copy_event(event, by=cast.street_manager).rotates is True
    (entry,) = entries("event_edited")
    assert entry.facts["changes"] == {"rotates": [False, True]}


def test_refusals_are_numbers_by_reason(cast, stopped):
    event, other = open_event(cast), open_event(cast)
    for reason in ("full", "no_pass", "full"):
        checkins.count_refusal(event.occurrences[0].id, reason)
    assert checkins.refusals_of(event) == [("full", 2), ("no_pass", 1)]
    assert checkins.refusals_of(other) == []
