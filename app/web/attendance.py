"""The list of an event: names with ticks, undoing, and the papers to hand in."""

from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain import attendance, checkins, events, evidence, exports, live, orgs, pages
from app.errors import Refusal
from app.text import spoken_code
from app.web import filters, guards
from app.web.elsewhere import elsewhere, in_wechat
from app.web.forms import REQUIRED, Bare, Form, line, strip
from app.web.refusals import words_of

bp = Blueprint("attendance", __name__, url_prefix="/events/<code>")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PARTS = {
    "all": _l("全部"),
    "present": _l("已到"),
    "missing": _l("未到"),
    "guests": _l("来宾和其他"),
}
HEAD = (
    _l("序号"), _l("姓名"), _l("单位"), _l("支部"), _l("身份"), _l("手机"), _l("签到时间"),
    _l("方式"), _l("角色"), _l("待核"), _l("场次"), _l("迟到（分钟）"), _l("代表单位"), _l("代会"),
)  # fmt: skip
ENCODINGS = {"": "utf-8-sig", "utf-8": "utf-8-sig", "gb18030": "gb18030"}


class VoidForm(Form):
    reason = line(_l("原因"), 200, REQUIRED)


@bp.get("/attendance")
@guards.role("organizer")
def index(code):
    return _index(code)


@bp.post("/attendance")
@guards.role("organizer")
def create(code):
    event = events.event_hosted_in(guards.my_org(), code)
    occurrence = events.occurrence_of(event, request.form.get("occurrence") or code)
    try:
        people = [strip(code) for code in request.form.getlist("person")]
        ticked = attendance.tick_all(occurrence, people, by=guards.me())
    except Refusal as refusal:
        return _index(code, problem=words_of(refusal), status=refusal.status)
    return _back(occurrence, ticked=ticked.done, already=ticked.already)


@bp.post("/attendance/<row>/voiding")
@guards.role("organizer")
def void(code, row):
    event = events.event_hosted_in(guards.my_org(), code)
    check_in, form = checkins.find_check_in(event, row), VoidForm()
    if not form.validate():
        return _index(code, problem=_("请写撤销的原因。"), status=422)
    checkins.void_check_in(check_in, by=guards.me().actor, reason=form.reason.data)
    return _back(check_in.occurrence, done="voided")


@bp.post("/attendance/<row>/restoring")
@guards.role("organizer")
def restore(code, row):
    event = events.event_hosted_in(guards.my_org(), code)
    check_in = checkins.find_check_in(event, row)
    checkins.restore_check_in(check_in, by=guards.me().actor)
    return _back(check_in.occurrence, done="restored")


@bp.get("/attendance.csv")
@guards.role("organizer", confirm=True)
def csv(code):
    sight, sittings = _sittings(code)
    encoding = ENCODINGS.get(request.args.get("encoding", "").lower(), "utf-8-sig")
    if in_wechat():
        return _elsewhere(sight.event)
    ledger = _ledger(sight, sittings, "attendance.csv")
    lines = [[str(words) for words in HEAD], *(_cells(row) for row in ledger.rows)]
    charset = "gb18030" if encoding == "gb18030" else "utf-8"
    return _file(
        exports.csv_lines(lines, encoding=encoding), f"text/csv; charset={charset}", sight.event, "csv"
    )  # fmt: skip


@bp.get("/attendance.xlsx")
@guards.role("organizer", confirm=True)
def xlsx(code):
    sight, sittings = _sittings(code)
    if in_wechat():
        return _elsewhere(sight.event)
    ledger = _ledger(sight, sittings, "attendance.xlsx")
    book = exports.workbook(
        _("%(title)s 签到名单", title=sight.event.title),
        under=[_("主办：%(org)s", org=sight.event.host.full_name)]
        + [_("时间：%(span)s 地点：%(place)s", span=filters.span(o.starts_at, o.ends_at, long=True),
             place=o.place or filters.DASH) for o in sittings]
        + _heads(sight, sittings),
        head=_book_head(), rows=(_cells(row) for row in ledger.rows), totals=_totals(ledger),
        widths=(6, 14, 28, 28, 14, 13, 17, 10, 9, 22, 17, 9, 28, 6), sheet=_("签到名单"),
    )  # fmt: skip
    return _file(book, XLSX, sight.event, "xlsx")


@bp.get("/attendance/sheet")
@guards.role("organizer")
def sheet(code):
    sight = events.event_in_sight(guards.my_org(), code)
    occurrence = events.occurrence_of(sight.event, request.args.get("occurrence") or code)
    org = _org_or_none(sight, request.args.get("org"))
    if in_wechat() and not request.args.get("here"):  # it cannot print either
        look = f"{request.script_root}{request.path}?{urlencode({**request.args, 'here': 1})}"
        return _elsewhere(sight.event, look=look)
    roll = attendance.roll_of(occurrence, org or sight.rows_of)
    paper = attendance.paper_of(occurrence, roll, blank=bool(request.args.get("blank")))
    return render_template(
        "attendance/sheet.html", event=sight.event, occurrence=occurrence, org=org,
        paper=paper, tally=live.tally(occurrence, org or sight.rows_of),
    )  # fmt: skip


