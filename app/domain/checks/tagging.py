"""批量标活动类型: several events, one programme, one transaction."""

from app.db import transaction
from app.domain import events
from app.domain.programmes import find_programmes
from app.domain.staff import Staff
from app.errors import Invalid
from app.words import N_

MOST = 500  # events at once


def tag_events(codes: list[str], programme: str, *, by: Staff) -> int:
    """Give each of these events the programme of this code; those that bear it already are left
    alone. How many changed; each leaves its own line in the trail. Raises Invalid (events,
    programme), NotFound for an event that is hosted outside the account's scope."""
    if not codes:
        raise Invalid(N_("先勾上要标的活动。"), field="events")
    if len(codes) > MOST:
        raise Invalid(N_("一次最多标 %(n)s 个活动。"), field="events", n=MOST)
    if not programme:
        raise Invalid(N_("选一种活动类型。"), field="programme")
    changed = 0
    with transaction():
        (tag,) = find_programmes([programme])
        for code in dict.fromkeys(codes):
            event = events.event_hosted_in(by.org, code)
            if tag not in event.programmes:
                events.edit_event(event, by=by.actor, programmes=[*event.programmes, tag])
                changed += 1
    return changed
