"""签到台: the organizer opens desks; a helper with link and PIN searches, ticks and takes walk-ins."""

from app.web.desks import door, heads, links
from app.web.desks.room import bp

__all__ = ["bp", "door", "heads", "links"]
