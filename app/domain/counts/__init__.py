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

__all__ = [
    "COLUMNS", "DEFINITIONS", "WIDTHS", "AttendanceRow", "OccurrenceRow", "OrgCounts", "Paper",
    "ProgrammeCounts", "as_values", "attendance_rows", "cells", "counts", "csv_rows", "export_counts",
    "hosted_occurrences",
    "hours", "paper", "programme_counts", "took_part_occurrences", "unrecorded_occurrences",
]  # fmt: skip
