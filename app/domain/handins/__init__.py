"""Papers to hand in: the workbook, the list of every check-in, the register, the minutes."""

from app.domain.handins.absences import absent_rows, sittings_of
from app.domain.handins.details import Details, detail_rows
from app.domain.handins.workbook import Letterhead, details_csv, workbook

__all__ = [
    "Details", "Letterhead", "absent_rows", "detail_rows", "details_csv", "sittings_of", "workbook",
]  # fmt: skip
