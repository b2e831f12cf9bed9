"""Check-in for somebody else, by a desk or a machine: idempotent by nonce, undone only by its source.

What a phone is told is built from what it typed (phone.py); a desk and a scanner act for staff and
hear the truth: done or already, or a refusal with a code of its own.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app import clock
from app.db import db, lock_words, transaction
from app.domain import identity
from app.domain.audit import Actor
from app.domain.checkins.hand import void_check_in
from app.domain.checkins.model import CheckIn
from app.domain.checkins.phone import Full
from app.domain.checkins.scan_rows import Asked, Known, attempt_once, write_scan
from app.domain.events import Occurrence
from app.domain.identity import Typed, Who
from app.domain.members import Membership, Person, open_on
from app.domain.orgs import Org, OrgLine
from app.errors import Conflict, Invalid, NotFound
from app.words import N_

ANNULLED_WITHIN = timedelta(minutes=15)
LONGEST_NONCE = 64


class TooEarly(Conflict):
    code, words = "too_early", N_("这一场还没开始签到。")


class TooLate(Conflict):
    code, words = "too_late", N_("这一场的签到已经停止。")


class CalledOff(Conflict):
    code, words = "cancelled", N_("这一场已经取消，不能签到。")


class NotOn(Conflict):
    code, words = "not_on", N_("这一场没有在办，不能签到。")


class NonceReused(Conflict):
    code, words = "nonce_reused", N_("这个 nonce 已经用在别人或别的场次上。每扫一次换一个。")


class Annulled(Conflict):
    code, words = "annulled", N_("这一次签到后来撤销了。要再签，重新扫一次。")


class TooLateToUndo(Conflict):
    code, words = "too_late_to_undo", N_("已经过了 15 分钟，请找组织者撤销。")


OVERCOME = (TooEarly, TooLate, Full)  # what staff may let somebody in over, with a reason


@dataclass(frozen=True)
class Scanned:
    """What a desk or a machine is told. state: done | already; check_in: the row that holds (None
    when only simulated); at: when that row checked in; was_forced: a refusal was overcome."""

    state: str
    check_in: CheckIn | None
    at: datetime
    was_forced: bool = False


def scan_in(
    occurrence: Occurrence, person: Person, *, by: Actor, how: str, at: datetime | None = None,
    client_at: datetime | None = None, nonce: str | None = None, org: Org | None = None,
    role: str | None = None, forced_reason: str = "", reasons: tuple[str, ...] = (),
    paper_on: date | None = None, simulate: bool = False,
) -> Scanned:  # fmt: skip
    """Check a known person in. at: when it was scanned, which decides (now unless told); nonce: the
    same one from the same source is the same scan; org: where a guest belongs; forced_reason lets
    in over TooEarly, TooLate and Full, and is kept only where it was needed; paper_on: the day on
    the signed sheet it is read from, which stays with the row: it counts from the sitting's start;
    simulate writes nothing. Raises TooEarly, TooLate, CalledOff, NotOn, Full, Invalid (nonce,
    paper_on)."""
    at = _at(occurrence, at, paper_on)
    asked = _asked(by, how, at, client_at, nonce, role, forced_reason, reasons, paper_on)
    known = Known(person.id, person.code, person.name_key)
    return _twice(lambda: _scan(occurrence, known, org, None, asked, simulate))


def scan_typed(
    occurrence: Occurrence, typed: Typed, *, by: Actor, how: str, org: Org | None = None,
    at: datetime | None = None, client_at: datetime | None = None, nonce: str | None = None,
    role: str | None = None, forced_reason: str = "", reasons: tuple[str, ...] = (),
    paper_on: date | None = None, simulate: bool = False,
) -> Scanned:  # fmt: skip
    """Check in whoever the typed name and phone or number mean (product.md §2a): somebody certain,
    else a guest of org with whom they may be beside them, for review. Arguments and refusals as in
    `scan_in`."""
    at = _at(occurrence, at, paper_on)
    asked = _asked(by, how, at, client_at, nonce, role, forced_reason, reasons, paper_on)
    return _twice(lambda: _scan(occurrence, None, org, typed, asked, simulate))


def annul(check_in: CheckIn, *, by: Actor, reason: str = "") -> None:
    """Undo one's own scan within 15 minutes; the row stays. Raises NotFound for what another source
    wrote, TooLateToUndo, Conflict when it is undone already."""
    if check_in.source != f"{by.kind}:{by.id or 0}":
        raise NotFound
    if clock.now() - check_in.received_at > ANNULLED_WITHIN:
        raise TooLateToUndo
    void_check_in(check_in, by=by, reason=reason.strip() or "签错了")


def _at(occurrence, at, paper_on):
    """Whoever signed on paper was there from the start on; nobody signed on a day to come."""
    if paper_on is None or at is not None:
        return at
    if paper_on > clock.today():
        raise Invalid(N_("纸上的日期不能晚于今天。"), field="paper_on")
    return min(occurrence.starts_at, clock.now())


def _asked(by, how, at, client_at, nonce, role, forced_reason, reasons, paper_on):
    if nonce is not None and not 1 <= len(nonce) <= LONGEST_NONCE:
        raise Invalid(N_("nonce 要有 1 到 64 个字符。"), field="nonce")
    now = clock.now()
    return Asked(
        by, how, at or now, now, client_at, nonce, role, forced_reason.strip()[:200],
        tuple(reasons), paper_on,
    )  # fmt: skip


def _twice(scan):
    """A clash on a unique index means that somebody else wrote the row just now: look again, once."""
    try:
        return scan()
    except IntegrityError:
        return scan()


def _scan(occurrence, person, org, typed, asked, simulate):
    if simulate:
        return _look(db.session, occurrence, person, org, typed, asked, simulate)
    name_key, occurrence_id = (typed or person).name_key, occurrence.id
    with transaction() as session:
        lock_words(session, "name", name_key)
        session.scalar(_again(occurrence_id))
        if occurrence.capacity_binds:
            lock_words(session, "occurrence", occurrence_id)
        return _look(session, occurrence, person, org, typed, asked, simulate)


def _again(occurrence_id):
    """The sitting and its event as they are now: one statement under the gate, not two."""
    query = select(Occurrence).options(joinedload(Occurrence.event))
    return query.where(Occurrence.id == occurrence_id).execution_options(populate_existing=True)


def _look(session, occurrence, person, org, typed, asked, simulate):
    who = _who(session, occurrence, person, org, typed)
    replayed, there = _before(session, occurrence, who, typed, asked)
    if replayed is not None:
        if replayed.occurrence_id != occurrence.id or not _is_of(replayed, who, typed):
            raise NonceReused
        if replayed.voided_at is not None and there is None:
            raise Annulled
        if replayed.voided_at is not None:  # checked in again since, by another scan
            return Scanned("already", there, there.checked_in_at)
        return Scanned("done", replayed, replayed.checked_in_at, bool(replayed.forced_reason))
    if there is not None:
        if not simulate:
            attempt_once(session, occurrence, there, typed, asked)
        return Scanned("already", there, there.checked_in_at)
    refusal, is_over = _refusal(session, occurrence, asked)
    if refusal is not None and not (asked.forced_reason and isinstance(refusal, OVERCOME)):
        raise refusal
    if simulate:
        return Scanned("done", None, asked.at, refusal is not None)
    row = write_scan(session, occurrence, who, person, org, typed, asked, refusal, is_over)
    return Scanned("done", row, row.checked_in_at, refusal is not None)


def _who(session, occurrence, person, org, typed):
    """The person with line and standing of the day: one statement either way."""
    if typed is not None:
        return identity.who_is(session, typed, occurrence.starts_on, org.id if org else None)
    home = session.execute(
        select(Membership.org_id, Membership.standing, OrgLine.id.label("line_id"))
        .outerjoin(OrgLine, and_(OrgLine.org_id == Membership.org_id, open_on(occurrence.starts_on, OrgLine)))
        .where(Membership.person_id == person.id, Membership.home, open_on(occurrence.starts_on))
    ).first()  # fmt: skip
    if home is None:
        return Who(person.id)
    return Who(person.id, False, home.org_id, home.line_id, home.standing)


def _before(session, occurrence, who, typed, asked):
    """(the row this very scan wrote, the valid row that is there already)."""
    same = [and_(CheckIn.person_id == (who.person_id or 0), CheckIn.voided_at.is_(None))]
    if typed is not None:  # somebody the roster cannot tell: the same words at the same sitting
        same.append(
            and_(
                CheckIn.typed_name_key == typed.name_key, CheckIn.voided_at.is_(None),
                or_(
                    CheckIn.typed_phone_hash == (typed.phone_hash or ""),
                    CheckIn.typed_tail == (typed.tail or ""),
                    CheckIn.typed_number_hash == (typed.number_hash or ""),
                ),
            )
        )  # fmt: skip
    mine = and_(CheckIn.source == asked.source, CheckIn.nonce == asked.nonce)
    here = and_(CheckIn.occurrence_id == occurrence.id, or_(*same))
    query = select(CheckIn).where(or_(mine, here) if asked.nonce else here).order_by(CheckIn.id)
    rows = list(session.scalars(query.execution_options(populate_existing=True)))
    replayed = [r for r in rows if asked.nonce and (r.source, r.nonce) == (asked.source, asked.nonce)]  # fmt: skip
    live = (row for row in rows if row.voided_at is None and row.occurrence_id == occurrence.id)
    there = next((row for row in live if _is_same(row, who, typed)), None)
    return (replayed[0] if replayed else None), there


def _is_of(row, who, typed):
    """Whether a row that this nonce wrote is of whoever is scanned now."""
    is_person = who.person_id is not None and row.person_id == who.person_id
    return is_person or (typed is not None and row.typed_name_key == typed.name_key)


def _is_same(row, who, typed):
    """Two full phones that differ are two people, whatever their tails say."""
    if who.person_id is not None and row.person_id == who.person_id:
        return True
    if typed is None:
        return False
    if typed.number_hash and row.typed_number_hash == typed.number_hash:
        return True
    if typed.phone_hash and row.typed_phone_hash:
        return typed.phone_hash == row.typed_phone_hash
    return bool(typed.tail) and typed.tail == row.typed_tail


def _refusal(session, occurrence, asked):
    """(why it cannot be, or None; whether the sitting is over its capacity)."""
    phase = occurrence.phase_at(asked.at)
    why = {
        "upcoming": TooEarly, "closed": TooLate, "cancelled": CalledOff, "draft": NotOn, "withdrawn": NotOn,
    }.get(phase)  # fmt: skip
    is_over = False
    if occurrence.capacity is not None:
        count = session.scalar(
            select(func.count()).where(
                CheckIn.occurrence_id == occurrence.id, CheckIn.voided_at.is_(None)
            )
        )
        is_over = count >= occurrence.capacity
    if why is None and is_over and occurrence.capacity_binds:
        why = Full
    return (why() if why else None), is_over
