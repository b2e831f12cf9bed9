"""总结: the half-year's paragraphs to read and paste, their sources, and their sentences to edit."""

from app.web.summaries import page, rows, sentences
from app.web.summaries.room import bp

__all__ = ["bp", "page", "rows", "sentences"]
