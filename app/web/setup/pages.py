"""How phones get here, the papers to hang up, and putting a step off."""

from flask import redirect, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from app.domain import events, reach, steps
from app.errors import Refusal
from app.web import guards
from app.web.forms import Bare, Form, choices, line
from app.web.refusals import words_of
from app.web.setup.room import bp, onward, settings, step_page

MODES = {"public": _l("公网网址"), "wifi": _l("仅会场 Wi-Fi"), "trial": _l("仅本机试用")}
SETTINGS = {
    "reach": "FURONG_REACH", "public_url": "FURONG_PUBLIC_URL", "wifi_name": "FURONG_WIFI_NAME",
}  # fmt: skip


class ReachForm(Form):
    mode = RadioField(_l("手机怎样打开"), choices=choices(MODES), validate_choice=False)
    address = line(_l("手机打开的网址"), 200)
    wifi_name = line(_l("会场 Wi-Fi 的名称"), 64)


@bp.get("/reach", endpoint="reach")
@guards.role("district")
def reach_step():
    now = settings()
    address = "" if now.is_only_here else now.base_url
    form = ReachForm(
        formdata=None, mode=now.reach or None, address=address, wifi_name=now.wifi_name
    )
    return _reach_page(form, 200)


@bp.post("/reach")
@guards.role("district")
def choose_reach():
    form, staff = ReachForm(), guards.me()
    if not form.validate():
        return _reach_page(form, 422)
    was_done = bool(settings().reach)
    try:
        reach.choose(
            settings(), form.mode.data or "", address=form.address.data, by=staff.actor,
            wifi_name=form.wifi_name.data, here=request.host_url.rstrip("/"), org_id=staff.org_id,
        )  # fmt: skip
        if not was_done:
            steps.finish_step("reach", by=staff)
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _reach_page(form, refusal.status)
    # Who came back to change it wants to see a phone get through.
    return redirect(url_for("reach.index"), code=303) if was_done else onward("reach")


@bp.get("/print", endpoint="print")
@guards.role("district")
def print_step():
    event = events.newest_event(guards.my_org())
    return step_page("print", event=event, stand=reach.standing(settings()))


@bp.post("/print")
@guards.role("district")
def printed():
    Bare().validate()
    steps.finish_step("print", by=guards.me())
    return onward("print")


@bp.post("/<step>/putting-off")
@guards.role("district")
def put_off(step):
    Bare().validate()
    steps.put_off(step, by=guards.me())
    return onward(step)


@bp.post("/putting-off")
@guards.role("district")
def put_off_all():
    Bare().validate()
    steps.put_off_all(settings(), by=guards.me())
    return redirect(url_for("home.index"), code=303)


def _reach_page(form, status):
    fixed = {name: words for name, words in SETTINGS.items() if settings().fixed(name)}
    return step_page(
        "reach", status, form=form, fixed=fixed, stand=reach.standing(settings()),
        served_at=settings().served_at,
    )  # fmt: skip
