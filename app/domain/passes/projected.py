"""What a projector shows of a rotating code: the picture of this moment, never one to come."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime

from app.domain.events import Occurrence
from app.domain.passes.addresses import pass_url
from app.domain.passes.pictures import Picture, picture
from app.domain.passes.rotation import Sitting, left_of_pass, pass_of, pin_of, step_of


@dataclass(frozen=True)
class Projected:
    """step changes whenever another picture is to be drawn; good_for_ms: how long this one is
    accepted, told in milliseconds because a hall's PC may have any time."""

    picture: Picture
    pin: str
    step: int
    good_for_ms: int

    @property
    def data_url(self) -> str:
        """The picture inside the page: nothing is fetched, so nothing flashes."""
        return "data:image/png;base64," + b64encode(self.picture.png).decode()


def projected(occurrence: Occurrence, base_url: str, now: datetime) -> Projected:
    """The code and the PIN of a sitting at this instant."""
    sitting = Sitting(occurrence.id, occurrence.event.epoch)
    url = pass_url(base_url, occurrence.code, pass_of(sitting, now))
    return Projected(
        picture(url, "M"), pin_of(sitting, now), step_of(now), int(left_of_pass(now) * 1000)
    )
