"""What a code says, what it looks like, and the token that lets a projector show it."""

from app.domain.passes.addresses import (
    check_in_url,
    door_url,
    pairing_url,
    pass_url,
    spoken_address,
    spoken_door,
    tv_address,
)
from app.domain.passes.grants import GRANT_FOR, Grant, give_grant, grant_or_none
from app.domain.passes.model import Pairing
from app.domain.passes.pairings import (
    STAYS,
    AlreadyPaired,
    Wall,
    WrongLetters,
    approve_pairing,
    begin_pairing,
    find_pairing,
    find_pairing_of,
    is_showing,
    pairings_of,
    revoke_pairing,
    wall_of,
)
from app.domain.passes.pictures import Picture, picture, secret_png
from app.domain.passes.pins import TooManyPins, WrongPin, try_pin
from app.domain.passes.projected import Projected, projected
from app.domain.passes.rotation import PASS_LETTERS, Sitting, is_pin, judge_pass, pass_of, pin_of
from app.domain.passes.screens import event_of_screen, open_screen, screen_token
from app.domain.passes.share import Share, share_picture

__all__ = [
    "GRANT_FOR", "PASS_LETTERS", "STAYS", "AlreadyPaired", "Grant", "Pairing", "Picture",
    "Projected", "Share", "Sitting", "TooManyPins", "Wall", "WrongLetters", "WrongPin",
    "approve_pairing", "begin_pairing", "check_in_url", "door_url", "event_of_screen",
    "find_pairing", "find_pairing_of", "give_grant", "grant_or_none", "is_pin", "is_showing",
    "judge_pass", "open_screen", "pairing_url", "pairings_of", "pass_of", "pass_url", "picture",
    "pin_of", "projected", "revoke_pairing", "screen_token", "secret_png", "share_picture",
    "spoken_address", "spoken_door", "try_pin", "tv_address", "wall_of",
]  # fmt: skip
