"""The page of figures."""

from flask import render_template, request

from app.domain import closings, counts, orgs, periods
from app.errors import Invalid
from app.web import guards
from app.web.refusals import words_of
from app.web.reports.room import asked as what_is_asked
from app.web.reports.room import bp, row_name

FITS = 60  # rows of a tree shown at once; below, the first levels


@bp.get("/reports")
@guards.role("manager", or_auditor=True)
def index():
    problem, status = None, 200
    try:
        asked = what_is_asked()
    except Invalid as refusal:
        problem, status = refusal, 422
        asked = what_is_asked(periods.parse_period(None, None))
    table = counts.table(asked.period, asked.org, **asked.choice)
    rows = table.rows[1:] if table.is_of_orgs else table.rows
    everything = not table.is_of_orgs or request.args.get("all") == "1" or len(rows) < FITS
    return render_template(
        "reports/index.html", period=asked.period, org=asked.org, table=table, total=table.total,
        shown=[row for row in rows if everything or row.depth <= 1], everything=everything,
        share=table.shares_of(asked.org.code), choices=_choices(asked.org), presets=periods.presets(),
        breakdowns=counts.BREAKDOWNS, comparisons=counts.COMPARISONS, against=asked.against,
        key_name=row_name, change_of=counts.change, problem=problem, problem_words=words_of(problem) if problem else "", asked=asked.args,
        definitions=(*counts.DEFINITIONS, *counts.SHARE_DEFINITIONS), **_signed(asked, table),
    ), status  # fmt: skip


def _signed(asked, table):
    """The signed report of what is shown, and the figures that moved since."""
    closing = closings.standing_of(asked.org, asked.period)
    if closing is None:
        return {"closing": None, "moved": ()}
    rows = table.rows if table.is_of_orgs else counts.counts(asked.period, asked.org)
    return {"closing": closing, "moved": closings.figure_changes(closing, rows)}


def _choices(org):
    """The orgs of my scope that have others below them, and the one that is shown."""
    every = orgs.subtree_of(guards.my_org())
    parents = {one.parent_id for one in every}
    return [one for one in every if one.id in parents or one.id in (org.id, guards.my_org().id)]
