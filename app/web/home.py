"""The front door: participants get a box for a spoken code, staff get today."""

from flask import Blueprint, redirect, render_template, request, url_for

from app.domain import checkins, events, today
from app.errors import NotFound
from app.text import spoken_code
from app.web import guards

bp = Blueprint("home", __name__)


@bp.get("/")
@guards.public
def index():
    if request.args.get("code"):
        return _spoken(request.args["code"])
    if guards.staff_or_none() is None:
        return _front_door()
    return render_template("home/today.html", today=today.today_of(guards.my_org()))


def _spoken(typed):
    """To the check-in page of a code read aloud; an unknown one is said so, with what was typed."""
    try:
        event = events.find_public(typed)
    except NotFound:
        return _front_door(typed=typed[:20], status=404)
    code = spoken_code(typed)[:8]
    return redirect(url_for("checkin.show", code=code or event.code), code=303)


def _front_door(*, typed="", status=200):
    return render_template(
        "home/front.html", sittings=today.public_sittings(), typed=typed, unknown=status == 404,
        scans=checkins.own_scans(guards.phone_device(), limit=3),
    ), status  # fmt: skip
