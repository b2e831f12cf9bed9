"""签退 on the phone that checked in: one button, nothing typed; the answer is the page itself."""

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from app.domain import checkins, hours
from app.errors import Refusal
from app.web import guards
from app.web.forms import Bare
from app.web.refusals import words_of

bp = Blueprint("checkout", __name__)


@bp.post("/c/<code>/checkout")
@guards.public
def create(code):
    doors, device = checkins.doors_of(code), guards.phone_device()
    door = hours.door_to_leave(doors, device) or checkins.likely_door(doors) or doors[0]
    try:
        stay = hours.check_out_own(door, device, request.form.get("who", type=int))
    except Refusal as refusal:
        return _page("not-out", refusal.status, door, device, words=words_of(refusal))
    return _page("checked-out", 200, door, device, stay=stay, words=_length(stay))


def _page(state, status, door, device, stay=None, words=""):
    stays = hours.own_stays(door, device)
    others = [one for one in stays if stay is not None and one.number != stay.number]
    return render_template(
        "checkout/show.html", state=state, door=door, stay=stay, words=words, stays=others,
        open_out=hours.is_open(door), out_until=hours.until(door), bare=Bare(formdata=None),
    ), status  # fmt: skip


def _length(stay):
    return _("到场 %(n)s 分钟", n=stay.minutes)
