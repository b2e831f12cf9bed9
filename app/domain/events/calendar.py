"""An event as an iCalendar file (RFC 5545), for anybody's phone."""

from datetime import UTC

from app.domain.events.model import Event

ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})
LINE_BYTES = 73  # a line has at most 75 octets; a continuation begins with a space


def calendar(event: Event, base_url: str) -> str:
    """The text of the .ics file: one entry a sitting, cancelled ones said to be so."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Furong//Check-in//ZH"]
    for sitting in event.occurrences:
        lines += _entry(event, sitting, base_url)
    return "\r\n".join(folded(line) for line in [*lines, "END:VCALENDAR", ""])


def folded(line: str) -> str:
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
        f"DESCRIPTION:{event.host.full_name.translate(ESCAPES)}",
        f"URL:{base}/e/{event.code}",
        f"STATUS:{'CANCELLED' if is_off else 'CONFIRMED'}",
        "END:VEVENT",
    ]


def _instant(at):
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
