"""Events and their occurrences."""

from app.domain.events.model import (
    PHASES,
    Event,
    EventOrg,
    EventProgramme,
    Occurrence,
    PublicCode,
)
from app.domain.events.questions import (
    Sight,
    event_hosted_in,
    event_in_sight,
    event_or_occurrence,
    events_in,
    events_inviting,
    find_event,
    invites,
    likely_occurrence,
    occurrence_of,
    open_occurrences,
)

__all__ = [
    "PHASES", "Event", "EventOrg", "EventProgramme", "Occurrence", "PublicCode", "Sight",
    "event_hosted_in", "event_in_sight", "event_or_occurrence", "events_in", "events_inviting",
    "find_event", "invites", "likely_occurrence", "occurrence_of", "open_occurrences",
]  # fmt: skip
