"""Roster and org files: plan, then apply."""

from app.domain.rosters.applying import apply_file, apply_rows, plan_file, plan_rows
from app.domain.rosters.drafts import (
    Draft,
    FileRow,
    choosable,
    drop_columns,
    files_in,
    find_file_in,
    give_up,
    open_draft,
    org_of,
    read_again,
    take_in,
)
from app.domain.rosters.model import RosterFile
from app.domain.rosters.planning import plan_people
from app.domain.rosters.refusals import (
    BadDay,
    DraftGone,
    FileAgain,
    NoTree,
    NotTyped,
    PlanChanged,
    TooLarge,
)
from app.domain.rosters.shapes import (
    FIELDS,
    LISTS,
    ORGS,
    PEOPLE,
    SHOWN,
    Change,
    Entry,
    Plan,
    Words,
)
from app.domain.rosters.trees import plan_orgs

__all__ = [
    "FIELDS", "LISTS", "ORGS", "PEOPLE", "SHOWN", "BadDay", "Change", "Draft", "DraftGone", "Entry",
    "FileAgain", "FileRow", "NoTree", "NotTyped", "Plan", "PlanChanged", "RosterFile", "TooLarge", "Words",
    "apply_file", "apply_rows", "choosable", "drop_columns", "files_in", "find_file_in", "give_up",
    "open_draft", "org_of", "plan_file", "plan_orgs", "plan_people", "plan_rows",
    "read_again", "take_in",
]  # fmt: skip
