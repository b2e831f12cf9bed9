"""服务记录: services of the 12355 desk and others, by kind and number, never for whom."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField

from app import clock
from app.domain import orgs, services
from app.errors import Refusal
from app.web import guards
from app.web.forms import REQUIRED, DayField, Form, NumberField, choices, line
from app.web.refusals import words_of

bp = Blueprint("services", __name__, url_prefix="/tallies/services")

PAGE = 50
ORGS_SHOWN = 400


class ServiceForm(Form):
    kind = RadioField(_l("哪种服务"), choices=choices(services.KINDS), validate_choice=False)
    number = NumberField(_l("多少次"), [REQUIRED], between=(1, services.MOST_SERVICES))
    served_on = DayField(_l("哪天"), [REQUIRED])
    channel = SelectField(
        _l("方式"), choices=choices({"": _l("不分方式")} | services.CHANNELS), validate_choice=False
    )
    org = line(_l("哪个组织"), 120)
    note = line(_l("说明"), 200)

    def told(self) -> services.Given:
        """What the verbs are told. Raises Invalid."""
        return services.Given(
            org=orgs.one_org_named(guards.my_org(), self.org.data or guards.my_org().full_name),
            kind=self.kind.data or "", served_on=self.served_on.data, number=self.number.data,
            channel=self.channel.data or "", note=self.note.data,
        )  # fmt: skip


class WhyForm(Form):
    reason = line(_l("为什么撤销"), 200, REQUIRED)


@bp.get("")
@guards.role("manager", or_auditor=True)
def index():
    today = {"kind": "care", "number": 1, "served_on": clock.today()}
    return _index(ServiceForm(formdata=None, org=guards.my_org().full_name, **today))


@bp.post("")
@guards.role("manager")
def create():
    form = ServiceForm()
    if not form.validate():
        return _index(form, 422)
    try:
        services.give(form.told(), by=guards.me().actor)
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _index(form, refusal.status)
    return redirect(url_for("services.index", done="made"), code=303)


@bp.get("/<code>")
@guards.role("manager")
def edit(code):
    row = _find(code)
    return _edit(row, _as_it_is(row), WhyForm(formdata=None))


@bp.post("/<code>")
@guards.role("manager")
def update(code):
    row, form = _find(code), ServiceForm()
    if not form.validate():
        return _edit(row, form, WhyForm(formdata=None), 422)
    try:
        services.correct(row.record, form.told(), by=guards.me().actor)
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _edit(_find(code), form, WhyForm(formdata=None), refusal.status)
    return redirect(url_for("services.index", done="corrected"), code=303)


@bp.post("/<code>/voiding")
@guards.role("manager")
def void(code):
    row, why = _find(code), WhyForm()
    if not why.validate():
        return _edit(row, _as_it_is(row), why, 422)
    services.take_back(row.record, why.reason.data, by=guards.me().actor)
    return redirect(url_for("services.index", done="voided"), code=303)


def _find(code):
    return services.find_service(guards.my_org(), code)


def _as_it_is(row):
    names = ("kind", "number", "served_on", "channel", "note")
    told = {name: getattr(row.record, name) for name in names}
    return ServiceForm(formdata=None, org=row.org.full_name, **told)


def _orgs():
    return orgs.subtree_of(guards.my_org(), open_only=True)[:ORGS_SHOWN]


def _index(form, status=200):
    page = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    rows = services.services_in(guards.my_org(), limit=PAGE + 1, offset=(page - 1) * PAGE)
    return render_template(
        "services/index.html", rows=rows[:PAGE], page=page, more=len(rows) > PAGE, form=form,
        orgs=_orgs(),
    ), status  # fmt: skip


def _edit(row, form, why, status=200):
    page = render_template("services/edit.html", row=row, form=form, why=why, orgs=_orgs())
    return page, status
