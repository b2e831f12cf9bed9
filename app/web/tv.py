"""A hall's PC at /tv: it shows letters, an organizer lets it show one event, and takes it back."""

from base64 import b64encode
from datetime import timedelta

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import InputRequired, Optional

from app.domain import events, passes
from app.errors import Refusal
from app.web import filters, guards, walls
from app.web.forms import REQUIRED, Bare, Form, choices, line, strip
from app.web.headers import cookie_name, cookies_secure
from app.web.refusals import words_of

bp = Blueprint("tv", __name__)

KEPT = timedelta(days=30)  # the cookie; how long it opens anything is the pairing's to say


class ChoiceForm(Form):
    """What a screen is to show: an event's code, or that of one sitting."""

    wanted = RadioField(
        _l("显示哪个活动"), filters=[strip], validators=[InputRequired(_l("选一个活动。"))],
        validate_choice=False,
    )  # fmt: skip


class LettersForm(Form):
    """Six letters read off a screen, and which sitting it is to show where there are several."""

    letters = line(_l("屏幕上的字母"), 12, REQUIRED)
    wanted = RadioField(_l("显示哪一场"), [Optional()], filters=[strip], validate_choice=False)


# The hall's PC -----------------------------------------------------------------------------------


@bp.get("/tv")
@guards.public
def index():
    wall = passes.wall_of(_secret())
    if wall.state == "paired":
        return render_template("screens/show.html", **_drawn(wall, fresh=True))
    if wall.state == "waiting":
        return render_template("tv/waiting.html", letters=wall.letters, picture=_picture(wall))
    return render_template(
        "tv/index.html", state=wall.state, form=Bare(formdata=None),
        is_cookieless=wall.state == "new" and "begun" in request.args,
    )  # fmt: skip


@bp.post("/tv")
@guards.public
def create():
    Bare().validate()
    secret = passes.begin_pairing(_secret(), address=request.remote_addr or "")
    response = redirect(url_for("tv.index", begun=1), code=303)
    response.set_cookie(
        _cookie(), secret, max_age=KEPT, httponly=True, secure=cookies_secure(), samesite="Lax",
        path="/",
    )  # fmt: skip
    return response


@bp.get("/tv/waiting")
@guards.public
def waiting():
    """Asked while the letters stand there: the page is drawn anew once they are good for nothing."""
    still = passes.wall_of(_secret()).state == "waiting"
    return "", 204, {} if still else {"HX-Refresh": "true"}


@bp.get("/tv/count")
@guards.public
def count():
    """The count of the paired screen; without the pairing the page is drawn anew and says why."""
    wall = passes.wall_of(_secret())
    if wall.state != "paired":
        return "", 204, {"HX-Refresh": "true"}
    return walls.fragment(_drawn(wall, fresh=False))


# The organizer -----------------------------------------------------------------------------------


@bp.get("/tv/<letters>")
@guards.role("organizer")
def show(letters):
    return _choice_page(letters, ChoiceForm(formdata=None))


@bp.post("/tv/<letters>")
@guards.role("organizer")
def update(letters):
    form = ChoiceForm()
    if not form.validate():
        return _choice_page(letters, form, 422)
    try:
        _approve(letters, events.event_or_occurrence(form.wanted.data))
    except passes.AlreadyPaired as refusal:
        form.refuse(words_of(refusal))
        return _choice_page(letters, form, refusal.status)
    return redirect(url_for("tv.show", letters=letters), code=303)


@bp.get("/events/<code>/pairings")
@guards.role("organizer")
def edit(code):
    event = events.event_hosted_in(guards.my_org(), code)
    return _pairings_page(event, LettersForm(formdata=None))


@bp.post("/events/<code>/pairings")
@guards.role("organizer")
def approve(code):
    event, form = events.event_hosted_in(guards.my_org(), code), LettersForm()
    if not form.validate():
        return _pairings_page(event, form, 422)
    one = form.wanted.data
    wanted = events.sitting_of(event, one) if one and one != event.code else event
    try:
        _approve(form.letters.data, wanted)
    except Refusal as refusal:
        form.refuse(words_of(refusal), "letters")
        return _pairings_page(event, form, refusal.status)
    return redirect(url_for("events.show", code=event.code), code=303)


@bp.post("/events/<code>/pairings/<pairing>/revocation")
@guards.role("organizer")
def delete(code, pairing):
    Bare().validate()
    event = events.event_hosted_in(guards.my_org(), code)
    passes.revoke_pairing(passes.find_pairing_of(event, pairing), by=guards.me())
    return redirect(url_for("events.show", code=event.code), code=303)


def _approve(letters, wanted):
    return passes.approve_pairing(letters, wanted, scope=guards.my_org(), by=guards.me())


def _choice_page(letters, form, status=200):
    pairing = passes.find_pairing(letters, guards.my_org(), by=guards.me())
    sittings = events.sittings_today(guards.my_org(), after=passes.STAYS)
    offered = _offered(sittings)
    form.wanted.choices = choices((code, title) for code, (title, _note) in offered.items())
    return render_template(
        "tv/show.html", pairing=pairing, is_off=pairing.event_id and not passes.is_showing(pairing), form=form, letters=letters, sittings=sittings,
        notes={code: note for code, (_title, note) in offered.items()}, bare=Bare(formdata=None),
    ), status  # fmt: skip


def _offered(sittings):
    """Code → (title, note): each event as a whole, and below it the sittings where it has several."""
    found = {}
    for event in dict.fromkeys(one.event for one in sittings):
        some = {one.code: (event.title, _when(one)) for one in sittings if one.event is event}
        note = _("轮到哪场显示哪场") if not event.is_single else next(iter(some.values()))[1]
        found |= {event.code: (event.title, note)} | ({} if event.is_single else some)
    return found


def _when(sitting):
    return f"{filters.span(sitting.starts_at, sitting.ends_at)} {sitting.place}".strip()


def _pairings_page(event, form, status=200):
    return render_template(
        "tv/pairings.html", event=event, form=form, pairings=passes.pairings_of(event),
        letters_typed=form.letters.data or "", letters_problem=" ".join(map(str, form.letters.errors)),
        tv_address=passes.tv_address(current_app.extensions["settings"].base_url),
        bare=Bare(formdata=None),
    ), status  # fmt: skip


def _drawn(wall, *, fresh):
    """A paired screen always asks: it may be taken back after the event too."""
    return walls.drawn(wall.event, wall.occurrence, fresh=fresh) | {"asks": url_for("tv.count")}


def _picture(wall):
    """The code for the organizer's phone, None where no phone could open it."""
    settings = current_app.extensions["settings"]
    if settings.is_only_here:
        return None
    png = passes.secret_png(passes.pairing_url(settings.base_url, wall.letters))
    return "data:image/png;base64," + b64encode(png).decode()


def _secret():
    return request.cookies.get(_cookie(), "")[:64]


def _cookie():
    return cookie_name("tv", cookies_secure())
