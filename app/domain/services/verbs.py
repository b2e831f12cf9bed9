"""Writing services down, correcting them, taking them back. Each verb is one transaction."""

from dataclasses import dataclass
from datetime import date

from app import clock
from app.db import transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.orgs import Org, line_of, org_of_line
from app.domain.services.model import CHANNELS, KINDS, ServiceRecord
from app.domain.voiding import (
    changed,
    checked_day,
    checked_texts,
    checked_why,
    must_stand,
    void_row,
)
from app.errors import Invalid
from app.keys import new_code
from app.words import N_

MOST_SERVICES = 99_999


@dataclass(frozen=True)
class Given:
    """What is told of services: so many of one kind on a day. Never for whom."""

    org: Org
    kind: str
    served_on: date
    number: int
    channel: str = ""
    note: str = ""


def give(told: Given, *, by: Actor) -> ServiceRecord:
    """Write services down. Raises Invalid."""
    with transaction() as session:
        record = _row(told, by)
        session.add(record)
        session.flush()
        _say("service_made", record, by, number=record.number)
    return record


def correct(record: ServiceRecord, told: Given, *, by: Actor) -> ServiceRecord:
    """Void the record and write another in its place; returns it. Raises Invalid, Conflict."""
    with transaction() as session:
        must_stand(session, record)
        before, after = _told(record), _row(told, by)
        void_row(record, by)
        session.add(after)
        session.flush()
        _say("service_corrected", after, by, changes=changed(before, _told(after)))
    return after


def take_back(record: ServiceRecord, reason: str, *, by: Actor) -> None:
    """Void a record with a reason; it stays. Raises Invalid, Conflict."""
    reason = checked_why(reason)
    with transaction() as session:
        must_stand(session, record)
        void_row(record, by, reason)
        _say("service_voided", record, by, number=record.number, reason=reason)


def _row(told, by):
    if told.kind not in KINDS:
        raise Invalid(N_("选一种服务。"), field="kind")
    if told.channel and told.channel not in CHANNELS:
        raise Invalid(N_("没有这种方式。"), field="channel")
    note = checked_texts({"note": told.note}, {"note": 200})["note"]
    if told.kind == "other" and not note:
        raise Invalid(N_("选了“其他”，写一句是什么服务。"), field="note")
    if not 1 <= told.number <= MOST_SERVICES:
        raise Invalid(N_("次数要在 1 到 99999 之间。"), field="number")
    line_id = line_of(told.org.id, checked_day(told.served_on, "served_on"))
    if line_id is None:
        raise Invalid(N_("这个组织那一天不在。"), field="org")
    return ServiceRecord(
        code=new_code(8), kind=told.kind, served_on=told.served_on, number=told.number,
        channel=told.channel, line_id=line_id, note=note, made_at=clock.now(), made_by_id=by.id,
    )  # fmt: skip


def _told(record):
    return {
        "service": KINDS.get(record.kind), "served_on": record.served_on, "number": record.number,
        "channel": CHANNELS.get(record.channel), "note": record.note,
        "org": org_of_line(record.line).full_name,
    }  # fmt: skip


def _say(act, record, by, **facts):
    org = org_of_line(record.line)
    audit.record(
        act, by=by, org_id=org.id, subject=f"service:{record.id}", org=org.full_name,
        service=record.kind, **facts,
    )  # fmt: skip
