"""交数前检查: what to look at before the figures of a period are handed in, with whoever can mend it."""

from app.domain.checks.apart import DistinctEventPair, find_pair, take_back, tell_apart
from app.domain.checks.chase import Chase, Owner
from app.domain.checks.findings import Finding
from app.domain.checks.model import KINDS, Checks, Kind, checks_of
from app.domain.checks.tagging import tag_events

__all__ = [
    "KINDS", "Chase", "Checks", "DistinctEventPair", "Finding", "Kind", "Owner", "checks_of",
    "find_pair", "tag_events", "take_back", "tell_apart",
]  # fmt: skip