def _index(code, *, problem="", status=200):
    sight = events.event_in_sight(guards.my_org(), code)
    occurrence = events.occurrence_of(sight.event, request.values.get("occurrence") or code)
    roll = attendance.roll_of(occurrence, sight.rows_of)
    words, part = strip(request.args.get("q"))[:60], request.args.get("part", "all")
    part = part if part in PARTS else "all"
    scope = guards.my_org() if sight.is_host else None
    entries = attendance.part_of(roll, part)
    return render_template(
        "attendance/index.html", event=sight.event, occurrence=occurrence, roll=roll, words=words,
        part=part, parts=PARTS, found=attendance.find_in_roll(roll, words, scope), problem=problem,
        page=pages.page_of(entries, request.args.get("page", 1, type=int)), may_tick=sight.is_host,
        rows_of=sight.rows_of, tally=live.tally(occurrence, sight.rows_of),
        undone_by=attendance.undone_by(list(roll.voided)),
        trace=attendance.trace_of(occurrence) if sight.is_host else None,
        bare=Bare(formdata=None), roles=events.ROLES, minutes_late=checkins.minutes_late,
        attached=evidence.number_of(occurrence) if sight.is_host else 0,
        has_seats=any(row.mode == "seats" for row in sight.event.invitations),
        change="roles" if sight.is_host and request.args.get("change") == "roles" else "",
    ), status  # fmt: skip


def _sittings(code):
    """The event as I see it, and the occurrences a file is asked for: one, or all that were held."""
    sight = events.event_in_sight(guards.my_org(), code)
    asked = request.args.get("occurrence") or code
    if spoken_code(asked) != sight.event.code:
        return sight, [events.occurrence_of(sight.event, asked)]
    return sight, list(sight.event.occurrences)


def _ledger(sight, sittings, what):
    return attendance.export_ledger(
        sittings, rows_of=sight.rows_of, what=f"{sight.event.title} {what}", by=guards.me().actor
    )


def _heads(sight, sittings):
    """The line about what was counted without names, which is in no row of the list."""
    heads = sum(live.tally(one, sight.rows_of).heads for one in sittings)
    return [_("另有清点 %(n)s 人，不在名单里", n=filters.number(heads))] if heads else []


def _cells(row):
    doubts = ", ".join(filters.word(reason, "reason") for reason in row.reasons)
    return [
        row.number, row.name, row.unit, row.branch or _("未归属"),
        filters.word(row.standing, "standing") if row.standing else _("来宾"),
        filters.text.mask_phone(row.tail), filters.stamp(row.checked_in_at),
        filters.word(row.how, "how"), filters.word(row.role, "checkin_role"),
        (doubts or _("待核")) if row.review == "open" else "", filters.stamp(row.starts_at),
        row.minutes_late or "", row.seat, _("是") if row.is_substitute else "",
    ]  # fmt: skip


def _book_head():
    who = [exports.Head(str(words)) for words in HEAD[1:6]]
    what = [exports.Head(str(words)) for words in HEAD[6:10]]
    top = [
        exports.Head(str(HEAD[0]), down=2), exports.Head(_("参加人"), across=len(who)),
        exports.Head(_("签到"), across=len(what)), *(exports.Head(str(words), down=2) for words in HEAD[10:]),
    ]  # fmt: skip
    return [top, [*who, *what]]


def _totals(ledger):
    doubts = _("其中待核 %(n)s", n=ledger.open_reviews) if ledger.open_reviews else ""
    return [_("合计"), _("%(n)s 人次", n=ledger.attendances), *[""] * 7, doubts, *[""] * 4]


def _file(body, mimetype, event, ending):
    name = f"attendance-{event.code}.{ending}"
    return Response(
        body, content_type=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )  # fmt: skip


def _org_or_none(sight, code):
    """The org whose sheet is asked for: any at an event of mine, else only inside my rows."""
    return orgs.find_org_in(sight.rows_of or orgs.root_or_none(), code) if code else None


def _elsewhere(event, **told):
    return elsewhere(url_for("attendance.index", code=event.code), _("签到名单"), **told)


def _back(occurrence, **said):
    return redirect(
        url_for(
            "attendance.index", code=occurrence.event.code, occurrence=occurrence.code,
            q=strip(request.args.get("q")) or None, **said,
        ),
        code=303,
    )  # fmt: skip
