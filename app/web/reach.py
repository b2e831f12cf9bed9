"""Can a phone reach this server? The staff page with its test code, and the page the phone sees."""

from flask import (
    Blueprint,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)

from app.domain import checkins, passes, reach
from app.errors import Gone, NotFound
from app.web import guards
from app.web.forms import Bare

bp = Blueprint("reach", __name__, url_prefix="/reach")

KEPT = "reach"  # the secret of this browser's open code, so that a reload shows it again


@bp.record_once
def tell_templates(state):
    """Today's line asks by itself."""
    state.app.jinja_env.globals |= {"reach_standing": standing, "phones_came": phones_came}


def standing() -> reach.Standing:
    """Where things stand with the settings in force."""
    return reach.standing(current_app.extensions["settings"])


def phones_came() -> bool:
    """Whether phones checked in since codes say this address: then nobody needs a test."""
    since = standing().since_at
    return since is not None and checkins.phones_came_since(since)


@bp.get("")
@guards.role("organizer")
def index():
    test, link = _open_test()
    return render_template(
        "reach/index.html", stand=standing(), test=test, link=link, bare=Bare(formdata=None),
        picture=passes.picture(link, "M") if link else None, version=_version(test),
    )  # fmt: skip


@bp.post("")
@guards.role("organizer")
def create():
    Bare().validate()
    _test, secret = reach.make_test(standing().base_url, by=guards.me())
    session[KEPT] = secret
    return redirect(url_for("reach.index"), code=303)


@bp.get("/code.png")
@guards.role("organizer")
def code_png():
    _test, link = _open_test()
    if link is None:
        raise Gone
    return passes.picture(link, "M").png, {"Content-Type": "image/png"}


@bp.get("/state")
@guards.role("organizer")
def state():
    test, link = _open_test()
    if request.args.get("v") == _version(test):
        return "", 204
    return render_template(
        "reach/_state.html", stand=standing(), test=test, link=link, version=_version(test),
        picture=passes.picture(link, "M") if link else None,
    )  # fmt: skip


@bp.get("/<token>")
@guards.token
def show(token):
    """A phone's look is what is tested; any other browser is asked whether it sits in a phone."""
    test = reach.test_of(token)
    agent = request.user_agent.string
    if request.method == "GET" and reach.looks_like_a_phone(agent):
        test = reach.opened(token, is_https=request.is_secure, user_agent=agent)
    return render_template("reach/phone.html", test=test, token=token, bare=Bare(formdata=None))


@bp.post("/<token>")
@guards.token
def update(token):
    """This is a phone; or what the person says about the connection."""
    Bare().validate()
    test = reach.opened(token, is_https=request.is_secure, user_agent=request.user_agent.string)
    said = request.form.get("mobile_data")
    if said in ("yes", "no"):
        test = reach.answer(token, on_mobile_data=said == "yes")
    return render_template("reach/phone.html", test=test, token=token, bare=Bare(formdata=None))


def _open_test():
    """(this account's newest test or None, the link its code says while this browser may show it)."""
    test, secret = reach.latest_test(guards.me()), session.get(KEPT)
    if test is None or not secret:
        return test, None
    try:
        mine = reach.test_of(secret)
    except (Gone, NotFound):
        return test, None
    shows = mine.id == test.id and test.opened_at is None
    return test, f"{test.base_url}/reach/{secret}" if shows else None


def _version(test):
    """What changes when there is news of the test."""
    if test is None:
        return "none"
    return f"{test.id}-{reach.stage_of(test)}"
