"""A superior's own forms, filled where they ask."""

from app.domain.blanks.model import Blank

__all__ = ["Blank"]
