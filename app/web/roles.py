"""What those who came came as, changed in the list of an event."""

from flask import Blueprint, redirect, request, url_for

from app.domain import checkins, events
from app.web import guards
from app.web.forms import strip

bp = Blueprint("roles", __name__, url_prefix="/events/<code>")


@bp.post("/roles")
@guards.role("organizer")
def update(code):
    """One row or many: the ticked ones get the chosen role."""
    event = events.event_hosted_in(guards.my_org(), code)
    occurrence = events.occurrence_of(event, request.form.get("occurrence") or code)
    asked = list(dict.fromkeys(strip(row) for row in request.form.getlist("row")))[:500]
    rows = [checkins.find_check_in(event, row) for row in asked]
    changed = checkins.give_role(rows, request.form.get("role", ""), by=guards.me().actor)
    return redirect(
        url_for(
            "attendance.index", code=event.code, occurrence=occurrence.code, change="roles",
            part="present", roles=changed,
        ),
        code=303,
    )  # fmt: skip
