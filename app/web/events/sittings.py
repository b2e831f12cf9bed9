"""One sitting of an event that has several: one more, its form, and calling it off."""

from flask import render_template, request

from app import clock
from app.domain import events, venues
from app.errors import Refusal
from app.web import guards
from app.web.events.acts import ReasonForm, back_to, cancel_page
from app.web.events.forms import NewSittingForm, SittingForm, extra_sitting_fields, sitting_fields
from app.web.events.room import bp
from app.web.refusals import words_of

FIELDS = {"host": "day"}  # a host closed by then: the day is what this form can change


@bp.get("/<code>/occurrences/new")
@guards.role("organizer")
def new_occurrence(code):
    event = events.event_hosted_in(guards.my_org(), code)
    return _form_page(
        event, None, NewSittingForm(formdata=None, data=extra_sitting_fields(event)), 200
    )


@bp.post("/<code>/occurrences")
@guards.role("organizer")
def create_occurrence(code):
    event = events.event_hosted_in(guards.my_org(), code)
    form = NewSittingForm()
    if not form.validate():
        return _form_page(event, None, form, 422)
    try:
        weeks = form.weeks.data or 1
        events.add_occurrence(event, by=guards.me().actor, weeks=weeks, **form.sitting())
    except Refusal as refusal:
        return _refused(event, None, form, refusal)
    return back_to(event)


@bp.get("/<code>/occurrences/<sitting>/edit")
@guards.role("organizer")
def edit_occurrence(code, sitting):
    event, occurrence = _sitting(code, sitting)
    form = SittingForm(formdata=None, data=sitting_fields(occurrence))
    return _form_page(event, occurrence, form, 200)


@bp.post("/<code>/occurrences/<sitting>")
@guards.role("organizer")
def update_occurrence(code, sitting):
    event, occurrence = _sitting(code, sitting)
    form = SittingForm()
    if not form.validate():
        return _form_page(event, occurrence, form, 422)
    try:
        events.edit_occurrence(occurrence, by=guards.me().actor, **form.sitting())
    except Refusal as refusal:
        return _refused(event, occurrence, form, refusal)
    return back_to(event)


@bp.route("/<code>/occurrences/<sitting>/cancellation", methods=["GET", "POST"])
@guards.role("organizer")
def cancel_occurrence(code, sitting):
    event, occurrence = _sitting(code, sitting)
    form = ReasonForm()
    if request.method == "POST" and form.validate():
        try:
            events.cancel_occurrence(occurrence, by=guards.me().actor, reason=form.reason.data)
        except Refusal as refusal:
            return cancel_page(event, occurrence, form, refusal)
        return back_to(event)
    return cancel_page(event, occurrence, form)


def _sitting(code, sitting):
    event = events.event_hosted_in(guards.my_org(), code)
    return event, events.sitting_of(event, sitting)


def _refused(event, occurrence, form, refusal):
    form.refuse(words_of(refusal), FIELDS.get(refusal.field, refusal.field))
    return _form_page(event, occurrence, form, refusal.status)


def _form_page(event, occurrence, form, status):
    places = [venue.name for venue in venues.venues_open_on(clock.today())]
    return render_template(
        "events/occurrence.html", event=event, occurrence=occurrence, form=form,
        places=dict.fromkeys([*places, *events.recent_places(guards.my_org())]),
    ), status  # fmt: skip
