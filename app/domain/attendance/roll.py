"""The roll of an occurrence: everybody expected or present, by the branch of that day."""

from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.db import db
from app.domain import live, members
from app.domain.checkins import CheckIn
from app.domain.events import Occurrence
from app.domain.live.frame import frame_of, ids_of
from app.domain.members import COUNTED, Person
from app.domain.orgs import Org, OrgLine, lines_in
from app.text import name_key

SHORT = 60  # up to so many expected people are one page of names


@dataclass(frozen=True)
class Entry:
    """Somebody of the roll. check_in is their valid row, None while they are missing; is_expected:
    counts in 应到 or 实到; org None: 未归属; whoever holds a seat stands with its org."""

    person: Person
    org: Org | None
    standing: str | None
    is_expected: bool
    check_in: CheckIn | None = None
    leave: str | None = None
    seat: Org | None = None  # whose seat the row holds

    @property
    def state(self) -> str:
        """present | leave | missing"""
        return "present" if self.check_in else "leave" if self.leave else "missing"


@dataclass(frozen=True)
class BranchRoll:
    """The expected people of one org, in the order of their names."""

    org: Org | None
    entries: tuple[Entry, ...]

    @property
    def present(self) -> int:
        return sum(1 for entry in self.entries if entry.check_in)


@dataclass(frozen=True)
class Roll:
    """entries: the expected (present or not), in tree order; guests: every other valid row;
    voided: rows undone, newest first. Its figures are live.tally's."""

    entries: tuple[Entry, ...]
    guests: tuple[Entry, ...]
    voided: tuple[CheckIn, ...]

    @property
    def present(self) -> int:
        return sum(1 for entry in self.entries if entry.check_in)

    @property
    def is_short(self) -> bool:
        return len(self.entries) <= SHORT

    @property
    def branches(self) -> tuple[BranchRoll, ...]:
        return tuple(
            BranchRoll(same[0].org, tuple(same))
            for _id, group in groupby(self.entries, lambda e: e.org.id if e.org else 0)
            if (same := list(group))
        )


@dataclass(frozen=True)
class Found:
    """What a search of the roll found: entries of it, and other members of the searcher's scope."""

    entries: tuple[Entry, ...]
    others: tuple[members.MemberRow, ...]


def roll_of(occurrence: Occurrence, rows_of: Org | None = None) -> Roll:
    """The roll; rows_of limits it to the rows and people of one org's subtree."""
    frame, rows = frame_of(occurrence, rows_of), _rows(occurrence, rows_of)
    expected = live.roll(occurrence, rows_of)
    leaves = {row.person.id: row.leave.kind for row in expected if row.leave}
    seat_of = {one.holder.id: one.org for one in live.seats(occurrence, rows_of) if one.holder}
    came = {
        row.person.merged_into_id or row.person_id for row, _line, _org in rows if not row.voided_at
    }
    present = [
        Entry(
            row.person,
            org if _counts(frame, row, line) else seat_of.get(row.id, org),
            row.standing,
            _counts(frame, row, line) or row.id in seat_of,
            row,
            leaves.get(row.person_id),
            seat_of.get(row.id),
        )
        for row, line, org in rows
        if row.voided_at is None
    ]
    missing = [
        Entry(row.person, row.org, row.standing, True, None, leaves.get(row.person.id))
        for row in expected
        if row.person.id not in came
    ]
    return Roll(
        entries=tuple(sorted((e for e in (*present, *missing) if e.is_expected), key=_order)),
        guests=tuple(sorted((e for e in present if not e.is_expected), key=_order)),
        voided=tuple(
            sorted(
                (r for r, _l, _o in rows if r.voided_at), key=lambda r: r.voided_at, reverse=True
            )
        ),
    )


def part_of(roll: Roll, part: str) -> list[Entry]:
    """present | missing | guests | all of a roll; anything else is all."""
    if part == "guests":
        return list(roll.guests)
    if part == "present":
        return [entry for entry in roll.entries if entry.check_in]
    if part == "missing":
        return [entry for entry in roll.entries if not entry.check_in]
    return [*roll.entries, *roll.guests]


def find_in_roll(roll: Roll, words: str, scope: Org | None = None) -> Found:
    """Whom the words mean (name, pinyin, initials, last four): in the roll, and, for a scope, among
    its other members, who come without being expected."""
    words = words.strip()
    if not words:
        return Found((), ())
    key, low = name_key(words), words.lower().replace(" ", "")

    def fits(person):
        return (
            (key and key in person.name_key)
            or person.pinyin.startswith(low)
            or person.initials.startswith(low)
            or (len(low) == 4 and person.phone_tail == low)
        )

    entries = [e for e in (*roll.entries, *roll.guests) if fits(e.person)]
    known = {e.person.id for e in entries}
    others = [row for row in (members.search_people(scope, words) if scope else [])
              if row.person.id not in known and row.home]  # fmt: skip
    return Found(tuple(entries[:60]), tuple(others))


def _counts(frame, row, line):
    """Whether a row is 实到: a counted standing, in a line whose nearest invitation is by persons."""
    nearest = frame.nearest(ids_of(line.path)) if line else None
    return row.standing in COUNTED and frame.invited.get(nearest) == "persons"


def _rows(occurrence, rows_of):
    query = (
        select(CheckIn, OrgLine, Org)
        .outerjoin(OrgLine, OrgLine.id == CheckIn.line_id)
        .outerjoin(Org, Org.id == OrgLine.org_id)
        .where(CheckIn.occurrence_id == occurrence.id)
        .options(joinedload(CheckIn.person), joinedload(CheckIn.chosen_org))
    )
    if rows_of is not None:
        query = query.where(CheckIn.line_id.in_(lines_in(rows_of)))
    return db.session.execute(query).all()


def _order(entry):
    path = [int(part) for part in entry.org.path.strip("/").split("/")] if entry.org else [1 << 60]
    return path, entry.person.pinyin, entry.person.id
