"""Doubts about check-ins: who they may be, and how staff clear them."""

from app.domain.reviews.matches import GROUNDS, Match
from app.domain.reviews.questions import (
    Doubt,
    EventDoubts,
    doubt_about,
    find_review,
    open_review_count,
    open_reviews,
    search_matches,
)
from app.domain.reviews.verbs import Sweep, accept, confirm, confirm_all, reject

__all__ = [
    "GROUNDS", "Doubt", "EventDoubts", "Match", "Sweep", "accept", "confirm", "confirm_all",
    "doubt_about", "find_review", "open_review_count", "open_reviews", "reject", "search_matches",
]  # fmt: skip
