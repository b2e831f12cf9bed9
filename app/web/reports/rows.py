"""The rows behind a number: occurrences, check-ins, headcounts and reported figures.

What lies outside the reader's scope today (a branch that left it since) is told as a number only.
"""

from flask import render_template, request
from flask_babel import gettext as _

from app.domain import counts
from app.web import guards
from app.web.reports.room import asked, bp, reader, sheet, turned


@bp.get("/reports/hosted")
@guards.role("manager", or_auditor=True)
def hosted():
    return _occurrences(counts.hosted_occurrences, counts.hosted_ids, _("主办场次"))


@bp.get("/reports/took-part")
@guards.role("manager", or_auditor=True)
def took_part():
    return _occurrences(counts.took_part_occurrences, counts.took_part_ids, _("参与场次"))


@bp.get("/reports/unrecorded")
@guards.role("manager", or_auditor=True)
def unrecorded():
    return _occurrences(counts.unrecorded_occurrences, counts.unrecorded_ids, _("未登记场次"))


@bp.get("/reports/branches")
@guards.role("manager", or_auditor=True)
def branches():
    what, scope = asked(), guards.my_org()
    total = counts.number_of(counts.active_branch_ids(what.period, what.org))
    seen = counts.number_of(counts.active_branch_ids(what.period, what.org, scope=scope))
    rows = counts.active_branches(what.period, what.org, scope=scope, **turned())
    return render_template("reports/branches.html", rows=rows, **sheet(what, total, seen, {}))


@bp.get("/reports/attendances")
@guards.role("manager", or_auditor=True)
def attendances():
    what, kept = asked(), {}
    picked, only, sitting = {"within": what.key}, request.args.get("only", ""), _sitting(what)
    if only in counts.ONLY:
        picked["only"] = kept["only"] = only
    if sitting is not None:
        picked["sitting"], kept["sitting"] = sitting, sitting.code
        if _of_hosted():
            picked["hosted"] = kept["hosted"] = "1"
    ids = counts.attended_ids(what.period, what.org, **picked)
    seen = counts.attended_ids(what.period, what.org, scope=guards.my_org(), **picked)
    rows = counts.attendance_rows(
        what.period, what.org, reader=reader(), scope=guards.my_org(), **picked, **turned()
    )
    headings = {
        "guests": _("来宾等人次"), "open": _("其中待核"), "hours": _("有认定时长的人次"),
        "volunteers": _("志愿者人次"),
    }  # fmt: skip
    return render_template(
        "reports/attendances.html", rows=rows, heading=headings.get(only, _("人次")), only=only,
        sitting=sitting, **sheet(what, counts.number_of(ids), counts.number_of(seen), kept),
    )  # fmt: skip


def _of_hosted():
    return request.args.get("hosted") == "1"


def _sitting(what):
    """The sitting asked for, if any: one that a row of hosted() or took_part() opens."""
    code = request.args.get("sitting", "")
    if not code:
        return None
    ids = counts.hosted_ids if _of_hosted() else counts.took_part_ids
    return counts.find_sitting(code, ids(what.period, what.org, scope=guards.my_org()))


def _occurrences(question, ids, heading):
    what = asked()
    picked = {"within": what.key}
    total = counts.number_of(ids(what.period, what.org, **picked))
    seen = counts.number_of(ids(what.period, what.org, scope=guards.my_org(), **picked))
    rows = question(what.period, what.org, scope=guards.my_org(), **picked, **turned())
    return render_template(
        "reports/occurrences.html", rows=rows, heading=heading, scope=guards.my_org(),
        **sheet(what, total, seen, {}),
    )  # fmt: skip
