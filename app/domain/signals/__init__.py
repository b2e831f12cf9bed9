"""Signs of checking in for others: reasons on rows for staff to look at, never refusals, never by
network address (docs/decisions/0019-doubts-found-afterwards.md)."""

from app.domain.signals.groups import ORDER, WHYS, Group, groups_of
from app.domain.signals.patterns import APART, BURST_WITHIN, Seen, bursts_of, signs_of
from app.domain.signals.verbs import (
    RECENT_DAYS,
    Looked,
    close_check_in,
    confirm_all,
    sweep,
    sweep_all,
    unswept,
)

__all__ = [
    "APART", "BURST_WITHIN", "ORDER", "RECENT_DAYS", "WHYS", "Group", "Looked", "Seen",
    "bursts_of", "close_check_in", "confirm_all", "groups_of", "signs_of", "sweep", "sweep_all",
    "unswept",
]  # fmt: skip
