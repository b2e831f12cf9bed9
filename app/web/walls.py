"""A hall's wall: what the projector page draws, whoever may open it (its token, or a pairing)."""

from flask import current_app, render_template, request

from app import clock
from app.domain import events, live, passes, reach


def drawn(event, sitting, *, fresh) -> dict:
    """What templates/screens draws of an event: of one sitting, or of whichever is on. Who calls
    adds `asks`, the address the count is asked at, or None when nothing can change."""
    now, settings = clock.now(), current_app.extensions["settings"]
    occurrence = sitting or events.likely_occurrence(event, now)
    board, base = live.board(occurrence, fresh=fresh), settings.base_url
    shows = event.rotates and not occurrence.is_over
    rotating = passes.projected(occurrence, base, now) if shows else None
    version = f"{occurrence.code}-{board.version}"
    code = occurrence.code if sitting or rotating else event.code
    return {
        "event": event, "occurrence": occurrence, "board": board, "rotating": rotating,
        "version": f"{version}-{event.epoch}-{rotating.step}" if rotating else version,
        "code": code, "picture": passes.picture(passes.check_in_url(base, code), "M"),
        "address": passes.spoken_address(base, code), "stand": reach.standing(settings),
    }  # fmt: skip


def fragment(drawn):
    """The count alone; nothing when the page shows this version already."""
    if request.args.get("v") == drawn["version"]:
        return "", 204
    return render_template("screens/_count.html", **drawn)
