"""The projector: the code, the count and masked names, behind a token that opens nothing else."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for

from app import clock
from app.domain import events, live, passes, reach
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
    return render_template("screens/show.html", **_drawn(token, fresh=True))


@bp.get("/screen/<token>/count")
@guards.token
def count(token):
    drawn = _drawn(token, fresh=False)
    if request.args.get("v") == drawn["version"]:
        return "", 204
    return render_template("screens/_count.html", **drawn)


def _drawn(token, *, fresh):
    event = passes.event_of_screen(token)
    occurrence = events.likely_occurrence(event, clock.now())
    board = live.board(occurrence, fresh=fresh)
    base = current_app.extensions["settings"].base_url
    return {
        "token": token, "event": event, "occurrence": occurrence, "board": board,
        "version": f"{occurrence.code}-{board.version}", "is_over": occurrence.is_over,
        "picture": passes.picture(passes.check_in_url(base, event.code), "M"),
        "address": passes.spoken_address(base, event.code),
        "stand": reach.standing(current_app.extensions["settings"]),
    }  # fmt: skip
