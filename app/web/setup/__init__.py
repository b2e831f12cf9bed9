"""The first ten minutes: who we are, then one step after the other, each of which may wait."""

from app.web.setup import event, first, pages, tree
from app.web.setup.room import bp

__all__ = ["bp", "event", "first", "pages", "tree"]
