"""The first event: tonight, ours, with a name to change."""

from datetime import time

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from app import clock
from app.domain import events, orgs, steps
from app.errors import Refusal
from app.web import guards
from app.web.forms import REQUIRED, ClockField, DayField, Form, choices, line
from app.web.refusals import words_of
from app.web.setup.room import bp, onward, step_page

EVENING = time(19, 0), time(20, 30)
LATEST = time(18, 30)  # after that tonight means soon


class FirstEventForm(Form):
    title = line(_l("活动名称"), 80, REQUIRED)
    host = SelectField(_l("主办"), choices=[], validate_choice=False)
    day = DayField(_l("日期"), [REQUIRED])
    start = ClockField(_l("开始"), [REQUIRED])
    end = ClockField(_l("结束"), [REQUIRED])
    place = line(_l("地点"), 80)


@bp.get("/event", endpoint="event")
@guards.role("district")
def event_step():
    form = FirstEventForm(
        formdata=None, title=steps.FIRST_TITLE, host=guards.my_org().code, **_tonight()
    )
    return _event_page(form, 200)


@bp.post("/event")
@guards.role("district")
def publish():
    form, staff = FirstEventForm(), guards.me()
    if not form.validate():
        return _event_page(form, 422)
    try:
        starts_at, ends_at = events.hours(form.day.data, form.start.data, form.end.data)
        events.make_event(
            form.title.data, host=guards.org_in_scope(form.host.data), starts_at=starts_at,
            ends_at=ends_at, place=form.place.data, by=staff, actor=staff.actor,
        )  # fmt: skip
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _event_page(form, refusal.status)
    return onward("event")


def _tonight():
    """This evening; late in the day, from the next full hour on, as the form of events has it."""
    now = clock.local(clock.now())
    start, end = EVENING
    if now.time() < LATEST:
        return {"day": now.date(), "start": start, "end": end}
    first = clock.local(clock.next_hour(clock.now()))
    last = clock.local(clock.next_hour(clock.next_hour(clock.now())))
    if last.date() != first.date():
        return {"day": first.date(), "start": first.time(), "end": time(23, 59)}
    return {"day": first.date(), "start": first.time(), "end": last.time()}


def _event_page(form, status):
    hosts = orgs.subtree_of(guards.my_org(), open_only=True)
    form.host.choices = choices((org.code, org.full_name) for org in hosts)
    return step_page("event", status, form=form, there=events.newest_event(guards.my_org()))
