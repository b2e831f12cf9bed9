"""The list of one sitting: who was expected, who came, who was put down by hand."""

from app.domain.attendance.history import History, HistoryRow, Year, history_of
from app.domain.attendance.ledger import Ledger, LedgerRow, export_ledger, rows_of_person
from app.domain.attendance.paper import Paper, PaperLine, paper_of
from app.domain.attendance.roll import (
    SHORT,
    BranchRoll,
    Entry,
    Found,
    Roll,
    find_in_roll,
    part_of,
    roll_of,
)
from app.domain.attendance.rooms import Twice, in_two_rooms
from app.domain.attendance.trace import (
    ANSWERS,
    Scans,
    Trace,
    TurnedAway,
    trace_of,
    undone_by,
)
from app.domain.attendance.verbs import Ticked, is_counted_first, tick_all

__all__ = [
    "ANSWERS", "SHORT", "BranchRoll", "Entry", "Found", "History", "HistoryRow",
    "Ledger", "LedgerRow", "Paper", "PaperLine", "Roll", "Scans", "Ticked", "Trace", "TurnedAway",
    "Twice", "Year", "export_ledger", "find_in_roll", "history_of", "in_two_rooms", "is_counted_first", "paper_of",
    "part_of", "roll_of", "rows_of_person", "tick_all", "trace_of", "undone_by",
]  # fmt: skip
