"""The headcount of a sitting: so many of each org, counted by whoever stood at the door."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from app.domain import events, live, tallies
from app.errors import Refusal
from app.web import guards
from app.web.forms import Form, line, strip
from app.web.refusals import words_of

bp = Blueprint("headcount", __name__, url_prefix="/events/<code>/headcount")


class EvidenceForm(Form):
    """Where the numbers (fields named heads-<org>, and what stood there, was-<org>) come from."""

    evidence = line(_l("依据"), 200)


@bp.get("")
@guards.role("organizer")
def edit(code):
    return _page(code, EvidenceForm(formdata=None))


@bp.post("")
@guards.role("organizer")
def update(code):
    occurrence, form = _found(code), EvidenceForm()
    if not form.validate():
        return _page(code, form, status=422)
    try:
        changed = tallies.count_heads(
            occurrence,
            tallies.told_heads(_fields()),
            by=guards.me().actor,
            evidence=form.evidence.data,
        )
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        form.refuse(words_of(refusal), refusal.field)
        return _page(code, form, refusal.field, refusal.status)
    return redirect(url_for("headcount.edit", code=occurrence.code, changed=changed), code=303)


def _found(code):
    event = events.event_hosted_in(guards.my_org(), code)
    return events.occurrence_of(event, code)


def _fields():
    return {name: strip(text) for name, text in request.form.items()}


def _page(code, form, refused="", status=200):
    occurrence, words = _found(code), strip(request.values.get("q"))[:60]
    typed = tallies.typed_heads(_fields().items())
    return render_template(
        "headcount/edit.html", event=occurrence.event, occurrence=occurrence, form=form,
        sheet=tallies.head_sheet(occurrence, words), words=words, typed=typed, refused=refused,
        can_be_counted=tallies.can_be_counted(occurrence), tally=live.tally(occurrence),
    ), status  # fmt: skip
