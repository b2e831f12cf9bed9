"""What a code says, what it looks like, and the token that lets a projector show it."""

from app.domain.passes.addresses import check_in_url, door_url, spoken_address, spoken_door
from app.domain.passes.model import Pairing
from app.domain.passes.pictures import Picture, picture, secret_png
from app.domain.passes.screens import event_of_screen, open_screen, screen_token
from app.domain.passes.share import Share, share_picture

__all__ = [
    "Pairing", "Picture", "Share", "check_in_url", "door_url", "event_of_screen", "open_screen", "picture", "screen_token",
    "secret_png", "share_picture", "spoken_address", "spoken_door",
]  # fmt: skip
