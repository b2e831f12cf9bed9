"""The phone's check-in: one transaction, the same statements for member, guest and doubtful.

The answer is built from what was typed and from nothing else (product.md §2a): the roster decides
which person the row points at, never what the phone is told.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import exists, func, insert, literal, select, true
from sqlalchemy.exc import IntegrityError

from app import clock, keys
from app.db import lock_words, transaction
from app.domain import identity
from app.domain.checkins.door import Door
from app.domain.checkins.model import Attempt, CheckIn
from app.domain.checkins.repeats import typed_before, typed_columns, valid_rows
from app.domain.devices import Device
from app.domain.events import EventOrg
from app.domain.identity import Typed, Who
from app.domain.members import Person
from app.domain.orgs import OrgLineAncestor, line_of
from app.errors import Conflict
from app.text import mask_name, pinyin_of
from app.words import N_

CORRECTIONS = 2


@dataclass(frozen=True)
class Scan:
    """One POST of a phone: what was typed, the branch it chose (None: 我不属于任何支部), the
    device's cookie, the page's nonce, and the code of the attempt it corrects."""

    typed: Typed
    org_id: int | None
    org_name: str
    device_secret: str
    nonce: str = ""
    corrects: bool = False
    how: str = "poster"


@dataclass(frozen=True)
class Answer:
    """What the phone is told. state is done | already; at and number only for the phone that did
    it; corrections_left for the same."""

    state: str
    name: str  # masked
    tail: str | None
    org_name: str | None  # "": of no branch; None: not known to this phone any more
    at: datetime | None = None
    number: int | None = None
    corrections_left: int = 0


class Full(Conflict):
    code, words = "full", N_("名额已满。到门口签到台说一声，工作人员可以加你。")


class NoCorrectionLeft(Conflict):
    code, words = "no_correction_left", N_("已经改过 2 次了。再要改，到签到台说一声。")


def check_in_by_phone(door: Door, scan: Scan, *, consent_version: str) -> Answer:
    """Record a scan. Raises Full (binding capacity only), NoCorrectionLeft.

    A clash on the unique index (a tick at the desk, the same person under two names) means that
    somebody else wrote the row just now: look again, once.
    """
    for last in (False, True):
        try:
            with transaction() as session:
                return _record(session, door, scan, consent_version)
        except IntegrityError:
            if last:
                raise
    raise AssertionError("unreachable")


def _record(session, door, scan, consent_version):
    lock_words(session, "name", scan.typed.name_key)
    if door.capacity_binds:
        lock_words(session, "occurrence", door.occurrence_id)
    now = clock.now()
    who = identity.who_is(session, scan.typed, door.starts_on, scan.org_id)
    device_id = _remember(session, scan, now)
    mine = _own_attempts(session, door, device_id)
    if scan.corrects:
        mine = _take_back(session, door, device_id, mine, now)
    there = valid_rows(session, door, scan.typed, who, device_id)
    count = session.scalar(_count(door))
    repeated = typed_before(session, door, scan.typed, there)
    if repeated or _replayed(session, scan, device_id):
        return _already(session, door, scan, repeated, device_id, mine, now)
    if door.capacity_binds and door.capacity is not None and count >= door.capacity:
        raise Full  # also where only the roster knows the repeat: a full hall must not tell who came
    if any(row.person_id == who.person_id for row in there):
        row_id = next(row.id for row in there if row.person_id == who.person_id)
        return _done(session, door, scan, row_id, device_id, mine, now, count)
    others = any(row.device_id == device_id for row in there)
    row_id = _write(session, door, scan, who, device_id, now, count, others, consent_version)
    return _done(session, door, scan, row_id, device_id, mine, now, count + 1)


def _remember(session, scan, now):
    """Find or make the device's row and keep what was typed; return its id."""
    hashed = keys.token_hash(scan.device_secret)
    device = session.scalar(select(Device).where(Device.token_hash == hashed))
    if device is None:
        device = Device(token_hash=hashed, made_at=now)
        session.add(device)
    device.seen_at = now
    device.typed_name = scan.typed.name
    device.typed_phone_sealed = keys.seal(scan.typed.phone)
    device.typed_number_sealed = keys.seal(scan.typed.number)
    device.typed_tail, device.typed_org_id = scan.typed.tail, scan.org_id
    session.flush()
    return device.id


def _own_attempts(session, door, device_id):
    """This device's accepted scans here, oldest first."""
    return list(
        session.scalars(
            select(Attempt)
            .where(
                Attempt.occurrence_id == door.occurrence_id,
                Attempt.device_id == device_id,
                Attempt.answer == "done",
            )
            .order_by(Attempt.id)
        )
    )


def _take_back(session, door, device_id, mine, now):
    """Void the row this device wrote last, so that the corrected one replaces it."""
    if not mine or sum(1 for a in mine if a.corrects_id is not None) >= CORRECTIONS:
        raise NoCorrectionLeft
    row = session.get(CheckIn, mine[-1].check_in_id)
    if row is not None and row.device_id == device_id and row.voided_at is None:
        row.voided_at, row.void_reason = now, "本人更正"
        row.voided_by_kind, row.voided_by_id = "phone", device_id
        session.flush()
    return mine


