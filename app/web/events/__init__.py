"""Events: the list, one event, its form, and what may be done to it."""

from app.web.events import acts, pages, shares, sittings
from app.web.events.room import bp

__all__ = ["acts", "bp", "pages", "shares", "sittings"]
