"""青年之家: the list, one place, its poster, and what the code at its door opens."""

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField
from wtforms.validators import Optional

from app.domain import events, orgs, passes, reach, venues
from app.errors import Refusal
from app.web import guards
from app.web.forms import REQUIRED, Bare, DayField, Form, choices, line
from app.web.refusals import words_of

bp = Blueprint("venues", __name__)


class VenueForm(Form):
    name = line(_l("名称"), 60, REQUIRED)
    level = SelectField(_l("级别"), choices=choices({"": _l("没有评级")} | venues.LEVELS))
    address = line(_l("地址"), 120)
    org = line(_l("归哪个组织"), 120, REQUIRED)
    opened_on = DayField(_l("启用日"), [Optional()])
    opened_it = BooleanField(_l("启用时就归它，以前填错了"))

    def told(self) -> dict:
        """What the verbs call it. Raises Invalid."""
        org = orgs.one_org_named(guards.my_org(), self.org.data)
        return {
            "name": self.name.data, "level": self.level.data, "address": self.address.data,
            "opened_on": self.opened_on.data, "org": org,
        }  # fmt: skip


class ClosingForm(Form):
    on = DayField(_l("从哪天起"), [Optional()], id="closing-on")


@bp.get("/venues")
@guards.role("manager", or_auditor=True)
def index():
    return render_template("venues/index.html", venues=venues.venues_in(guards.my_org()))


@bp.get("/venues/new")
@guards.role("manager")
def new():
    return _form_page(VenueForm(formdata=None, org=guards.my_org().full_name), 200)


@bp.post("/venues")
@guards.role("manager")
def create():
    form = VenueForm()
    if not form.validate():
        return _form_page(form, 422)
    try:
        venue = venues.add_venue(by=guards.me().actor, **form.told())
    except Refusal as refusal:
        return _refused(form, refusal)
    return redirect(url_for("venues.show", code=venue.code, done="added"), code=303)


@bp.get("/venues/<code>")
@guards.role("manager", or_auditor=True)
def show(code):
    return _show(_find(code))


@bp.get("/venues/<code>/edit")
@guards.role("manager")
def edit(code):
    venue = _find(code)
    told = {name: getattr(venue, name) for name in ("name", "level", "address", "opened_on")}
    form = VenueForm(formdata=None, data=told | {"org": venue.org.full_name})
    return _form_page(form, 200, venue)


@bp.post("/venues/<code>")
@guards.role("manager")
def update(code):
    venue, form = _find(code), VenueForm()
    if not form.validate():
        return _form_page(form, 422, venue)
    try:
        venues.edit_venue(venue, by=guards.me().actor, opened_it=form.opened_it.data, **form.told())
    except Refusal as refusal:
        return _refused(form, refusal, venue)
    return redirect(url_for("venues.show", code=venue.code, done="saved"), code=303)


@bp.post("/venues/<code>/closing")
@guards.role("manager")
def close(code):
    venue, form = _find(code), ClosingForm()
    if not form.validate():
        return _show(venue, form, 422)
    try:
        venues.close_venue(venue, by=guards.me().actor, on=form.on.data)
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _show(venue, form, refusal.status)
    return redirect(url_for("venues.show", code=venue.code, done="closed"), code=303)


@bp.post("/venues/<code>/opening")
@guards.role("manager")
def reopen(code):
    venue = _find(code)
    venues.reopen_venue(venue, by=guards.me().actor)
    return redirect(url_for("venues.show", code=venue.code, done="opened"), code=303)


@bp.get("/venues/<code>/qr.svg")
@guards.role("manager", or_auditor=True)
def qr_svg(code):
    picture = passes.picture(passes.door_url(_base(), _find(code).code), "Q")
    return current_app.response_class(picture.svg, mimetype="image/svg+xml")


@bp.get("/venues/<code>/poster")
@guards.role("manager", or_auditor=True)
def poster(code):
    venue = _find(code)
    settings = current_app.extensions["settings"]
    reach.must_print(settings)
    return render_template(
        "venues/poster.html", venue=venue, stand=reach.standing(settings),
        picture=passes.picture(passes.door_url(_base(), venue.code), "Q"),
        address=passes.spoken_door(_base(), venue.code),
    )  # fmt: skip


@bp.get("/v/<code>")
@bp.get("/V/<code>", endpoint="alias")
@guards.public
def door(code):
    """Straight in where one sitting is open; its own page asks for the screen where codes rotate."""
    venue = venues.find_venue(code)
    found = events.door_of_venue(venue)
    if len(found.open) == 1:
        return redirect(url_for("checkin.show", code=found.open[0].code), code=303)
    page = render_template("venues/door.html", venue=venue, door=found)
    return page, 410 if venue.is_closed else 200


def _find(code):
    return venues.find_venue_in(guards.my_org(), code)


def _base():
    return current_app.extensions["settings"].base_url


def _show(venue, form=None, status=200):
    return render_template(
        "venues/show.html", venue=venue, door=events.door_of_venue(venue), bare=Bare(formdata=None),
        form=form or ClosingForm(formdata=None), asked=form is not None,
        address=passes.spoken_door(_base(), venue.code),
        picture=passes.picture(passes.door_url(_base(), venue.code), "Q"),
    ), status  # fmt: skip


def _refused(form, refusal, venue=None):
    form.refuse(words_of(refusal), refusal.field)
    return _form_page(form, refusal.status, venue)


def _form_page(form, status, venue=None):
    orgs_here = orgs.subtree_of(guards.my_org(), open_only=True)
    return render_template("venues/form.html", form=form, venue=venue, orgs=orgs_here[:400]), status
