"""The live page's figures: who was expected, who is here, who is missing, at this moment."""

from app.domain.live.absences import absences
from app.domain.live.arrange import Placed, arrange
from app.domain.live.arrivals import Arrival, Curve, arrivals, curve
from app.domain.live.board import Board, board
from app.domain.live.roll import AbsentBranch, RollRow, absent, roll
from app.domain.live.seats import Seat, candidates, seats
from app.domain.live.tally import Line, Tally, TallyRow, tally

__all__ = [
    "AbsentBranch", "Arrival", "Board", "Curve", "Line", "Placed", "RollRow", "Seat", "Tally", "TallyRow",
    "absences", "absent", "arrange", "arrivals", "board", "candidates", "curve", "roll", "seats", "tally",
]  # fmt: skip
