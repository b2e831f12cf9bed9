"""Events and their occurrences."""

from app.domain.events.again import copy_event
from app.domain.events.calendar import calendar, folded
from app.domain.events.lists import (
    PAGE,
    PARTS,
    Listed,
    Listing,
    list_events,
    recent_places,
    usual_programmes,
)
from app.domain.events.merged import counterparts, surviving
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
    find_announced,
    find_event,
    find_public,
    invited_in,
    invites,
    likely_occurrence,
    newest_event,
    occurrence_of,
    open_occurrences,
    sitting_of,
    sittings_of,
)
from app.domain.events.rules import checked_host, checked_sitting, hours
from app.domain.events.sittings import (
    add_occurrence,
    cancel_occurrence,
    close_check_in,
    edit_occurrence,
    extend_check_in,
)
from app.domain.events.spoken import code_in, find_spoken
from app.domain.events.verbs import (
    cancel_event,
    edit_event,
    make_event,
    publish_event,
    withdraw_event,
)

__all__ = [
    "PAGE", "PARTS", "PHASES", "Event", "EventOrg", "EventProgramme", "Listed", "Listing",
    "Occurrence", "PublicCode", "Sight", "add_occurrence", "calendar", "cancel_event", "cancel_occurrence",
    "close_check_in", "code_in", "copy_event", "edit_event", "edit_occurrence", "event_hosted_in", "checked_host", "checked_sitting", "counterparts",
    "event_in_sight", "event_or_occurrence", "events_in", "events_inviting", "extend_check_in",
    "find_announced", "find_event", "find_public", "find_spoken", "folded", "hours", "invited_in", "invites",
    "likely_occurrence", "list_events", "make_event", "newest_event", "occurrence_of", "open_occurrences", "publish_event",
    "recent_places", "sitting_of", "sittings_of", "surviving", "usual_programmes", "withdraw_event",
]  # fmt: skip
