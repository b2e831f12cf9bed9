"""After an import: the lines that were not taken, taking it back; and the forms to fill in before."""

from flask import Response, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.domain import exports, orgs, rosters, undoing
from app.errors import Refusal
from app.web import guards
from app.web.forms import Bare
from app.web.refusals import words_of
from app.web.roster.room import TITLES, bp, file_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/template.xlsx")
@guards.role("manager")
def people_template():
    return _template(rosters.people_template, "roster-template.xlsx")


@bp.get("/template-orgs.xlsx")
@guards.role("manager")
def orgs_template():
    return _template(rosters.orgs_template, "orgs-template.xlsx")


@bp.get("/<code>/untaken.csv")
@guards.role("manager", confirm=True)
def untaken(code):
    file = file_of(code)
    if _in_wechat():
        return _elsewhere(url_for("roster.show", code=file.code), _("导入结果"))
    result = rosters.export_untaken(file, by=guards.me().actor)
    rows = [
        [one.line, one.name, one.branch, str(TITLES[one.list]),
         _("；").join(_(r.text, **r.facts) if r.facts else _(r.text) for r in one.reasons)]
        for one in result.untaken
    ]  # fmt: skip
    rows += [[one.at, one.text, "", _("没有读进来"), _(one.why)] for one in result.said]
    head = [_("行"), _("姓名"), _("支部"), _("怎么了"), _("原因")]
    name = f"untaken-{file.code}.csv"
    return _file(exports.csv_lines([head, *rows]), "text/csv; charset=utf-8", name)


@bp.get("/<code>/undoing")
@guards.role("manager")
def undo_preview(code):
    file = file_of(code)
    try:
        return _undo_page(file, undoing.preview(file), None, 200)
    except Refusal as refusal:
        return _undo_page(file, None, refusal, 409)


@bp.post("/<code>/undoing")
@guards.role("manager")
def undo(code):
    file = file_of(code)
    try:
        undoing.undo_import(file, by=guards.me().actor)
    except Refusal as refusal:
        return _undo_page(file, None, refusal, refusal.status)
    return redirect(url_for("roster.show", code=file.code), code=303)


def _undo_page(file, preview, refusal, status):
    return render_template(
        "roster/undoing.html", file=file, org=rosters.org_of(file), preview=preview,
        refusal=words_of(refusal) if refusal else "", later=getattr(refusal, "later", None),
        bare=Bare(formdata=None),
    ), status  # fmt: skip


def _template(made, name):
    if _in_wechat():
        return _elsewhere(url_for("roster.new"), _("导入"))
    scope = guards.my_org()
    return _file(
        made([org.full_name for org in orgs.subtree_of(scope, open_only=True)]), XLSX, name
    )


def _file(body, kind, name):
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, content_type=kind, headers=headers)


def _in_wechat():
    return "MicroMessenger" in request.user_agent.string


def _elsewhere(back, back_words):
    """WeChat's own browser loses downloads: say where to open the address instead."""
    address = current_app.extensions["settings"].base_url + request.full_path.rstrip("?")
    return render_template(
        "roster/elsewhere.html", address=address, back=back, back_words=back_words
    )
