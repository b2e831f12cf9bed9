"""The one place that asks who you are and what you may see.

Every view bears exactly one of these marks; a test walks the URL map and refuses a view without.
"""

from datetime import timedelta
from functools import wraps
from urllib.parse import urlencode, urlsplit

from flask import current_app, g, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from app.domain import devices, orgs
from app.domain import staff as accounts
from app.errors import Forbidden, NotFound, Refusal
from app.web.forms import Form, password_line
from app.web.headers import cookie_name, cookies_secure, is_api
from app.web.refusals import words_of

# (endpoint, label, room, lowest role, whether an auditor sees it too)
NAV = (
    ("home.index", _l("今天"), "home", "auditor", True),
    ("events.index", _l("活动"), "events", "organizer", True),
    ("reviews.index", _l("待核对"), "reviews", "organizer", False),
    ("reports.index", _l("报表"), "reports", "manager", True),
    ("orgs.index", _l("组织"), "orgs", "organizer", True),
    ("people.index", _l("人员"), "people", "manager", False),
    ("roster.new", _l("导入"), "roster", "manager", False),
    ("staff.index", _l("账号"), "staff", "manager", False),
    ("audit.index", _l("留痕"), "audit", "manager", True),
)


def init_app(app):
    """Know the staff before each request, and let templates ask."""
    app.before_request(load_staff)
    app.jinja_env.globals.update(me=staff_or_none, nav=nav)


def public(view):
    """Anybody may open it."""
    view.guard = "public"
    return view


def token(view):
    """Whoever holds the secret in the address may open it; the view checks the secret."""
    view.guard = "token"
    return view


def role(lowest: str, *, or_auditor: bool = False, confirm: bool = False):
    """Signed in with at least this role (auditor < organizer < manager < district). confirm: a
    sign-in remembered on a phone types the password again before it."""

    def mark(view):
        @wraps(view)
        def guarded(*args, **kwargs):
            staff = staff_or_none()
            if staff is None:
                return ask_to_sign_in()
            if not staff.may(lowest) and not (or_auditor and staff.role == "auditor"):
                raise Forbidden
            if confirm and not is_confirmed() and not confirmed_now():
                return ask_to_confirm()
            return view(*args, **kwargs)

        guarded.confirms = confirm
        guarded.guard = f"role:{lowest}" + ("+auditor" if or_auditor else "")
        return guarded

    return mark


def load_staff():
    """Put the signed-in staff, or None, on g."""
    g.staff = g.staff_session = None
    if request.endpoint == "static" or is_api():
        return
    secret = request.cookies.get(_cookie())
    if secret:
        idle = timedelta(minutes=current_app.extensions["settings"].session_idle_minutes)
        g.staff_session = accounts.live_session(secret, idle=idle)
        g.staff = g.staff_session.staff if g.staff_session else None


def staff_or_none():
    """The signed-in staff, or None."""
    return g.get("staff")


def me():
    """The signed-in staff; a guarded view may rely on it."""
    return g.staff


def my_org():
    """The org whose subtree of today is the signed-in staff's scope."""
    return g.staff.org


def org_in_scope(code: str | None):
    """The org of a code inside my scope (my own org for an empty code); NotFound outside."""
    return orgs.find_org_in(my_org(), code) if code else my_org()


def ask_to_sign_in():
    """Send the browser to the sign-in page and back here afterwards."""
    if request.headers.get("HX-Request") == "true":
        return "", 401, {"HX-Redirect": url_for("account.new")}
    target = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("account.new") + "?" + urlencode({"next": target}), code=303)


class ConfirmForm(Form):
    """The password once more; its name is no other form's, so that it can ride along with one."""

    confirm_password = password_line(_l("密码"))


def is_confirmed() -> bool:
    """Whether the password was typed lately enough in this session, if it needs to be."""
    minutes = current_app.extensions["settings"].confirm_minutes
    return accounts.is_fresh(g.staff_session, within=timedelta(minutes=minutes))


def confirmed_now() -> bool:
    """Whether this POST brings the password along, and the right one."""
    g.confirming = ConfirmForm()
    tried = request.method == "POST" and "confirm_password" in request.form
    return tried and password_typed(g.confirming)


