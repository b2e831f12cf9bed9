"""What may be done to an event: each act a noun that is created, one verb of the domain each."""

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import Optional

from app import clock
from app.domain import events, signals
from app.errors import Invalid, Refusal
from app.web import guards
from app.web.events.room import bp
from app.web.forms import Bare, ClockField, DayField, Form, choices, line
from app.web.refusals import words_of

UNTIL = {"until": "at", "closes_after": "at", "day": "day"}  # how the verb's fields are called here


class ReasonForm(Form):
    """Why something is called off."""

    reason = line(_l("原因"), 200)


class ExtensionForm(Form):
    """How long check-in stays open: some minutes more, or until a moment."""

    minutes = RadioField(
        _l("延长多久"),
        choices=choices({"15": _l("15 分钟"), "30": _l("30 分钟"), "60": _l("1 小时"), "": _l("到下面的时间")}),
        default="15",
    )  # fmt: skip
    day = DayField(_l("日期"), [Optional()])
    at = ClockField(_l("时间"), [Optional()])

    def told(self) -> dict:
        """minutes or until, as the verb takes them. Raises Invalid."""
        if self.minutes.data:
            return {"minutes": int(self.minutes.data)}
        if self.at.data is None:
            return {"minutes": 0}
        until, _same = events.hours(self.day.data or clock.today(), self.at.data, self.at.data)
        return {"until": until}


@bp.post("/<code>/publication")
@guards.role("organizer")
def publish(code):
    Bare().validate()
    event = events.event_hosted_in(guards.my_org(), code)
    try:
        events.publish_event(event, by=guards.me().actor)
    except Invalid:  # its day went by: the form asks for another, or why
        return redirect(url_for("events.edit", code=event.code, late=1), code=303)
    return back_to(event)


@bp.post("/<code>/withdrawal")
@guards.role("organizer")
def withdraw(code):
    Bare().validate()
    event = events.event_hosted_in(guards.my_org(), code)
    gone = event.is_draft
    events.withdraw_event(event, by=guards.me().actor)
    return redirect(url_for("events.index"), code=303) if gone else back_to(event)


@bp.route("/<code>/cancellation", methods=["GET", "POST"])
@guards.role("organizer")
def cancel(code):
    event = events.event_hosted_in(guards.my_org(), code)
    form = ReasonForm()
    if request.method == "POST" and form.validate():
        try:
            events.cancel_event(event, by=guards.me().actor, reason=form.reason.data)
        except Refusal as refusal:
            return cancel_page(event, None, form, refusal)
        return back_to(event)
    return cancel_page(event, None, form)


@bp.post("/<code>/renewed-code")
@guards.role("organizer")
def renew(code):
    Bare().validate()
    event = events.event_hosted_in(guards.my_org(), code)
    events.renew_code(event, by=guards.me().actor)
    return back_to(event)


@bp.post("/<code>/closing")
@guards.role("organizer")
def close(code):
    Bare().validate()
    event = events.event_hosted_in(guards.my_org(), code)
    occurrence = events.occurrence_of(event, code)
    signals.close_check_in(occurrence, by=guards.me().actor)
    return back_to(event)


@bp.route("/<code>/extension", methods=["GET", "POST"])
@guards.role("organizer")
def extend(code):
    event = events.event_hosted_in(guards.my_org(), code)
    occurrence = events.occurrence_of(event, code)
    form = ExtensionForm()
    if request.method == "POST" and form.validate():
        try:
            events.extend_check_in(occurrence, by=guards.me().actor, **form.told())
        except Refusal as refusal:
            form.refuse(words_of(refusal), UNTIL.get(refusal.field))
            return _extension_page(event, occurrence, form, refusal.status)
        return back_to(event)
    return _extension_page(event, occurrence, form, 422 if form.errors else 200)


@bp.post("/<code>/copies")
@guards.role("organizer")
def copy(code):
    Bare().validate()
    event = events.event_hosted_in(guards.my_org(), code)
    made = events.copy_event(event, by=guards.me())
    return redirect(url_for("events.edit", code=made.code), code=303)


def back_to(event):
    """The event's page, after something was done."""
    return redirect(url_for("events.show", code=event.code), code=303)


def cancel_page(event, occurrence, form, refusal=None):
    """The page that asks why; of one sitting when one is given."""
    if refusal is not None:
        form.refuse(words_of(refusal), refusal.field)
    status = refusal.status if refusal else 422 if form.errors else 200
    page = "events/cancellation.html"
    return render_template(page, event=event, occurrence=occurrence, form=form), status


def _extension_page(event, occurrence, form, status):
    page = "events/extension.html"
    return render_template(page, event=event, occurrence=occurrence, form=form), status
