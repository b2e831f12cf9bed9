"""Whose row it is: a check-in gets another person, and what of its day goes with them."""

from sqlalchemy import exists, select

from app import clock
from app.domain.audit import Actor
from app.domain.checkins.model import CheckIn
from app.domain.members import Membership, Person, home_of, resolved
from app.domain.orgs import line_of
from app.words import N_

REPEATED = N_("重复")


def is_guest(session, person: Person) -> bool:
    """Whether nobody ever put the person on a roster."""
    if not (person.guest_key or person.is_unidentified):
        return False
    return not session.scalar(select(exists().where(Membership.person_id == person.id)))


def other_valid_row(session, row: CheckIn, person: Person) -> int | None:
    """The id of another valid row of the person (or of anybody merged into them) at this sitting."""
    same = select(Person.id).where(resolved() == person.id)
    return session.scalar(
        select(CheckIn.id).where(
            CheckIn.occurrence_id == row.occurrence_id, CheckIn.person_id.in_(same),
            CheckIn.voided_at.is_(None), CheckIn.id != row.id,
        )
    )  # fmt: skip


def give_to(row: CheckIn, person: Person) -> Membership | None:
    """The row is this person's: with a home on its day it bears the line and standing of that day;
    without one, what it bore stays (product.md §2a). Returns the home."""
    day = row.occurrence.starts_on
    home = home_of(person, day)
    row.person = person
    if home is not None:
        row.line_id = line_of(home.org_id, day) or row.line_id
        row.standing = home.standing
    return home


def mark_void(row: CheckIn, reason: str, *, by: Actor) -> None:
    """The row stays and stops counting."""
    row.voided_at, row.void_reason = clock.now(), reason
    row.voided_by_kind, row.voided_by_id = by.kind, by.id


def mark_cleared(row: CheckIn, *, by: Actor) -> None:
    """Staff have looked at the doubt."""
    row.review, row.reviewed_at, row.reviewed_by_id = "accepted", clock.now(), by.id
