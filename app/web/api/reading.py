"""What a machine may read: its events, the people of one, the figures of one."""

from flask import g, request

from app import clock
from app.domain import live, scanners
from app.web import filters, guards
from app.web.api.room import bp


@bp.get("/events")
@guards.token
def index():
    return {"events": [_event(event) for event in scanners.events_of(g.scanner)]}


@bp.get("/events/<code>")
@guards.token
def show(code):
    return _event(scanners.event_for(g.scanner, code))


@bp.get("/events/<code>/search")
@guards.token
def search(code):
    occurrence = _sitting(code)
    found = scanners.find_people(occurrence, request.args.get("q", ""))
    return {
        "people": [
            {
                "person": hit.person, "name": hit.name, "branch": hit.branch, "tail": hit.tail,
                "invited": hit.is_invited, "present": hit.is_present,
            }
            for hit in found
        ]
    }  # fmt: skip


@bp.get("/events/<code>/counts")
@guards.token
def counts(code):
    occurrence = _sitting(code)
    found = live.tally(occurrence)
    return {
        "event": occurrence.event.code, "occurrence": occurrence.code, "version": found.version,
        "phase": found.phase, "expected": found.expected, "present": found.present,
        "guests": found.guests, "people": found.people, "leave": found.leave,
        "open_reviews": found.open_reviews, "other": found.other.guests,
        "unaffiliated": found.unaffiliated.guests,
        "orgs": [
            {
                "org": row.org, "name": row.name, "parent": row.parent, "expected": row.expected,
                "present": row.present, "guests": row.guests, "leave": row.leave,
            }
            for row in found.rows
        ],
    }  # fmt: skip


def _sitting(code):
    asked = request.args.get("occurrence", "")[:20]
    return scanners.sitting_for(g.scanner, code, asked, clock.now())


def _event(event):
    return {
        "code": event.code, "title": event.title, "host": event.host.full_name,
        "occurrences": [
            {
                "code": one.code, "place": one.place, "phase": one.phase,
                "starts_at": filters.iso(one.starts_at), "ends_at": filters.iso(one.ends_at),
                "opens_at": filters.iso(one.opens_at), "closes_at": filters.iso(one.closes_at),
            }
            for one in event.occurrences
        ],
    }  # fmt: skip
