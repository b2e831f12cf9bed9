"""Sittings that run at the same time: who has checked in to more than one of them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.db import db
from app.domain.checkins import CheckIn
from app.domain.events import Event, Occurrence
from app.domain.members import Person, resolved
from app.domain.orgs import Org, lines_in

MOST = 50


@dataclass(frozen=True)
class Twice:
    """One person in two sittings that overlap, the earlier one first. Allowed: they may have changed
    rooms; worth a look where hours are counted."""

    person: Person
    first: Occurrence
    second: Occurrence


def in_two_rooms(event: Event, rows_of: Org | None = None) -> list[Twice]:
    """Who has valid rows in two overlapping sittings of an event, by name; rows_of limits it to the
    rows of a subtree."""
    one, other, another = aliased(CheckIn), aliased(CheckIn), aliased(Person)
    first, second = aliased(Occurrence), aliased(Occurrence)
    query = (
        select(Person, first, second)
        .select_from(one)
        .join(first, first.id == one.occurrence_id)
        .join(Person, Person.id == one.person_id)
        .join(second, (second.event_id == first.event_id) & (second.id != first.id))
        .join(other, other.occurrence_id == second.id)
        .join(another, another.id == other.person_id)
        .where(
            first.event_id == event.id, one.voided_at.is_(None), other.voided_at.is_(None),
            resolved() == resolved(another), first.cancelled_at.is_(None),
            second.cancelled_at.is_(None), first.starts_at < second.ends_at,
            second.starts_at < first.ends_at,
            (first.starts_at < second.starts_at)
            | ((first.starts_at == second.starts_at) & (first.id < second.id)),
        )
        .order_by(Person.pinyin, Person.id, first.id, second.id)
        .limit(MOST)
    )  # fmt: skip
    if rows_of is not None:
        query = query.where(one.line_id.in_(lines_in(rows_of)))
    return [Twice(*row) for row in db.session.execute(query)]
