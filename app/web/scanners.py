"""扫码枪: the tokens I made for machines. A token is shown once."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from app.domain import scanners
from app.errors import NotFound, Refusal
from app.web import guards
from app.web.forms import REQUIRED, Bare, Form, choices, line
from app.web.refusals import words_of

bp = Blueprint("scanners", __name__, url_prefix="/account/scanners")


class ScannerForm(Form):
    name = line(_l("叫什么"), 40, REQUIRED)
    desk = SelectField(_l("给谁用"), default="")
    days = SelectField(_l("用多久"), default=7, coerce=int)


@bp.get("")
@guards.role("organizer")
def index():
    desk = request.args.get("desk", "")[:12]
    return _index(_filled(ScannerForm(formdata=None, desk=desk)))


@bp.post("")
@guards.role("organizer", confirm=True)
def create():
    form = _filled(ScannerForm())
    if not form.validate():
        return _index(form, status=422)
    try:
        desk = _desk(form.desk.data)
        made = scanners.make_scanner(form.name.data, by=guards.me(), days=form.days.data, desk=desk)
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _index(form, status=refusal.status)
    return _index(_filled(ScannerForm(formdata=None)), made=made)


@bp.post("/<code>/revocation")
@guards.role("organizer")
def delete(code):
    scanners.revoke_scanner(scanners.find_scanner(guards.me(), code), by=guards.me())
    return redirect(url_for("scanners.index", done="revoked"), code=303)


def _desk(code):
    if not code:
        return None
    for desk in scanners.open_desks(guards.my_org()):
        if desk.code == code:
            return desk
    raise NotFound


def _filled(form):
    desks = scanners.open_desks(guards.my_org())
    form.desk.choices = choices(
        [
            ("", _l("我自己，管的活动都能用")),
            *((d.code, f"{d.event.title} · {d.name}") for d in desks),
        ]
    )
    form.days.choices = choices((days, _(words)) for days, words in scanners.DAYS.items())
    return form


def _index(form, *, made=None, status=200):
    base = current_app.extensions["settings"].base_url
    return render_template(
        "scanners/index.html", form=form, made=made, base=f"{base}/api/v1", bare=Bare(formdata=None),
        rows=scanners.scanners_of(guards.me()),
    ), status  # fmt: skip
