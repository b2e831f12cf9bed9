"""A check-in on another day or at another sitting: the line and standing of that day."""

from datetime import date

from sqlalchemy import select

from app.domain.checkins import REPEATED, Attempt, CheckIn, mark_void, other_valid_row
from app.domain.events import Occurrence
from app.domain.leaves import Leave
from app.domain.members import Person, home_of
from app.domain.orgs import OrgLine, line_of
from app.domain.staff import Staff
from app.domain.tallies import Headcount, ManualTally

NO_BRANCH = "no_branch"


def put_on(work, row: CheckIn, day: date) -> None:
    """The row counts on this day: the line and standing of its person's home then. Somebody who was
    in no branch that day is a guest of the branch it had, and stands in review."""
    person = work.session.get(Person, row.person_id)
    final = work.session.get(Person, person.merged_into_id) if person.merged_into_id else person
    home = home_of(final, day)
    if home is not None:
        row.line_id, row.standing = line_of(home.org_id, day) or row.line_id, home.standing
        return
    row.line_id = line_then(work, row.line_id, day)
    if row.standing is not None:
        row.standing = None
        row.review, row.reviewed_at, row.reviewed_by_id = "open", None, None
        row.review_reasons = ",".join(dict.fromkeys((*row.reasons, NO_BRANCH)))


def line_then(work, line_id: int | None, day: date) -> int | None:
    """The line, on a day, of the org whose line this is."""
    if line_id is None:
        return None
    org_id = work.session.scalar(select(OrgLine.org_id).where(OrgLine.id == line_id))
    return line_of(org_id, day) or line_id


def move_row(work, row: CheckIn, target: Occurrence, *, by: Staff) -> dict | None:
    """Hang a row, with its scans, at another sitting. Whoever has a valid row there keeps that one:
    this one is voided as 重复 ({sitting, kept, voided} is returned)."""
    source_day, told = row.occurrence.starts_on, None
    was_valid = row.voided_at is None
    person = work.session.get(Person, row.person_id)
    for attempt in work.hold(Attempt, Attempt.check_in_id == row.id):
        attempt.occurrence_id = target.id
    with work.session.no_autoflush:
        row.occurrence = target
        row.occurrence_id = target.id
        final = work.session.get(Person, person.merged_into_id or person.id)
        kept = other_valid_row(work.session, row, final) if was_valid else None
        if kept:
            mark_void(row, REPEATED, by=by.actor)
            code = work.session.get(CheckIn, kept).code
            told = {"sitting": target.code, "kept": code, "voided": row.code}
    work.session.flush()
    if source_day != target.starts_on:
        put_on(work, row, target.starts_on)
    return told


def move_numbers(work, source: Occurrence, target: Occurrence) -> None:
    """The headcounts, reported figures and leave of one sitting become another's; what is there
    already for the same org or person stays alone."""
    lines = {h.line_id for h in work.hold(Headcount, Headcount.occurrence_id == target.id) if h.voided_at is None}  # fmt: skip
    for row in work.hold(Headcount, Headcount.occurrence_id == source.id):
        row.line_id = line_then(work, row.line_id, target.starts_on)
        if row.voided_at is None and row.line_id not in lines:
            row.occurrence_id = target.id
    for row in work.hold(ManualTally, ManualTally.occurrence_id == source.id):
        row.occurrence_id = target.id
        put_tally_on(work, row, source.starts_on, target.starts_on)
    has = {leave.person_id for leave in work.hold(Leave, Leave.occurrence_id == target.id) if leave.withdrawn_at is None}  # fmt: skip
    for row in work.hold(Leave, Leave.occurrence_id == source.id):
        if row.withdrawn_at is not None or row.person_id not in has:
            row.occurrence_id = target.id
    work.session.flush()


def put_tally_on(work, row: ManualTally, old: date, new: date) -> None:
    """A reported figure of the sitting's day goes along to its new day."""
    if row.from_on == row.to_on == old:
        row.from_on = row.to_on = new
        row.line_id = line_then(work, row.line_id, new)


def give_to_host(work, sitting: Occurrence) -> None:
    """A figure reported of a sitting is its host's, whoever that was taken for before."""
    for row in work.hold(ManualTally, ManualTally.occurrence_id == sitting.id):
        row.line_id = sitting.host_line_id
    work.session.flush()
