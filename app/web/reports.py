"""Participation counts of a period: the page, the files, and the rows behind each number."""

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from flask_babel import gettext as _

from app import clock
from app.domain import closings, counts, exports, orgs, periods
from app.errors import Invalid
from app.web import filters, guards
from app.web.elsewhere import elsewhere, in_wechat
from app.web.refusals import words_of

bp = Blueprint("reports", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENCODINGS = {"gb18030": "gb18030"}
FITS = 60  # rows of a tree shown at once; below, the first levels
PAGE = 100


@bp.get("/reports")
@guards.role("manager", or_auditor=True)
def index():
    problem, status = None, 200
    try:
        period = _period()
    except Invalid as refusal:
        problem, status = refusal, 422
        period = periods.parse_period(None, None)
    org = guards.org_in_scope(request.args.get("org"))
    rows = counts.counts(period, org)
    everything = request.args.get("all") == "1" or len(rows) <= FITS
    closing = closings.standing_of(org, period)
    return render_template(
        "reports/index.html", closing=closing,
        moved=closings.figure_changes(closing, rows) if closing else (), period=period, org=org, rows=rows, total=rows[0],
        shown=[row for row in rows[1:] if everything or row.depth <= 1], everything=everything,
        programmes=counts.programme_counts(period, org), choices=_choices(org),
        presets=periods.presets(), problem=problem, problem_words=words_of(problem) if problem else "",
        asked=_asked(period, org), definitions=counts.DEFINITIONS,
    ), status  # fmt: skip


@bp.get("/reports.csv")
@guards.role("manager", or_auditor=True, confirm=True)
def csv():
    encoding = ENCODINGS.get(request.args.get("encoding", "").lower(), "utf-8-sig")
    if in_wechat():
        return _elsewhere()
    period, _org, rows = _export("reports.csv")
    lines = exports.csv_lines(counts.csv_rows(rows, _), encoding=encoding)
    charset = "gb18030" if encoding == "gb18030" else "utf-8"
    return _file(lines, f"text/csv; charset={charset}", period, "csv")


@bp.get("/reports.xlsx")
@guards.role("manager", or_auditor=True, confirm=True)
def xlsx():
    if in_wechat():
        return _elsewhere()
    period, org, rows = _export("reports.xlsx")
    paper = counts.paper(rows, _)
    book = exports.workbook(
        _("%(org)s%(period)s活动参与情况汇总表", org=org.full_name, period=_words(period)),
        under=[
            _("填报单位：%(org)s　填报日期：%(day)s", org=org.full_name, day=filters.long_day(clock.today())),
            _("人数每一级去重，不等于各行相加；“未登记”是办过却没有任何记录。"),
        ],
        head=paper.head, rows=paper.rows[1:] or paper.rows, totals=paper.total, widths=counts.WIDTHS,
        foot=[_("填表人：　　　　　　审核人：　　　　　　联系电话：　　　　　　（盖章）")],
        sheet=_("汇总表"),
    )  # fmt: skip
    return _file(book, XLSX, period, "xlsx")


@bp.get("/reports.json")
@guards.role("manager", or_auditor=True, confirm=True)
def json():
    if in_wechat():
        return _elsewhere()
    _period, _org, rows = _export("reports.json")
    return jsonify(counts.as_values(rows))


@bp.get("/reports/hosted")
@guards.role("manager", or_auditor=True)
def hosted():
    return _occurrences(counts.hosted_occurrences, "hosted", _("主办场次"))


@bp.get("/reports/took-part")
@guards.role("manager", or_auditor=True)
def took_part():
    return _occurrences(counts.took_part_occurrences, "took_part", _("参与场次"))


@bp.get("/reports/unrecorded")
@guards.role("manager", or_auditor=True)
def unrecorded():
    return _occurrences(counts.unrecorded_occurrences, "unrecorded", _("未登记场次"))


@bp.get("/reports/attendances")
@guards.role("manager", or_auditor=True)
def attendances():
    period, org = _period(), guards.org_in_scope(request.args.get("org"))
    only = request.args.get("only", "")
    only = only if only in ("guests", "open") else ""
    figure = {"": "attendances", "guests": "guests", "open": "open_reviews"}[only]
    total, page = getattr(counts.counts(period, org)[0], figure), _page()
    reader = guards.my_org() if guards.me().may("organizer") else None
    rows = counts.attendance_rows(
        period, org, reader=reader, only=only, limit=PAGE, offset=(page - 1) * PAGE
    )
    heading = {"": _("人次"), "guests": _("来宾等人次"), "open": _("其中待核")}[only]
    return render_template(
        "reports/attendances.html", rows=rows, heading=heading, **_sheet(period, org, total, page),
        kept={"only": only} if only else {},
    )  # fmt: skip


def _occurrences(question, figure, heading):
    period, org, page = _period(), guards.org_in_scope(request.args.get("org")), _page()
    total = getattr(counts.counts(period, org)[0], figure)
    rows = question(period, org, limit=PAGE, offset=(page - 1) * PAGE)
    return render_template(
        "reports/occurrences.html", rows=rows, heading=heading, **_sheet(period, org, total, page)
    )


def _sheet(period, org, total, page):
    """What every page of rows says of itself."""
    return {
        "period": period, "org": org, "total": total, "page": page, "pages": max(1, -(-total // PAGE)),
        "asked": _asked(period, org), "endpoint": request.endpoint,
    }  # fmt: skip


def _period():
    return periods.parse_period(request.args.get("from"), request.args.get("to"))


def _words(period):
    words, facts = period.words
    return _(words, **facts)


def _page():
    """The page asked for; anything that is no page number is the first."""
    return min(max(request.args.get("page", 1, type=int), 1), 100_000)


def _asked(period, org):
    """The query that names this period and org."""
    return {"from": period.from_on.isoformat(), "to": period.to_on.isoformat(), "org": org.code}


def _choices(org):
    """The orgs of my scope that have others below them, and the one that is shown."""
    every = orgs.subtree_of(guards.my_org())
    parents = {one.parent_id for one in every}
    return [one for one in every if one.id in parents or one.id in (org.id, guards.my_org().id)]


def _export(what):
    period, org = _period(), guards.org_in_scope(request.args.get("org"))
    return period, org, counts.export_counts(period, org, what=what, by=guards.me().actor)


def _elsewhere():
    asked = _asked(_period(), guards.org_in_scope(request.args.get("org")))
    return elsewhere(url_for("reports.index", **asked), _("报表"))


def _file(body, mimetype, period, ending):
    name = f"furong-{period.from_on}-{period.to_on}.{ending}"
    return Response(
        body, content_type=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )  # fmt: skip
