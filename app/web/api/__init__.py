"""/api/v1: check-in for machines. A bearer token is the only key; everything is JSON, refusals too."""

from app.web.api import checkins, describing, reading
from app.web.api.room import bp

__all__ = ["bp", "checkins", "describing", "reading"]
