"""What the door left behind: who undid a row, every accepted and repeated scan, who was turned away."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.db import db
from app.domain.checkins import Attempt, CheckIn, RefusalCount
from app.domain.desks import Desk
from app.domain.events import Occurrence
from app.domain.scanners import Scanner
from app.domain.staff import Staff
from app.words import N_

ANSWERS = {"done": N_("签上了"), "already": N_("已经签过，再扫一次"), "out": N_("签退")}
DOERS = {"staff": Staff, "desk": Desk, "api": Scanner}


@dataclass(frozen=True)
class Scans:
    """How many scans ended in this answer (of ANSWERS) by this way (of checkins.HOWS)."""

    answer: str
    how: str
    number: int


@dataclass(frozen=True)
class TurnedAway:
    """How often somebody was turned away for this reason (of TURNED_AWAY), and when last."""

    reason: str
    number: int
    last_at: datetime


@dataclass(frozen=True)
class Trace:
    """scans: rows of the attempts, summed; refusals: counters only, nobody is behind them."""

    scans: tuple[Scans, ...]
    refusals: tuple[TurnedAway, ...]


def trace_of(occurrence: Occurrence) -> Trace:
    """What happened at the door of a sitting, the most frequent first."""
    number = func.count()
    scans = (
        select(Attempt.answer, Attempt.how, number)
        .where(Attempt.occurrence_id == occurrence.id)
        .group_by(Attempt.answer, Attempt.how)
        .order_by(Attempt.answer.desc(), number.desc(), Attempt.how)
    )
    refusals = (
        select(RefusalCount.reason, RefusalCount.number, RefusalCount.last_at)
        .where(RefusalCount.occurrence_id == occurrence.id)
        .order_by(RefusalCount.number.desc(), RefusalCount.reason)
    )
    run = db.session.execute
    return Trace(tuple(Scans(*row) for row in run(scans)), tuple(TurnedAway(*row) for row in run(refusals)))  # fmt: skip


def undone_by(rows: list[CheckIn]) -> dict[int, str]:
    """Row id → the name of who undid it, where it was an account, a desk or a machine."""
    names = {}
    for kind, doer in DOERS.items():
        ids = {row.voided_by_id for row in rows if row.voided_by_kind == kind}
        found = select(doer.id, doer.name).where(doer.id.in_(ids))
        names |= {(kind, id_): name for id_, name in db.session.execute(found)} if ids else {}
    keyed = {row.id: (row.voided_by_kind, row.voided_by_id) for row in rows}
    return {row_id: names[key] for row_id, key in keyed.items() if key in names}
