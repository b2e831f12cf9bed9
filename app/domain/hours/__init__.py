"""Hours: from check-in to check-out, and what a named person confirms of it."""

from app.domain.hours.granting import Granted, grant, grant_proposed
from app.domain.hours.leaving import (
    MOVED_WITHIN,
    CheckOutClosed,
    CheckOutNotOpen,
    NoCheckOut,
    NotHere,
    VoidCheckIn,
    check_out,
    check_out_all,
    close_out,
)
from app.domain.hours.own import (
    Stay,
    check_out_own,
    door_to_leave,
    is_open,
    own_granted,
    own_stays,
    until,
)
from app.domain.hours.rule import (
    LEAVES_WITHIN,
    SHARE_PERCENT,
    counts_out,
    measured_minutes,
    minutes_here,
    out_until,
    planned_minutes,
    proposed_minutes,
)
from app.domain.hours.sheet import HourRow, HourSheet, export_hours, granted_minutes_of, sheet_of

__all__ = [
    "LEAVES_WITHIN", "MOVED_WITHIN", "SHARE_PERCENT", "CheckOutClosed", "CheckOutNotOpen", "Granted",
    "HourRow", "HourSheet", "NoCheckOut", "NotHere", "Stay", "VoidCheckIn", "check_out", "check_out_all",
    "check_out_own", "close_out", "counts_out", "door_to_leave", "export_hours", "grant",
    "grant_proposed", "granted_minutes_of", "is_open", "measured_minutes", "minutes_here", "out_until",
    "own_granted", "own_stays", "planned_minutes", "proposed_minutes", "sheet_of", "until",
]  # fmt: skip
