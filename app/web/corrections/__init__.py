"""Corrections: the list, the suggestions, and a page for each kind."""

from app.web.corrections import events, listing, people
from app.web.corrections.room import bp

__all__ = ["bp", "events", "listing", "people"]
