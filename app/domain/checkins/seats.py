"""Who sits for an org that was invited by seat. The first valid claim holds the seat: no two scans
at once have to agree on who was first, and an undone one lets the next in."""

from sqlalchemy import select

from app.db import transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.checkins.model import CheckIn
from app.domain.events import EventOrg
from app.domain.orgs import Org
from app.errors import Conflict, Invalid
from app.words import N_


def claimed_seat(session, event_id: int, *org_ids: int | None) -> int | None:
    """The first of these orgs that was invited by seat, or None."""
    seats = set(
        session.scalars(
            select(EventOrg.org_id).where(EventOrg.event_id == event_id, EventOrg.mode == "seats")
        )
    )
    return next((org for org in org_ids if org in seats), None)


def give_seat(row: CheckIn, org: Org, *, by: Actor, is_substitute: bool = False) -> None:
    """Let this row sit for the org, and nobody else; is_substitute: it came in another's place
    (代会). Raises Invalid for an org that has no seat here, Conflict for a row that was undone."""
    with transaction() as session:
        session.refresh(row)
        occurrence = row.occurrence
        if claimed_seat(session, occurrence.event_id, org.id) is None:
            raise Invalid(N_("这个单位没有按席位受邀。"), field="org")
        if row.voided_at is not None:
            raise Conflict(N_("这条签到刚刚撤销了。刷新后再选。"))
        others = select(CheckIn).where(
            CheckIn.occurrence_id == occurrence.id, CheckIn.seat_org_id == org.id,
            CheckIn.id != row.id,
        )  # fmt: skip
        for other in session.scalars(others):
            other.seat_org_id, other.is_substitute = None, False
        row.seat_org_id, row.is_substitute = org.id, is_substitute
        audit.record(
            "seat_given", by=by, org_id=occurrence.event.host_id,
            subject=f"event:{occurrence.event_id}", event=occurrence.event.title,
            occurrence=occurrence.code, person=row.person.code, org=org.full_name,
            substitute=is_substitute,
        )  # fmt: skip
