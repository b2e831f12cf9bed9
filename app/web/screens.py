"""The projector: the code, the count and masked names, behind a token that opens nothing else."""

from flask import Blueprint, redirect, render_template, request, url_for

from app.domain import events, passes
from app.web import guards, walls
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
    return walls.fragment(_drawn(token, fresh=False))


@bp.get("/screen/<token>/<sitting>/count")
@guards.token
def count_sitting(token, sitting):
    return walls.fragment(_drawn(token, sitting, fresh=False))


def _drawn(token, sitting=None, *, fresh):
    event = passes.event_of_screen(token)
    occurrence = events.sitting_of(event, sitting) if sitting is not None else None
    where = {"token": token} if sitting is None else {"token": token, "sitting": sitting}
    asks = url_for("screens.count" if sitting is None else "screens.count_sitting", **where)
    drawn = walls.drawn(event, occurrence, fresh=fresh)
    return drawn | {"asks": None if drawn["occurrence"].is_over else asks}
