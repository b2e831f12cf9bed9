"""Honours: titles given to persons and to collectives."""

from app.domain.honours.model import LEVELS, Honour
from app.domain.honours.questions import (
    Granted,
    HonourRow,
    find_honour,
    granted,
    honours_in,
    titles,
)
from app.domain.honours.verbs import Award, correct, grant, take_back

__all__ = [
    "LEVELS", "Award", "Granted", "Honour", "HonourRow", "correct", "find_honour", "grant", "granted",
    "honours_in", "take_back", "titles",
]  # fmt: skip
