"""签到台: an expiring link with a PIN, bound to one event, for a helper without an account."""

from app.domain.desks.latest import Told, Work, told_or_none, work_of
from app.domain.desks.links import (
    DeskExpired,
    DeskLine,
    DeskRevoked,
    WrongPin,
    desk_of,
    desks_of,
    event_of,
    find_desk,
    kept_until,
    mark_of,
    open_desk,
    renew_pin,
    revoke_desk,
    type_pin,
)
from app.domain.desks.model import Desk
from app.domain.desks.paper import paper_day
from app.domain.desks.searching import (
    Hit,
    NotACard,
    hits_of,
    holder_of,
    may_undo,
    person_at,
    row_at,
    search_desk,
)
from app.domain.desks.uploads import (
    MOST,
    OfflineScan,
    Outcome,
    UploadTooLate,
    WrongEvent,
    upload,
    wiped_at,
)

__all__ = [
    "MOST", "Desk", "DeskExpired", "DeskLine", "DeskRevoked", "Hit", "NotACard", "OfflineScan", "Outcome", "Told", "UploadTooLate", "Work",
    "WrongEvent", "WrongPin", "desk_of", "desks_of", "event_of", "find_desk", "hits_of", "holder_of", "kept_until", "mark_of",
    "may_undo", "open_desk", "paper_day", "person_at", "renew_pin", "revoke_desk", "row_at", "search_desk", "told_or_none", "type_pin", "upload",
    "wiped_at", "work_of",
]  # fmt: skip
