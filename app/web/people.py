"""People of my scope: finding one, what the roster says, what they did."""

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField
from wtforms.validators import InputRequired

from app import clock
from app.domain import attendance, cards, events, leaves, members
from app.errors import Refusal
from app.web import guards
from app.web.forms import REQUIRED, Bare, Form, line, strip
from app.web.refusals import words_of

AGO, AHEAD = timedelta(days=14), timedelta(days=30)
bp = Blueprint("people", __name__, url_prefix="/people")


class PersonForm(Form):
    name = line(_l("姓名"), 60, REQUIRED)
    phone = line(_l("新的手机号"), 30)
    no_phone = BooleanField(_l("删掉手机号"))
    admission_number = line(_l("发展团员编号"), 30)
    birth_month = line(_l("出生年月"), 10)


class ConsentForm(Form):
    given_by = line(_l("监护人姓名"), 60, REQUIRED)
    paper = line(_l("纸质材料编号"), 120, REQUIRED)
    on = DateField(
        _l("签字日期"), validators=[InputRequired(_l("这一项要填，写成 2026-11-22 这样。"))]
    )


@bp.get("")
@guards.role("manager")
def index():
    words = strip(request.args.get("q"))[:60]
    found = members.search_people(guards.my_org(), words, limit=60)
    return render_template("people/index.html", words=words, found=found)


@bp.get("/<code>")
@guards.role("manager")
def show(code):
    return _show(_find(code))


@bp.post("/<code>/phone")
@guards.role("manager", confirm=True)
def phone(code):
    person = _find(code)
    shown = members.show_phone(person, by=guards.me().actor, org=guards.my_org())
    return _show(person, phone=shown)


@bp.get("/<code>/edit")
@guards.role("manager")
def edit(code):
    person = _find(code)
    form = PersonForm(formdata=None, name=person.name, birth_month=person.birth_month or "",
                      admission_number=person.admission_number or "")  # fmt: skip
    return render_template("people/edit.html", person=person, form=form)


@bp.post("/<code>")
@guards.role("manager")
def update(code):
    person, form = _find(code), PersonForm()
    if not form.validate():
        return render_template("people/edit.html", person=person, form=form), 422
    try:
        members.edit_person(
            person, by=guards.me().actor, org=guards.my_org(), name=form.name.data,
            admission_number=form.admission_number.data, birth_month=form.birth_month.data,
            phone="" if form.no_phone.data else form.phone.data or None,
        )  # fmt: skip
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return render_template("people/edit.html", person=person, form=form), refusal.status
    return redirect(url_for("people.show", code=person.code, done="saved"), code=303)


@bp.post("/<code>/consent")
@guards.role("manager")
def consent(code):
    person, form = _find(code), ConsentForm()
    if not form.validate():
        return _show(person, form=form, status=422)
    try:
        members.record_consent(
            person, by=guards.me().actor, org=guards.my_org(), given_by=form.given_by.data,
            paper=form.paper.data, on=form.on.data,
        )  # fmt: skip
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _show(person, form=form, status=refusal.status)
    return redirect(url_for("people.show", code=person.code, done="consented"), code=303)


def _find(code):
    return members.find_person_in(guards.my_org(), code)


def _leaves(person):
    """The leaves of sittings I may see."""
    return [
        leave
        for leave in leaves.leaves_of_person(person)
        if events.is_in_sight(guards.my_org(), leave.occurrence.event)
    ]


def _sittings(person):
    """The sittings about now that I may see and that still miss the person."""
    now = clock.now()
    found = leaves.sittings_expecting(person, now - AGO, now + AHEAD)
    held = {leave.occurrence_id for leave in _leaves(person) if leave.withdrawn_at is None}
    held |= {row.occurrence_id for row in attendance.rows_of_person(person, guards.my_org()) if row.voided_at is None}  # fmt: skip
    return [
        one
        for one in found
        if one.id not in held and events.is_in_sight(guards.my_org(), one.event)
    ]


def _show(person, *, phone=None, form=None, status=200):
    return render_template(
        "people/show.html", person=person, phone=phone, bare=Bare(formdata=None),
        memberships=members.memberships_of(person), posts=members.posts_of(person),
        on_leave=_leaves(person), sittings=_sittings(person), leave_kinds=leaves.KINDS,
        rows=attendance.rows_of_person(person, guards.my_org()),
        card=cards.living_card(person), child=members.may_be_child(person), today=clock.today(), asked=form is not None,
        form=form or ConsentForm(formdata=None, on=clock.today()),
    ), status  # fmt: skip
