"""The code to hang up: as an image, and as an A4 poster."""

from flask import Blueprint, Response, current_app, render_template

from app.domain import events, passes, reach
from app.web import guards

bp = Blueprint("posters", __name__, url_prefix="/events")


@bp.get("/<code>/qr.png")
@guards.role("organizer", or_auditor=True)
def qr_png(code):
    """For screens and phones: level M."""
    _in_sight(code)
    return Response(passes.picture(_url(code), "M").png, mimetype="image/png")


@bp.get("/<code>/qr.svg")
@guards.role("organizer", or_auditor=True)
def qr_svg(code):
    """For paper: level Q, sharp at any size."""
    _in_sight(code)
    return Response(passes.picture(_url(code), "Q").svg, mimetype="image/svg+xml")


@bp.get("/<code>/poster")
@guards.role("organizer", or_auditor=True)
def poster(code):
    event = _in_sight(code)
    found = events.event_or_occurrence(code)
    stand = reach.standing(current_app.extensions["settings"])
    if not stand.may_print:
        return render_template("posters/refused.html", event=event, stand=stand), 409
    return render_template(
        "posters/poster.html", event=event, sittings=events.sittings_of(found), code=found.code,
        picture=passes.picture(_url(code), "Q"),
        address=passes.spoken_address(_base(), found.code),
        stand=stand,
    )  # fmt: skip


def _in_sight(code):
    return events.event_in_sight(guards.my_org(), code).event


def _base():
    return current_app.extensions["settings"].base_url


def _url(code):
    return passes.check_in_url(_base(), events.event_or_occurrence(code).code)
