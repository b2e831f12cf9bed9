"""点名: a few names drawn by chance and called out, and the heads counted in the hall."""

from app.domain.rollcalls.calls import (
    MOST_NAMES,
    USUAL_NAMES,
    Line,
    Result,
    answer,
    draw,
    find_roll_call,
    lines_of,
    results_of,
)
from app.domain.rollcalls.halls import Hall, count_hall, hall_of
from app.domain.rollcalls.model import CalledName, HallCount, RollCall

__all__ = [
    "MOST_NAMES", "USUAL_NAMES", "CalledName", "Hall", "HallCount", "Line", "Result", "RollCall",
    "answer", "count_hall", "draw", "find_roll_call", "hall_of", "lines_of", "results_of",
]  # fmt: skip
