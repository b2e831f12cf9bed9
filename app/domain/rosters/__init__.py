"""Roster and org files: plan, then apply."""

from app.domain.rosters.applying import apply_file, apply_rows, plan_file, plan_rows
from app.domain.rosters.drafts import (
    Draft,
    choosable,
    drop_columns,
    files_in,
    find_file_in,
    give_up,
    has_draft,
    keep_file,
    open_draft,
    read_again,
    set_day,
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
from app.domain.rosters.shapes import FIELDS, LISTS, ORGS, PEOPLE, Change, Entry, Plan, Words
from app.domain.rosters.trees import plan_orgs

__all__ = [
    "FIELDS", "LISTS", "ORGS", "PEOPLE", "BadDay", "Change", "Draft", "DraftGone", "Entry",
    "FileAgain", "NoTree", "NotTyped", "Plan", "PlanChanged", "RosterFile", "TooLarge", "Words",
    "apply_file", "apply_rows", "choosable", "drop_columns", "files_in", "find_file_in", "give_up",
    "has_draft", "keep_file", "open_draft", "plan_file", "plan_orgs", "plan_people", "plan_rows",
    "read_again", "set_day",
]  # fmt: skip
