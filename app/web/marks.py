"""What a helper's browser keeps of a desk: a random cookie of its own, and the mark that it typed
the desk's PIN."""

from datetime import timedelta

from flask import request

from app import clock, keys
from app.domain import desks
from app.web.headers import cookie_name, cookies_secure


def browser() -> str:
    """This browser's own cookie, or an empty string."""
    return request.cookies.get(_browser_cookie(), "")[:64]


def is_marked(desk) -> bool:
    """Whether this browser typed the PIN in force."""
    mine = browser()
    return bool(mine) and request.cookies.get(_mark_cookie(desk), "") == desks.mark_of(desk, mine)


def keep_browser(response):
    """Give the browser its cookie, if it has none."""
    if not browser():
        return _keep(response, _browser_cookie(), keys.token(), timedelta(days=400))
    return response


def keep_mark(response, desk, mark: str):
    """Let the browser keep the mark until a day after the link's end: to upload what it holds."""
    return _keep(response, _mark_cookie(desk), mark, desks.kept_until(desk) - clock.now())


def _browser_cookie():
    return cookie_name("desk", cookies_secure())


def _mark_cookie(desk):
    return cookie_name(f"desk-{desk.code}", cookies_secure())


def _keep(response, name, value, age):
    response.set_cookie(
        name, value, max_age=age, httponly=True, secure=cookies_secure(), samesite="Lax", path="/"
    )
    return response
