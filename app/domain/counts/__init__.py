"""The figures of a period: one function behind screen, CSV, XLSX, JSON and the command line."""

from app.domain.counts.model import DEFINITIONS, OrgCounts, ProgrammeCounts
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
from app.domain.counts.questions import counts, export_counts, programme_counts
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
    "COLUMNS", "DEFINITIONS", "STUDY_DEFINITIONS", "WIDTHS", "AttendanceRow", "IssueCounts", "OccurrenceRow",
    "OrgCounts", "Paper", "ProgrammeCounts", "StudyCounts", "Unstudied", "as_values", "attendance_rows",
    "cells", "counts", "csv_rows", "export_counts", "export_study", "hosted_occurrences", "hours",
    "issue_counts", "paper", "programme_counts", "study_counts", "took_part_occurrences",
    "unrecorded_occurrences", "unstudied",
]  # fmt: skip
