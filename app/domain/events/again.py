"""再办一次: the same event on the next such day, as a draft to be looked over."""

from app import clock
from app.db import transaction
from app.domain.events.model import Event
from app.domain.events.sittings import locked, new_occurrence, shifted
from app.domain.events.verbs import make_event
from app.domain.orgs import is_within
from app.domain.staff import Staff

TOLD = ("starts_at", "ends_at", "opens_at", "closes_at", "place", "venue", "capacity", "capacity_binds")  # fmt: skip


def copy_event(event: Event, *, by: Staff) -> Event:
    """A draft with the same words, guests and sittings, at the same time of day on the same weekday
    of the first week that lies ahead and after the last sitting. Orgs that are closed by now or
    outside the subtree of `by` are not invited again; a closed host gives way to the org of `by`."""
    with transaction() as session:
        event = locked(session, event)
        weeks = _weeks_ahead(event.alive)
        first, *others = [
            shifted({name: getattr(one, name) for name in TOLD}, weeks) for one in event.alive
        ]
        made = make_event(
            event.title, host=by.org if event.host.is_closed else event.host, by=by, actor=by.actor,
            draft=True, invited=_invited_again(event, by), programmes=event.programmes,
            series=event.series, campaign=event.campaign, after_words=event.after_words, is_public=event.is_public,
            walk_ins=event.walk_ins, checks_out=event.checks_out, rotates=event.rotates,
            usual_role=event.usual_role,
            copied_from=event, **first,
        )  # fmt: skip
        for sitting in others:
            new_occurrence(session, made, **sitting)
        session.expire(made, ["occurrences"])
    return made


def _weeks_ahead(sittings):
    start = sittings[0].starts_at
    after = max(clock.now(), max(one.starts_at for one in sittings))
    weeks = 1
    while clock.weeks_later(start, weeks) <= after:
        weeks += 1
    return weeks


def _invited_again(event, by):
    """As make_event takes it; None (the host's own) when nobody of those invited is left."""
    rows = [row for row in event.invitations if is_within(by.org, row.org)]
    again = [(row.org, row.mode) for row in rows if not row.org.is_closed]
    return again or (None if event.invitations else [])
