"""Clearing a doubt: it is this person, it is a guest, or it is not so. Nothing is deleted."""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.db import transaction
from app.domain import audit
from app.domain.checkins import (
    REPEATED,
    CheckIn,
    give_to,
    is_guest,
    mark_cleared,
    mark_void,
    other_valid_row,
)
from app.domain.events import Event, Occurrence
from app.domain.members import Person
from app.domain.orgs import Org, is_within
from app.domain.reviews.matches import is_home_within, roots_of
from app.domain.reviews.questions import open_reviews
from app.domain.staff import Staff
from app.errors import Conflict, Invalid, NotFound
from app.words import N_


@dataclass(frozen=True)
class Sweep:
    """What 全部是本人 did: confirmed rows, rows voided as repeats, rows still open."""

    confirmed: int
    repeated: int
    left: int


def confirm(check_in: CheckIn, person: Person, *, by: Staff) -> bool:
    """It is this person: the row gets the person, and the line and standing of the day.

    A guest is merged into the person, who keeps the guest's phone when they had none. Returns
    False when the person had checked in already: the doubtful row is then voided as a repeat.
    Raises Conflict (cleared or voided meanwhile), NotFound (no such row or person in scope).
    """
    with transaction() as session:
        row = _open_row(session, check_in, by)
        final = session.get(Person, person.merged_into_id or person.id)
        _may_be(session, row, final, by)
        guest = row.person
        kept = _settle(session, row, final, by)
        if guest.id != final.id and guest.merged_into_id is None and is_guest(session, guest):
            _merge(session, guest, final, by)
    return kept


def accept(check_in: CheckIn, *, by: Staff) -> None:
    """The row is right as it stands, a guest included. Raises Conflict, NotFound."""
    with transaction() as session:
        row = _open_row(session, check_in, by)
        mark_cleared(row, by=by.actor)
        _say("review_kept", row, by, reasons=row.review_reasons)


def reject(check_in: CheckIn, reason: str, *, by: Staff) -> None:
    """It is not so: void the row. The doubt stays open, for the day it is restored.
    Raises Invalid without a reason, Conflict, NotFound."""
    with transaction() as session:
        row = _open_row(session, check_in, by)
        if not reason.strip():
            raise Invalid(N_("请写原因。"), field="reason")
        mark_void(row, reason.strip()[:200], by=by.actor)
        _say("review_rejected", row, by, reason=row.void_reason)


def confirm_all(event: Event, *, by: Staff, rows: list[str] | None = None) -> Sweep:
    """Confirm every open row of the event (or only those of the codes in rows) that has exactly one
    certain match; all or nothing. Raises NotFound."""
    with transaction() as session:
        session.refresh(event)
        if not is_within(by.org, event.host):
            raise NotFound
        doubts = [d for group in open_reviews(by.org, event) for d in group.doubts]
        if rows is not None:
            doubts = [d for d in doubts if d.check_in.code in set(rows)]
        sure = [d for d in doubts if d.certain is not None]
        kept = [confirm(d.check_in, d.certain.person, by=by) for d in sure]
    return Sweep(sum(kept), len(kept) - sum(kept), len(doubts) - len(sure))


def _open_row(session, check_in, by):
    """The row as it is now, locked; only while it is open and only for the host's staff."""
    row = session.get(CheckIn, check_in.id, with_for_update=True, populate_existing=True)
    if row is None or not is_within(by.org, row.occurrence.event.host):
        raise NotFound
    if row.voided_at is not None:
        raise Conflict(N_("这条签到已经撤销了。"))
    if row.review != "open":
        raise Conflict(N_("这条已经有人核对过了。"))
    return row


def _may_be(session, row, person, by):
    """Only somebody whom these staff may see beside this row."""
    if "under_14" in row.reasons and person.guardian_consent_on is None:
        raise Conflict(N_("可能未满14周岁：先由书记在人员页登记监护人同意，再来核对。"))
    if person.id == row.person_id:
        return
    occurrence = row.occurrence
    within = is_home_within(roots_of(by.org, occurrence), occurrence.starts_on)
    if not session.scalar(select(Person.id).where(Person.id == person.id, within)):
        raise NotFound


def _settle(session, row, person, by):
    """Give the row to the person; a second valid row of theirs is voided instead."""
    if other_valid_row(session, row, person) or not _repoint(session, row, person):
        _void_repeat(session, row, person, by)
        mark_cleared(row, by=by.actor)
        return False
    mark_cleared(row, by=by.actor)
    _say("review_accepted", row, by, reasons=row.review_reasons)
    return True


def _repoint(session, row, person):
    """Whether the database took the row for the person: its unique index is the last judge."""
    try:
        with session.begin_nested():
            give_to(row, person)
            session.flush()
    except IntegrityError:  # somebody ticked the person in this very moment
        session.refresh(row)
        return False
    return True


def _merge(session, guest, person, by):
    """The guest was this person all along: also in their other rows at events of this scope."""
    if person.phone_hash is None and guest.phone_hash is not None:
        person.phone_hash, person.phone_tail = guest.phone_hash, guest.phone_tail
        person.phone_sealed = guest.phone_sealed
    guest.merged_into_id = person.id
    session.execute(
        update(Person).where(Person.merged_into_id == guest.id).values(merged_into_id=person.id)
    )
    session.flush()
    for row in session.scalars(_other_rows(guest, by)).all():
        _resettle(session, row, person, by)


def _other_rows(guest, by):
    return (
        select(CheckIn)
        .join(Occurrence, Occurrence.id == CheckIn.occurrence_id)
        .join(Event, Event.id == Occurrence.event_id)
        .join(Org, Org.id == Event.host_id)
        .where(CheckIn.person_id == guest.id, Org.path.like(by.org.path + "%"))
        .order_by(CheckIn.id)
    )  # fmt: skip


def _resettle(session, row, person, by):
    """The same guest elsewhere: their identity is known now; other doubts stay open."""
    if row.review == "open" and row.voided_at is None and set(row.reasons) <= {"identity"}:
        _settle(session, row, person, by)
    elif row.voided_at is not None:
        _repoint(session, row, person)
    elif other_valid_row(session, row, person) or not _repoint(session, row, person):
        _void_repeat(session, row, person, by)


def _void_repeat(session, row, person, by):
    """The voided row becomes the person's too, so that restoring it meets their live row."""
    mark_void(row, REPEATED, by=by.actor)
    session.flush()
    _repoint(session, row, person)
    _say("checkin_voided", row, by, occurrence=row.occurrence.code, reason=REPEATED)


def _say(act, row, by, **facts):
    event = row.occurrence.event
    audit.record(
        act, by=by.actor, org_id=event.host_id, subject=f"event:{event.id}",
        event=event.title, person=row.person.code, **facts,
    )  # fmt: skip
