"""Events that tests make with one line: at 19:00 on the stopped clock's day, of 浏正街支部."""

from datetime import UTC, datetime, timedelta

from app.domain import events
from app.domain.audit import SYSTEM

EVENING = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)  # 19:00 in Shanghai, the stopped clock's day
HOUR = timedelta(hours=1)


def make(cast, title="主题团日", **told):
    told = {
        "host": cast.branch, "starts_at": EVENING, "ends_at": EVENING + HOUR, "by": None,
        "actor": SYSTEM, **told,
    }  # fmt: skip
    return events.make_event(title, **told)