def password_typed(form: ConfirmForm) -> bool:
    """Whether the form holds the password of the signed-in staff; the form says why not."""
    if not form.validate():
        return False
    try:
        accounts.type_again(g.staff_session, form.confirm_password.data)
    except Refusal as refusal:
        form.refuse(words_of(refusal), "confirm_password")
        return False
    return True


def ask_to_confirm():
    """Ask for the password: a GET is asked for again afterwards, what a POST typed waits on the
    page and goes along with the password. A file cannot wait: one goes back and chooses it again."""
    back = _came_from()
    if request.headers.get("HX-Request") == "true":
        return "", 401, {"HX-Redirect": _confirming(next=back)}
    if request.method == "GET":
        return redirect(_confirming(next=request.full_path.rstrip("?"), back=back), code=303)
    if any(file.filename for file in request.files.values()):
        return redirect(_confirming(next=back, back=back, file=1), code=303)
    tried = "confirm_password" in request.form
    form = g.confirming if tried else ConfirmForm(formdata=None)
    kept = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in ("confirm_password", "csrf_token")
    ]
    page = render_template(
        "account/confirming.html", form=form, kept=kept, back=None, is_file=False,
        action=request.script_root + request.full_path.rstrip("?"),
    )  # fmt: skip
    return page, 422 if tried else 200


def _came_from():
    """The path of the page of this site that led here, or the front door."""
    try:
        came = urlsplit(request.referrer or "")
    except ValueError:  # brackets that hold no address: no browser's
        return "/"
    return came.path.removeprefix(request.script_root) if came.netloc == request.host else "/"


def _confirming(**asked):
    return url_for("account.confirming") + "?" + urlencode(asked)


def keep_session(response, secret: str, *, days: int | None = None):
    """Give the browser its session cookie: until it is closed, or for so many days."""
    secure = cookies_secure()
    response.set_cookie(
        _cookie(), secret, httponly=True, secure=secure, samesite="Lax", path="/",
        max_age=days and timedelta(days=days),
    )  # fmt: skip
    return response


def known_browser() -> str:
    """The cookie that says for which accounts somebody signed in here before."""
    return request.cookies.get(cookie_name("known", cookies_secure()), "")[:600]


def know_browser(response, username: str):
    """Tell the browser that somebody signed in to this account with it."""
    secure = cookies_secure()
    response.set_cookie(
        cookie_name("known", secure), accounts.known_browser(known_browser(), username),
        httponly=True, secure=secure, samesite="Lax", path="/", max_age=timedelta(days=400),
    )  # fmt: skip
    return response


def drop_session(response):
    """Take the session cookie back."""
    secure = cookies_secure()
    response.delete_cookie(_cookie(), httponly=True, secure=secure, samesite="Lax", path="/")
    return response


def session_secret() -> str:
    """The session cookie's value, or an empty string."""
    return request.cookies.get(_cookie(), "")


def phone_device():
    """The device behind this phone's cookie, if it ever checked in."""
    name = cookie_name("dev", cookies_secure())
    return devices.device_or_none(request.cookies.get(name))


def local_path(target: str | None, fallback: str) -> str:
    """target if it is a plain path of this site, else fallback: no open redirect."""
    good = (
        target
        and target.startswith("/")
        and not target.startswith(("//", "/\\"))
        and all(ord(c) > 32 and c not in "\\\x7f" for c in target)
    )
    return request.script_root + target if good else fallback


def nav() -> list[tuple]:
    """(endpoint, label, room) of the pages the signed-in staff may open."""
    staff = staff_or_none()
    return [
        (endpoint, label, room)
        for endpoint, label, room, lowest, auditor in NAV
        if endpoint in current_app.view_functions
        and (staff.may(lowest) or (auditor and staff.role == "auditor"))
    ]


def must_be(condition) -> None:
    """Raise NotFound unless the condition holds: outside the scope a thing does not exist."""
    if not condition:
        raise NotFound


def _cookie():
    return cookie_name("sid", cookies_secure())
