"""Papers to hand in: the workbook, the list of every check-in, the register, the minutes."""

from app.domain.handins.absences import Absent, sittings_of
from app.domain.handins.details import Details, detail_rows
from app.domain.handins.minutes import Minutes, MinutesBranch, minutes_of
from app.domain.handins.register import HEAD as REGISTER_HEAD
from app.domain.handins.register import WIDTHS as REGISTER_WIDTHS
from app.domain.handins.register import RegisterRow, export_register, register
from app.domain.handins.workbook import Letterhead, details_csv, workbook

__all__ = [
    "REGISTER_HEAD", "REGISTER_WIDTHS", "Absent", "Details", "Letterhead", "Minutes", "MinutesBranch",
    "RegisterRow", "detail_rows", "details_csv", "export_register", "minutes_of",
    "register", "sittings_of", "workbook",
]  # fmt: skip
