"""Whom a desk may mean by a few characters: masked, few, the invited first."""

from dataclasses import dataclass

from sqlalchemy import case, func, or_, select

from app import clock
from app.db import db
from app.domain import cards
from app.domain.checkins import ANNULLED_WITHIN, CheckIn
from app.domain.desks.model import Desk
from app.domain.events import EventOrg, Occurrence
from app.domain.members import Membership, Person, open_on
from app.domain.orgs import Org
from app.errors import NotFound
from app.keys import match_key
from app.text import latin_key, mask_name, name_key, phone_digits, tidy
from app.words import N_

FEWEST, MOST = 2, 20
OF_EVENTS = ("/C/", "/E/", "/V/", "/DESK/")


class NotACard(NotFound):
    code, words = "not_a_card", N_("这是活动的码，不是个人码。请扫个人卡上的码，或者查姓名。")


@dataclass(frozen=True)
class Hit:
    """Somebody a desk may check in. code: the person's public code; name masked; tail: the phone's
    last four; row: the valid check-in here, if any; may_undo: this desk wrote it just now."""

    code: str
    name: str
    tail: str | None
    org: str
    row: CheckIn | None
    may_undo: bool


def search_desk(desk: Desk, occurrence: Occurrence, words: str) -> list[Hit]:
    """At most MOST hits by name, pinyin, initials, phone or its last digits, of the whole roster of
    that day and the guests who are here already; none for fewer than FEWEST characters."""
    words = tidy(words)[:40]
    key = name_key(words)
    if len(key) < FEWEST:
        return []
    fits = or_(*_fits(words, key))
    found = [
        *db.session.execute(_members(occurrence, fits)).all(),
        *db.session.execute(_guests(occurrence, fits)).all(),
    ]
    return hits_of(desk, occurrence, found[:MOST])


def hits_of(desk: Desk, occurrence: Occurrence, found: list) -> list[Hit]:
    """The hits of (person, name of the org) pairs, with what each has here."""
    ids = [person.id for person, _org in found]
    query = select(CheckIn).where(
        CheckIn.occurrence_id == occurrence.id, CheckIn.person_id.in_(ids), CheckIn.voided_at.is_(None)
    )  # fmt: skip
    rows = {row.person_id: row for row in db.session.scalars(query)}
    return [
        Hit(
            person.code, mask_name(person.name), person.phone_tail, org or "",
            rows.get(person.id), may_undo(desk, rows.get(person.id)),
        )
        for person, org in found
    ]  # fmt: skip


def may_undo(desk: Desk, row: CheckIn | None) -> bool:
    """Whether this desk wrote the row, and less than 15 minutes ago."""
    if row is None or row.voided_at is not None or row.source != f"desk:{desk.id}":
        return False
    return clock.now() - row.received_at <= ANNULLED_WITHIN


def person_at(occurrence: Occurrence, code: str) -> Person:
    """Somebody a search could have shown: on the roster of that day, or here already. Raises
    NotFound."""
    code = code.strip().upper()[:12]
    is_member = select(Membership.id).where(
        Membership.person_id == Person.id, open_on(occurrence.starts_on)
    )
    is_here = select(CheckIn.id).where(
        CheckIn.person_id == Person.id, CheckIn.occurrence_id == occurrence.id
    )
    found = db.session.scalar(
        select(Person).where(
            Person.code == code, Person.merged_into_id.is_(None),
            or_(is_member.exists(), is_here.exists()),
        )
    )  # fmt: skip
    if found is None:
        raise NotFound
    return found


def holder_of(text: str) -> Person:
    """Whose personal card was scanned or typed. Raises UnknownCard, RevokedCard, and NotACard for a
    code of an event."""
    if cards.opening(text) is None and any(mark in text.upper() for mark in OF_EVENTS):
        raise NotACard
    return cards.person_of(text)


def row_at(occurrence: Occurrence, code: str) -> CheckIn:
    """A check-in of this sitting by its code; raises NotFound."""
    found = db.session.scalar(
        select(CheckIn).where(
            CheckIn.code == code.strip().upper()[:12], CheckIn.occurrence_id == occurrence.id
        )
    )
    if found is None:
        raise NotFound
    return found


def _fits(words, key):
    latin, digits = latin_key(words), phone_digits(words)
    if digits:
        yield Person.phone_hash == match_key("phone", digits)
    elif key.isdecimal() and key.isascii():
        yield Person.phone_tail.like(f"%{key[-4:]}")
    else:
        yield Person.name_key.contains(key, autoescape=True)
        if latin:
            yield Person.pinyin.startswith(latin, autoescape=True)
            yield Person.initials.startswith(latin, autoescape=True)


def _members(occurrence, fits):
    asked = select(Org.path).join(EventOrg, EventOrg.org_id == Org.id).where(EventOrg.event_id == occurrence.event_id)  # fmt: skip
    roots = list(db.session.scalars(asked))
    is_invited = or_(*(Org.path.like(root + "%") for root in roots)) if roots else Org.id == Org.id
    return (
        select(Person, Org.full_name)
        .join(Membership, Membership.person_id == Person.id)
        .join(Org, Org.id == Membership.org_id)
        .where(
            fits, Membership.home, open_on(occurrence.starts_on), Person.merged_into_id.is_(None)
        )
        .order_by(
            case((is_invited, 0), else_=1), func.length(Person.name), Person.pinyin, Person.id
        )
        .limit(MOST)
    )


def _guests(occurrence, fits):
    home = select(Membership.id).where(
        Membership.person_id == Person.id, Membership.home, open_on(occurrence.starts_on)
    )
    return (
        select(Person, Org.full_name)
        .join(CheckIn, CheckIn.person_id == Person.id)
        .outerjoin(Org, Org.id == CheckIn.chosen_org_id)
        .where(
            fits, CheckIn.occurrence_id == occurrence.id, CheckIn.voided_at.is_(None),
            ~home.exists(),
        )
        .order_by(CheckIn.id)
        .limit(MOST)
    )  # fmt: skip
