"""Search everywhere: people, branches and events of an account's scope, the best fit first.

Names are found by what they hold, by pinyin and by initials; people by phone tail, whole phone (its
keyed hash) and admission number too; events by the code that is spoken. Who may read no names
(decision 0008) finds no people.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, literal, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app import clock
from app.db import db
from app.domain.events import Event, Occurrence, invited_in, likely_occurrence
from app.domain.members import Membership, Person, open_on
from app.domain.orgs import Org
from app.domain.staff import Staff
from app.keys import match_key
from app.text import latin_key, name_key, phone_digits, phone_tail, pinyin_of, spoken_code, tidy

MOST = 8  # lines of a kind; the room's own list has the rest
LONGEST = 60
INSIDE = 3  # letters from which a pinyin may be found within another: two would be anywhere
BEFORE_WORDS = " ：:·“《（("  # what a word of a title stands behind
EXACT, PREFIX, WITHIN = range(3)


@dataclass(frozen=True)
class Asked:
    """What was typed, and what it may mean: `latin`: pinyin or initials, "" when there is Han in it;
    `tail`, `phone`: four digits, a whole number."""

    words: str
    key: str
    latin: str
    tail: str | None
    phone: str | None
    code: str

    @classmethod
    def read(cls, typed: str) -> "Asked":
        words = tidy(typed)[:LONGEST]
        return cls(words, name_key(words), latin_key(words), phone_tail(words),
                   phone_digits(words), spoken_code(words))  # fmt: skip

    @property
    def is_enough(self) -> bool:
        """Two characters, or one of Han."""
        return len(self.key) > 1 or (bool(self.key) and not self.key.isascii())

    @property
    def is_enough_for_people(self) -> bool:
        """One character is a surname, which a district has thousands of."""
        return len(self.key) > 1


@dataclass(frozen=True)
class PersonHit:
    """Somebody of the scope: where, and the phone's last four."""

    code: str
    name: str
    org: str
    tail: str | None


@dataclass(frozen=True)
class EventHit:
    """An event; code is the sitting's where its code was typed."""

    code: str
    title: str
    host: str
    starts_at: datetime
    phase: str


@dataclass(frozen=True)
class Found:
    """At most MOST of a kind; `more` names the kinds that have others."""

    people: tuple[PersonHit, ...] = ()
    orgs: tuple[Org, ...] = ()
    events: tuple[EventHit, ...] = ()
    more: frozenset[str] = frozenset()


def search(staff: Staff, asked: Asked) -> Found:
    """What an account finds in its scope."""
    if not asked.is_enough:
        return Found()
    sees_people = staff.may("manager") and asked.is_enough_for_people
    found = {
        "people": _people(staff.org, asked) if sees_people else [],
        "orgs": _orgs(staff.org, asked),
        "events": _events(staff.org, asked),
    }
    more = frozenset(kind for kind, rows in found.items() if len(rows) > MOST)
    return Found(**{kind: tuple(rows[:MOST]) for kind, rows in found.items()}, more=more)


def fit_of(asked: Asked, names: list[str]) -> int | None:
    """How well the words fit one of a page's names: EXACT … WITHIN, None when not at all."""
    fits = [_fit(asked, name_key(name), *pinyin_of(name)) for name in names]
    return min((fit for fit in fits if fit is not None), default=None)


def _fit(asked, name, pinyin, initials):
    if not asked.is_enough:
        return None
    if asked.key == name or (asked.latin and asked.latin in (pinyin, initials)):
        return EXACT
    if name.startswith(asked.key) or (asked.latin and pinyin.startswith(asked.latin)):
        return PREFIX
    return WITHIN if asked.key in name else None


