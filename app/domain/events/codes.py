"""Codes that people scan or speak: events and occurrences share one namespace."""

from sqlalchemy.exc import IntegrityError

from app.domain.events.model import PublicCode
from app.keys import new_code

TRIES = 20


def allot_code(session, kind: str) -> str:
    """A fresh code of six letters, taken within the caller's transaction."""
    for _ in range(TRIES):
        code = new_code()
        try:
            with session.begin_nested():
                session.add(PublicCode(code=code, kind=kind))
        except IntegrityError:
            continue
        return code
    raise RuntimeError(f"{TRIES} random codes in a row were taken")
