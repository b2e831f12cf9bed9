"""What anybody may know of an event: when, where, whose; for the calendar; and its code as an
image. No way to check in from here: that needs the code on the spot."""

from flask import Blueprint, Response, current_app, render_template, request, url_for

from app.domain import events, passes
from app.web import guards
from app.web.elsewhere import elsewhere, in_wechat
from app.web.sharing import share_of

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


@bp.get("/<code>/share.png")
@guards.public
def share_png(code):
    """As with qr.png; a phone that has the picture already is told so before one is drawn."""
    share = share_of(events.find_announced(code), code)
    response = Response(mimetype="image/png")
    response.headers["Cache-Control"] = "public, max-age=300"
    response.set_etag(share.version)
    if share.version not in request.if_none_match:
        response.set_data(passes.share_picture(share))
    return response.make_conditional(request)


@bp.get("/<code>/event.ics")
@guards.public
def calendar(code):
    event = events.find_public(code)
    if in_wechat():
        return elsewhere(url_for("public.show", code=code), event.title, needs_account=False)
    text = events.calendar(event, current_app.extensions["settings"].base_url)
    name = f'attachment; filename="{event.code}.ics"'
    return Response(text, mimetype="text/calendar", headers={"Content-Disposition": name})
