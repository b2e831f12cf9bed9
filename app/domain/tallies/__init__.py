"""Numbers that are not check-ins: headcounts at an occurrence, and reported tallies with evidence.

They stand in columns of their own beside 人次, never mixed in.
"""

from app.domain.tallies.headcounts import (
    MOST_HEADS,
    HeadLine,
    HeadSheet,
    Told,
    can_be_counted,
    count_heads,
    head_sheet,
    is_of_schools,
)
from app.domain.tallies.manual import MOST_TALLIED, Reported, correct, report, take_back
from app.domain.tallies.model import PEOPLE_TIMES, UNITS, Headcount, ManualTally
from app.domain.tallies.questions import TallyRow, find_tally, tallied, tallies_in, tallies_within
from app.domain.tallies.telling import told_heads, typed_heads

__all__ = [
    "MOST_HEADS", "MOST_TALLIED", "PEOPLE_TIMES", "UNITS", "HeadLine", "HeadSheet", "Headcount", "ManualTally", "Reported", "TallyRow", "Told",
    "can_be_counted", "correct", "count_heads", "find_tally", "head_sheet", "is_of_schools", "report", "take_back", "tallied", "tallies_in", "tallies_within", "told_heads", "typed_heads",
]  # fmt: skip
