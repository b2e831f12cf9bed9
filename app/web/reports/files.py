"""The figures to take away: CSV, workbook, JSON, each of the breakdown and comparison chosen."""

from flask import Response, jsonify, request, url_for
from flask_babel import gettext as _

from app import clock
from app.domain import counts, exports
from app.web import filters, guards
from app.web.elsewhere import elsewhere, in_wechat
from app.web.reports.room import asked, bp, period_words

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENCODINGS = {"gb18030": "gb18030"}


@bp.get("/reports.csv")
@guards.role("manager", or_auditor=True, confirm=True)
def csv():
    encoding = ENCODINGS.get(request.args.get("encoding", "").lower(), "utf-8-sig")
    if in_wechat():
        return _elsewhere()
    table = _export("reports.csv")
    lines = exports.csv_lines(counts.table_lines(table, _), encoding=encoding)
    charset = "gb18030" if encoding == "gb18030" else "utf-8"
    return _file(lines, f"text/csv; charset={charset}", table.period, "csv")


@bp.get("/reports.xlsx")
@guards.role("manager", or_auditor=True, confirm=True)
def xlsx():
    if in_wechat():
        return _elsewhere()
    table = _export("reports.xlsx")
    org, paper = table.org, counts.table_paper(table, _)
    rows = (paper.rows[1:] or paper.rows) if table.is_of_orgs else paper.rows
    under = [
        _(
            "填报单位：%(org)s　填报日期：%(day)s",
            org=org.full_name,
            day=filters.long_day(clock.today()),
        ),
        _("人数每一级去重，不等于各行相加；“未登记”是办过却没有任何记录。"),
    ]
    if table.is_of_orgs:
        day = table.shares_of(org.code).on
        under.append(_("参与率、覆盖率的团员和支部按 %(day)s 算。", day=filters.long_day(day)))
    book = exports.workbook(
        _("%(org)s%(period)s活动参与情况汇总表", org=org.full_name, period=period_words(table.period)),
        under=under, head=paper.head, rows=rows, totals=paper.total, widths=counts.table_widths(table),
        foot=[_("填表人：　　　　　　审核人：　　　　　　联系电话：　　　　　　（盖章）")],
        sheet=_("汇总表"),
    )  # fmt: skip
    return _file(book, XLSX, table.period, "xlsx")


@bp.get("/reports.json")
@guards.role("manager", or_auditor=True, confirm=True)
def json():
    if in_wechat():
        return _elsewhere()
    return jsonify(counts.table_values(_export("reports.json")))


def _export(what):
    wanted = asked()
    return counts.export_table(
        wanted.period, wanted.org, what=what, actor=guards.me().actor, **wanted.choice
    )


def _elsewhere():
    return elsewhere(url_for("reports.index", **asked().args), _("报表"))


def _file(body, mimetype, period, ending):
    name = f"furong-{period.from_on}-{period.to_on}.{ending}"
    return Response(
        body, content_type=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )  # fmt: skip
