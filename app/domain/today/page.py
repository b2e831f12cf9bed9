"""today_of(): what the first page of an account needs, in a number of statements that does not grow
with the tree."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from app import clock
from app.db import db
from app.domain import reviews
from app.domain.events import Event
from app.domain.members import Membership
from app.domain.orgs import Org
from app.domain.periods import Period, month_of
from app.domain.today.folds import Folded, fold
from app.domain.today.sittings import (
    FLAT,
    coming_of,
    ended_of,
    running_of,
    unrecorded_of,
)

OWED_DAYS = 90  # how far back something unrecorded is still asked for


@dataclass(frozen=True)
class Today:
    """running, coming: sittings; ended: where somebody was missing; unrecorded: held this month
    without a record; overdue: the same in the months before; what is missing to begin with:
    has_members, has_events. month: this one; before: the days of `overdue`; days_left: of the month,
    today not counted."""

    running: Folded
    coming: Folded
    ended: Folded
    unrecorded: Folded
    overdue: Folded
    waiting: reviews.Waiting
    has_members: bool
    has_events: bool
    month: Period
    before: Period
    days_left: int


def today_of(scope: Org) -> Today:
    """Today as an account of this scope needs it."""
    month, today = month_of(clock.today()), clock.today()
    before = Period(today - timedelta(days=OWED_DAYS), month.from_on - timedelta(days=1))
    return Today(
        running=running_of(scope),
        coming=coming_of(scope),
        ended=ended_of(scope),
        unrecorded=_owed(scope, Period(month.from_on, today)),
        overdue=_owed(scope, before),
        waiting=reviews.waiting_reviews(scope),
        has_members=_has(_members(scope)),
        has_events=_has(
            select(Event.id)
            .join(Org, Org.id == Event.host_id)
            .where(Org.path.like(scope.path + "%"))
        ),
        month=month,
        before=before,
        days_left=(month.to_on - today).days,
    )


def _owed(scope, period):
    return fold(scope, unrecorded_of(scope, period), lambda row: row.path, flat=FLAT)


def _members(scope):
    inside = Org.path.like(scope.path + "%")
    return select(Membership.id).join(Org, Org.id == Membership.org_id).where(inside)


def _has(query):
    return db.session.scalar(query.limit(1)) is not None
