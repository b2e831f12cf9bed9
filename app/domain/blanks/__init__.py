"""A superior's own forms, filled where they ask."""

from app.domain.blanks.marks import EXAMPLES, FACTS, FIGURES, Unknown, known_marks, values
from app.domain.blanks.model import Blank
from app.domain.blanks.package import MEGABYTES
from app.domain.blanks.verbs import UnknownMarks, blanks_of, fill, find_blank_in, keep, void

__all__ = [
    "EXAMPLES", "FACTS", "FIGURES", "MEGABYTES", "Blank", "Unknown", "UnknownMarks", "blanks_of", "fill",
    "find_blank_in", "keep", "known_marks", "values", "void",
]  # fmt: skip
