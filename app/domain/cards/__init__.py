"""个人卡: the personal card a secretary hands out, a 128-bit secret behind /p/<token>."""

from app.domain.cards.model import Card
from app.domain.cards.questions import (
    RevokedCard,
    UnknownCard,
    holders_among,
    living_card,
    person_of,
    secret_of,
)
from app.domain.cards.secret import card_url, opening
from app.domain.cards.verbs import (
    MOST_AT_ONCE,
    NoCard,
    cards_for,
    make_card,
    revoke_card,
    show_card,
)

__all__ = [
    "MOST_AT_ONCE", "Card", "NoCard", "RevokedCard", "UnknownCard", "card_url", "cards_for", "holders_among",
    "living_card", "make_card", "opening", "person_of", "revoke_card", "secret_of", "show_card",
]  # fmt: skip
