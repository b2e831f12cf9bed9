"""Papers to hand in: the workbook of a period, and the list of every check-in as CSV."""

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from app import clock
from app.domain import exports, handins, periods
from app.web import filters, guards
from app.web.elsewhere import elsewhere, in_wechat

bp = Blueprint("handins", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENCODINGS = {"gb18030": "gb18030"}


@bp.get("/reports/papers")
@guards.role("manager", or_auditor=True)
def index():
    asked = _asked()
    return render_template(
        "handins/index.html", period=asked.period, org=asked.org, asked=_query(asked)
    )


@bp.get("/reports/workbook.xlsx")
@guards.role("manager", or_auditor=True, confirm=True)
def workbook():
    asked = _asked()
    if in_wechat():
        return _elsewhere(asked)
    file = handins.workbook(asked, _letterhead(asked), by=guards.me().actor)
    return _file(exports.pieces(file), XLSX, asked.period, "xlsx")


@bp.get("/reports/rows.csv")
@guards.role("manager", or_auditor=True, confirm=True)
def rows():
    asked, encoding = _asked(), ENCODINGS.get(request.args.get("encoding", "").lower(), "utf-8-sig")
    if in_wechat():
        return _elsewhere(asked)
    lines = handins.details_csv(asked, encoding=encoding, by=guards.me().actor)
    charset = "gb18030" if encoding == "gb18030" else "utf-8"
    return _file(lines, f"text/csv; charset={charset}", asked.period, "csv", "rows")


def _asked():
    """The period and the org that the address names, and whose names I may read whole."""
    period = periods.parse_period(request.args.get("from"), request.args.get("to"))
    org = guards.org_in_scope(request.args.get("org"))
    reader = guards.my_org() if guards.me().may("organizer") else None
    return handins.Details(period, org, reader, _)


def _letterhead(asked):
    words, facts = asked.period.words
    name, now = asked.org.full_name, clock.now()
    return handins.Letterhead(
        _("%(org)s%(period)s活动参与情况汇总表", org=name, period=_(words, **facts)),
        (
            _("填报单位：%(org)s　填报日期：%(day)s", org=name, day=filters.long_day(clock.today())),
            _("期间：%(first)s 至 %(last)s　统计截至：%(stamp)s",
              first=asked.period.from_on, last=asked.period.to_on, stamp=filters.stamp(now)),
        ),
        (_("填表人：　　　　　　审核人：　　　　　　联系电话：　　　　　　（盖章）"),),
    )  # fmt: skip


def _elsewhere(asked):
    return elsewhere(url_for("handins.index", **_query(asked)), _("报送材料"))


def _query(asked):
    """The query that names this period and org."""
    return {"from": asked.period.from_on, "to": asked.period.to_on, "org": asked.org.code}


def _file(body, mimetype, period, ending, what="workbook"):
    name = f"furong-{what}-{period.from_on}-{period.to_on}.{ending}"
    return Response(
        body, content_type=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )  # fmt: skip
