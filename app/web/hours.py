"""时长: who came and left when, what is proposed, and the form by which staff confirm it."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from app.domain import checkins, events, exports, hours, pages
from app.errors import Refusal
from app.text import spoken_code
from app.web import filters, guards
from app.web.elsewhere import elsewhere, in_wechat
from app.web.forms import REQUIRED, Bare, Form, NumberField, line, strip
from app.web.refusals import words_of

bp = Blueprint("hours", __name__, url_prefix="/events/<code>")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SIZE = 100  # rows of a page
PARTS = {
    "all": _l("全部"), "waiting": _l("待认定"), "out": _l("没签退"), "granted": _l("已认定"),
}  # fmt: skip
STATES = {"waiting": ("waiting",), "out": ("forgotten", "inside"), "granted": ("granted",)}
HEAD = (
    _l("序号"), _l("姓名"), _l("支部"), _l("身份"), _l("签到"), _l("签退"), _l("实际时长（分钟）"),
    _l("认定时长（分钟）"), _l("认定人"),
)  # fmt: skip


class GrantForm(Form):
    """The hours of one row; what is no number of minutes is refused here, too many by the rule."""

    minutes = NumberField(_l("认定时长（分钟）"), [REQUIRED], between=(0, 100_000))
    reason = line(_l("原因"), 200, Optional())


@bp.get("/hours")
@guards.role("organizer", or_auditor=True)
def index(code):
    return _index(code)


@bp.post("/hours")
@guards.role("organizer")
def create(code):
    """Confirm what is proposed: for the ticked rows, or for all."""
    occurrence = _occurrence(code)
    codes = None if "all" in request.form else _ticked()
    try:
        told = hours.grant_proposed(occurrence, codes, by=guards.me())
    except Refusal as refusal:
        return _refused(code, refusal)
    return _back(occurrence, granted=told.done, forgotten=told.forgotten, inside=told.inside)


@bp.post("/hours/leaving")
@guards.role("organizer")
def leave(code):
    """Check the ticked people out, now."""
    occurrence = _occurrence(code)
    try:
        done = hours.check_out_all(occurrence, _ticked(), by=guards.me())
    except Refusal as refusal:
        return _refused(code, refusal)
    return _back(occurrence, left=done)


@bp.post("/hours/<row>")
@guards.role("organizer")
def update(code, row):
    event, form = events.event_hosted_in(guards.my_org(), code), GrantForm()
    check_in = checkins.find_check_in(event, row)
    if not form.validate():
        words = next(iter(form.errors.values()))[0]
        return _index(check_in.occurrence.code, problem=words, typed=(row, form), status=422)
    try:
        hours.grant(check_in, form.minutes.data, by=guards.me(), reason=form.reason.data or "")
    except Refusal as refusal:
        problem = f"{check_in.person.name}: {words_of(refusal)}"
        place = check_in.occurrence.code
        return _index(place, problem=problem, typed=(row, form), status=refusal.status)
    return _back(check_in.occurrence, granted=1)


@bp.get("/hours.xlsx")
@guards.role("organizer", confirm=True)
def xlsx(code):
    event = events.event_hosted_in(guards.my_org(), code)
    asked = request.args.get("occurrence") or code
    sittings = event.alive
    if spoken_code(asked) != event.code:
        sittings = [events.occurrence_of(event, asked)]
    if in_wechat():
        return elsewhere(url_for("hours.index", code=event.code), _("时长"))
    rows = hours.export_hours(sittings, what=f"{event.title} hours.xlsx", by=guards.me().actor)
    book = exports.workbook(
        _("%(title)s 志愿者时长表", title=event.title),
        under=[_("主办：%(org)s", org=event.host.full_name)]
        + [_("时间：%(span)s 地点：%(place)s", span=filters.span(o.starts_at, o.ends_at, long=True),
             place=o.place or filters.DASH) for o in sittings],
        head=[[str(words) for words in HEAD]], rows=(_cells(n, row) for n, row in enumerate(rows, 1)),
        totals=_totals(rows), foot=_foot(rows), widths=(6, 14, 34, 12, 17, 17, 12, 12, 14),
        sheet=_("志愿者时长表"),
    )  # fmt: skip
    name = f"hours-{event.code}.xlsx"
    return Response(
        book, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _occurrence(code):
    event = events.event_hosted_in(guards.my_org(), code)
    return events.occurrence_of(event, request.values.get("occurrence") or code)


def _ticked():
    return [strip(code)[:12] for code in request.form.getlist("row")]


def _refused(code, refusal):
    if refusal.status == 404:
        raise refusal
    return _index(code, problem=words_of(refusal), status=refusal.status)


def _index(code, *, problem="", typed=(None, None), status=200):
    occurrence = _occurrence(code)
    sheet, part = hours.sheet_of(occurrence), request.args.get("part", "all")
    part = part if part in PARTS else "all"
    rows = [row for row in sheet.rows if part == "all" or row.state in STATES[part]]
    return render_template(
        "hours/index.html", event=occurrence.event, occurrence=occurrence, sheet=sheet, part=part,
        parts=PARTS, page=pages.page_of(rows, request.args.get("page", 1, type=int), size=SIZE),
        problem=problem, typed_row=typed[0], typed=typed[1], bare=Bare(formdata=None),
        may_grant=guards.me().may("organizer"), out_until=hours.out_until(occurrence),
    ), status  # fmt: skip


def _cells(number, row):
    left = filters.stamp(row.left_at) if row.left_at else filters.DASH
    return [
        number, row.name, row.unit or _("未归属"),
        filters.word(row.standing, "standing") if row.standing else _("来宾"),
        filters.stamp(row.came_at), _("忘了签退") if row.is_forgotten else left,
        filters.DASH if row.measured is None else row.measured,
        "" if row.granted is None else row.granted, row.granted_by,
    ]  # fmt: skip


def _totals(rows):
    return [
        _("合计"), _("%(n)s 人次", n=len(rows)), "", "", "", "",
        sum(row.measured or 0 for row in rows), sum(row.granted or 0 for row in rows), "",
    ]  # fmt: skip


def _foot(rows):
    total = filters.hours(sum(row.granted or 0 for row in rows))
    waiting = sum(1 for row in rows if row.granted is None)
    words = [_("认定时长合计 %(hours)s 小时", hours=total)]
    return words + ([_("还有 %(n)s 人没有认定，不计在内", n=waiting)] if waiting else [])


def _back(occurrence, **said):
    part = request.args.get("part")
    return redirect(
        url_for(
            "hours.index", code=occurrence.event.code, occurrence=occurrence.code,
            part=part if part in PARTS else None, **said,
        ),
        code=303,
    )  # fmt: skip
