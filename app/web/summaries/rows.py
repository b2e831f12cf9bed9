"""The rows behind a figure that is no attendance."""

from flask import render_template, request
from flask_babel import lazy_gettext as _l

from app.domain import summaries
from app.web import guards
from app.web.forms import strip
from app.web.summaries.room import asked, bp, org_asked, period_asked

HEADINGS = {
    "services": _l("服务记录"), "tallies": _l("手工数"), "honours": _l("荣誉"), "venues": _l("新建青年之家"),
}  # fmt: skip


@bp.get("/reports/summary/rows")
@guards.role("manager", or_auditor=True)
def rows():
    kind, key = request.args.get("kind", "services"), strip(request.args.get("key"))
    level, period, org = request.args.get("level", ""), period_asked(), org_asked()
    found = summaries.rows_behind(
        kind, key, level, period, org, scope=guards.my_org(), may_name=guards.me().may("organizer")
    )
    return render_template(
        "summaries/rows.html", heading=HEADINGS[kind], kind=kind, key=key, level=level, rows=found,
        total=sum(row.number for row in found), org=org, period=period, asked=asked(period, org),
    )  # fmt: skip
