"""The front door."""

from app.web.home.pages import bp

__all__ = ["bp"]
