"""What rows that are never deleted have in common: they are voided with a reason, and a correction
voids one and adds another."""

from datetime import date

from app import clock
from app.domain.audit import Actor
from app.errors import Conflict, Invalid
from app.text import tidy
from app.words import N_

LONGEST_REASON = 200


def checked_why(reason: str) -> str:
    """Why a row is voided, tidied; raises Invalid (reason)."""
    reason = tidy(reason)
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise Invalid(N_("写一句原因，最多 200 个字。"), field="reason")
    return reason


def must_stand(session, row) -> None:
    """Read the row anew and keep others from it until the transaction ends; raises Conflict when it
    was voided already."""
    session.refresh(row, with_for_update={"of": type(row)})
    if row.voided_at is not None:
        raise Conflict(N_("这一条已经撤销或者更正过了，刷新后再看。"))


def void_row(row, by: Actor, reason: str = "") -> None:
    """Void the row inside the caller's transaction; no reason: another one stands in its place."""
    row.voided_at, row.voided_by_id, row.void_reason = clock.now(), by.id, reason


def changed(before: dict, after: dict) -> dict:
    """Name → [before, now] of what is not the same, as the trail writes it down."""
    return {
        name: [_plain(before[name]), _plain(value)]
        for name, value in after.items()
        if before[name] != value
    }


def checked_texts(told: dict[str, str], longest: dict[str, int]) -> dict[str, str]:
    """The texts tidied; raises Invalid for one that is too long."""
    texts = {name: tidy(told[name]) for name in longest}
    for name, most in longest.items():
        if len(texts[name]) > most:
            raise Invalid(N_("最多 %(n)s 个字。"), field=name, n=most)
    return texts


def checked_day(day: date, field: str) -> date:
    """A day that has come; raises Invalid."""
    if day > clock.today():
        raise Invalid(N_("这一天还没有到。"), field=field)
    if day.year < 1949:
        raise Invalid(N_("这一天太早了。"), field=field)
    return day


def _plain(value):
    return value.isoformat() if isinstance(value, date) else value
