"""Looking through the rows of a sitting, afterwards: never in the phone's own transaction."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select, update

from app import clock
from app.db import db, lock_words, transaction
from app.domain import audit, events, reviews
from app.domain.audit import Actor
from app.domain.checkins import CheckIn
from app.domain.events import Event, Occurrence
from app.domain.orgs import Org
from app.domain.signals.patterns import Seen, signs_of
from app.domain.staff import Staff

RECENT_DAYS = 60  # what /reviews asks about; the command line goes further back
AT_ONCE = 100  # sittings of one press


@dataclass(frozen=True)
class Looked:
    """sittings looked through, rows that got a new reason, sittings still waiting."""

    sittings: int
    found: int
    left: int


def sweep(occurrence: Occurrence, *, by: Actor) -> int:
    """Add the reasons the rows give to valid rows that nobody has cleared; a row keeps the reasons
    it has, and one that was accepted stays accepted. Doing it again adds nothing. How many rows
    got a reason."""
    with transaction() as session:
        lock_words(session, "sweep", occurrence.id)
        rows = _rows(session, occurrence)
        found = {} if occurrence.event.is_late_record else _signs(rows, occurrence)
        changed = sum(_add(session, row, found[row.id]) for row in rows if row.id in found)
        session.execute(
            update(Occurrence).where(Occurrence.id == occurrence.id).values(swept_rows=len(rows))
        )
        if changed:
            event = occurrence.event
            audit.record(
                "doubts_found", by=by, org_id=event.host_id, subject=f"event:{event.id}",
                event=event.title, occurrence=occurrence.code, number=changed,
            )  # fmt: skip
    return changed


def unswept(scope: Org, *, days: int | None = RECENT_DAYS) -> list[Occurrence]:
    """The sittings hosted in the subtree that have rows nobody looked through, newest first; days:
    only those that began so lately, None for all."""
    rows = select(func.count()).where(CheckIn.occurrence_id == Occurrence.id).scalar_subquery()
    query = (
        select(Occurrence)
        .join(Event, Event.id == Occurrence.event_id)
        .join(Org, Org.id == Event.host_id)
        .where(Org.path.like(scope.path + "%"), rows != Occurrence.swept_rows)
        .order_by(Occurrence.starts_at.desc(), Occurrence.id.desc())
    )
    if days is not None:
        query = query.where(Occurrence.starts_on >= clock.today() - timedelta(days=days))
    return list(db.session.scalars(query))


def sweep_all(
    scope: Org, *, by: Actor, days: int | None = RECENT_DAYS, most: int | None = AT_ONCE
) -> Looked:
    """Look through the newest `most` sittings that wait (None: all), a transaction each."""
    waiting = unswept(scope, days=days)
    now = waiting[:most]
    found = sum(sweep(occurrence, by=by) for occurrence in now)
    return Looked(len(now), found, len(waiting) - len(now))


def close_check_in(occurrence: Occurrence, *, by: Actor) -> None:
    """Close check-in before its time, and look through what came. Raises Conflict unless open."""
    with transaction():
        events.close_check_in(occurrence, by=by)
        sweep(occurrence, by=by)


def confirm_all(event: Event, *, by: Staff, rows: list[str] | None = None) -> reviews.Sweep:
    """`reviews.confirm_all`, and then look through what came since: what is found now was not on
    the page, so it is not confirmed with the rest. Raises NotFound."""
    with transaction():
        done = reviews.confirm_all(event, by=by, rows=rows)
        for occurrence in event.occurrences:
            sweep(occurrence, by=by.actor)
    return done


def _rows(session, occurrence):
    """All rows ever, voided ones too: what is counted must not shrink."""
    columns = (
        CheckIn.id, CheckIn.checked_in_at, CheckIn.received_at, CheckIn.client_at, CheckIn.how,
        CheckIn.device_id, CheckIn.line_id, CheckIn.review, CheckIn.review_reasons,
        CheckIn.voided_at,
    )  # fmt: skip
    return session.execute(select(*columns).where(CheckIn.occurrence_id == occurrence.id)).all()


def _signs(rows, occurrence):
    valid = [Seen(*row[:7]) for row in rows if row.voided_at is None]
    return signs_of(valid, occurrence.ends_at)


def _add(session, row, signs):
    """Whether the row got a reason; it is left alone when somebody cleared or changed it meanwhile."""
    has = [reason for reason in row.review_reasons.split(",") if reason]
    new = [sign for sign in signs if sign not in has]
    if not new or row.review == "accepted":
        return False
    statement = (
        update(CheckIn)
        .where(
            CheckIn.id == row.id, CheckIn.review == row.review, CheckIn.voided_at.is_(None),
            CheckIn.review_reasons == row.review_reasons,
        )
        .values(review="open", review_reasons=",".join([*has, *new]))
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    return session.execute(statement).rowcount == 1
