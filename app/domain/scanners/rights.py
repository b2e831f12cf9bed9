"""What a token may: whose it is, which events it sees, which people it finds there.

An event outside its rights, a draft and one taken back are not there at all.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app import clock, keys
from app.db import db
from app.domain.checkins import CheckIn
from app.domain.desks import event_of
from app.domain.events import (
    Event,
    EventOrg,
    Occurrence,
    event_or_occurrence,
    find_event,
    likely_occurrence,
    sitting_of,
    surviving,
)
from app.domain.members import Membership, Person, open_on
from app.domain.orgs import Org, is_within
from app.domain.scanners.model import Scanner
from app.errors import Conflict, Invalid, NotFound, Refusal
from app.keys import match_key
from app.text import latin_key, mask_name, name_key, phone_digits, tidy
from app.words import N_

MOST_HITS, LEAST_LETTERS = 20, 2
MOST_EVENTS = 100


class BadToken(Refusal):
    code, status, words = "token_unknown", 401, N_("令牌不对，请到“我的账号”里重新做一把扫码枪。")


class StoppedToken(BadToken):
    code, words = "token_revoked", N_("这把扫码枪已经停用。")


class ExpiredToken(BadToken):
    code, words = "expired", N_("这把扫码枪过期了，请重新做一把。")


class UnknownPerson(NotFound):
    code, words = "unknown", N_("没有找到这个人，请再扫一次，或查姓名。")


class WrongEvent(Conflict):
    code, words = "wrong_event", N_("这是另一个活动的，不是这一场。")


@dataclass(frozen=True)
class Hit:
    """Somebody the search found, no field beyond need. person: the code to check them in by; tail:
    the last two digits of the phone, to tell two of one name apart."""

    person: str
    name: str
    branch: str
    tail: str
    is_invited: bool
    is_present: bool


def scanner_of(token: str) -> Scanner:
    """The scanner of a token. Raises BadToken, StoppedToken (also with its desk or account),
    ExpiredToken."""
    found = db.session.scalar(
        select(Scanner)
        .where(Scanner.token_hash == keys.token_hash(token))
        .options(joinedload(Scanner.desk), joinedload(Scanner.staff))
    )
    if found is None:
        raise BadToken
    desk, staff = found.desk, found.staff
    if found.revoked_at or (desk and desk.revoked_at):
        raise StoppedToken
    if staff is not None and (staff.closed_at is not None or not staff.may("organizer")):
        raise StoppedToken
    if found.expires_at <= clock.now() or (desk is not None and desk.is_expired):
        raise ExpiredToken
    return found


def events_of(scanner: Scanner) -> list[Event]:
    """The events it may act on that have a sitting today or one that is open, by start."""
    now, today = clock.now(), clock.today()
    query = (
        select(Event)
        .join(Org, Org.id == Event.host_id)
        .join(Occurrence, Occurrence.event_id == Event.id)
        .where(
            Event.published_at.is_not(None), Event.withdrawn_at.is_(None),
            Event.merged_into_id.is_(None),
            or_(
                Occurrence.starts_on == today,
                (Occurrence.opens_at <= now) & (Occurrence.closes_at > now),
            ),
        )
        .group_by(Event.id)
        .order_by(func.min(Occurrence.starts_at), Event.id)
        .options(selectinload(Event.occurrences), joinedload(Event.host))
        .limit(MOST_EVENTS)
    )  # fmt: skip
    if scanner.desk is not None:
        query = query.where(Event.id == event_of(scanner.desk).id)
    else:
        query = query.where(Org.path.like(scanner.staff.org.path + "%"))
    return list(db.session.scalars(query).unique())


def event_for(scanner: Scanner, code: str) -> Event:
    """The event of its code or of one of its sittings'; raises NotFound beyond its rights."""
    event = surviving(find_event(code))
    mine = (
        event.id == event_of(scanner.desk).id
        if scanner.desk is not None
        else is_within(scanner.staff.org, event.host)
    )
    if not mine or event.published_at is None or event.withdrawn_at is not None:
        raise NotFound
    return event


