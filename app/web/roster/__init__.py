"""Imports: files and pasted names, their plan, what became of them, and taking one back."""

from app.web.roster import after, pages, paste
from app.web.roster.room import bp

__all__ = ["after", "bp", "pages", "paste"]
