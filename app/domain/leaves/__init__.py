"""请假: somebody expected who is excused from one sitting. Never shrinks 应到."""

from app.domain.leaves.model import KINDS, Leave
from app.domain.leaves.questions import (
    find_leave,
    is_expected,
    leave_or_none,
    leaves_at,
    leaves_of_person,
    sittings_expecting,
)
from app.domain.leaves.verbs import NotExpected, TooLateToAsk, ask, decline, note, withdraw

__all__ = [
    "KINDS", "Leave", "NotExpected", "TooLateToAsk", "ask", "decline", "find_leave", "is_expected",
    "leave_or_none", "leaves_at", "leaves_of_person", "note", "sittings_expecting", "withdraw",
]  # fmt: skip
