"""The figures of a period: one function behind screen, CSV, XLSX, JSON and the command line."""

from app.domain.counts.base import GRADES
from app.domain.counts.keys import BREAKDOWNS
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
from app.domain.counts.questions import (
    counts,
    export_counts,
    key_counts,
    month_counts,
    programme_counts,
    role_attendances,
    series_counts,
)
from app.domain.counts.rows import (
    AttendanceRow,
    OccurrenceRow,
    attendance_rows,
    hosted_occurrences,
    took_part_occurrences,
    unrecorded_occurrences,
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

__all__ = [
    "BREAKDOWNS", "COLUMNS", "DEFINITIONS", "GRADES", "STUDY_DEFINITIONS", "WIDTHS", "AttendanceRow", "IssueCounts",
    "KeyCounts", "OccurrenceRow", "OrgCounts", "Paper", "StudyCounts", "Unstudied", "as_values", "attendance_rows",
    "cells", "counts", "csv_rows", "export_counts", "export_study", "hosted_occurrences", "hours",
    "issue_counts", "key_counts", "month_counts", "paper", "programme_counts", "role_attendances", "series_counts",
    "study_counts", "took_part_occurrences", "unrecorded_occurrences", "unstudied",
]  # fmt: skip
