"""/api/v1/openapi.json: what the API takes and answers. A test holds it against the routes and every
answer of the tests, so it is true."""

from flask import current_app

from app.domain import checkins
from app.web import guards
from app.web.api.asked import ANNULMENT, CHECK_IN, WAYS
from app.web.api.room import A_MINUTE, bp

ORDER = (
    "unknown, revoked (the person's card), wrong_event, too_early, too_late, cancelled, full, not_on, "
    "nonce_reused, annulled, "
    "too_late_to_undo, token_unknown, token_revoked, expired (the token), force_not_allowed, not_found, invalid"
)  # fmt: skip
WHAT = f"""Check-in by machines. Make a token under /account/scanners and send it as
`Authorization: Bearer …`. Messages follow Accept-Language (zh, en). Every refusal is JSON with a
stable `error.code`: {ORDER}. Times are RFC 3339 with an offset. The same `nonce` any number of times
from one token is one check-in. {A_MINUTE} requests a minute a token. Cookies are not read; CORS is
closed."""
TEXT, FLAG, COUNT = {"type": "string"}, {"type": "boolean"}, {"type": "integer", "minimum": 0}
WHEN = {"type": "string", "format": "date-time"}
MAYBE = {"type": ["string", "null"]}
PLAIN = r"^[^\x00-\x1f\x7f]*$"
NOTES = {
    "card": "what a personal card's code says: the address or the letters alone",
    "person": "a code from search", "name": "with phone or number, instead of card and person",
    "phone": "11 digits or the last four", "number": "admission number", "org": "code of the branch they name",
    "occurrence": "code of the sitting, where several are open at once",
    "role": "as what they came", "nonce": "1 to 64 characters, new for each scan",
    "scanned_at": "when it was scanned; decides whether check-in was open",
    "simulate": "answer, and write nothing",
    "force": "let in over too_early, too_late and full, with reason; staff tokens alone",
    "reason": "why it was forced or annulled",
}  # fmt: skip


@bp.get("/openapi.json")
@guards.public
def openapi():
    return description(current_app.extensions["settings"].base_url)


def description(base_url: str) -> dict:
    """The OpenAPI 3.1 document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Furong", "version": "1", "description": WHAT},
        "servers": [{"url": f"{base_url}/api/v1"}],
        "security": [{"token": []}],
        "paths": dict(_paths()),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
            "responses": {
                "Refusal": {
                    "description": "Why not, with a stable code and words",
                    "content": _json("Error"),
                }
            },
        },
    }


def _paths():
    code = _parameter("code", "path", "code of an event or of one of its sittings")
    sitting = _parameter("occurrence", "query", "code of a sitting of the event")
    words = _parameter("q", "query", "name, pinyin, initials or phone; 2 characters at least")
    row = _parameter("checkin", "path", "code of a check-in of this token")
    yield "/openapi.json", {"get": _verb("openapi", "This document", None, open_to_all=True)}
    yield "/events", {"get": _verb("index", "Events of today and open ones", "Events")}
    yield "/events/{code}", {"get": _verb("show", "One event", "Event", [code], [404])}
    yield "/events/{code}/search", {
        "get": _verb("search", "People to check in, at most 20, the invited first", "People",
                     [code, sitting, words], [404, 409, 422])}  # fmt: skip
    yield "/events/{code}/counts", {
        "get": _verb("counts", "Expected, present, guests, by org", "Counts",
                     [code, sitting], [404, 409, 422])}  # fmt: skip
    yield "/events/{code}/checkins", {
        "post": _verb("create", "Check somebody in", "CheckIn", [code], [403, 404, 409, 413, 415, 422],
                      body="CheckInAsked")}  # fmt: skip
    yield "/events/{code}/checkins/{checkin}/annulment", {
        "post": _verb("annul", "Take back what this token did, within 15 minutes", "Annulled",
                      [code, row], [404, 409, 413, 415, 422], body="AnnulmentAsked")}  # fmt: skip


def _verb(name, summary, answer, parameters=(), refusals=(), body=None, *, open_to_all=False):
    good = _json(answer) if answer else {"application/json": {"schema": {"type": "object"}}}
    refused = () if open_to_all else (401, 429, *refusals)
    found = {
        "operationId": name, "summary": summary, "parameters": list(parameters),
        "responses": {
            "200": {"description": summary, "content": good},
            **{str(status): {"$ref": "#/components/responses/Refusal"} for status in sorted(refused)},
        },
    }  # fmt: skip
    if body:
        found["requestBody"] = {"required": True, "content": _json(body)}
    if open_to_all:
        found["security"] = []
    return found


def _parameter(name, where, words):
    return {
        "name": name, "in": where, "required": where == "path", "description": words, "schema": TEXT,
    }  # fmt: skip


def _json(name):
    return {"application/json": {"schema": _ref(name)}}


def _ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


def _schemas():
    sitting = _object(code=TEXT, place=TEXT, phase=TEXT, starts_at=WHEN, ends_at=WHEN, opens_at=WHEN,
                      closes_at=WHEN)  # fmt: skip
    hit = _object(person=TEXT, name=TEXT, branch=TEXT, tail=TEXT, invited=FLAG, present=FLAG)
    org = _object(org=TEXT, name=TEXT, parent=MAYBE, expected=COUNT, present=COUNT, guests=COUNT,
                  leave=COUNT)  # fmt: skip
    return {
        "Error": _object(error=_object(code=TEXT, message=TEXT, field=MAYBE), request_id=TEXT),
        "Event": _object(code=TEXT, title=TEXT, host=TEXT, occurrences=_list(sitting)),
        "Events": _object(events=_list(_ref("Event"))),
        "People": _object(people={**_list(hit), "maxItems": 20}),
        "Counts": _object(
            event=TEXT, occurrence=TEXT, version=TEXT, phase=TEXT, expected=COUNT, present=COUNT,
            guests=COUNT, people=COUNT, leave=COUNT, open_reviews=COUNT, other=COUNT,
            unaffiliated=COUNT, orgs=_list(org),
        ),
        "CheckIn": _object(
            state={"enum": ["done", "already"]}, event=TEXT, occurrence=TEXT, checkin=MAYBE, at=WHEN,
            name=TEXT, branch=MAYBE, forced=FLAG, needs_review=FLAG,
        ),
        "Annulled": _object(state={"const": "annulled"}, checkin=TEXT),
        "CheckInAsked": _asked(CHECK_IN),
        "AnnulmentAsked": _asked(ANNULMENT),
    }  # fmt: skip


def _asked(known):
    fields = {name: _field(name, *told) for name, told in known.items()}
    found = {"type": "object", "properties": fields, "additionalProperties": False}
    if known is CHECK_IN:
        found["oneOf"] = [{"required": [name]} for name in WAYS]
    return found


def _field(name, kind, least, most):
    if kind is bool:
        return {"description": NOTES[name], **FLAG}
    told = {"description": NOTES[name], "type": "string", "maxLength": most, "pattern": PLAIN}
    if least:
        told["minLength"] = least
    if name == "role":
        told["enum"] = list(checkins.ROLES)
    if name == "scanned_at":
        told["format"] = "date-time"
    return told


def _object(**fields):
    return {
        "type": "object", "properties": fields, "required": list(fields), "additionalProperties": False,
    }  # fmt: skip


def _list(items):
    return {"type": "array", "items": items}
