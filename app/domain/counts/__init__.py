"""The figures of a period: one function behind screen, CSV, XLSX, JSON and the command line."""

from app.domain.counts.model import OrgCounts, ProgrammeCounts
from app.domain.counts.questions import counts, programme_counts
from app.domain.counts.rows import (
    AttendanceRow,
    OccurrenceRow,
    attendance_rows,
    hosted_occurrences,
    took_part_occurrences,
    unrecorded_occurrences,
)

__all__ = [
    "AttendanceRow", "OccurrenceRow", "OrgCounts", "ProgrammeCounts", "attendance_rows", "counts",
    "hosted_occurrences", "programme_counts", "took_part_occurrences", "unrecorded_occurrences",
]  # fmt: skip
