"""What anybody may know of an event: when, where, whose; for the calendar; and its code as an
image. No way to check in from here: that needs the code on the spot."""

from datetime import UTC

from flask import Blueprint, Response, current_app, render_template

from app.domain import events, passes
from app.web import guards

bp = Blueprint("public", __name__, url_prefix="/e")
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})
LINE_BYTES = 73  # RFC 5545 folds at 75 octets; a continuation begins with a space


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


@bp.get("/<code>/event.ics")
@guards.public
def calendar(code):
    event = events.find_public(code)
    base = current_app.extensions["settings"].base_url
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Furong//Check-in//ZH"]
    for sitting in event.occurrences:
        lines += _entry(event, sitting, base)
    text = "\r\n".join(_folded(line) for line in [*lines, "END:VCALENDAR", ""])
    name = f'attachment; filename="{event.code}.ics"'
    return Response(text, mimetype="text/calendar", headers={"Content-Disposition": name})


def _entry(event, sitting, base):
    is_off = sitting.cancelled_at is not None or event.cancelled_at is not None
    return [
        "BEGIN:VEVENT",
        f"UID:{sitting.code}@{base.split('://', 1)[-1]}",
        f"DTSTAMP:{_instant(event.published_at)}",
        f"DTSTART:{_instant(sitting.starts_at)}",
        f"DTEND:{_instant(sitting.ends_at)}",
        f"SUMMARY:{event.title.translate(ESCAPES)}",
        f"LOCATION:{sitting.place.translate(ESCAPES)}",
        f"ORGANIZER;CN={_quoted(event.host.full_name)}:{base}/e/{event.code}",
        f"URL:{base}/e/{event.code}",
        f"STATUS:{'CANCELLED' if is_off else 'CONFIRMED'}",
        "END:VEVENT",
    ]


def _instant(at):
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _quoted(name):
    return '"' + name.replace('"', "'") + '"'


def _folded(line):
    """A line of more than 75 octets goes on in the next, never inside a character."""
    parts, room = [""], LINE_BYTES
    for character in line:
        size = len(character.encode())
        if size > room:
            parts.append("")
            room = LINE_BYTES
        parts[-1] += character
        room -= size
    return "\r\n ".join(parts)
