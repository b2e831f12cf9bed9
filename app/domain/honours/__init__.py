"""Honours: titles given to persons and to collectives."""

from app.domain.honours.model import Honour

__all__ = ["Honour"]
