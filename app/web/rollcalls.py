"""点名: draw a few names, call them out; count the heads and hold them against the check-ins."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from app.domain import events, rollcalls
from app.errors import Refusal
from app.web import guards
from app.web.forms import REQUIRED, Bare, Form, NumberField
from app.web.refusals import words_of

bp = Blueprint("rollcalls", __name__, url_prefix="/events/<code>")
ANSWERS = {"here": True, "away": False, "": None}


class DrawForm(Form):
    size = NumberField(_l("抽几个名字"), [REQUIRED], between=(1, rollcalls.MOST_NAMES))


class HallForm(Form):
    number = NumberField(_l("会场里有几个人"), [Optional()], between=(0, 99_999))


@bp.get("/rollcalls")
@guards.role("organizer")
def index(code):
    return _page(code)


@bp.post("/rollcalls")
@guards.role("organizer")
def create(code):
    occurrence, form = _found(code), DrawForm()
    if not form.validate():
        return _page(code, draw=form, status=422)
    try:
        call = rollcalls.draw(occurrence, form.size.data, by=guards.me())
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _page(code, draw=form, status=refusal.status)
    return redirect(url_for("rollcalls.show", code=occurrence.code, call=call.code), code=303)


@bp.post("/hall")
@guards.role("organizer")
def count(code):
    occurrence, form = _found(code), HallForm()
    if not form.validate():
        return _page(code, hall=form, status=422)
    try:
        rollcalls.count_hall(occurrence, form.number.data, by=guards.me().actor)
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _page(code, hall=form, status=refusal.status)
    return redirect(url_for("rollcalls.index", code=occurrence.code, counted=1), code=303)


@bp.get("/rollcalls/<call>")
@guards.role("organizer")
def show(code, call):
    found = _call(code, call)
    return render_template(
        "rollcalls/show.html", event=found.occurrence.event, occurrence=found.occurrence,
        call=found, lines=rollcalls.lines_of(found), bare=Bare(formdata=None),
        result=rollcalls.results_of([found.occurrence], call=found)[0],
    )  # fmt: skip


@bp.post("/rollcalls/<call>")
@guards.role("organizer")
def update(code, call):
    found = _call(code, call)
    Bare().validate()
    said = {
        name.removeprefix("name-"): ANSWERS[value]
        for name, value in request.form.items()
        if name.startswith("name-") and value in ANSWERS
    }
    rollcalls.answer(found, said, by=guards.me())
    target = url_for("rollcalls.show", code=found.occurrence.code, call=found.code, saved=1)
    return redirect(target, code=303)


def _found(code):
    event = events.event_hosted_in(guards.my_org(), code)
    return events.occurrence_of(event, code)


def _call(code, call):
    return rollcalls.find_roll_call(events.event_hosted_in(guards.my_org(), code), call)


def _page(code, *, draw=None, hall=None, status=200):
    occurrence = _found(code)
    counted = rollcalls.hall_of(occurrence)
    return render_template(
        "rollcalls/index.html", event=occurrence.event, occurrence=occurrence, counted=counted,
        draw=draw or DrawForm(formdata=None, size=rollcalls.USUAL_NAMES),
        hall=hall or HallForm(formdata=None, number=counted.heads),
        results=rollcalls.results_of([occurrence]),
    ), status  # fmt: skip
