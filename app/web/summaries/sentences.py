"""The sentences of an org's summary: each with what it gives now, to edit, leave out, move, restore."""

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField

from app.domain import summaries
from app.errors import Refusal
from app.web import guards
from app.web.forms import Bare, Form, strip
from app.web.refusals import words_of
from app.web.summaries.room import (
    asked,
    bp,
    language_asked,
    period_asked,
    prose,
)


class SentenceForm(Form):
    words = TextAreaField(_l("句子"), filters=[strip])
    seen = HiddenField()


@bp.get("/reports/summary/sentences")
@guards.role("manager", or_auditor=True)
def sentences():
    return _page(_told(request.args.get("org")))


@bp.post("/reports/summary/<org>/sentences")
@guards.role("manager")
def create(org):
    form, told = SentenceForm(), _told(org)
    form.validate()
    try:
        key = summaries.add_sentence(
            told.figures.org, told.language, form.words.data, by=guards.me(),
            places=told.figures.places(), builtins=told.builtins,
        )  # fmt: skip
    except Refusal as refusal:
        return _refused(told, form, refusal, "")
    return _back(told, key, "added")


@bp.post("/reports/summary/<org>/sentences/<key>")
@guards.role("manager")
def update(org, key):
    form, told = SentenceForm(), _told(org)
    form.validate()
    seen = form.seen.data if (form.seen.data or "").isdecimal() else None
    try:
        summaries.write_sentence(
            told.figures.org, key, told.language, form.words.data, by=guards.me(),
            places=told.figures.places(), builtins=told.builtins,
            seen=int(seen[:9]) if seen else None,
        )  # fmt: skip
    except Refusal as refusal:
        return _refused(told, form, refusal, key)
    return _back(told, key, "saved")


@bp.post("/reports/summary/<org>/sentences/<key>/omission")
@guards.role("manager")
def leave_out(org, key):
    return _turn(org, key, summaries.leave_out_sentence, "left")


@bp.post("/reports/summary/<org>/sentences/<key>/default")
@guards.role("manager")
def restore(org, key):
    return _turn(org, key, summaries.restore_sentence, "restored")


@bp.post("/reports/summary/<org>/sentences/<key>/rise")
@guards.role("manager")
def rise(org, key):
    return _turn(org, key, summaries.move_sentence, "moved", up=True)


@bp.post("/reports/summary/<org>/sentences/<key>/fall")
@guards.role("manager")
def fall(org, key):
    return _turn(org, key, summaries.move_sentence, "moved", up=False)


def _turn(org, key, verb, done, **more):
    told = _told(org)
    Bare().validate()
    verb(told.figures.org, key, told.language, by=guards.me(), builtins=told.builtins, **more)
    return _back(told, key, done)


def _told(org):
    figures = summaries.figures_of(period_asked(), guards.org_in_scope(org))
    return prose(figures, language_asked())


def _page(told, status=200, form=None, key=None):
    figures = told.figures
    return render_template(
        "summaries/sentences.html", told=told, org=figures.org, period=figures.period,
        asked=asked(figures.period, figures.org), language=told.language,
        wordings=summaries.wordings_of(figures.org), form=form, tried=key, bare=Bare(formdata=None),
        fresh=SentenceForm(formdata=None), DEFAULT=summaries.DEFAULT,
    ), status  # fmt: skip


def _refused(told, form, refusal, key):
    if refusal.status == 404:
        raise refusal
    form.refuse(words_of(refusal), refusal.field)
    form.words.id = f"words-{_anchor(key) or 'new'}"
    return _page(told, refusal.status, form, key)


def _back(told, key, done):
    where = asked(told.figures.period, told.figures.org, told.language)
    place = url_for("summaries.sentences", done=done, **where, _anchor=f"s-{_anchor(key)}")
    return redirect(place, code=303)


def _anchor(key):
    """The key as an id of the page says it."""
    return key.replace(":", "-")
