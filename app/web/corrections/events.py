"""Corrections of an event's attendance: rows at the wrong sitting, an event made twice, a wrong host
or day, a whole paper list."""

import re

from flask import render_template, request
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired

from app import clock
from app.domain import attendance, corrections, orgs
from app.domain import events as gatherings
from app.errors import Conflict, Invalid, Refusal
from app.web import guards
from app.web.corrections.room import asked, bp
from app.web.forms import REQUIRED, ClockField, DayField, Form, line, strip
from app.web.refusals import words_of
from app.words import N_

NO_SITTING = N_("你管的范围里没有这一场。")
PICK = re.compile(r"pick-([0-9]{1,3})")
DAY = InputRequired(_l("这一项要填，写成 2026-11-22 这样。"))
CLOCK = InputRequired(_l("这一项要填，写成 14:30 这样。"))


class MovingForm(Form):
    """Where the ticked check-ins (boxes named row) belong."""

    target = line(_l("移到哪一场"), 8)
    code = line(_l("或写那一场的签到码"), 12)


class AmendingForm(Form):
    host = line(_l("主办"), 12, REQUIRED)
    day = DayField(_l("日期"), [DAY])
    start = ClockField(_l("开始"), [CLOCK])
    end = ClockField(_l("结束"), [CLOCK])


class PaperForm(Form):
    paper_on = DayField(_l("纸上的日期"), [DAY])
    names = TextAreaField(_l("纸上的名字"), filters=[strip])


@bp.route("/events/<event>/moving", methods=["GET", "POST"])
@guards.role("organizer")
def move(event):
    found = _event(event)
    form = MovingForm() if request.method == "POST" else MovingForm(formdata=None)
    if request.method == "GET" or not form.validate():
        return _moving_page(found, form)
    code = form.code.data or form.target.data
    try:
        if not code:
            raise Invalid(N_("选一场，或写签到码。"), field="target")
        target = _target(code)
        rows = request.form.getlist("row")[:2000]
        return asked(
            lambda **how: corrections.move_check_ins(found, rows, target, by=guards.me(), **how),
            event=found, target=target,
        )  # fmt: skip
    except Invalid as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _moving_page(found, form)


@bp.get("/events/<event>/merging")
@guards.role("organizer")
def twins(event):
    found, words = _event(event), strip(request.args.get("q"))[:60]
    scope = guards.my_org()
    return render_template(
        "corrections/twins.html", event=found, words=words,
        likely=corrections.likely_events(found, scope),
        found=corrections.search_events(scope, words, but=found),
    )  # fmt: skip


@bp.route("/events/<event>/merging/<twin>", methods=["GET", "POST"])
@guards.role("organizer")
def merge_events(event, twin):
    kept, gone = _event(event), _event(twin)
    return asked(
        lambda **how: corrections.merge_events(kept, gone, by=guards.me(), **how),
        event=kept, twin=gone,
    )  # fmt: skip


@bp.route("/events/<event>/amending", methods=["GET", "POST"])
@guards.role("organizer")
def amend(event):
    sitting = gatherings.occurrence_of(_event(event), event)
    if request.method == "GET":
        return _amending_page(sitting, AmendingForm(formdata=None, data=_present(sitting)))
    form = AmendingForm()
    if not form.validate():
        return _amending_page(sitting, form)
    try:
        host = orgs.find_org_in(guards.my_org(), form.host.data)
        starts_at, ends_at = gatherings.hours(form.day.data, form.start.data, form.end.data)
        return asked(
            lambda **how: corrections.amend_event(
                sitting, host=host, starts_at=starts_at, ends_at=ends_at, by=guards.me(), **how
            ),
            event=sitting.event, host=host, was=(sitting.event.host, sitting.starts_at, sitting.ends_at),
            becomes=(host, starts_at, ends_at),
        )  # fmt: skip
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _amending_page(sitting, form, refusal.status)


@bp.route("/events/<event>/paper", methods=["GET", "POST"])
@guards.role("organizer")
def paper(event):
    sitting = gatherings.occurrence_of(_event(event), event)
    if request.method == "GET":
        return _paper_page(sitting, PaperForm(formdata=None, paper_on=sitting.starts_on))
    form = PaperForm()
    if not form.validate():
        return _paper_page(sitting, form)
    try:
        lines = corrections.read_paper(
            sitting, form.names.data or "", request.form.getlist("person")[:600], _picks()
        )
        return asked(
            lambda **how: corrections.enter_paper(
                sitting, lines, form.paper_on.data, by=guards.me(), **how
            ),
            event=sitting.event, sitting=sitting, lines=lines, states=corrections.STATES,
        )  # fmt: skip
    except (Invalid, Conflict) as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _paper_page(sitting, form, refusal.status)


def _event(code):
    return corrections.find_event_here(guards.my_org(), code)


def _target(code):
    try:
        return corrections.find_sitting_here(guards.my_org(), code)
    except Refusal as refusal:  # typed: say so beside the field
        words = NO_SITTING if refusal.status == 404 else refusal.words
        raise Invalid(words, field="code") from None


def _picks():
    """Line number → the person chosen for it."""
    sent = request.form.items()
    return {int(m[1]): code.strip()[:12] for name, code in sent if (m := PICK.fullmatch(name))}


def _present(sitting):
    start, end = clock.local(sitting.starts_at), clock.local(sitting.ends_at)
    return {"host": sitting.event.host.code, "day": sitting.starts_on, "start": start.time(), "end": end.time()}  # fmt: skip


def _moving_page(event, form):
    rolls = [(o, attendance.roll_of(o)) for o in event.occurrences]
    return render_template(
        "corrections/moving.html", event=event, form=form, rolls=rolls,
        targets=corrections.likely_sittings(event, guards.my_org()),
        ticked=request.form.getlist("row"),
    ), 422 if form.errors else 200  # fmt: skip


def _amending_page(sitting, form, status=None):
    hosts = orgs.subtree_of(guards.my_org())
    page = render_template(
        "corrections/amending.html", event=sitting.event, sitting=sitting, form=form, hosts=hosts
    )
    return page, status or (422 if form.errors else 200)


def _paper_page(sitting, form, status=None):
    here = attendance.roll_of(sitting)
    missing = [e for e in here.entries if e.check_in is None]
    return render_template(
        "corrections/paper.html", event=sitting.event, sitting=sitting, form=form,
        missing=missing, ticked=request.form.getlist("person"),
    ), status or (422 if form.errors else 200)  # fmt: skip
