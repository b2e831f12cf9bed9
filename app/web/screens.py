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


@bp.get("/screen/<token>/<sitting>")
@guards.token
def show_sitting(token, sitting):
    """One sitting's own wall: three rooms at once."""
    return render_template("screens/show.html", **_drawn(token, sitting, fresh=True))


@bp.get("/screen/<token>/count")
@guards.token
def count(token):
    return _fragment(_drawn(token, fresh=False))


@bp.get("/screen/<token>/<sitting>/count")
@guards.token
def count_sitting(token, sitting):
    return _fragment(_drawn(token, sitting, fresh=False))


def _fragment(drawn):
    if request.args.get("v") == drawn["version"]:
        return "", 204
    return render_template("screens/_count.html", **drawn)


def _drawn(token, sitting=None, *, fresh):
    event, now = passes.event_of_screen(token), clock.now()
    if sitting is None:
        occurrence = events.likely_occurrence(event, now)
    else:
        occurrence = events.sitting_of(event, sitting)
    board = live.board(occurrence, fresh=fresh)
    base = current_app.extensions["settings"].base_url
    shows = event.rotates and not occurrence.is_over
    rotating = passes.projected(occurrence, base, now) if shows else None
    version = f"{occurrence.code}-{board.version}"
    code = occurrence.code if sitting or rotating else event.code
    return {
        "token": token, "sitting": sitting, "event": event, "occurrence": occurrence,
        "board": board, "is_over": occurrence.is_over, "rotating": rotating,
        "version": f"{version}-{event.epoch}-{rotating.step}" if rotating else version,
        "code": code, "picture": passes.picture(passes.check_in_url(base, code), "M"),
        "address": passes.spoken_address(base, code),
        "stand": reach.standing(current_app.extensions["settings"]),
    }  # fmt: skip
