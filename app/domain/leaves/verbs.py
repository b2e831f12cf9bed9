"""Asking for leave, noting it, saying no to it, taking it back. Each verb is one transaction."""

from sqlalchemy import select

from app import clock
from app.db import lock_words, transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.checkins import CheckIn
from app.domain.events import Occurrence
from app.domain.leaves.model import KINDS, Leave
from app.domain.leaves.questions import is_expected, leave_or_none, same_person
from app.domain.members import Person
from app.errors import Conflict, Invalid
from app.text import tidy
from app.words import N_

LONGEST_REASON = 120


class TooLateToAsk(Conflict):
    code, words = "too_late_to_ask", N_("已经开始了，不能再请假。告诉本支部的团支书，由他记。")


class NotExpected(Conflict):
    code, words = "not_expected", N_("不在这一场的应到里，不用请假。")


def ask(occurrence: Occurrence, person: Person, kind: str, reason: str = "") -> Leave:
    """The person asks for it, before the start; it holds until somebody says no. Raises Invalid
    (kind, reason), TooLateToAsk, NotExpected, Conflict (here already, on leave already, declined)."""
    kind, reason = _checked(kind, reason)
    with transaction() as session:
        _wait(session, occurrence, person)
        if clock.now() >= occurrence.starts_at:
            raise TooLateToAsk
        _must_be_open(session, occurrence, person)
        if leave_or_none(occurrence, person) is not None:
            raise Conflict(N_("已经请过假了。"))
        declined = select(Leave.id).where(
            Leave.occurrence_id == occurrence.id, Leave.declined_at.is_not(None),
            Leave.person_id.in_(same_person(person)),
        )  # fmt: skip
        if session.scalar(declined.limit(1)) is not None:
            raise Conflict(N_("这一场的假没有批准，请问本支部的团支书。"))
        return _write(session, occurrence, person, kind, reason, asked_at=clock.now())


def note(
    occurrence: Occurrence, person: Person, kind: str, reason: str = "", *, by: Actor
) -> Leave:
    """Staff note a leave, before or after the sitting; one that was asked for is agreed to, with
    this kind. Raises Invalid (kind, reason), NotExpected, Conflict for somebody who is here."""
    kind, reason = _checked(kind, reason)
    with transaction() as session:
        _wait(session, occurrence, person)
        _must_be_open(session, occurrence, person)
        leave = leave_or_none(occurrence, person)
        if leave is None:
            leave = _write(session, occurrence, person, kind, reason, noted_by_id=by.id)
        else:
            leave.kind, leave.reason = kind, reason or leave.reason
            leave.noted_at, leave.noted_by_id = clock.now(), by.id
        _say("leave_noted", leave, by, leave=kind, reason=leave.reason)
        session.flush()
    return leave


def decline(leave: Leave, *, by: Actor) -> None:
    """Say no to a leave that was asked for: it holds no longer. Raises Conflict."""
    with transaction() as session:
        session.refresh(leave)
        if not leave.is_asked:
            raise Conflict(N_("这个假已经有人处理过了。"))
        leave.declined_at = leave.withdrawn_at = clock.now()
        _say("leave_declined", leave, by)


def withdraw(leave: Leave, *, by: Actor | None = None) -> None:
    """Take a leave back; the row stays. by None: the person does, before the start. Raises
    TooLateToAsk, Conflict when it holds no longer."""
    with transaction() as session:
        session.refresh(leave)
        if leave.withdrawn_at is not None:
            raise Conflict(N_("这个假已经撤回了。"))
        if by is None and clock.now() >= leave.occurrence.starts_at:
            raise TooLateToAsk
        leave.withdrawn_at = clock.now()
        if by is not None:
            _say("leave_withdrawn", leave, by)


def _checked(kind, reason):
    reason = tidy(reason)
    if kind not in KINDS:
        raise Invalid(N_("选事假、病假或公假。"), field="kind")
    if len(reason) > LONGEST_REASON:
        raise Invalid(N_("原因最多 120 个字。"), field="reason")
    return kind, reason


def _wait(session, occurrence, person):
    lock_words(session, "leave", occurrence.id, person.merged_into_id or person.id)


def _must_be_open(session, occurrence, person):
    if occurrence.phase in ("draft", "cancelled", "withdrawn"):
        raise Conflict(N_("这一场没有在办，不用请假。"))
    if not is_expected(occurrence, person):
        raise NotExpected
    here = select(CheckIn.id).where(
        CheckIn.occurrence_id == occurrence.id, CheckIn.voided_at.is_(None),
        CheckIn.person_id.in_(same_person(person)),
    )  # fmt: skip
    if session.scalar(here.limit(1)) is not None:
        raise Conflict(N_("已经签到了，不用请假。"))


def _write(session, occurrence, person, kind, reason, **columns):
    leave = Leave(
        occurrence_id=occurrence.id, person_id=person.merged_into_id or person.id, kind=kind,
        reason=reason, noted_at=clock.now(), **columns,
    )  # fmt: skip
    session.add(leave)
    session.flush()
    return leave


def _say(act, row, by, **facts):
    occurrence = row.occurrence
    audit.record(
        act, by=by, org_id=occurrence.event.host_id, subject=f"event:{occurrence.event_id}",
        event=occurrence.event.title, occurrence=occurrence.code, person=row.person.code, **facts,
    )  # fmt: skip
