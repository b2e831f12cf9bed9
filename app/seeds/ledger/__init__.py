"""A real half-year built from a ledger's rows: `furong demo --ledger FILE`. The people are invented,
the figures are the ledger's."""

import random
from datetime import date, timedelta

from sqlalchemy import select

from app import clock, seeds
from app.db import db, transaction
from app.domain import audit, orgs
from app.domain.audit import SYSTEM, AuditEntry
from app.seeds.ledger.counted import count_alone
from app.seeds.ledger.ground import Ground
from app.seeds.ledger.reading import Row, read
from app.seeds.ledger.sittings import hold_all
from app.seeds.story import trail_from

__all__ = ["Row", "is_built", "load", "read"]

FOUNDED_ON = date(2012, 5, 4)  # the invented tree is older than any ledger


def load(content: bytes, file: str) -> bool:
    """Build what the ledger tells, in one transaction, on an empty database or on the demo's tree; its
    host is the root. False when that was done before. Raises Invalid for a broken ledger, Conflict on
    a database in use."""
    rows = read(content)
    with transaction() as session:
        is_there = seeds.is_loaded()
        if is_built():
            return False
        before = clock.start_of(min(row.on for row in rows) - timedelta(days=60))
        with trail_from(session, before) as trail:
            if not is_there:
                seeds.begin(session, 1, root_name=rows[0].host)
                for org in orgs.all_orgs():
                    org.opened_on = FOUNDED_ON
            _build(Ground(session, trail, random.Random(seeds.SEED)), rows)
            root, trail.at = orgs.root_or_none(), clock.now()
            audit.record(
                "ledger_loaded", by=SYSTEM, org_id=root.id, subject=f"org:{root.id}",
                file=file[:80], rows=len(rows),
            )  # fmt: skip
    return True


def is_built() -> bool:
    """Whether a ledger was built here before."""
    done = select(AuditEntry.id).where(AuditEntry.act == "ledger_loaded").limit(1)
    return db.session.scalar(done) is not None


def _build(ground, rows):
    """What is no sitting comes first: sittings are held at the venues among it."""
    for row in rows:
        if not row.is_sitting:
            count_alone(ground, row)
    hold_all(ground, [row for row in rows if row.is_sitting])
