"""更正: mending the past with a reason, the figures before and after, and a way back."""

from app.domain.corrections.check_ins_moved import move_check_ins
from app.domain.corrections.event_amended import amend_event
from app.domain.corrections.events_merged import merge_events
from app.domain.corrections.figures import figures_of
from app.domain.corrections.finding import (
    Choice,
    likely_events,
    likely_sittings,
    search_events,
    search_people_here,
    someone,
)
from app.domain.corrections.guest_joined import join_guest
from app.domain.corrections.model import KINDS, PERSONAL, Correction, DistinctPair
from app.domain.corrections.paper_entered import enter_paper
from app.domain.corrections.paper_lines import STATES, PaperLine, read_paper, roster_of
from app.domain.corrections.people_merged import merge_people
from app.domain.corrections.person_split import Other, split_person
from app.domain.corrections.record import (
    Work,
    correcting,
    corrections_in,
    find_correction,
    undo,
)
from app.domain.corrections.stage import (
    find_event_here,
    find_person_here,
    find_sitting_here,
    rows_to_split,
)
from app.domain.corrections.suggestions import (
    GROUNDS,
    Someone,
    Suggestion,
    suggestions,
    tell_apart,
)
from app.domain.corrections.telling import Told, told

__all__ = [
    "GROUNDS", "KINDS", "PERSONAL", "STATES", "Choice", "Correction", "DistinctPair", "Other",
    "PaperLine", "Someone", "Suggestion", "Told", "Work", "amend_event", "correcting",
    "corrections_in", "enter_paper", "figures_of", "find_correction", "find_event_here",
    "find_person_here", "find_sitting_here", "join_guest", "likely_events", "likely_sittings",
    "merge_events", "merge_people", "move_check_ins", "read_paper", "roster_of", "rows_to_split",
    "search_events", "search_people_here", "someone", "split_person", "suggestions", "tell_apart",
    "told", "undo",
]  # fmt: skip
