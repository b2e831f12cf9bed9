"""Getting past the door of a rotating code: this phone's cookie, the pass it scanned, the grant it
got for it. What is true of them is the domain's (app.domain.passes)."""

import re
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from flask import current_app, g, request

from app import clock
from app.domain import checkins, passes
from app.web.headers import cookie_name, cookies_secure

COOKIE_DAYS = 400
SECRET = re.compile(r"[A-Za-z0-9_-]{22}")
MOST_WAIT = timedelta(seconds=60)  # credited for what a proxy says a request waited
STARTED = re.compile(r"(?:t=)?([0-9]{9,17}(?:\.[0-9]{1,6})?)")


@dataclass(frozen=True)
class Way:
    """What a request may see of a code: its doors, the one that is meant (None: pick one), the
    grant that opens it, and what its pass was worth: fresh | stale | forged | none."""

    doors: list[checkins.Door]
    door: checkins.Door | None
    grant: passes.Grant | None
    verdict: str

    def bars(self, door: checkins.Door) -> bool:
        """A rotating code, and nothing that says this phone was at the door."""
        return door.rotates and self.grant is None

    @property
    def scanned(self) -> dict:
        """how and at of a Scan."""
        return {"how": self.grant.how, "at": self.grant.at} if self.grant else {}


def way_in(code: str, told: str = "") -> Way:
    """Judge what this request brings: a pass in its address, a grant in its cookies. A fresh pass
    gives a grant with the answer. Raises NotFound."""
    at, told = arrived_at(), told if len(told) == passes.PASS_LETTERS else ""
    doors = checkins.doors_of(code, at)
    for door in doors:
        if not door.rotates:
            continue
        grant = _grant_of(door, at)
        verdict = passes.judge_pass(door.sitting, told, at) if told else "none"
        if verdict == "fresh" and door.phase == "open":
            return Way(doors, door, give_grant(door, "rotating", at), verdict)
        if grant is not None:
            return Way(doors, _as_scanned(door), grant, verdict)
        if verdict in ("fresh", "stale"):
            return Way(doors, door, None, verdict)
    return Way(doors, checkins.likely_door(doors), None, "forged" if told else "none")


def give_grant(door, how, at) -> passes.Grant:
    """Let this browser in for five minutes; the cookie goes out with the answer (`stamp`)."""
    value = passes.give_grant(door.sitting, device_secret(make=True), how, at)
    g.grants = {**g.get("grants", {}), _grant_cookie(door): value}
    return passes.Grant(how, at)


def arrived_at():
    """When the request came: behind a proxy, when the proxy took it (at most a minute ago)."""
    now = clock.now()
    told = STARTED.fullmatch(request.headers.get("X-Request-Start", ""))
    if told is None or not current_app.extensions["settings"].proxy_hops:
        return now
    whole = told[1].partition(".")[0]
    seconds = float(told[1]) / 10 ** max(0, len(whole) - 10)  # some count in milliseconds or less
    waited = timedelta(seconds=max(0.0, now.timestamp() - seconds))
    return now - min(waited, MOST_WAIT)


def device_secret(*, make: bool = False) -> str | None:
    """This phone's cookie; None when it sent none, or a new one that goes out with the answer."""
    sent = request.cookies.get(_device_cookie(), "")
    if SECRET.fullmatch(sent):
        return sent
    if make and "device_secret" not in g:
        g.device_secret = secrets.token_urlsafe(16)
    return g.get("device_secret") if make else None


def sent_nonsense() -> bool:
    """Whether the phone's cookie is none of ours."""
    sent = request.cookies.get(_device_cookie(), "")
    return bool(sent) and not SECRET.fullmatch(sent)


def stamp(response):
    """Put the cookies on the answer that this request needs and the phone has not got."""
    fixed = {"httponly": True, "secure": cookies_secure(), "samesite": "Lax", "path": "/"}
    if device_secret() is None:
        response.set_cookie(
            _device_cookie(), device_secret(make=True), max_age=COOKIE_DAYS * 86400, **fixed
        )
    for name, value in g.get("grants", {}).items():
        response.set_cookie(name, value, max_age=passes.GRANT_FOR, **fixed)
    return response


def _grant_of(door, at):
    secret = device_secret()
    told = request.cookies.get(_grant_cookie(door), "")
    return passes.grant_or_none(door.sitting, secret, told, at) if secret else None


def _as_scanned(door):
    """The door as it stood when the grant was given: open, unless it was called off since."""
    return replace(door, phase="open") if door.phase in ("closed", "upcoming") else door


def _grant_cookie(door):
    return cookie_name(f"in-{door.code}", cookies_secure())


def _device_cookie():
    return cookie_name("dev", cookies_secure())
