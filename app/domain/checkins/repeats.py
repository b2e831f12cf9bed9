"""What stands at a sitting before a scan is written: one statement for every reader of it."""

from dataclasses import dataclass

from sqlalchemy import (
    Integer,
    String,
    bindparam,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from app.db import Instant
from app.domain.checkins.door import Door
from app.domain.checkins.model import Attempt, CheckIn
from app.domain.events import EventOrg
from app.domain.identity import Typed, Who
from app.domain.members import open_on
from app.domain.orgs import OrgLine, OrgLineAncestor

TYPED = ("typed_name_key", "typed_phone_hash", "typed_tail", "typed_number_hash")
# The columns of the union, each with its type: PostgreSQL wants one for a NULL.
COLUMNS = {
    "id": Integer, "other_id": Integer, "device_id": Integer, "at": Instant,
    **dict.fromkeys(TYPED, String),
}  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """rows: valid check-ins with the name typed, of the person or of the device (other_id: the
    person); scans: what was typed the same without a row of its own, whose row is valid (id: that
    row, as in rows); mine: this device's accepted scans, oldest first (other_id: the row); count:
    valid rows; replayed: this page wrote a row already; line_id: the chosen org's line of the day;
    invited, above: org ids, of the event and over the line that decides; cleared: staff took this
    guest's word for this org before; seats: the org ids that were invited by seat."""

    rows: list
    scans: list
    mine: list
    count: int
    replayed: bool
    line_id: int | None
    invited: frozenset[int]
    above: frozenset[int]
    cleared: bool
    seats: frozenset[int]

    def typed_before(self, typed: Typed) -> list:
        """What was typed the same here: the only ground for `already` (product.md §2a)."""
        return [row for row in (*self.rows, *self.scans) if _typed_the_same(row, typed)]

    def without(self, row_id: int) -> "Standing":
        """As it stands when a row was voided just now."""
        rows = [row for row in self.rows if row.id != row_id]
        scans = [row for row in self.scans if row.id != row_id]
        return Standing(
            rows, scans, self.mine, self.count - 1, self.replayed, self.line_id, self.invited,
            self.above, self.cleared, self.seats,
        )  # fmt: skip


def typed_columns(typed: Typed) -> dict:
    """The columns of CheckIn and Attempt that keep what was typed."""
    return {
        "typed_name_key": typed.name_key, "typed_phone_hash": typed.phone_hash,
        "typed_tail": typed.tail, "typed_number_hash": typed.number_hash,
    }  # fmt: skip


def standing_of(
    session, door: Door, typed: Typed, who: Who, *, org_id: int | None, device_id: int,
    source: str, nonce: str | None,
) -> Standing:  # fmt: skip
    """Everything a scan has to know of its sitting: one statement, the same for whoever scans."""
    line = _line_of(org_id, door)
    its_own = bindparam("its_own", who.line_id, Integer, unique=True)
    decides = func.coalesce(its_own, line.scalar_subquery())
    query = union_all(
        _rows(door, typed, who, device_id),
        _scans(door, typed),
        _mine(door, device_id),
        _one("count", func.count()).where(_valid(door)),
        _one("replayed", CheckIn.id).where(CheckIn.source == source, CheckIn.nonce == (nonce or "")),
        _one("line", line.scalar_subquery()),
        _one("invited", EventOrg.org_id).where(EventOrg.event_id == door.event_id),
        _one("seat", EventOrg.org_id).where(EventOrg.event_id == door.event_id, EventOrg.mode == "seats"),
        _one("above", OrgLineAncestor.org_id).where(OrgLineAncestor.line_id == decides),
        _one("cleared", CheckIn.id).where(*_cleared_before(who.person_id or 0, org_id or 0)),
    )  # fmt: skip
    found: dict[str, list] = {}
    for row in session.execute(query):
        found.setdefault(row.kind, []).append(row)
    ids = {kind: [row.id for row in rows] for kind, rows in found.items()}
    return Standing(
        rows=found.get("row", []), scans=sorted(found.get("scan", []), key=_by_attempt),
        mine=sorted(found.get("mine", []), key=_by_id), count=ids["count"][0],
        replayed=nonce is not None and "replayed" in ids, line_id=ids["line"][0],
        invited=frozenset(ids.get("invited", ())), above=frozenset(ids.get("above", ())),
        cleared="cleared" in ids, seats=frozenset(ids.get("seat", ())),
    )  # fmt: skip


def _by_id(row):
    return row.id


def _by_attempt(row):
    return row.other_id


def _columns(kind, **known):
    """A line of the union: its kind, what is known, NULL for the rest."""
    rest = [known.get(name, cast(null(), of)).label(name) for name, of in COLUMNS.items()]
    return select(literal(kind).label("kind"), *rest)


def _one(kind, value):
    return _columns(kind, id=value)


def _valid(door):
    return (CheckIn.occurrence_id == door.occurrence_id) & CheckIn.voided_at.is_(None)


def _rows(door, typed, who, device_id):
    known = {name: getattr(CheckIn, name) for name in ("id", "device_id", *TYPED)}
    return _columns("row", other_id=CheckIn.person_id, **known).where(
        _valid(door),
        or_(
            CheckIn.typed_name_key == typed.name_key,
            CheckIn.person_id == (who.person_id or 0),
            CheckIn.device_id == device_id,
        ),
    )


def _scans(door, typed):
    """The scans that wrote no row because only the roster knew the repeat. Without those, typing
    twice would tell."""
    later = aliased(Attempt)
    known = {name: getattr(Attempt, name) for name in ("device_id", *TYPED)}
    return (
        _columns("scan", id=Attempt.check_in_id, other_id=Attempt.id, **known)
        .join(CheckIn, CheckIn.id == Attempt.check_in_id)
        .where(
            Attempt.occurrence_id == door.occurrence_id, Attempt.typed_name_key == typed.name_key,
            Attempt.answer == "done", CheckIn.voided_at.is_(None),
            ~exists().where(later.corrects_id == Attempt.id),
        )
    )  # fmt: skip


def _mine(door, device_id):
    """This device's accepted scans here; device_id says which of them corrected another."""
    return _columns(
        "mine", id=Attempt.id, other_id=Attempt.check_in_id, device_id=Attempt.corrects_id, at=Attempt.at
    ).where(
        Attempt.occurrence_id == door.occurrence_id, Attempt.device_id == device_id,
        Attempt.answer == "done",
    )  # fmt: skip


def _line_of(org_id, door):
    return select(OrgLine.id).where(
        OrgLine.org_id == (org_id or 0), open_on(door.starts_on, OrgLine)
    )


def _cleared_before(person_id, org_id):
    return (
        CheckIn.person_id == person_id, CheckIn.chosen_org_id == org_id,
        CheckIn.review == "accepted", CheckIn.voided_at.is_(None),
    )  # fmt: skip


def _typed_the_same(row, typed):
    """Same name and same phone (tails where either gave four digits), or same name and number."""
    if row.typed_name_key != typed.name_key:
        return False
    if typed.number_hash and row.typed_number_hash == typed.number_hash:
        return True
    if typed.phone_hash and row.typed_phone_hash:
        return row.typed_phone_hash == typed.phone_hash
    return bool(typed.tail) and row.typed_tail == typed.tail
