"""What a card opens: whose it is."""

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from app import keys
from app.db import db
from app.domain.cards.model import Card
from app.domain.cards.secret import opening
from app.domain.members import Person, resolved
from app.errors import NotFound
from app.words import N_


class UnknownCard(NotFound):
    code, words = "unknown", N_("没有这张个人卡，请再扫一次，或查姓名。")


class RevokedCard(NotFound):
    code, words = "revoked", N_("这张个人卡已经作废，请查姓名，再找支部书记补一张。")


def person_of(text: str) -> Person:
    """The person of a card, from its secret or any text that holds it; of merged rows the one that
    stayed. One statement. Raises UnknownCard and RevokedCard (both 404)."""
    secret = opening(text)
    if secret is None:
        raise UnknownCard
    owner = aliased(Person)
    found = db.session.execute(
        select(Person, Card.revoked_at)
        .select_from(Card)
        .join(owner, owner.id == Card.person_id)
        .join(Person, Person.id == resolved(owner))
        .where(Card.token_hash == keys.token_hash(secret))
    ).first()
    if found is None:
        raise UnknownCard
    person, revoked_at = found
    if revoked_at is not None:
        raise RevokedCard
    return person


def living_card(person: Person) -> Card | None:
    """The card that works, of the person or of a row merged into them; the newest of several."""
    return db.session.scalar(
        select(Card)
        .join(Person, Person.id == Card.person_id)
        .where(
            Card.revoked_at.is_(None), or_(Person.id == person.id, Person.merged_into_id == person.id)
        )
        .order_by(Card.id.desc())
        .limit(1)
    )  # fmt: skip


def holders_among(person_ids: list[int]) -> set[int]:
    """Which of these persons hold a living card."""
    return set(
        db.session.scalars(
            select(resolved())
            .join(Card, Card.person_id == Person.id)
            .where(Card.revoked_at.is_(None), resolved().in_(person_ids))
        )
    )


def secret_of(card: Card) -> str | None:
    """The secret, to print it again; None when it was sealed with another key."""
    try:
        return keys.unseal(card.token_sealed).decode()
    except ValueError:
        return None
