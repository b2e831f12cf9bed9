"""迟到: computed from the times, never stored and never a refusal."""

from datetime import timedelta

from app.domain.checkins.model import CheckIn

GRACE = timedelta(minutes=10)  # doors, stairs, queues: nobody is late for these


def minutes_late(row: CheckIn) -> int:
    """Whole minutes after the start, 0 within the grace. What came later on paper or by hand after
    the end (补签) says nothing of when somebody came: 0, too."""
    start = row.occurrence.starts_at
    if row.checked_in_at <= start + GRACE or row.checked_in_at > row.occurrence.ends_at:
        return 0
    return 0 if row.paper_on else int((row.checked_in_at - start) / timedelta(minutes=1))
