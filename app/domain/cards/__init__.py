"""个人码: the personal card a secretary hands out, a 128-bit secret behind /p/<token>."""

from app.domain.cards.model import Card

__all__ = ["Card"]
