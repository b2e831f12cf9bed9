"""Ticks by hand, many at once; and where heads are counted instead."""

from dataclasses import dataclass

from sqlalchemy import select

from app.db import db
from app.domain import checkins
from app.domain.events import Event, Occurrence
from app.domain.live import Tally
from app.domain.members import Person
from app.domain.reviews.matches import is_home_within, roots_of
from app.domain.staff import Staff
from app.domain.tallies import is_of_schools
from app.errors import Invalid, NotFound
from app.words import N_

MOST = 500  # ticks in one form


@dataclass(frozen=True)
class Ticked:
    """How many ticks were written, and how many people had checked in already."""

    done: int
    already: int


def is_counted_first(event: Event, tally: Tally | None) -> bool:
    """Whether one counts heads here rather than names: pupils under 14 are on no roster, so a
    school's event expects nobody."""
    return is_of_schools(event) and (tally is None or not tally.expected)


def tick_all(occurrence: Occurrence, codes: list[str], *, by: Staff) -> Ticked:
    """Tick people of the invited orgs or of the ticker's scope; each tick is a transaction of its
    own, so one who just checked in spoils nothing. Raises Invalid for none, NotFound, Conflict."""
    wanted = list(dict.fromkeys(code.strip().upper() for code in codes if code.strip()))
    if not 0 < len(wanted) <= MOST:
        raise Invalid(N_("先勾选要签到的人。"), field="person")
    within = is_home_within(roots_of(by.org, occurrence), occurrence.starts_on)
    query = select(Person).where(Person.code.in_(wanted), within, Person.merged_into_id.is_(None))
    people = list(db.session.scalars(query.order_by(Person.id)))
    if len(people) != len(wanted):
        raise NotFound
    done = 0
    for person in people:
        try:
            checkins.tick(occurrence, person, by=by.actor)
            done += 1
        except checkins.AlreadyCheckedIn:
            continue
    return Ticked(done, len(people) - done)
