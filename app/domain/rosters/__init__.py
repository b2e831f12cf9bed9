"""Roster and org files: plan, then apply."""

from app.domain.rosters.model import RosterFile

__all__ = ["RosterFile"]
