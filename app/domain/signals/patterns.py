"""What looks like checking in for others, told from the rows of one sitting alone."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

BURST_WITHIN = timedelta(seconds=60)
OF_A_PHONE = 3  # rows of one phone within that time
OF_A_BRANCH = 6  # rows of one branch by at most half as many phones within that time
APART = timedelta(minutes=10)  # how far a clock may be off
# After that a row is of another day: the sitting's own day was corrected afterwards.
LATE_FOR = timedelta(hours=12)
AT_THE_DOOR = ("poster", "rotating", "desk", "api")  # ticks and paper are staff's own word


@dataclass(frozen=True)
class Seen:
    """One valid row: at is when it counts, received_at when the server heard of it, client_at what
    the sender's clock said."""

    id: int
    at: datetime
    received_at: datetime
    client_at: datetime | None = None
    how: str = "poster"
    device_id: int | None = None
    line_id: int | None = None


def signs_of(rows: Iterable[Seen], ends_at: datetime) -> dict[int, list[str]]:
    """Row id → the reasons that its sitting's rows give for looking at it."""
    rows = list(rows)
    found = defaultdict(list)
    for row_id in bursts_of(rows):
        found[row_id].append("burst")
    for row in rows:
        if row.how in AT_THE_DOOR and ends_at < row.at <= ends_at + LATE_FOR:
            found[row.id].append("late")
        if _is_clock_off(row):
            found[row.id].append("clock")
    return dict(found)


def bursts_of(rows: Iterable[Seen]) -> set[int]:
    """The ids of rows written in a burst. Only phones that wrote more than one row in it are in it:
    an honest phone of the same minute is not."""
    phones, branches = defaultdict(list), defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.received_at, row.id)):
        if row.device_id is not None:
            phones[row.device_id].append(row)
            if row.line_id is not None:
                branches[row.line_id].append(row)
    found = set()
    for own in phones.values():
        found |= _of_a_phone(own)
    for own in branches.values():
        found |= _of_a_branch(own)
    return found


def _of_a_phone(rows):
    found = set()
    for first, last in zip(range(len(rows)), range(OF_A_PHONE - 1, len(rows)), strict=False):
        if rows[last].received_at - rows[first].received_at <= BURST_WITHIN:
            found |= {row.id for row in rows[first : last + 1]}
    return found


def _of_a_branch(rows):
    """Every stretch of at most a minute with too few phones, in the order they came."""
    found = set()
    for first, row in enumerate(rows):
        phones, longest = Counter(), None
        for last in range(first, len(rows)):
            if rows[last].received_at - row.received_at > BURST_WITHIN:
                break
            phones[rows[last].device_id] += 1
            number = last - first + 1
            if number >= OF_A_BRANCH and 2 * len(phones) <= number:
                longest = last
        if longest is not None:
            found |= _repeated(rows[first : longest + 1])
    return found


def _repeated(rows):
    phones = Counter(row.device_id for row in rows)
    return {row.id for row in rows if phones[row.device_id] > 1}


def _is_clock_off(row):
    """A scan kept offline comes hours later with its time set right: what counts is how much had to
    be set right, and whether its clock ran ahead of the server's."""
    if row.client_at is None:
        return False
    return abs(row.client_at - row.at) > APART or row.client_at - row.received_at > APART
