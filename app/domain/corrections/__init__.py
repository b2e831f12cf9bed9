"""更正: mending the past with a reason, the figures before and after, and a way back."""

from app.domain.corrections.figures import figures_of
from app.domain.corrections.model import KINDS, Correction, DistinctPair
from app.domain.corrections.record import (
    Work,
    correcting,
    corrections_in,
    find_correction,
    undo,
)

__all__ = [
    "KINDS", "Correction", "DistinctPair", "Work", "correcting", "corrections_in", "figures_of",
    "find_correction", "undo",
]  # fmt: skip
