"""What a correction did, as one account may read it: figures side by side, and each double."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.domain import journal
from app.domain.checkins import CheckIn
from app.domain.corrections.model import Correction
from app.domain.corrections.record import ACT
from app.domain.events import Event, Occurrence, event_or_occurrence
from app.domain.members import Person, person_or_none
from app.domain.orgs import Org
from app.errors import NotFound
from app.words import N_

WHERE = ("kept", "target", "event", "sitting")  # the fact that names what stays
ALWAYS = ("attendances", "people")
FIGURES = {
    "attendances": N_("人次"), "people": N_("人数"), "open_reviews": N_("其中待核"),
    "guests": N_("来宾等人次"), "hosted": N_("主办场次"), "took_part": N_("参与场次"), "headcount": N_("清点"),
}  # fmt: skip
SITTING = {"valid": N_("有效签到"), "expected": N_("应到"), "present": N_("实到")}


@dataclass(frozen=True)
class Cell:
    """A figure before and after."""

    before: int
    after: int

    @property
    def is_moved(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Line:
    """An org or a sitting with its figures, in the order of the table's columns."""

    name: str
    cells: tuple[Cell, ...]
    starts_at: datetime | None = None  # of a sitting

    @property
    def is_moved(self) -> bool:
        return any(cell.is_moved for cell in self.cells)


@dataclass(frozen=True)
class Table:
    """columns: words; moved: lines in which a figure moves; still: all the others."""

    columns: tuple[str, ...]
    moved: tuple[Line, ...]
    still: tuple[Line, ...]


@dataclass(frozen=True)
class Double:
    """Two valid rows of one person at one sitting: the first stays, the other was voided."""

    occurrence: Occurrence
    kept: CheckIn
    voided: CheckIn


@dataclass(frozen=True)
class Told:
    """A correction as its page shows it. kept and gone: persons or events, as far as they exist."""

    correction: Correction
    orgs: Table
    sittings: Table
    doubles: tuple[Double, ...]
    kept: Person | Event | None
    gone: Person | Event | None
    can_undo: bool


def told(correction: Correction, scope: Org) -> Told:
    """The correction for one account: figures of its own subtree only."""
    facts = correction.facts
    return Told(
        correction, _org_table(correction, scope), _sitting_table(correction), _doubles(facts),
        _named(correction, next((facts[n] for n in WHERE if facts.get(n)), "")), _named(correction, facts.get("gone")),
        can_undo=correction in db.session
        and correction.undone_at is None
        and journal.can_take_back(ACT, correction.id),
    )  # fmt: skip


def _org_table(correction, scope):
    before, after = (f.get("orgs", {}) for f in (correction.figures_before, correction.figures_after))  # fmt: skip
    mine = Org.path.like(scope.path + "%")
    seen = select(Org).where(mine, Org.code.in_([*before, *after]))
    orgs = sorted(db.session.scalars(seen), key=lambda o: [int(i) for i in o.path.strip("/").split("/")])  # fmt: skip
    names = [
        name for name in FIGURES
        if name in ALWAYS or any(before[o.code][name] != after[o.code][name] for o in orgs)
    ]  # fmt: skip
    lines = [
        Line(o.short_name, tuple(Cell(before[o.code][n], after[o.code][n]) for n in names))
        for o in orgs
    ]
    return _table([FIGURES[name] for name in names], lines)


def _sitting_table(correction):
    before, after = correction.figures_before, correction.figures_after
    found = ((code, _sitting_or_none(code)) for code in before.get("sittings", {}))
    lines = [
        Line(sitting.event.title, _sitting(code, before, after), sitting.starts_at)
        for code, sitting in found
        if sitting is not None
    ]
    return _table(SITTING.values(), lines)


def _sitting(code, before, after):
    found = [
        {"valid": one["sittings"].get(code, 0), **one["expected"].get(code, {})}
        for one in (before, after)
    ]
    return tuple(Cell(*(one.get(name, 0) for one in found)) for name in SITTING)


def _table(columns, lines):
    moved = tuple(line for line in lines if line.is_moved)
    return Table(tuple(columns), moved, tuple(line for line in lines if not line.is_moved))


def _doubles(facts):
    codes = {one[key] for one in facts.get("doubles", ()) for key in ("kept", "voided")}
    rows = {r.code: r for r in db.session.scalars(select(CheckIn).where(CheckIn.code.in_(codes)))}
    return tuple(
        Double(rows[one["voided"]].occurrence, rows[one["kept"]], rows[one["voided"]])
        for one in facts.get("doubles", ())
        if one["kept"] in rows and one["voided"] in rows
    )


def _named(correction, code):
    if not code:
        return None
    if correction.subject.startswith("person:"):
        return person_or_none(code)
    try:
        found = event_or_occurrence(code)
    except NotFound:
        return None
    return found.event if isinstance(found, Occurrence) else found


def _sitting_or_none(code):
    return db.session.scalar(select(Occurrence).where(Occurrence.code == code))
