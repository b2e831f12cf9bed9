"""The front door: participants get a box for a spoken code, staff get today."""

from flask import Blueprint, redirect, render_template, request, url_for

from app.domain import checkins, events
from app.domain import today as days
from app.errors import NotFound
from app.web import guards
from app.web.forms import Bare
from app.web.home.notices import notices_of

bp = Blueprint("home", __name__)


@bp.get("/")
@guards.public
def index():
    if request.args.get("code"):
        return _spoken(request.args["code"])
    if guards.staff_or_none() is None:
        return _front_door()
    today = days.today_of(guards.my_org())
    return render_template(
        "home/today.html", today=today, notices=notices_of(guards.me(), today),
        bare=Bare(formdata=None),
    )  # fmt: skip


def _spoken(typed):
    """To the check-in page of a code read aloud; an unknown one is said so, with what was typed."""
    try:
        code = events.find_spoken(typed)
    except NotFound:
        return _front_door(typed=typed.strip()[:40], status=404)
    return redirect(url_for("checkin.show", code=code), code=303)


def _front_door(*, typed="", status=200):
    return render_template(
        "home/front.html", sittings=days.public_sittings(), typed=typed, unknown=status == 404,
        misread=set(events.code_in(typed)) & set("01OI"),
        scans=checkins.own_scans(guards.phone_device(), limit=3),
    ), status  # fmt: skip
