"""我的记录: what this phone did, and forgetting it. Nothing else opens anybody's history."""

from flask import Blueprint, redirect, render_template, url_for

from app.domain import checkins, hours
from app.web import guards
from app.web.forms import Bare
from app.web.headers import cookie_name, cookies_secure

bp = Blueprint("me", __name__)


@bp.get("/me")
@guards.public
def index():
    device = guards.phone_device()
    return render_template(
        "me/index.html", device=device, scans=checkins.own_scans(device), bare=Bare(formdata=None),
        granted=hours.own_granted(device),
    )  # fmt: skip


@bp.post("/me/forgetting")
@guards.public
def delete():
    device = guards.phone_device()
    if device is not None:
        checkins.forget_device(device)
    response = redirect(url_for("me.index", forgotten=1), code=303)
    response.delete_cookie(_cookie(), httponly=True, secure=cookies_secure(), samesite="Lax")
    return response


def _cookie():
    return cookie_name("dev", cookies_secure())
