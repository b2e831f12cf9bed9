"""What a code says, what it looks like, and the token that lets a projector show it."""

from app.domain.passes.addresses import (
    check_in_url,
    door_url,
    pass_url,
    spoken_address,
    spoken_door,
)
from app.domain.passes.grants import GRANT_FOR, Grant, give_grant, grant_or_none
from app.domain.passes.model import Pairing
from app.domain.passes.pictures import Picture, picture, secret_png
from app.domain.passes.pins import TooManyPins, WrongPin, try_pin
from app.domain.passes.projected import Projected, projected
from app.domain.passes.rotation import PASS_LETTERS, Sitting, is_pin, judge_pass, pass_of, pin_of
from app.domain.passes.screens import event_of_screen, open_screen, screen_token
from app.domain.passes.share import Share, share_picture

__all__ = [
    "GRANT_FOR", "PASS_LETTERS", "Grant", "Pairing", "Picture", "Projected", "Share", "Sitting", "TooManyPins", "WrongPin",
    "check_in_url", "door_url", "event_of_screen", "give_grant", "grant_or_none", "is_pin", "judge_pass", "open_screen",
    "pass_of", "pass_url", "picture", "pin_of", "projected", "screen_token", "secret_png", "share_picture",
    "spoken_address", "spoken_door", "try_pin",
]  # fmt: skip
