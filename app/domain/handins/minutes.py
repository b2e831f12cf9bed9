"""会议记录: who was expected at a sitting, who came, who was excused and why, by branch."""

from dataclasses import dataclass

from app.domain import attendance, leaves, live
from app.domain.events import Occurrence
from app.domain.orgs import Org


@dataclass(frozen=True)
class MinutesBranch:
    """A branch's line: numbers, and the names of who was excused (with the kind) or absent.
    is_empty_seat: it was asked for one, and nobody came."""

    org: Org | None
    expected: int
    present: tuple[str, ...]
    excused: tuple[tuple[str, str], ...]
    absent: tuple[str, ...]
    is_empty_seat: bool = False


@dataclass(frozen=True)
class Minutes:
    """The figures (live.tally) and the branches; guests: who else was there."""

    tally: live.Tally
    branches: tuple[MinutesBranch, ...]
    guests: tuple[str, ...]


def minutes_of(occurrence: Occurrence, rows_of: Org | None = None) -> Minutes:
    """The minutes of a sitting, whole or of the rows and people of one org's subtree."""
    roll = attendance.roll_of(occurrence, rows_of)
    return Minutes(
        tally=live.tally(occurrence, rows_of),
        branches=tuple(sorted(_branches(occurrence, rows_of, roll), key=_place)),
        guests=tuple(entry.person.name for entry in roll.guests),
    )


def _branches(occurrence, rows_of, roll):
    yield from (_branch(one) for one in roll.branches)
    for seat in live.seats(occurrence, rows_of):
        if seat.holder is None:
            yield MinutesBranch(seat.org, 1, (), (), (), is_empty_seat=True)


def _place(branch):
    """In tree order; whoever belongs nowhere comes last."""
    path = branch.org.path.strip("/").split("/") if branch.org else ()
    return branch.org is None, [int(part) for part in path]


def _branch(one):
    missing = [entry for entry in one.entries if entry.check_in is None]
    return MinutesBranch(
        one.org,
        len(one.entries),
        tuple(entry.person.name for entry in one.entries if entry.check_in),
        tuple((e.person.name, leaves.KINDS.get(e.leave, e.leave)) for e in missing if e.leave),
        tuple(entry.person.name for entry in missing if not entry.leave),
    )
