"""The seats of an event that asked orgs for one representative each: who sits for whom."""

from flask import Blueprint, redirect, render_template, request, url_for

from app.domain import checkins, events, live, orgs
from app.web import guards
from app.web.forms import Bare, strip

bp = Blueprint("seats", __name__, url_prefix="/events/<code>/seats")


@bp.get("")
@guards.role("organizer")
def index(code):
    event, occurrence = _found(code)
    return render_template(
        "seats/index.html", event=event, occurrence=occurrence, seats=live.seats(occurrence),
        rows=live.candidates(occurrence), bare=Bare(formdata=None),
    )  # fmt: skip


@bp.post("")
@guards.role("organizer")
def update(code):
    """Give the seat of an org to a row of this sitting."""
    event, occurrence = _found(code)
    row = checkins.find_check_in(event, strip(request.form.get("row")))
    guards.must_be(row.occurrence_id == occurrence.id)
    org = orgs.find_org(strip(request.form.get("org")))
    checkins.give_seat(
        row, org, by=guards.me().actor, is_substitute=bool(request.form.get("substitute"))
    )
    return redirect(url_for("seats.index", code=occurrence.code, done="given"), code=303)


def _found(code):
    event = events.event_hosted_in(guards.my_org(), code)
    return event, events.occurrence_of(event, request.values.get("occurrence") or code)
