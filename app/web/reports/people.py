"""The persons behind 人数 and 参与率, and the headcounts and reported figures beside 人次."""

from flask import render_template, request
from flask_babel import gettext as _

from app.domain import counts
from app.web import guards
from app.web.reports.room import asked, bp, reader, sheet, turned


@bp.get("/reports/people")
@guards.role("manager", or_auditor=True)
def people():
    what, kept = asked(), {}
    picked = {"within": what.key}
    if request.args.get("only") == "members":
        picked["counted_only"], kept["only"] = True, "members"
    ids = counts.people_ids(what.period, what.org, **picked)
    seen = counts.people_ids(what.period, what.org, scope=guards.my_org(), **picked)
    rows = counts.people_rows(
        what.period, what.org, reader=reader(), scope=guards.my_org(), **picked, **turned()
    )
    lost = 0 if kept else counts.unidentified_of(what.period, what.org, what.key)
    return render_template(
        "reports/people.html", rows=rows, heading=_("参加过的团员") if kept else _("人数"), lost=lost,
        **sheet(what, counts.number_of(ids), counts.number_of(seen), kept),
    )  # fmt: skip


@bp.get("/reports/headcounts")
@guards.role("manager", or_auditor=True)
def headcounts():
    return _numbers("reports/headcounts.html", counts.headcount_ids, counts.headcount_rows)


@bp.get("/reports/tallies")
@guards.role("manager", or_auditor=True)
def tallies():
    return _numbers("reports/tallies.html", counts.tally_ids, counts.tally_rows)


def _numbers(page, ids, question):
    what = asked()
    picked = {"within": what.key}
    total = counts.number_of(ids(what.period, what.org, **picked))
    seen = counts.number_of(ids(what.period, what.org, scope=guards.my_org(), **picked))
    rows = question(what.period, what.org, scope=guards.my_org(), **picked, **turned())
    return render_template(page, rows=rows, **sheet(what, total, seen, {}))
