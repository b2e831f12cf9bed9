"""The projector: the code, the count and masked names, behind a token that opens nothing else."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for

from app import clock
from app.domain import events, passes
from app.web import guards
from app.web.forms import Bare

bp = Blueprint("screens", __name__)


@bp.post("/events/<code>/screen")
@guards.role("organizer")
def create(code):
    Bare().validate()
    event = events.event_hosted_in(guards.my_org(), code)
    token = passes.open_screen(event, by=guards.me().actor, renew="renew" in request.form)
    if "renew" in request.form:
        return redirect(url_for("events.show", code=event.code), code=303)
    return redirect(url_for("screens.show", token=token), code=303)


@bp.get("/screen/<token>")
@guards.token
def show(token):
    event = passes.event_of_screen(token)
    base = current_app.extensions["settings"].base_url
    return render_template(
        "screens/show.html", event=event, token=token,
        occurrence=events.likely_occurrence(event, clock.now()),
        picture=passes.picture(passes.check_in_url(base, event.code), "M"),
        address=passes.spoken_address(base, event.code),
    )  # fmt: skip
