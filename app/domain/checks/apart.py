"""不是重复: two events that look alike and are two. Somebody says so with a reason, and takes it back."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app import clock
from app.db import Instant, db, transaction
from app.domain import audit
from app.domain.events import Event, event_hosted_in
from app.domain.orgs import Org, is_within
from app.domain.staff import Staff
from app.domain.voiding import checked_why, must_stand
from app.errors import Conflict, Invalid, NotFound
from app.keys import new_code
from app.words import N_

STANDING = text("voided_at IS NULL")
TOLD = N_("这两个活动已经标明不是重复了。")


class DistinctEventPair(db.Model):
    """Two events that are not one, for a named account's reason. At most one of a pair stands."""

    __table_args__ = (
        Index(
            "uq_distinct_event_pair_standing", "one_id", "other_id", unique=True,
            sqlite_where=STANDING, postgresql_where=STANDING,
        ),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    one_id: Mapped[int] = mapped_column(ForeignKey("event.id"))  # the smaller id
    other_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    reason: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    voided_at: Mapped[datetime | None] = mapped_column(Instant)
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    one: Mapped[Event] = relationship(foreign_keys=[one_id])
    other: Mapped[Event] = relationship(foreign_keys=[other_id])
    made_by: Mapped[Staff | None] = relationship(foreign_keys=[made_by_id])


def tell_apart(one: str, other: str, reason: str, *, by: Staff) -> DistinctEventPair:
    """The events of these codes are two, not one. Raises NotFound for one that is hosted outside the
    account's scope, Invalid, Conflict where somebody was faster."""
    reason = checked_why(reason)
    try:
        with transaction() as session:
            events = [event_hosted_in(by.org, code) for code in (one, other)]
            first, second = sorted(events, key=lambda event: event.id)
            if first.id == second.id:
                raise Invalid(N_("这是同一个活动。"), field="reason")
            if (first.id, second.id) in told_apart():
                raise Conflict(TOLD)
            pair = DistinctEventPair(
                code=new_code(8), one_id=first.id, other_id=second.id, reason=reason,
                made_at=clock.now(), made_by_id=by.id,
            )  # fmt: skip
            session.add(pair)
            session.flush()
            _say("events_told_apart", pair, by, reason=reason)
    except IntegrityError as error:  # two pressed at once: the index let one in
        raise Conflict(TOLD) from error
    return pair


def take_back(pair: DistinctEventPair, *, by: Staff) -> None:
    """They may be one after all: they are found again. Raises Conflict."""
    with transaction() as session:
        must_stand(session, pair)
        pair.voided_at, pair.voided_by_id = clock.now(), by.id
        _say("events_apart_withdrawn", pair, by)


def find_pair(scope: Org, code: str) -> DistinctEventPair:
    """A pair whose events are both hosted in the subtree; raises NotFound."""
    query = select(DistinctEventPair).where(DistinctEventPair.code == code.strip().upper()[:12])
    pair = db.session.scalar(query)
    if pair is None or not _is_in(scope, pair):
        raise NotFound
    return pair


def told_apart() -> set[tuple[int, int]]:
    """The pairs that stand: (smaller, larger) event id."""
    query = select(DistinctEventPair.one_id, DistinctEventPair.other_id)
    return {
        tuple(row) for row in db.session.execute(query.where(DistinctEventPair.voided_at.is_(None)))
    }


def pairs_of(events: set[int], scope: Org) -> list[DistinctEventPair]:
    """The pairs that stand of these events, both hosted in the scope's subtree, the last said first."""
    query = (
        select(DistinctEventPair)
        .where(DistinctEventPair.voided_at.is_(None))
        .options(
            joinedload(DistinctEventPair.one).joinedload(Event.host),
            joinedload(DistinctEventPair.other).joinedload(Event.host),
            joinedload(DistinctEventPair.made_by),
        )
        .order_by(DistinctEventPair.id.desc())
    )
    found = db.session.scalars(query)
    return [pair for pair in found if {pair.one_id, pair.other_id} & events and _is_in(scope, pair)]


def _is_in(scope, pair):
    return all(is_within(scope, event.host) for event in (pair.one, pair.other))


def _say(act, pair, by, **facts):
    audit.record(
        act, by=by.actor, org_id=pair.one.host_id, subject=f"event:{pair.one_id}",
        event=pair.one.title, twin=pair.other.title, **facts,
    )  # fmt: skip
