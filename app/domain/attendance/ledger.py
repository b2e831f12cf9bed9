"""Valid check-ins as rows to hand in, and what one person did."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.db import db, transaction
from app.domain import audit, live
from app.domain.audit import Actor
from app.domain.checkins import CheckIn, minutes_late
from app.domain.events import Event, Occurrence
from app.domain.members import Person, open_on, resolved
from app.domain.orgs import Org, OrgLine, OrgName, lines_in


@dataclass(frozen=True)
class LedgerRow:
    """One valid check-in. unit and branch bear the names of the day; branch empty: 未归属; standing
    None: guest. tail: the last four of the phone, never more."""

    number: int
    name: str
    unit: str
    branch: str
    standing: str | None
    tail: str
    checked_in_at: datetime
    how: str
    role: str
    review: str
    reasons: tuple[str, ...]
    starts_at: datetime
    minutes_late: int
    seat: str  # the full name of the org whose seat it holds, or empty
    is_substitute: bool


@dataclass(frozen=True)
class Ledger:
    """The rows, and the sums of the last line: 人次 and 其中待核."""

    rows: tuple[LedgerRow, ...]

    @property
    def attendances(self) -> int:
        return len(self.rows)

    @property
    def open_reviews(self) -> int:
        return sum(1 for row in self.rows if row.review == "open")


def export_ledger(
    occurrences: list[Occurrence], *, rows_of: Org | None, what: str, by: Actor
) -> Ledger:
    """The valid check-ins of occurrences of one event, by sitting, branch and name; written down
    in the trail as `what`."""
    query = (
        select(CheckIn, OrgLine, Org)
        .outerjoin(OrgLine, OrgLine.id == CheckIn.line_id)
        .outerjoin(Org, Org.id == OrgLine.org_id)
        .join(Person, Person.id == CheckIn.person_id)
        .join(Occurrence, Occurrence.id == CheckIn.occurrence_id)
        .where(CheckIn.occurrence_id.in_([o.id for o in occurrences]), CheckIn.voided_at.is_(None))
        .options(joinedload(CheckIn.person), joinedload(CheckIn.occurrence))
        .order_by(
            Occurrence.starts_at, Occurrence.id, Org.path.nullslast(), Person.pinyin, CheckIn.id
        )
    )
    if rows_of is not None:
        query = query.where(CheckIn.line_id.in_(lines_in(rows_of)))
    event = occurrences[0].event
    with transaction() as session:
        rows = session.execute(query).all()
        audit.record(
            "exported", by=by, org_id=(rows_of or event.host).id, subject=f"event:{event.id}",
            what=what, rows=len(rows),
        )  # fmt: skip
        names = _names(rows)
        held = {
            one.holder.id: one.org.full_name
            for occurrence in occurrences
            for one in live.seats(occurrence, rows_of)
            if one.holder
        }
    return Ledger(tuple(_ledger_row(n, *row, names, held) for n, row in enumerate(rows, 1)))


def rows_of_person(person: Person, scope: Org, *, limit: int = 50) -> list[CheckIn]:
    """The check-ins of a person (merged ones too), newest first, as far as the scope sees them:
    events hosted in its subtree, or rows whose line lies in it."""
    same = select(Person.id).where(resolved() == person.id)
    query = (
        select(CheckIn)
        .join(Occurrence, Occurrence.id == CheckIn.occurrence_id)
        .join(Event, Event.id == Occurrence.event_id)
        .join(Org, Org.id == Event.host_id)
        .where(
            CheckIn.person_id.in_(same),
            or_(Org.path.like(scope.path + "%"), CheckIn.line_id.in_(lines_in(scope))),
        )
        .options(joinedload(CheckIn.occurrence).joinedload(Occurrence.event))
        .order_by(CheckIn.checked_in_at.desc(), CheckIn.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query))


def _names(rows):
    """(org id, day) → the full name the org bore on that day."""
    days = {row.occurrence.starts_on for row, _line, _org in rows}
    ids = {i for _row, line, _org in rows if line for i in _chain(line)[-2:]}
    names = {}
    for day in days:
        query = select(OrgName.org_id, OrgName.full_name).where(
            OrgName.org_id.in_(ids), open_on(day, OrgName)
        )
        names |= {(org_id, day): name for org_id, name in db.session.execute(query)}
    return names


def _chain(line):
    return [int(part) for part in line.path.strip("/").split("/")]


def _ledger_row(number, row, line, org, names, held):
    day, chain = row.occurrence.starts_on, _chain(line) if line else []
    branch = names.get((chain[-1], day), org.full_name) if chain else ""
    unit = names.get((chain[-2], day), "") if len(chain) > 1 else ""
    return LedgerRow(
        number=number, name=row.person.name, unit=unit, branch=branch, standing=row.standing,
        tail=row.person.phone_tail or row.typed_tail or "", checked_in_at=row.checked_in_at,
        how=row.how, role=row.role, review=row.review, reasons=row.reasons,
        starts_at=row.occurrence.starts_at, minutes_late=minutes_late(row),
        seat=held.get(row.id, ""), is_substitute=row.is_substitute and row.id in held,
    )  # fmt: skip
