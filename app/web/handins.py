"""Papers to hand in: the workbook of a period, every check-in as CSV, the register, the minutes."""

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from app import clock
from app.domain import counts, events, exports, handins, periods
from app.web import filters, guards
from app.web.elsewhere import elsewhere, in_wechat

bp = Blueprint("handins", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENCODINGS = {"gb18030": "gb18030"}
PAGE = 50  # sittings: each asks for its own roll


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


@bp.get("/reports/register")
@guards.role("manager", or_auditor=True)
def register():
    asked = _asked()
    total, seen = _hosted(asked)
    page = min(max(request.args.get("page", 1, type=int), 1), 100_000)
    return render_template(
        "handins/register.html", period=asked.period, org=asked.org, asked=_query(asked), total=total,
        rows=handins.register(
            asked.period, asked.org, limit=PAGE, offset=(page - 1) * PAGE, scope=asked.scope
        ),
        hidden=total - seen, page=page, pages=max(1, -(-seen // PAGE)), may_open=guards.me().may("organizer"),
    )  # fmt: skip


@bp.get("/reports/register.csv")
@guards.role("manager", or_auditor=True, confirm=True)
def register_csv():
    asked, encoding = _asked(), ENCODINGS.get(request.args.get("encoding", "").lower(), "utf-8-sig")
    if in_wechat():
        return _elsewhere(asked)
    rows = [[_(words) for words in handins.REGISTER_HEAD], *_register(asked, "register.csv")]
    charset = "gb18030" if encoding == "gb18030" else "utf-8"
    lines = exports.csv_lines(rows, encoding=encoding)
    return _file(lines, f"text/csv; charset={charset}", asked.period, "csv", "register")


@bp.get("/reports/register.xlsx")
@guards.role("manager", or_auditor=True, confirm=True)
def register_xlsx():
    asked = _asked()
    if in_wechat():
        return _elsewhere(asked)
    rows, head = _register(asked, "register.xlsx"), _letterhead(asked)
    words, facts = asked.period.words
    title = _("%(org)s%(period)s活动台账", org=asked.org.full_name, period=_(words, **facts))
    (total, seen), under = _hosted(asked), list(head.under)
    if total > seen:
        under.append(
            _(
                "其中 %(n)s %(unit)s，所在单位现在不归你管，这里只给数。",
                n=total - seen,
                unit=_("场"),
            )
        )
    body = exports.workbook(
        title, under=under, foot=head.foot, rows=rows, sheet=_("活动台账"),
        head=[[_(words) for words in handins.REGISTER_HEAD]], widths=handins.REGISTER_WIDTHS,
        totals=[_("合计"), _("%(n)s 场", n=total), *[""] * (len(handins.REGISTER_HEAD) - 2)],
    )  # fmt: skip
    return _file(body, XLSX, asked.period, "xlsx", "register")


@bp.get("/events/<code>/minutes")
@guards.role("organizer")
def minutes(code):
    """会议记录 of one sitting, to print: what is known filled in, the rest to write."""
    sight = events.event_in_sight(guards.my_org(), code)
    occurrence = events.occurrence_of(sight.event, request.args.get("occurrence") or code)
    return render_template(
        "handins/minutes.html", event=sight.event, occurrence=occurrence,
        minutes=handins.minutes_of(occurrence, sight.rows_of),
        parts=((_("会议议题"), 2), (_("会议内容"), 9), (_("形成的决议"), 4)),
    )  # fmt: skip


def _register(asked, what):
    return handins.export_register(
        asked.period, asked.org, what=what, by=guards.me().actor, say=_, scope=asked.scope
    )


def _hosted(asked):
    """How many sittings the org held, and how many of them I may open today."""
    return tuple(
        counts.number_of(counts.hosted_ids(asked.period, asked.org, scope=scope))
        for scope in (None, asked.scope)
    )


def _asked():
    """The period and the org that the address names, and whose names I may read whole."""
    period = periods.parse_period(request.args.get("from"), request.args.get("to"))
    org = guards.org_in_scope(request.args.get("org"))
    reader = guards.my_org() if guards.me().may("organizer") else None
    return handins.Details(period, org, reader, _, guards.my_org())


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
