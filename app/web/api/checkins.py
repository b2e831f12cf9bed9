"""Checking somebody in by card, by a search's code or by what was typed; and taking it back."""

from contextlib import nullcontext

from flask import g

from app import clock
from app.domain import cards, checkins, identity, orgs, scanners
from app.errors import Forbidden, Invalid, NotFound
from app.text import mask_name
from app.web import filters, guards
from app.web.api.asked import ANNULMENT, CHECK_IN, WAYS, body_of, moment
from app.web.api.room import bp
from app.words import N_


class NoForce(Forbidden):
    code, words = "force_not_allowed", N_("这把扫码枪属于签到台，不能破例，请找组织者。")


@bp.post("/events/<code>/checkins")
@guards.token
def create(code):
    body = body_of(CHECK_IN)
    told = _told(body)
    occurrence = scanners.sitting_for(g.scanner, code, body.text("occurrence"), told["at"])
    # What is only tried out turns nobody away.
    counting = nullcontext() if told["simulate"] else checkins.counting_refusals(occurrence)
    with counting:
        who = _who(occurrence, body)
        if isinstance(who, identity.Typed):
            done = checkins.scan_typed(occurrence, who, **told)
        else:
            done = checkins.scan_in(occurrence, who, **told)
    return _answer(occurrence, done, who)


@bp.post("/events/<code>/checkins/<checkin>/annulment")
@guards.token
def annul(code, checkin):
    body = body_of(ANNULMENT)
    event = scanners.event_for(g.scanner, code)
    row = scanners.own_check_in(g.scanner, event, checkin)
    checkins.annul(row, by=g.scanner.actor, reason=body.text("reason"))
    return {"state": "annulled", "checkin": row.code}


def _told(body):
    """How it is to be done: when, with which nonce, over what."""
    now, scanned_at = clock.now(), moment(body.text("scanned_at"))
    return {
        "by": g.scanner.actor, "how": "api", "nonce": body.text("nonce") or None,
        # A machine's clock may be wrong: never before its token was made, never in the future.
        "at": min(max(scanned_at or now, g.scanner.made_at), now), "client_at": scanned_at,
        "org": _org(body.text("org")), "role": _role(body.text("role")),
        "forced_reason": _force(body), "simulate": body.flag("simulate"),
    }  # fmt: skip


def _who(occurrence, body):
    """A Person, or the Typed words when only those are known."""
    ways = [name for name in WAYS if body.text(name)]
    if len(ways) != 1:
        raise Invalid(N_("请给出一样：card、person，或 name 加 phone 或 number。"), field="card")
    if ways == ["card"]:
        return cards.person_of(body.text("card"))
    if ways == ["person"]:
        return scanners.person_for(occurrence.event, body.text("person"))
    return identity.read(body.text("name"), body.text("phone"), body.text("number"))


def _force(body):
    if not body.flag("force"):
        return ""
    if g.scanner.desk is not None:
        raise NoForce
    if not body.text("reason"):
        raise Invalid(N_("破例要写原因。"), field="reason")
    return body.text("reason")


def _org(code):
    if not code:
        return None
    try:
        org = orgs.find_org(code)
    except NotFound:
        org = None
    if org is None or org.is_closed:
        raise Invalid(N_("没有这个支部。"), field="org")
    return org


def _role(code):
    if code and code not in checkins.ROLES:
        raise Invalid(N_("没有这个角色。"), field="role")
    return code or None


def _answer(occurrence, done, who):
    """No field beyond need: what a turnstile shows."""
    row = done.check_in
    branch = orgs.org_of_line(row.line) if row is not None else None
    return {
        "state": done.state, "event": occurrence.event.code, "occurrence": occurrence.code,
        "checkin": row.code if row is not None else None, "at": filters.iso(done.at),
        "name": mask_name(row.person.name if row is not None else who.name),
        "branch": branch.short_name if branch else None, "forced": done.was_forced,
        "needs_review": row is not None and row.review == "open",
    }  # fmt: skip
