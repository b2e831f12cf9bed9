"""Check-ins: the row everything is counted from."""

from app.domain.checkins.model import HOWS, REASONS, ROLES, VALID, Attempt, CheckIn

__all__ = ["HOWS", "REASONS", "ROLES", "VALID", "Attempt", "CheckIn"]
