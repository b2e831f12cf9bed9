"""Honours: titles given to persons and to collectives."""

from app.domain.honours.model import LEVELS, Honour
from app.domain.honours.questions import Granted, granted

__all__ = ["LEVELS", "Granted", "Honour", "granted"]
