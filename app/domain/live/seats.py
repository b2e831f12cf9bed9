"""The seats of a sitting: which org was asked to send one, and who sits there."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.db import db
from app.domain.checkins import CheckIn
from app.domain.events import Occurrence
from app.domain.live.frame import Frame, frame_of, ids_of
from app.domain.members import COUNTED, Person
from app.domain.orgs import Org, OrgLine

MOST = 500  # rows to choose from


@dataclass(frozen=True)
class Seat:
    """An org invited by seat and the row that holds it, or None."""

    org: Org
    holder: CheckIn | None


def seats(occurrence: Occurrence, rows_of: Org | None = None) -> list[Seat]:
    """Every seat of a sitting in tree order. The first valid row that claims it holds it; without
    one, the first whose branch lies in the org and that holds no other seat."""
    frame = frame_of(occurrence, rows_of)
    wanted = [node.id for node in frame.nodes if node.mode == "seats"]
    if not wanted:
        return []
    orgs = {org.id: org for org in db.session.scalars(select(Org).where(Org.id.in_(wanted)))}
    held = holders(frame)
    return [Seat(orgs[org], held.get(org)) for org in wanted]


def holders(frame: Frame) -> dict[int, CheckIn]:
    """Org id → the row that holds its seat, of the whole event; see `seats`."""
    asked = {org for org, mode in frame.invited.items() if mode == "seats"}
    if not asked:
        return {}
    query = (
        select(CheckIn, OrgLine.path)
        .outerjoin(OrgLine, OrgLine.id == CheckIn.line_id)
        .where(CheckIn.occurrence_id == frame.occurrence.id, CheckIn.voided_at.is_(None))
        .options(joinedload(CheckIn.person))
        .order_by(CheckIn.id)
    )
    rows, held = db.session.execute(query).all(), {}
    for row, _path in rows:
        if row.seat_org_id in asked:
            held.setdefault(row.seat_org_id, row)
    sitting = {row.id for row in held.values()}
    for row, path in rows:
        near = frame.nearest(ids_of(path)) if path else None
        if near in asked and row.id not in sitting:
            held.setdefault(near, row)
    return held


def candidates(occurrence: Occurrence) -> list[CheckIn]:
    """The valid rows of a sitting by name: who may be given a seat."""
    query = (
        select(CheckIn)
        .join(Person, Person.id == CheckIn.person_id)
        .where(CheckIn.occurrence_id == occurrence.id, CheckIn.voided_at.is_(None))
        .options(joinedload(CheckIn.person), joinedload(CheckIn.chosen_org))
        .order_by(Person.pinyin, CheckIn.id)
    )
    return list(db.session.scalars(query.limit(MOST)))


@dataclass(frozen=True)
class Claim:
    """A claim that holds a seat from elsewhere. own, seat: (path of the day, path of today) of the
    row's branch and of the org; is_person: the row is 实到 of its own branch, or has a double."""

    own: tuple[str | None, str | None]
    seat: tuple[str, str]
    standing: str | None
    is_person: bool


def claims(frame: Frame, rows) -> list[Claim]:
    """The claims that hold a seat although the row's own branch lies elsewhere. rows: (final person,
    standing, path of the day, path of today, claimed org) in the order they were written."""
    times = Counter(row[0] for row in rows)
    found, seen = [], set()
    for person, standing, path, today, org in rows:
        if frame.invited.get(org) != "seats" or org in seen:
            continue
        seen.add(org)
        near = frame.nearest(ids_of(path)) if path else None
        if near != org and org in frame.shown:
            is_person = standing in COUNTED and frame.invited.get(near) == "persons"
            seat = frame.shown[org].path, frame.scope
            found.append(Claim((path, today), seat, standing, is_person or times[person] > 1))
    return found
