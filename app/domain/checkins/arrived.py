"""Whether phones come in at all: who checked in is the best test of the address on the poster."""

from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.domain.checkins.model import CheckIn

NEWEST = 20  # as many rows as are read, by their key: cheap however many there are
SCANNED = ("poster", "rotating", "pin")
PHONES = 2  # one may be the very computer the server runs on


def phones_came_since(when: datetime) -> bool:
    """Whether the newest scans since then came from at least two devices."""
    newest = (
        select(CheckIn.device_id, CheckIn.received_at)
        .where(CheckIn.device_id.is_not(None), CheckIn.how.in_(SCANNED))
        .order_by(CheckIn.id.desc())
        .limit(NEWEST)
    )
    rows = db.session.execute(newest)
    return len({row.device_id for row in rows if row.received_at >= when}) >= PHONES
