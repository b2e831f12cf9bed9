"""Participation counts of a period: the page, the files, and the rows behind each number."""

from app.web.reports import files, pages, people, rows
from app.web.reports.room import bp

__all__ = ["bp", "files", "pages", "people", "rows"]
