"""The picture to pass on in a chat: shown big, to be saved with a long press."""

from flask import current_app, render_template

from app.domain import events, passes
from app.web import guards
from app.web.events.room import bp
from app.web.sharing import share_of


@bp.get("/<code>/share")
@guards.role("organizer", or_auditor=True)
def share(code):
    event = events.event_in_sight(guards.my_org(), code).event
    events.find_announced(code)
    found = events.event_or_occurrence(code)
    settings = current_app.extensions["settings"]
    return render_template(
        "events/share.html", event=event, code=found.code, version=share_of(event, code).version,
        address=passes.spoken_address(settings.base_url, found.code),
        is_only_here=settings.is_only_here,
    )  # fmt: skip
