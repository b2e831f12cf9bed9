"""The summary itself: to read, to paste, as a text file, as JSON."""

from flask import Response, jsonify, render_template, url_for
from flask_babel import gettext as _

from app.domain import closings, counts, periods, summaries
from app.errors import Invalid
from app.web import guards
from app.web.elsewhere import elsewhere, in_wechat
from app.web.refusals import words_of
from app.web.summaries.charts import bars, columns
from app.web.summaries.room import (
    asked,
    asks_for_today,
    bp,
    choices,
    figures_shown,
    language_asked,
    org_asked,
    period_asked,
    prose,
    rows_of,
)


@bp.get("/reports/summary")
@guards.role("manager", or_auditor=True)
def index():
    problem, status = None, 200
    try:
        period = period_asked()
    except Invalid as refusal:
        problem, status = refusal, 422
        period = periods.parse_period(None, None)
    org, language = org_asked(), language_asked()
    now, closing = summaries.figures_of(period, org), closings.standing_of(org, period)
    signed = closings.summary_as_signed(closing, now)
    is_then = signed is not None and not asks_for_today()
    told = prose(signed if is_then else now, language)
    months = closings.months_as_signed(closing) if is_then else counts.month_counts(period, org)
    moved = summaries.moved(signed, now) if signed is not None else {}
    return render_template(
        "summaries/index.html", period=period, org=org, language=language, told=told,
        presets=periods.presets(), choices=choices(org), problem=problem,
        problem_words=words_of(problem) if problem else "", asked=asked(period, org),
        months=months, month_chart=_columns(months), programmes=told.figures.rows,
        programme_chart=_bars(told.figures.rows),
        links={one.name: rows_of(one.rows, period, org) for one in told.sources},
        open_rows=lambda rows: rows_of(rows, period, org), closing=closing, is_then=is_then,
        moved=moved, moved_here=[one for one in told.sources if one.name in moved], signed=signed,
        then_asked=_then(period, org),
    ), status  # fmt: skip


def _then(period, org):
    """The query without the choice of today's figures."""
    return {name: told for name, told in asked(period, org).items() if name != "figures"}


@bp.get("/reports/summary.txt")
@guards.role("manager", or_auditor=True, confirm=True)
def txt():
    if in_wechat():
        return _elsewhere()
    period, org, language = period_asked(), org_asked(), language_asked()
    told = prose(_export("summary.txt", period, org), language)
    lines = [
        told.text,
        "",
        *(f"{one.phrase(language)}\t{one.exact}\t{one.name}" for one in told.sources),
    ]
    return Response(
        "\ufeff" + "\r\n".join("\r\n".join(lines).splitlines()) + "\r\n",
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{_name(period, language)}.txt"'},
    )


@bp.get("/reports/summary.json")
@guards.role("manager", or_auditor=True, confirm=True)
def json():
    if in_wechat():
        return _elsewhere()
    period, org = period_asked(), org_asked()
    figures = _export("summary.json", period, org)
    both = {language: prose(figures, language) for language in summaries.LANGUAGES}
    return jsonify(
        {
            "from": period.from_on.isoformat(), "to": period.to_on.isoformat(), "org": org.code,
            "name": org.full_name,
            "prose": {
                language: [
                    {"key": one.sentence.key, "text": one.filled.text} for one in told.said
                ]
                for language, told in both.items()
            },
            "figures": {
                name: _as_value(figure)
                for name, figure in figures.by_name.items()
                if figure.number
            },
        }
    )  # fmt: skip


def _as_value(figure):
    told = {
        "number": figure.number, "unit": figure.unit, "at_least": figure.is_least,
        "zh": figure.phrase("zh"), "en": figure.phrase("en"),
    }  # fmt: skip
    return told | (
        {"parts": {words: number for words, number, _rows in figure.parts}} if figure.parts else {}
    )


def _columns(months):
    rows = [
        (month.code[5:].lstrip("0"), month.attendances, month.headcount + month.tally)
        for month in months
    ]
    return columns(rows)


def _bars(rows):
    named = [(row.name or _("没有写类型"), row.hosted) for row in rows if row.hosted]
    return bars(named)


def _export(what, period, org):
    return summaries.export_figures(
        period, org, what=what, by=guards.me().actor, read=figures_shown
    )


def _name(period, language):
    return f"furong-summary-{period.from_on}-{period.to_on}-{language}"


def _elsewhere():
    return elsewhere(url_for("summaries.index", **asked(period_asked(), org_asked())), _("总结"))
