"""签到移到别的活动: they scanned the wrong code. The rows hang at the right sitting."""

from sqlalchemy import select

from app.db import db
from app.domain.checkins import CheckIn, must_be_on
from app.domain.corrections.model import Correction
from app.domain.corrections.record import correcting
from app.domain.corrections.rehoming import move_row
from app.domain.corrections.stage import staged
from app.domain.events import Event, Occurrence
from app.domain.orgs import is_within
from app.domain.staff import Staff
from app.errors import Conflict, Invalid, NotFound
from app.words import N_


def move_check_ins(
    event: Event, codes: list[str], target: Occurrence, *, by: Staff, reason: str = "",
    preview: bool = False,
) -> Correction:  # fmt: skip
    """Move valid check-ins (by code) of an event to a sitting; whoever has a valid row there keeps
    it, the moved one is voided as 重复. On another day the rows get that day's line and standing.
    Raises Invalid, Conflict (a sitting that counts nowhere), NotFound for a row of another event or a sitting out of scope."""
    if not all(is_within(by.org, one.host) for one in (event, target.event)):
        raise NotFound
    wanted = {code.strip().upper() for code in codes if code.strip()}
    if not wanted:
        raise Invalid(N_("先勾选要移的签到。"), field="rows")
    sittings = [sitting.id for sitting in event.occurrences]
    where = (CheckIn.code.in_(wanted), CheckIn.occurrence_id.in_(sittings))
    rows = list(db.session.scalars(select(CheckIn).where(*where).order_by(CheckIn.id)))
    if len(rows) != len(wanted):
        raise NotFound
    if any(row.occurrence_id == target.id for row in rows):
        raise Invalid(N_("有的签到本来就在这一场。换一场，或去掉它们。"), field="target")
    seen = list({o.id: o for o in (*(row.occurrence for row in rows), target)}.values())
    stage = staged(by.org, rows=rows, orgs=[event.host, target.event.host], occurrences=seen)
    with correcting(
        "check_ins_moved", subject=f"event:{event.id}", reason=reason, by=by, preview=preview,
        source=sorted({row.occurrence.code for row in rows}), target=target.code, **stage,
    ) as work:  # fmt: skip
        must_be_on(target)
        held = work.hold(CheckIn, *where)
        if any(row.voided_at is not None for row in held):
            raise Conflict(N_("有的签到已经撤销了，刷新后再选。"))
        doubles = [told for row in held if (told := move_row(work, row, target, by=by))]
        work.correction.facts = {**work.correction.facts, "doubles": doubles, "rows": len(held)}
    return work.correction
