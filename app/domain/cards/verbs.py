"""Making, showing and taking back a card. Each is written down: whoever holds the secret reads a
person's whole history."""

from collections.abc import Iterable

from sqlalchemy import or_, select

from app import clock, keys
from app.db import transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.cards.model import Card
from app.domain.cards.questions import secret_of
from app.domain.cards.secret import new_secret
from app.domain.members import Person
from app.domain.orgs import Org
from app.errors import Conflict, Invalid
from app.words import N_

MOST_AT_ONCE = 400


class NoCard(Conflict):
    code, words = "no_card", N_("还没有个人卡，先做一张。")


def make_card(person: Person, *, by: Actor, org: Org) -> str:
    """The secret of a new card of the person; an older one stops working at once. org: in whose
    trail it is written."""
    with transaction() as session:
        person = _locked(session, person)
        _revoke(session, person, by)
        return _make(session, person, by, org)


def cards_for(people: Iterable[Person], *, by: Actor, org: Org) -> list[tuple[Person, str]]:
    """(person, secret) to print, in the order given; who has none gets one, nobody's old one dies.
    Raises Invalid for nobody and for more than MOST_AT_ONCE."""
    people = list(people)
    if not people:
        raise Invalid(N_("请至少选一个人。"), field="person")
    if len(people) > MOST_AT_ONCE:
        raise Invalid(N_("一次最多印 %(n)s 张，请分几次。"), field="person", n=MOST_AT_ONCE)
    with transaction() as session:
        # Always in the same order: two sheets at once wait for each other, never crosswise.
        for person in sorted(people, key=lambda one: one.id):
            _locked(session, person)
        return [(person, _show_or_make(session, person, by, org)) for person in people]


def show_card(person: Person, *, by: Actor, org: Org) -> str:
    """The secret of the living card, to print it again. Raises NoCard, also when the keys of this
    installation cannot open it any more."""
    with transaction() as session:
        secret = _readable(session, person)
        if secret is None:
            raise NoCard
        _say("card_shown", person, by, org)
        return secret


def revoke_card(person: Person, *, by: Actor, org: Org) -> None:
    """Take the card back: it opens nothing any more. Raises NoCard."""
    with transaction() as session:
        person = _locked(session, person)
        if not _revoke(session, person, by):
            raise NoCard
        _say("card_revoked", person, by, org)


def _locked(session, person):
    """The final person, with whom others who make a card wait."""
    return session.get(
        Person, person.merged_into_id or person.id, with_for_update=True, populate_existing=True
    )


def _living(session, person):
    """Their living cards: of this row, and of rows that were merged into it."""
    query = (
        select(Card)
        .join(Person, Person.id == Card.person_id)
        .where(
            Card.revoked_at.is_(None), or_(Person.id == person.id, Person.merged_into_id == person.id)
        )
        .order_by(Card.id.desc())
    )  # fmt: skip
    return list(session.scalars(query))


def _readable(session, person):
    return next(filter(None, map(secret_of, _living(session, person))), None)


def _show_or_make(session, person, by, org):
    secret = _readable(session, person)
    if secret is None:
        _revoke(session, person, by)
        return _make(session, person, by, org)
    _say("card_shown", person, by, org)
    return secret


def _revoke(session, person, by):
    found = _living(session, person)
    for card in found:
        card.revoked_at, card.revoked_by_id = clock.now(), _staff_id(by)
    session.flush()  # before the next one: the index allows one living card
    return bool(found)


def _make(session, person, by, org):
    secret = new_secret()
    session.add(
        Card(
            person_id=person.id, token_hash=keys.token_hash(secret), token_sealed=keys.seal(secret),
            made_at=clock.now(), made_by_id=_staff_id(by),
        )
    )  # fmt: skip
    _say("card_made", person, by, org)
    return secret


def _say(act, person, by, org):
    audit.record(
        act, by=by, org_id=org.id, subject=f"person:{person.id}", person=person.code
    )  # fmt: skip


def _staff_id(by):
    return by.id if by.kind == "staff" else None