def sitting_for(scanner: Scanner, code: str, asked: str | None, at: datetime) -> Occurrence:
    """The sitting that is meant: `asked`, else the one of the code in the address, else the only one
    open at an instant, else the likely one. Raises NotFound, WrongEvent for another event's
    sitting, Invalid where several are open."""
    event = event_for(scanner, code)
    if asked:
        return _asked_sitting(scanner, event, asked)
    named = event_or_occurrence(code)
    if isinstance(named, Occurrence) and named.event_id == event.id:
        return named
    is_open = [one for one in event.occurrences if one.phase_at(at) == "open"]
    if len(is_open) > 1:
        raise Invalid(N_("现在有几场同时在签到，请指明是哪一场。"), field="occurrence")
    return likely_occurrence(event, at)


def person_for(event: Event, code: str) -> Person:
    """Somebody `find_people` of the event may find, by the code it gave. Raises UnknownPerson."""
    query = _reachable(event).where(Person.code == code.strip().upper()[:12])
    found = db.session.execute(query.limit(1)).first()
    if found is None:
        raise UnknownPerson
    return found[0]


def find_people(occurrence: Occurrence, words: str) -> list[Hit]:
    """People of the host's and the invited subtrees by name, pinyin, initials, phone or its last
    four; the invited first, at most MOST_HITS; nobody for fewer than LEAST_LETTERS characters."""
    words = tidy(words)[:60]
    if len(name_key(words)) < LEAST_LETTERS:
        return []
    invited = or_(
        *(Org.path.like(row.org.path + "%") for row in occurrence.event.invitations), False
    )
    present = exists().where(
        CheckIn.occurrence_id == occurrence.id, CheckIn.person_id == Person.id,
        CheckIn.voided_at.is_(None),
    )  # fmt: skip
    query = (
        _reachable(occurrence.event)
        .add_columns(invited.label("invited"), present.label("present"))
        .where(or_(*_matches(words)))
        .order_by(
            case((invited, 0), else_=1), Membership.home.desc(), func.length(Person.name),
            Person.pinyin, Person.id,
        )
        .limit(3 * MOST_HITS)  # somebody in a second branch has two rows
    )  # fmt: skip
    hits = {}
    for person, org, is_invited, is_present in db.session.execute(query):
        hits.setdefault(
            person.code,
            Hit(
                person.code, mask_name(person.name), org.short_name, (person.phone_tail or "")[-2:],
                bool(is_invited), bool(is_present),
            ),
        )  # fmt: skip
    return list(hits.values())[:MOST_HITS]


def own_check_in(scanner: Scanner, event: Event, code: str) -> CheckIn:
    """A row this very token wrote at the event. Raises WrongEvent for one it wrote at another,
    NotFound for all others."""
    found = db.session.scalar(
        select(CheckIn).where(
            CheckIn.code == code.strip().upper()[:12],
            CheckIn.source == f"{scanner.actor.kind}:{scanner.id}",
        )
    )
    if found is None:
        raise NotFound
    if found.occurrence.event_id != event.id:
        raise WrongEvent
    return found


def _asked_sitting(scanner, event, asked):
    try:
        return sitting_of(event, asked)
    except NotFound:
        event_for(scanner, asked)  # what it may not see is not there, and not another event either
        raise WrongEvent from None


def _reachable(event):
    ids = select(EventOrg.org_id).where(EventOrg.event_id == event.id)
    roots = [event.host, *db.session.scalars(select(Org).where(Org.id.in_(ids)))]
    return (
        select(Person, Org)
        .join(Membership, Membership.person_id == Person.id)
        .join(Org, Org.id == Membership.org_id)
        .where(
            Person.merged_into_id.is_(None), open_on(clock.today()),
            or_(*(Org.path.like(root.path + "%") for root in roots)),
        )
    )  # fmt: skip


def _matches(words):
    match = [Person.name_key.contains(name_key(words), autoescape=True)]
    latin, phone = latin_key(words), phone_digits(words)
    if latin:
        match += [
            Person.pinyin.startswith(latin, autoescape=True),
            Person.initials.startswith(latin, autoescape=True),
        ]
    if phone:
        match.append(Person.phone_hash == match_key("phone", phone))
    elif len(words) == 4 and words.isdigit() and words.isascii():
        match.append(Person.phone_tail == words)
    return match
