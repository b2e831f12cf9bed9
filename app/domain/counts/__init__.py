"""The figures of a period: one function behind screen, CSV, XLSX, JSON and the command line."""

from app.domain.counts.base import GRADES
from app.domain.counts.keys import BREAKDOWNS, Key, find_key
from app.domain.counts.model import DEFINITIONS, KeyCounts, OrgCounts
from app.domain.counts.papers import (
    COLUMNS,
    WIDTHS,
    Paper,
    as_values,
    cells,
    csv_rows,
    hours,
    paper,
)
from app.domain.counts.people_rows import (
    headcount_ids,
    headcount_rows,
    people_ids,
    people_rows,
    tally_ids,
    tally_rows,
)
from app.domain.counts.questions import (
    counts,
    key_counts,
    month_counts,
    programme_counts,
    role_attendances,
    series_counts,
    total_of,
    unidentified_of,
)
from app.domain.counts.rows import (
    ONLY,
    AttendanceRow,
    OccurrenceRow,
    attendance_rows,
    attended_ids,
    find_sitting,
    hosted_ids,
    hosted_occurrences,
    number_of,
    took_part_ids,
    took_part_occurrences,
    unrecorded_ids,
    unrecorded_occurrences,
)
from app.domain.counts.shares import (
    SHARE_DEFINITIONS,
    BranchRow,
    Change,
    Share,
    Shares,
    active_branch_ids,
    active_branches,
    change,
    shares,
)
from app.domain.counts.studied import (
    STUDY_DEFINITIONS,
    IssueCounts,
    StudyCounts,
    Unstudied,
    export_study,
    issue_counts,
    study_counts,
    unstudied,
)
from app.domain.counts.table import COMPARISONS, Table, export_table, table
from app.domain.counts.table_papers import (
    name_of,
    table_lines,
    table_paper,
    table_values,
    table_widths,
)

__all__ = [
    "BREAKDOWNS", "COLUMNS", "COMPARISONS", "DEFINITIONS", "GRADES", "ONLY", "SHARE_DEFINITIONS",
    "STUDY_DEFINITIONS", "WIDTHS", "AttendanceRow", "BranchRow", "Change", "IssueCounts", "Key", "KeyCounts",
    "OccurrenceRow", "OrgCounts", "Paper", "Share", "Shares", "StudyCounts", "Table", "Unstudied",
    "active_branch_ids", "active_branches", "as_values", "attendance_rows", "attended_ids", "cells", "change", "counts", "csv_rows",
    "export_study", "export_table", "find_key", "find_sitting", "headcount_ids", "headcount_rows", "hosted_ids",
    "hosted_occurrences", "hours", "issue_counts", "key_counts", "month_counts", "name_of", "number_of", "paper",
    "people_ids", "people_rows", "programme_counts", "role_attendances", "series_counts", "shares",
    "study_counts", "table", "table_lines", "table_paper", "table_values", "table_widths",
    "tally_ids", "tally_rows", "took_part_ids", "took_part_occurrences", "total_of", "unidentified_of", "unrecorded_ids",
    "unrecorded_occurrences", "unstudied",
]  # fmt: skip
