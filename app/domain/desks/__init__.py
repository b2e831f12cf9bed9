"""签到台: an expiring link with a PIN, bound to one event, for a helper without an account."""

from app.domain.desks.model import Desk

__all__ = ["Desk"]
