"""Check-ins: the row everything is counted from."""

from app.domain.checkins.arrived import phones_came_since
from app.domain.checkins.belonging import (
    REPEATED,
    give_to,
    is_guest,
    mark_cleared,
    mark_void,
    other_valid_row,
)
from app.domain.checkins.door import (
    NATIVE_LIMIT,
    Choice,
    Door,
    all_branches,
    branch_choices,
    chosen_org,
    doors_of,
    invited_branches,
    likely_door,
)
from app.domain.checkins.hand import (
    AlreadyCheckedIn,
    find_check_in,
    must_be_on,
    record_check_in,
    restore_check_in,
    tick,
    void_check_in,
)
from app.domain.checkins.lateness import GRACE, minutes_late
from app.domain.checkins.model import (
    HOWS,
    OUT_HOWS,
    REASONS,
    TURNED_AWAY,
    VALID,
    Attempt,
    CheckIn,
    RefusalCount,
)
from app.domain.checkins.own import (
    OwnScan,
    forget_device,
    own_answer,
    own_scans,
    remembered_scan,
    typed_secrets,
)
from app.domain.checkins.phone import (
    Answer,
    Full,
    NoCorrectionLeft,
    Scan,
    TooManyScans,
    check_in_by_phone,
)
from app.domain.checkins.roles import give_role
from app.domain.checkins.scanning import (
    ANNULLED_WITHIN,
    OVERCOME,
    Annulled,
    CalledOff,
    NonceReused,
    NotOn,
    Scanned,
    TooEarly,
    TooLate,
    TooLateToUndo,
    annul,
    scan_in,
    scan_typed,
)
from app.domain.checkins.seats import claimed_seat, give_seat
from app.domain.checkins.turned_away import count_refusal, counting_refusals, refusals_of
from app.domain.events import ROLES

__all__ = [
    "ANNULLED_WITHIN", "GRACE", "HOWS", "NATIVE_LIMIT", "OUT_HOWS", "OVERCOME", "REASONS",
    "REPEATED", "ROLES", "TURNED_AWAY", "VALID", "AlreadyCheckedIn", "Annulled", "Answer",
    "Attempt", "CalledOff", "CheckIn", "Choice", "Door", "Full", "NoCorrectionLeft",
    "NonceReused", "NotOn", "OwnScan", "RefusalCount", "Scan", "Scanned", "TooEarly", "TooLate",
    "TooLateToUndo", "TooManyScans", "all_branches", "annul", "branch_choices",
    "check_in_by_phone", "chosen_org", "claimed_seat", "count_refusal", "counting_refusals",
    "doors_of", "find_check_in", "forget_device", "give_role", "give_seat", "give_to",
    "invited_branches", "is_guest", "likely_door", "mark_cleared", "mark_void", "minutes_late",
    "must_be_on", "other_valid_row", "own_answer", "own_scans", "phones_came_since",
    "record_check_in", "refusals_of", "remembered_scan", "restore_check_in", "scan_in",
    "scan_typed", "tick", "typed_secrets", "void_check_in",
]  # fmt: skip
