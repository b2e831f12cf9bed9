"""The organizer's side: open a desk, hand over link and PIN, take them back."""

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from app.domain import desks, events, passes
from app.errors import Refusal
from app.web import guards
from app.web.desks.room import bp
from app.web.forms import REQUIRED, Bare, Form, line
from app.web.refusals import words_of


class DeskForm(Form):
    name = line(_l("签到台的名字"), 40, REQUIRED)


@bp.get("/events/<code>/desks")
@guards.role("organizer")
def index(code):
    return _list(code, DeskForm(formdata=None))


@bp.post("/events/<code>/desks")
@guards.role("organizer")
def create(code):
    event, form = events.event_hosted_in(guards.my_org(), code), DeskForm()
    if not form.validate():
        return _list(code, form, 422)
    try:
        desk = desks.open_desk(event, form.name.data, by=guards.me())
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _list(code, form, refusal.status)
    return _to_list(event, desk)


@bp.post("/events/<code>/desks/<desk>/pin")
@guards.role("organizer")
def renew(code, desk):
    event = events.event_hosted_in(guards.my_org(), code)
    found = desks.find_desk(event, desk)
    Bare().validate()
    desks.renew_pin(found, by=guards.me())
    return _to_list(event, found)


@bp.post("/events/<code>/desks/<desk>/revocation")
@guards.role("organizer")
def revoke(code, desk):
    event = events.event_hosted_in(guards.my_org(), code)
    found = desks.find_desk(event, desk)
    Bare().validate()
    desks.revoke_desk(found, by=guards.me())
    return _to_list(event, found)


@bp.get("/events/<code>/desks/<desk>/qr.png")
@guards.role("organizer")
def qr_png(code, desk):
    event = events.event_hosted_in(guards.my_org(), code)
    found = desks.find_desk(event, desk)
    shown = next(one for one in desks.desks_of(event) if one.desk.id == found.id)
    guards.must_be(shown.token and not shown.is_over)
    return passes.picture(_address(shown.token), "M").png, {"Content-Type": "image/png"}


def _list(code, form, status=200):
    event = events.event_hosted_in(guards.my_org(), code)
    found = desks.desks_of(event)
    addresses = {one.desk.code: _address(one.token) for one in found if one.token}
    return render_template(
        "desks/index.html", event=event, lines=found, form=form, addresses=addresses,
        bare=Bare(formdata=None), opened=request.args.get("opened", ""),
    ), status  # fmt: skip


def _to_list(event, desk):
    target = url_for("desks.index", code=event.code, opened=desk.code)
    return redirect(f"{target}#desk-{desk.code}", code=303)


def _address(token):
    return f"{current_app.extensions['settings'].base_url}/desk/{token}"
