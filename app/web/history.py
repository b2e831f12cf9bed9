"""/p/<token>: what a personal card opens, the person's own history and the code the desk scans.

The secret in the address is the only key. Whether it never was or was taken back, the answer is the
same page; nothing is kept by the browser and no search engine lists it.
"""

from base64 import b64encode
from datetime import timedelta

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from app import clock
from app.domain import attendance, cards, exports, leaves, members, passes
from app.errors import NotFound, Refusal
from app.web import filters, guards
from app.web.elsewhere import elsewhere, in_wechat
from app.web.forms import REQUIRED, Bare, Form, choices, line, strip
from app.web.refusals import words_of
from app.words import N_

bp = Blueprint("history", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD = (
    _l("活动"), _l("开始"), _l("地点"), _l("主办"), _l("支部"), _l("签到时间"), _l("签退时间"),
    _l("角色"), _l("方式"), _l("认定小时"), _l("说明"),
)  # fmt: skip
AHEAD = timedelta(days=60)
STATES = {"voided": _l("已撤销"), "off": _l("活动取消")}


class LeaveForm(Form):
    sitting = line("", 8, REQUIRED)
    kind = SelectField(_l("哪种假"), choices=choices(leaves.KINDS))
    reason = line(_l("原因"), 120)


class NoCard(NotFound):
    words = N_("这张个人卡打不开：可能已经作废，也可能网址不完整。请找支部书记补一张。")


@bp.after_request
def hide(response):
    """Neither a search engine nor the next page may learn the address."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.get("/p/<token>")
@bp.get("/P/<token>", endpoint="alias")
@guards.token
def show(token):
    return _show(token)


@bp.post("/p/<token>/leaves")
@guards.token
def create(token):
    """Ask for leave from a sitting that expects the person."""
    person, form = _person(token), LeaveForm()
    if not form.validate():
        return _show(token, form=form, status=422)
    try:
        leaves.ask(_coming(person, form.sitting.data), person, form.kind.data, form.reason.data)
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _show(token, form=form, status=refusal.status)
    return redirect(url_for("history.show", token=token, done="asked", _anchor="coming"), code=303)


@bp.post("/p/<token>/leaves/withdrawal")
@guards.token
def withdraw(token):
    person, form = _person(token), Bare()
    if form.validate():
        leave = leaves.leave_or_none(_coming(person, strip(request.form.get("sitting"))), person)
        guards.must_be(leave is not None)
        leaves.withdraw(leave)
    return redirect(url_for("history.show", token=token, done="back", _anchor="coming"), code=303)


@bp.get("/p/<token>/history.csv")
@guards.token
def csv(token):
    person = _person(token)
    if in_wechat():
        return _elsewhere(token)
    lines = [[str(words) for words in HEAD], *map(_cells, attendance.history_of(person).rows)]
    return _file(exports.csv_lines(lines), "text/csv; charset=utf-8", "csv")


@bp.get("/p/<token>/history.xlsx")
@guards.token
def xlsx(token):
    person = _person(token)
    if in_wechat():
        return _elsewhere(token)
    found = attendance.history_of(person)
    book = exports.workbook(
        _("%(name)s 参加活动记录", name=person.name),
        under=[
            *_branches(person),
            *(_("%(year)s 年：%(n)s 次，认定 %(hours)s 小时", year=year.year, n=year.attendances,
                hours=_hours(year.granted_minutes)) for year in found.years),
        ],
        head=[[str(words) for words in HEAD]], rows=map(_cells, found.rows),
        totals=[_("合计"), _("%(n)s 次", n=found.attendances), *[""] * 7,
                _hours(found.granted_minutes), ""],
        widths=(30, 17, 16, 24, 24, 17, 17, 9, 10, 10, 18), sheet=_("参加活动记录"),
    )  # fmt: skip
    return _file(book, XLSX, "xlsx")


def _show(token, *, form=None, status=200):
    person, secret = _person(token), cards.opening(token)
    url = cards.card_url(current_app.extensions["settings"].base_url, secret)
    picture = "data:image/png;base64," + b64encode(passes.secret_png(url)).decode()
    coming = _sittings(person)
    if coming and form is None:  # a form sets a cookie: nobody gets one who has nothing to ask
        form = LeaveForm(formdata=None)
    return render_template(
        "history/show.html", person=person, history=attendance.history_of(person), token=secret,
        picture=picture, branches=_branches(person), states=STATES, hours=_hours, coming=coming,
        form=form, asked=_asked(person) if coming else {},
    ), status  # fmt: skip


def _sittings(person):
    """What expects the person in the weeks to come."""
    now = clock.now()
    return leaves.sittings_expecting(person, now, now + AHEAD)


def _coming(person, code):
    for sitting in _sittings(person):
        if sitting.code == code:
            return sitting
    raise NotFound


def _asked(person):
    """Sitting's code → the newest leave asked from it."""
    found = {}
    for leave in leaves.leaves_of_person(person, limit=60):
        found.setdefault(leave.occurrence.code, leave)
    return found


def _person(token):
    try:
        return cards.person_of(token)
    except NotFound:  # never was, or taken back: a stranger who tries learns nothing
        raise NoCard from None


def _branches(person):
    rows = members.memberships_of(person)
    return [org.full_name for membership, org in rows if membership.to_on is None]


def _hours(minutes):
    """Hours with one decimal, half up; None for nothing granted."""
    return None if minutes is None else (minutes * 2 + 6) // 12 / 10


def _cells(row):
    said = [str(STATES[row.state])] if row.state in STATES else []
    if row.review == "open" and row.state == "valid":
        said.append(_("待核对"))
    if row.is_corrected:
        said.append(_("改正过"))
    return [
        row.title, filters.stamp(row.starts_at), row.place, row.host, row.branch or _("未归属"),
        filters.stamp(row.checked_in_at), filters.stamp(row.checked_out_at) if row.checked_out_at else "",
        filters.word(row.role, "checkin_role"), filters.word(row.how, "how"),
        _hours(row.granted_minutes), ", ".join(said),
    ]  # fmt: skip


def _elsewhere(token):
    return elsewhere(
        url_for("history.show", token=token), _("我的记录"), needs_account=False
    )  # fmt: skip


def _file(body, mimetype, ending):
    return Response(
        body, content_type=mimetype,
        headers={"Content-Disposition": f'attachment; filename="history.{ending}"'},
    )  # fmt: skip
