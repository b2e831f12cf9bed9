"""Doubts about check-ins: who they may be, and how staff clear them."""

from app.domain.reviews.matches import GROUNDS, Match
from app.domain.reviews.questions import (
    Doubt,
    EventDoubts,
    Waiting,
    doubt_about,
    find_review,
    open_reviews,
    search_matches,
    waiting_reviews,
)
from app.domain.reviews.verbs import Sweep, accept, confirm, confirm_all, reject

__all__ = [
    "GROUNDS", "Doubt", "EventDoubts", "Match", "Sweep", "Waiting", "accept", "confirm",
    "confirm_all", "doubt_about", "find_review", "open_reviews", "reject", "search_matches",
    "waiting_reviews",
]  # fmt: skip
