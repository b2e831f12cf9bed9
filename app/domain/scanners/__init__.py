"""扫码枪: machines that check people in over /api/v1, each with a token of its own."""

from app.domain.scanners.model import Scanner
from app.domain.scanners.rights import (
    BadToken,
    ExpiredToken,
    Hit,
    StoppedToken,
    UnknownPerson,
    WrongEvent,
    event_for,
    events_of,
    find_people,
    own_check_in,
    person_for,
    scanner_of,
    sitting_for,
)
from app.domain.scanners.verbs import (
    DAYS,
    find_scanner,
    make_scanner,
    open_desks,
    revoke_scanner,
    scanners_of,
)

__all__ = [
    "DAYS", "BadToken", "ExpiredToken", "Hit", "Scanner", "StoppedToken", "UnknownPerson", "WrongEvent",
    "event_for", "events_of", "find_people", "find_scanner", "make_scanner", "open_desks", "own_check_in",
    "person_for", "revoke_scanner", "scanner_of", "scanners_of", "sitting_for",
]  # fmt: skip
