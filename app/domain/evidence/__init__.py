"""Evidence: pictures of signed sheets, and where the originals lie."""

from app.domain.evidence.model import Attachment
from app.domain.evidence.pictures import MOST_MEGABYTES, NoPicture, TooLargeAFile, drawn_anew
from app.domain.evidence.questions import (
    attachments_of,
    find_attachment_in,
    find_tally_in,
    picture_of,
)
from app.domain.evidence.verbs import MOST_AT_ONCE, Sent, attach, number_of, take_back

__all__ = [
    "MOST_AT_ONCE", "MOST_MEGABYTES", "Attachment", "NoPicture", "Sent", "TooLargeAFile", "attach",
    "attachments_of", "drawn_anew", "find_attachment_in", "find_tally_in", "number_of", "picture_of",
    "take_back",
]  # fmt: skip
