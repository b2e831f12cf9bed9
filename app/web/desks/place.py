"""Where a helper stands: the desk of the link, the PIN before it, the sitting that is meant."""

from functools import wraps

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length

from app import clock, keys
from app.domain import desks, events, hours
from app.web import marks
from app.web.forms import REQUIRED, Bare, Form, strip


class PinForm(Form):
    pin = StringField(_l("口令"), filters=[strip], validators=[REQUIRED, Length(max=12)])


def at_desk(view):
    """view(desk, token, …) for a browser that typed the PIN; any other gets the page that asks for
    it, with what was typed lost on purpose."""

    @wraps(view)
    def opened(token, **rest):
        desk = desks.desk_of(token)
        if marks.is_marked(desk):
            return view(desk, token, **rest)
        form = PinForm(formdata=None)
        form.refuse(_l("要先输入签到台的口令。"))
        return pin_page(desk, token, form, 403)

    return opened


def pin_page(desk, token, form, status=200):
    """The form for the PIN, and the cookie that tells this browser from others."""
    page = render_template("desks/pin.html", desk=desk, token=token, form=form)
    return marks.keep_browser(current_app.make_response((page, status)))


def sitting_of(desk):
    """The sitting the request names, else the likely one; raises NotFound for another event's."""
    event = desks.event_of(desk)
    wanted = request.values.get("sitting")
    if wanted:
        return events.sitting_of(event, wanted)
    return events.likely_occurrence(event, clock.now())


def paper_on():
    """The day on the paper that is being typed in, None at the door itself; raises Invalid."""
    return desks.paper_day(strip(request.values.get("paper_on", "")))


def to_desk(token, occurrence, **said):
    """Back to the desk's page, which says what was done; a paper stays at hand."""
    day = paper_on()
    target = url_for(
        "desks.show", token=token, sitting=occurrence.code, paper_on=day and day.isoformat(), **said
    )
    return redirect(target, code=303)


def facts_of(desk, token):
    """What every page of a desk needs. new_nonce: each form its own, so that a double tap is one."""
    occurrence = sitting_of(desk)
    return {
        "desk": desk, "token": token, "event": occurrence.event, "occurrence": occurrence,
        "bare": Bare(formdata=None), "new_nonce": keys.token,
        "checks_out": hours.counts_out(occurrence.event),
        "paper_on": paper_on(),
    }  # fmt: skip
