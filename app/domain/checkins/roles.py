"""What somebody came as: audience, volunteer, lecturer … A role changes no figure of presence."""

from app.db import transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.checkins.model import CheckIn
from app.domain.events import ROLES
from app.errors import Conflict, Invalid
from app.words import N_


def give_role(rows: list[CheckIn], role: str, *, by: Actor) -> int:
    """Let these rows bear the role, all or none; returns how many bore another. Raises Invalid
    (role), Conflict for a row that was undone."""
    if role not in ROLES:
        raise Invalid(N_("没有这种角色。"), field="role")
    changed = 0
    with transaction() as session:
        for row in rows:
            session.refresh(row)
            if row.voided_at is not None:
                raise Conflict(N_("有一条签到刚刚撤销了。刷新后再改。"))
            if row.role == role:
                continue
            before, row.role, changed = row.role, role, changed + 1
            occurrence = row.occurrence
            audit.record(
                "role_given", by=by, org_id=occurrence.event.host_id,
                subject=f"event:{occurrence.event_id}", event=occurrence.event.title,
                occurrence=occurrence.code, person=row.person.code, role_before=before, role_after=role,
            )  # fmt: skip
    return changed
