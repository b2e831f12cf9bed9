"""The phone's check-in: one transaction, the same statements for member, guest and doubtful.

The answer is built from what was typed and from nothing else (product.md §2a): the roster decides
which person the row points at, never what the phone is told.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, insert, literal, select, true
from sqlalchemy.exc import IntegrityError

from app import clock, keys
from app.db import locked_words, transaction, upsert
from app.domain import identity
from app.domain.checkins.door import Door
from app.domain.checkins.model import Attempt, CheckIn
from app.domain.checkins.repeats import Standing, standing_of, typed_columns
from app.domain.devices import Device
from app.domain.identity import Typed, Who
from app.domain.members import Person
from app.errors import Conflict, TooMany
from app.text import mask_name, pinyin_of
from app.words import N_

CORRECTIONS = 2
A_MINUTE, MOST_A_MINUTE = timedelta(minutes=1), 10  # scans of one phone at one sitting


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
    how: str = "poster"  # poster | rotating | pin
    at: datetime | None = None  # when its code was scanned, if the form was sent later


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


class TooManyScans(TooMany):
    code, words = (
        "too_many_scans",
        N_("这部手机一分钟里签了很多次。等一分钟再签，或者请他们到签到台报名字。"),
    )


class NoCorrectionLeft(Conflict):
    code, words = "no_correction_left", N_("已经改过 2 次了。再要改，到签到台说一声。")


def check_in_by_phone(door: Door, scan: Scan, *, consent_version: str) -> Answer:
    """Record a scan. Raises Full (binding capacity only), NoCorrectionLeft,
    TooManyScans (of one phone within a minute).

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
    """Six statements (docs/decisions/0017-six-statements.md): device, who, standing, guest, row,
    attempt."""
    now = clock.now()
    device_id = _remember(session, door, scan, now)
    who = identity.who_is(session, scan.typed, door.starts_on, scan.org_id)
    there = standing_of(
        session, door, scan.typed, who, org_id=scan.org_id, device_id=device_id,
        source=f"phone:{device_id}", nonce=_nonce(scan),
    )  # fmt: skip
    if scan.corrects:
        there = _take_back(session, device_id, there, now)
    repeated = there.typed_before(scan.typed)
    if repeated or there.replayed:
        return _already(session, door, scan, repeated, device_id, there.mine, now)
    if sum(1 for one in there.mine if now - one.at < A_MINUTE) >= MOST_A_MINUTE:
        raise TooManyScans  # by what this phone did, never by whom it did it for
    if door.capacity_binds and door.capacity is not None and there.count >= door.capacity:
        raise Full  # also where only the roster knows the repeat: a full hall must not tell who came
    known = [row.id for row in there.rows if row.other_id == who.person_id]
    if known:
        return _done(session, door, scan, known[0], device_id, there, now, there.count)
    row_id = _write(session, door, scan, who, device_id, now, there, consent_version)
    return _done(session, door, scan, row_id, device_id, there, now, there.count + 1)


def _remember(session, door, scan, now):
    """Find or make the device's row, keep what was typed, and wait for whoever writes the same name
    (or, where places are numbered, at the same sitting): the first statement. Returns its id."""
    typed = scan.typed
    kept = {
        "seen_at": now, "typed_name": typed.name, "typed_phone_sealed": keys.seal(typed.phone),
        "typed_number_sealed": keys.seal(typed.number), "typed_tail": typed.tail,
        "typed_org_id": scan.org_id,
    }  # fmt: skip
    table = Device.__table__
    new = {"token_hash": keys.token_hash(scan.device_secret), "made_at": now, **kept}
    waits = [locked_words(session, "name", typed.name_key)]
    if door.capacity_binds:
        waits.append(locked_words(session, "occurrence", door.occurrence_id))
    statement = upsert(table, new, key="token_hash", changes=kept).returning(table.c.id, *waits)
    return session.execute(statement).first()[0]


def _take_back(session, device_id, there: Standing, now) -> Standing:
    """Void the row this device wrote last, so that the corrected one replaces it."""
    if not there.mine or _left(there.mine) <= 0:
        raise NoCorrectionLeft
    row = session.get(CheckIn, there.mine[-1].other_id)
    if row is None or row.device_id != device_id or row.voided_at is not None:
        return there
    row.voided_at, row.void_reason = now, "本人更正"
    row.voided_by_kind, row.voided_by_id = "phone", device_id
    session.flush()
    return there.without(row.id)


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


def _write(session, door, scan, who: Who, device_id, now, there: Standing, consent_version):
    guest_id = _guest(session, scan.typed, who, now)
    line_id = who.line_id if who.line_id is not None else there.line_id
    reasons = _reasons(door, scan, who, there, device_id)
    row = {
        "code": keys.new_code(10), "occurrence_id": door.occurrence_id,
        "person_id": who.person_id or guest_id, "line_id": line_id, "standing": who.standing,
        "chosen_org_id": scan.org_id, "suspected_person_id": who.suspected_id, "how": scan.how,
        "role": door.usual_role, "seat_org_id": scan.org_id if scan.org_id in there.seats else None,
        "actor_kind": "phone", "actor_id": device_id, "device_id": device_id,
        "source": f"phone:{device_id}", "nonce": _nonce(scan), "received_at": now,
        "checked_in_at": scan.at or now, "consent_version": consent_version,
        "review": "open" if reasons else "none", "review_reasons": ",".join(reasons),
        **typed_columns(scan.typed),
    }  # fmt: skip
    row = CheckIn(**row)
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


def _reasons(door, scan, who, there: Standing, device_id):
    """Why staff should look at this row; product.md §2a: doubt is a column, not a refusal."""
    is_unclear = who.is_guest and (who.suspected_id or scan.org_id)
    checks = {
        "identity": is_unclear and not there.cleared,
        "other_branch": not who.is_guest and who.org_id != scan.org_id,
        "shared_device": any(row.device_id == device_id for row in there.rows),
        "pin": scan.how == "pin",
        "walk_in": not door.walk_ins and not there.invited & there.above,
        "over_capacity": door.capacity is not None and there.count >= door.capacity,
    }
    return [reason for reason, holds in checks.items() if holds]


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


def _done(session, door, scan, row_id, device_id, there, now, number):
    mine = there.mine
    corrects = mine[-1].id if scan.corrects else None
    _attempt(session, door, scan, row_id, device_id, "done", now, corrects)
    left = _left(mine) - (1 if scan.corrects else 0)
    return replace(_said(scan, "done"), at=now, number=number, corrections_left=left)


def _left(mine):
    """Corrections left to a device with these scans (device_id: the scan that one corrected)."""
    return CORRECTIONS - sum(1 for attempt in mine if attempt.device_id is not None)


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
