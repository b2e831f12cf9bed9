"""Who is on leave from a sitting: noted by whoever may see the people, asked by the people."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectMultipleField

from app.domain import events, leaves, live
from app.errors import Refusal
from app.web import guards
from app.web.forms import Bare, Form, choices, line, strip
from app.web.refusals import words_of

bp = Blueprint("leaves", __name__, url_prefix="/events/<code>/leaves")

MOST = 60  # so many missing people are one page of names; more are chosen branch by branch


class LeaveForm(Form):
    person = SelectMultipleField(_l("谁请假"), choices=[], coerce=strip, validate_choice=False)
    kind = RadioField(_l("哪种假"), choices=choices(leaves.KINDS), default="personal")
    reason = line(_l("原因"), 120)


@bp.get("")
@guards.role("organizer")
def index(code):
    return _index(code, LeaveForm(formdata=None, kind="personal"))


@bp.post("")
@guards.role("organizer")
def create(code):
    """One or many of those I see; a widened sight reaches its own people alone."""
    sight, occurrence = _found(code)
    form = LeaveForm()
    if not form.validate():
        return _index(code, form, 422)
    if not form.person.data:
        form.refuse(_l("勾选请假的人。"), "person")
        return _index(code, form, 422)
    known = _people(sight, occurrence)
    guards.must_be(known.keys() >= set(form.person.data))
    try:
        for person in dict.fromkeys(form.person.data):
            leaves.note(
                occurrence, known[person].person, form.kind.data, form.reason.data,
                by=guards.me().actor,
            )  # fmt: skip
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _index(code, form, refusal.status)
    return _back(occurrence, "noted", org=strip(request.args.get("org")) or None)


@bp.post("/<person>/withdrawal")
@guards.role("organizer")
def withdraw(code, person):
    occurrence, leave = _leave(code, person)
    leaves.withdraw(leave, by=guards.me().actor)
    return _back(occurrence, "withdrawn")


@bp.post("/<person>/declining")
@guards.role("organizer")
def decline(code, person):
    occurrence, leave = _leave(code, person)
    leaves.decline(leave, by=guards.me().actor)
    return _back(occurrence, "declined")


def _found(code):
    sight = events.event_in_sight(guards.my_org(), code)
    return sight, events.occurrence_of(sight.event, request.values.get("occurrence") or code)


def _people(sight, occurrence):
    """Code → the row of everybody expected whom I may see."""
    return {row.person.code: row for row in live.roll(occurrence, sight.rows_of)}


def _leave(code, person):
    sight, occurrence = _found(code)
    row = _people(sight, occurrence).get(person.upper())
    guards.must_be(row is not None)
    return occurrence, leaves.find_leave(occurrence, row.person)


def _index(code, form, status=200):
    sight, occurrence = _found(code)
    rows = list(_people(sight, occurrence).values())
    org = strip(request.args.get("org"))[:12]
    missing = [row for row in rows if row.check_in is None and row.leave is None]
    shown = [row for row in missing if not org or (row.org and row.org.code == org)]
    return render_template(
        "leaves/index.html", event=sight.event, occurrence=occurrence, form=form,
        bare=Bare(formdata=None), excused=[row for row in rows if row.leave is not None],
        missing=shown if len(shown) <= MOST or org else [], count=len(shown), org=org,
        tally=live.tally(occurrence, sight.rows_of),
    ), status  # fmt: skip


def _back(occurrence, done, **asked):
    where = request.form.get("back", "")
    if where.startswith("/people/"):
        return redirect(guards.local_path(where, url_for("home.index")), code=303)
    return redirect(url_for("leaves.index", code=occurrence.code, done=done, **asked), code=303)
