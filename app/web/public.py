"""What anybody may know of an event: when, where, whose; for the calendar; and its code as an
image. No way to check in from here: that needs the code on the spot."""

from flask import Blueprint, Response, current_app, render_template

from app.domain import events, passes
from app.web import guards

bp = Blueprint("public", __name__, url_prefix="/e")


@bp.get("/<code>")
@guards.public
def show(code):
    return render_template("public/show.html", event=events.find_public(code))


@bp.get("/<code>/qr.png")
@guards.public
def qr_png(code):
    """Reads no cookie and sets none, so that chats and articles can fetch it."""
    events.find_public(code)
    found = events.event_or_occurrence(code)
    url = passes.check_in_url(current_app.extensions["settings"].base_url, found.code)
    response = Response(passes.picture(url, "M").png, mimetype="image/png")
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.add_etag()
    return response


@bp.get("/<code>/event.ics")
@guards.public
def calendar(code):
    event = events.find_public(code)
    text = events.calendar(event, current_app.extensions["settings"].base_url)
    name = f'attachment; filename="{event.code}.ics"'
    return Response(text, mimetype="text/calendar", headers={"Content-Disposition": name})