def _people(scope, asked):
    certain = [Person.name_key == asked.key, Person.admission_hash == match_key("number", asked.words)]  # fmt: skip
    if asked.phone:
        certain.append(Person.phone_hash == match_key("phone", asked.phone))
    exact, prefix, within = [], [_starts(Person.name_key, asked.key)], []
    within.append(Person.name_key.contains(asked.key, autoescape=True))
    if asked.tail and not asked.phone:
        exact.append(Person.phone_tail == asked.tail)
    if asked.latin:
        exact += [Person.pinyin == asked.latin, Person.initials == asked.latin]
        prefix += [_starts(Person.pinyin, asked.latin), _starts(Person.initials, asked.latin)]
        within += _inside(asked, Person.pinyin)
    rank = _rank(or_(*certain), or_(*exact) if exact else None, or_(*prefix))
    query = (
        select(Person.code, Person.name, Org.full_name, Person.phone_tail)
        .join(Membership, Membership.person_id == Person.id)
        .join(Org, Org.id == Membership.org_id)
        .where(
            Org.path.like(scope.path + "%"), Person.merged_into_id.is_(None),
            open_on(clock.today()), or_(*certain, *exact, *prefix, *within),
        )
        .order_by(rank, func.length(Person.name), Person.pinyin, Person.id, Membership.home.desc())
        .limit(3 * MOST)  # somebody in a second branch has two rows
    )  # fmt: skip
    hits = {}
    for row in db.session.execute(query):
        hits.setdefault(row.code, PersonHit(*row))
    return list(hits.values())


def _orgs(scope, asked):
    names = (Org.full_name, Org.short_name)
    exact = [func.lower(name) == asked.words.lower() for name in names]
    exact += [Org.code == asked.code] if asked.code else []
    prefix = [_starts(name, asked.words) for name in names]
    word = [Org.short_name.icontains(asked.words, autoescape=True)]
    within = [Org.full_name.icontains(asked.words, autoescape=True)]
    if asked.latin:
        prefix += [_starts(Org.pinyin, asked.latin), _starts(Org.initials, asked.latin)]
        within += [*_inside(asked, Org.pinyin), *_inside(asked, Org.initials)]
    query = (
        select(Org)
        .where(
            Org.path.like(scope.path + "%"), Org.closed_on.is_(None),
            or_(*exact, *prefix, *word, *within),
        )
        .order_by(_rank(or_(*exact), or_(*prefix), or_(*word)), func.length(Org.full_name), Org.id)
        .limit(MOST + 1)
    )  # fmt: skip
    return list(db.session.scalars(query))


def _events(scope, asked):
    of_code = select(Occurrence.event_id).where(Occurrence.code == asked.code)
    exact = [func.lower(Event.title) == asked.words.lower()]
    exact += [Event.code == asked.code, Event.id.in_(of_code)] if asked.code else []
    prefix, within = [_starts(Event.title, asked.words)], []
    word = [Event.title.icontains(mark + asked.words, autoescape=True) for mark in BEFORE_WORDS]
    within.append(Event.title.icontains(asked.words, autoescape=True))
    if asked.latin:
        prefix += [_starts(Event.pinyin, asked.latin), _starts(Event.initials, asked.latin)]
        within += [*_inside(asked, Event.pinyin), *_inside(asked, Event.initials)]
    query = (
        select(Event)
        .join(Org, Org.id == Event.host_id)
        .where(_in_sight(scope), Event.merged_into_id.is_(None), or_(*exact, *prefix, *within))
        .options(selectinload(Event.occurrences), joinedload(Event.host))
        .order_by(_rank(or_(*exact), or_(*prefix), or_(*word)), Event.id.desc())
        .limit(MOST + 1)
    )
    return [_event_hit(event, asked) for event in db.session.scalars(query)]


def _in_sight(scope):
    """Hosted in the subtree (a draft that was thrown away is gone), or published and inviting it."""
    gone = and_(Event.published_at.is_(None), Event.withdrawn_at.is_not(None))
    is_out = and_(Event.published_at.is_not(None), Event.withdrawn_at.is_(None))
    return or_(
        and_(Org.path.like(scope.path + "%"), ~gone), and_(is_out, Event.id.in_(invited_in(scope)))
    )


def _event_hit(event, asked):
    spoken = next((o for o in event.occurrences if o.code == asked.code), None)
    sitting = spoken or likely_occurrence(event, clock.now())
    code = spoken.code if spoken else event.code
    return EventHit(code, event.title, event.host.short_name, sitting.starts_at, sitting.phase)


def _starts(column, words):
    return column.istartswith(words, autoescape=True)


def _inside(asked, column):
    return [column.contains(asked.latin, autoescape=True)] if len(asked.latin) >= INSIDE else []


def _rank(*tiers):
    """0 for rows of the first tier, 1 for the second …; a tier may be None."""
    whens = [(tier, literal(number)) for number, tier in enumerate(tiers) if tier is not None]
    return case(*whens, else_=literal(len(tiers)))