def _count(door):
    return select(func.count()).where(
        CheckIn.occurrence_id == door.occurrence_id, CheckIn.voided_at.is_(None)
    )


def _nonce(scan):
    """The page's nonce bound to what was typed: two people on one open page are two."""
    if not scan.nonce:
        return None
    parts = (scan.nonce, scan.typed.name_key, scan.typed.phone, scan.typed.number, str(scan.org_id))
    return keys.token_hash("|".join(parts))


def _replayed(session, scan, device_id):
    """The same page sent again after its row was undone: an undo must last."""
    nonce = _nonce(scan)
    return nonce is not None and session.scalar(
        select(CheckIn.id).where(CheckIn.source == f"phone:{device_id}", CheckIn.nonce == nonce)
    )


def _write(session, door, scan, who: Who, device_id, now, count, others, consent_version):
    guest_id = _guest(session, scan.typed, who, now)
    # Asked for a member too: the same statements for all.
    chosen_line = line_of(scan.org_id or 0, door.starts_on)
    line_id = who.line_id if who.line_id is not None else chosen_line
    reasons = _reasons(session, door, scan, who, line_id, count, others)
    row = CheckIn(
        code=keys.new_code(10), occurrence_id=door.occurrence_id, person_id=who.person_id or guest_id,
        line_id=line_id, standing=who.standing, chosen_org_id=scan.org_id,
        suspected_person_id=who.suspected_id, how=scan.how, actor_kind="phone", actor_id=device_id,
        device_id=device_id, source=f"phone:{device_id}", nonce=_nonce(scan), received_at=now,
        checked_in_at=now, consent_version=consent_version, review="open" if reasons else "none",
        review_reasons=",".join(reasons), **typed_columns(scan.typed),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def _guest(session, typed, who, now):
    """Write the guest; for somebody certain the same statement writes nobody."""
    full, initials = pinyin_of(typed.name)
    columns = {
        "code": keys.new_code(8), "name": typed.name, "name_key": typed.name_key,
        "pinyin": full[:240], "initials": initials[:60], "phone_hash": typed.phone_hash,
        "phone_tail": typed.tail,
        "phone_sealed": keys.seal(typed.phone) if typed.phone_hash else None,
        "guest_key": typed.guest_key, "is_unidentified": typed.guest_key is None, "created_at": now,
    }  # fmt: skip
    table = Person.__table__
    values = [literal(value, table.c[name].type) for name, value in columns.items()]
    needed = literal(who.person_id is None)
    statement = insert(table).from_select(list(columns), select(*values).where(needed == true()))
    return session.execute(statement.returning(table.c.id)).scalar()


def _reasons(session, door, scan, who, line_id, count, others):
    """Why staff should look at this row; product.md §2a: doubt is a column, not a refusal."""
    roots = set(session.scalars(select(EventOrg.org_id).where(EventOrg.event_id == door.event_id)))
    above = set(
        session.scalars(
            select(OrgLineAncestor.org_id).where(OrgLineAncestor.line_id == (line_id or 0))
        )
    )
    cleared = session.scalar(_cleared_before(who.person_id or 0, scan.org_id or 0))
    checks = {
        "identity": who.is_guest and (who.suspected_id or scan.org_id) and not cleared,
        "other_branch": not who.is_guest and who.org_id != scan.org_id,
        "shared_device": others,
        "walk_in": not door.walk_ins and not roots & above,
        "over_capacity": door.capacity is not None and count >= door.capacity,
    }
    return [reason for reason, holds in checks.items() if holds]


def _cleared_before(person_id, org_id):
    """Whether staff took this guest's word for the same branch already: asked once is enough."""
    return select(
        exists().where(
            CheckIn.person_id == person_id, CheckIn.chosen_org_id == org_id,
            CheckIn.review == "accepted", CheckIn.voided_at.is_(None),
        )
    )  # fmt: skip


def _already(session, door, scan, repeated, device_id, mine, now):
    own = bool(mine) and any(row.device_id == device_id for row in repeated)
    _attempt(session, door, scan, repeated[0].id if repeated else None, device_id, "already", now)
    first = mine[-1].at if own else None
    number = None
    if own:
        number = session.scalar(_count(door).where(CheckIn.received_at <= first))
    return replace(
        _said(scan, "already"), at=first, number=number, corrections_left=_left(mine) if own else 0
    )


def _done(session, door, scan, row_id, device_id, mine, now, number):
    corrects = mine[-1].id if scan.corrects else None
    _attempt(session, door, scan, row_id, device_id, "done", now, corrects)
    left = _left(mine) - (1 if scan.corrects else 0)
    return replace(_said(scan, "done"), at=now, number=number, corrections_left=left)


def _left(mine):
    return CORRECTIONS - sum(1 for attempt in mine if attempt.corrects_id is not None)


def _said(scan, state):
    return Answer(state, mask_name(scan.typed.name), scan.typed.tail, scan.org_name)


def _attempt(session, door, scan, row_id, device_id, answer, now, corrects=None):
    session.add(
        Attempt(
            occurrence_id=door.occurrence_id, check_in_id=row_id, device_id=device_id,
            corrects_id=corrects, answer=answer, how=scan.how, nonce=_nonce(scan), at=now,
            **typed_columns(scan.typed),
        )
    )  # fmt: skip
