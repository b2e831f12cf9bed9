"""Corrections made, what looks like two records of one person, and taking a correction back."""

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from app.domain import corrections
from app.errors import Refusal
from app.web import guards
from app.web.corrections.room import bare, bp
from app.web.forms import Bare, Form, line, strip
from app.web.refusals import words_of


class UndoingForm(Form):
    reason = line(_l("撤回的原因"), 200)


@bp.get("")
@guards.role("organizer")
def index():
    personal = guards.me().may("manager")
    words = strip(request.args.get("q"))[:60] if personal else ""
    scope = guards.my_org()
    return render_template(
        "corrections/index.html", made=corrections.corrections_in(scope, personal=personal),
        pairs=corrections.suggestions(scope) if personal else [], grounds=corrections.GROUNDS,
        words=words, found=corrections.search_people_here(scope, words), bare=bare(),
    )  # fmt: skip


@bp.post("/apart")
@guards.role("manager")
def apart():
    Bare().validate()
    people = [
        corrections.find_person_here(guards.my_org(), strip(request.form.get(name))[:12])
        for name in ("one", "other")
    ]
    corrections.tell_apart(*people, by=guards.me())
    return redirect(url_for("corrections.index", done="apart"), code=303)


@bp.get("/<code>")
@guards.role("organizer")
def show(code):
    return _show(_find(code), UndoingForm(formdata=None))


@bp.post("/<code>/undoing")
@guards.role("organizer")
def undo(code):
    correction, form = _find(code), UndoingForm()
    if not form.validate():
        return _show(correction, form, 422)
    try:
        corrections.undo(correction, by=guards.me(), reason=form.reason.data)
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _show(correction, form, refusal.status)
    return redirect(url_for("corrections.show", code=correction.code, done="undone"), code=303)


def _find(code):
    return corrections.find_correction(guards.my_org(), code, by=guards.me())


def _show(correction, form, status=200):
    told = corrections.told(correction, guards.my_org())
    return render_template(
        "corrections/show.html", told=told, form=form, states=corrections.STATES
    ), status
