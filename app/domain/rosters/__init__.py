"""Roster and org files: plan, then apply."""

from app.domain.rosters.applying import apply_file, apply_rows, plan_file, plan_rows
from app.domain.rosters.blanks import orgs_template, people_template
from app.domain.rosters.drafts import (
    Draft,
    FileRow,
    Said,
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
from app.domain.rosters.noting import ACT
from app.domain.rosters.pasting import (
    SOURCE,
    Fate,
    PastedLine,
    branch_code,
    correct_line,
    fates,
    find_line,
    leave_out,
    lines_of,
    paste_in,
)
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
from app.domain.rosters.results import Result, Untaken, export_untaken, result_of
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
    "ACT", "FIELDS", "LISTS", "ORGS", "PEOPLE", "SHOWN", "SOURCE", "BadDay", "Change", "Draft", "DraftGone",
    "Entry", "Fate", "FileAgain", "FileRow", "NoTree", "NotTyped", "PastedLine", "Plan", "PlanChanged",
    "Result", "RosterFile", "Said", "TooLarge", "Untaken", "Words", "apply_file", "apply_rows", "branch_code",
    "choosable", "correct_line", "drop_columns", "export_untaken", "fates", "files_in", "find_file_in", "find_line", "give_up",
    "leave_out", "lines_of", "open_draft", "org_of", "orgs_template", "paste_in", "people_template", "plan_file", "plan_orgs",
    "plan_people", "plan_rows", "read_again", "result_of", "take_in",
]  # fmt: skip
