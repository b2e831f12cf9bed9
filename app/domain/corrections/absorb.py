"""One record takes another in: what merging two people and a guest who is a member share."""

from itertools import groupby

from sqlalchemy import or_

from app.domain.checkins import REPEATED, CheckIn, mark_void
from app.domain.corrections.memberships import take_memberships
from app.domain.corrections.stage import MERGED
from app.domain.leaves import Leave
from app.domain.members import Person, Post
from app.domain.staff import Staff
from app.errors import Conflict

PHONE = ("phone_hash", "phone_tail", "phone_sealed")
NUMBER = ("admission_number", "admission_hash")
CONSENT = ("guardian_consent_on", "guardian_consent_by", "guardian_consent_paper")


def both_now(work, kept: Person, gone: Person) -> tuple[Person, Person]:
    """The two records as they are now, held; raises Conflict when one was merged meanwhile."""
    found = {p.id: p for p in work.hold(Person, Person.id.in_([kept.id, gone.id]))}
    if len(found) < 2 or any(p.merged_into_id is not None for p in found.values()):
        raise Conflict(MERGED)
    return found[kept.id], found[gone.id]


def rows_of_both(work, kept: Person, gone: Person) -> list[CheckIn]:
    """Every check-in of the two and of whoever was merged into either, held."""
    same = work.hold(Person, Person.merged_into_id.in_([kept.id, gone.id]))
    ids = [kept.id, gone.id, *(p.id for p in same)]
    return work.hold(CheckIn, CheckIn.person_id.in_(ids))


def void_doubles(work, rows: list[CheckIn], *, by: Staff) -> list[dict]:
    """Where several of the rows are valid at one sitting, one stays: a member's before a guest's,
    with minutes granted, without doubt, the earliest. Returns {sitting, kept, voided} codes."""
    told = []
    valid = sorted((r for r in rows if r.voided_at is None), key=lambda r: r.occurrence_id)
    for _id, group in groupby(valid, key=lambda r: r.occurrence_id):
        best, *others = sorted(group, key=_rank)
        for row in others:
            mark_void(row, REPEATED, by=by.actor)
            told.append({"sitting": row.occurrence.code, "kept": best.code, "voided": row.code})
    work.session.flush()
    return told


def take_in(work, gone: Person, kept: Person) -> None:
    """Everything of `gone` that is no check-in becomes `kept`'s; what `kept` has already stays."""
    for fields in (PHONE, NUMBER, CONSENT, ("birth_month",)):
        if getattr(kept, fields[0]) is None:
            for name in fields:
                setattr(kept, name, getattr(gone, name))
    for person in work.hold(Person, or_(Person.id == gone.id, Person.merged_into_id == gone.id)):
        person.merged_into_id = kept.id
    take_memberships(work, gone, kept)
    for model, column in ((Post, "person_id"), (Staff, "person_id"), (CheckIn, "suspected_person_id")):  # fmt: skip
        for row in work.hold(model, getattr(model, column) == gone.id):
            setattr(row, column, kept.id)
    _take_leaves(work, gone, kept)
    work.session.flush()


def _take_leaves(work, gone, kept):
    rows = work.hold(Leave, Leave.person_id.in_([gone.id, kept.id]), Leave.withdrawn_at.is_(None))
    has = {row.occurrence_id for row in rows if row.person_id == kept.id}
    for row in rows:
        if row.person_id == gone.id and row.occurrence_id not in has:
            row.person_id = kept.id


def _rank(row):
    return (
        row.standing is None, row.granted_minutes is None, row.review == "open",
        row.checked_in_at, row.id,
    )  # fmt: skip
