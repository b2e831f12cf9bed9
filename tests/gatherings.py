"""Events and rows for tests that are not about making events or checking in."""

from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import event as hooks

from app import clock, keys
from app.db import db, transaction
from app.domain import checkins, members
from app.domain.audit import SYSTEM
from app.domain.events import Event, EventOrg, Occurrence, PublicCode
from app.domain.orgs import line_of


def gather(host, *invited, title="主题团日", starts_in=timedelta(minutes=-30), is_public=False):
    """A published event of one occurrence (90 minutes) that invites orgs by persons."""
    starts_at = clock.now() + starts_in
    with transaction() as session:
        event = Event(
            code=_code(session, "event"), title=title, host_id=host.id, made_at=clock.now(),
            published_at=clock.now(), is_public=is_public, walk_ins=True,
        )  # fmt: skip
        session.add(event)
        session.flush()
        session.add_all(EventOrg(event_id=event.id, org_id=org.id) for org in invited)
        _add_sitting(session, event, starts_at)
    session.refresh(event)
    return event


def sitting(event, *, starts_in):
    """One more occurrence of the event."""
    with transaction() as session:
        occurrence = _add_sitting(session, event, clock.now() + starts_in)
    session.refresh(event)
    return occurrence


def arrive(event, person, *, org=None, reasons=(), tail=None, phone="", how="poster", suspect=None):
    """A valid row at the event's first occurrence, as the phone would have written it."""
    with transaction():
        row = checkins.record_check_in(
            event.occurrences[0], person, at=clock.now(), how=how, by=SYSTEM, org=org, reasons=reasons
        )  # fmt: skip
        row.typed_name_key = person.name_key
        row.typed_tail, row.typed_phone_hash = person.phone_tail, person.phone_hash
        if tail or phone:
            row.typed_tail = tail or phone[-4:]
            row.typed_phone_hash = keys.match_key("phone", phone) if phone else None
        row.suspected_person_id = suspect.id if suspect else None
    return row


def guest(name, *, phone=""):
    """Somebody without membership: keyed by name and phone, or unidentified without one."""
    person = members.make_person(name, phone=phone)
    person.guest_key = keys.match_key("guest", f"{person.name_key}|{phone}") if phone else None
    person.is_unidentified = not phone
    with transaction() as session:
        session.add(person)
    return person


@contextmanager
def statements():
    """The SQL statements of the block, in order."""
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    hooks.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        hooks.remove(db.engine, "before_cursor_execute", note)


def _code(session, kind):
    code = keys.new_code()
    session.add(PublicCode(code=code, kind=kind))
    session.flush()
    return code


def _add_sitting(session, event, starts_at):
    occurrence = Occurrence(
        event_id=event.id, code=_code(session, "occurrence"), starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=90), starts_on=clock.local_day(starts_at),
        opens_at=starts_at - timedelta(minutes=60), closes_at=starts_at + timedelta(minutes=90),
        host_line_id=line_of(event.host_id, clock.local_day(starts_at)), place="社区会议室",
    )  # fmt: skip
    session.add(occurrence)
    session.flush()
    return occurrence
