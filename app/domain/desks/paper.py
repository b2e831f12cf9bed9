"""补录 at a desk: somebody signed on paper, and a helper types it in, one by one."""

from datetime import date

from app import clock
from app.errors import Invalid
from app.words import N_


def paper_day(typed: str) -> date | None:
    """The day on the signed sheet, written 2026-11-22; None for nothing typed. Raises Invalid for
    what is no day, and for one to come."""
    if not typed.strip():
        return None
    try:
        day = date.fromisoformat(typed.strip()[:10])
    except ValueError:
        raise Invalid(N_("纸上的日期要写成 2026-11-22 这样。"), field="paper_on") from None
    if day > clock.today():
        raise Invalid(N_("纸上的日期不能晚于今天。"), field="paper_on")
    return day
