"""The projector's token: it opens one event's screen and nothing else."""

from sqlalchemy import select

from app import keys
from app.db import db, transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.events import Event, surviving
from app.errors import NotFound


def screen_token(event: Event) -> str | None:
    """The token of the event's screen, if one was made that this installation can still read."""
    if event.screen_token_sealed is None:
        return None
    try:
        return keys.unseal(event.screen_token_sealed).decode()
    except ValueError:  # sealed with another PII key
        return None


def open_screen(event: Event, *, by: Actor, renew: bool = False) -> str:
    """The token of the event's screen, made when missing; renew makes the old address die."""
    with transaction() as session:
        event = session.get(Event, event.id, with_for_update=True)
        token = None if renew else screen_token(event)
        if token is None:
            token = keys.token()
            event.screen_token_hash = keys.token_hash(token)
            event.screen_token_sealed = keys.seal(token)
            audit.record(
                "screen_opened", by=by, org_id=event.host_id, subject=f"event:{event.id}",
                event=event.title,
            )  # fmt: skip
    return token


def event_of_screen(token: str) -> Event:
    """The published event whose screen a token opens; raises NotFound."""
    event = db.session.scalar(
        select(Event).where(Event.screen_token_hash == keys.token_hash(token))
    )
    event = surviving(event) if event is not None else None
    if event is None or event.published_at is None or event.withdrawn_at is not None:
        raise NotFound
    return event
