"""Names pasted into a box: into a draft, and each line corrected or left out."""

from flask import redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from app.domain import orgs, rosters
from app.errors import Refusal
from app.web import guards
from app.web.forms import REQUIRED, Bare, Form, choices, line
from app.web.refusals import words_of
from app.web.roster.pages import upload_page
from app.web.roster.room import PasteForm, bp, chosen, file_of


class LineForm(Form):
    name = line(_l("姓名"), 40, REQUIRED)
    phone = line(_l("手机号"), 20)
    branch = SelectField(_l("支部"), [chosen])


@bp.post("/pasting")
@guards.role("manager")
def paste():
    form, scope = PasteForm().offer(guards.my_org()), guards.my_org()
    if not form.validate():
        return upload_page(paste=form)
    try:
        file = rosters.paste_in(
            form.text.data or "", branch=guards.org_in_scope(form.branch.data), scope=scope,
            made_by=guards.me(),
        )  # fmt: skip
    except Refusal as refusal:
        form.refuse(words_of(refusal), "text")
        return upload_page(paste=form, status=refusal.status)
    return redirect(url_for("roster.show", code=file.code), code=303)


@bp.get("/<code>/pasted/<at>")
@guards.role("manager")
def edit(code, at):
    file = file_of(code)
    return _line_page(file, rosters.find_line(file, at), None, 200)


@bp.post("/<code>/pasted/<at>")
@guards.role("manager")
def update(code, at):
    file = file_of(code)
    found, form = rosters.find_line(file, at), _offered(LineForm(), file)
    if not form.validate():
        return _line_page(file, found, form, 422)
    try:
        branch = orgs.find_org_in(rosters.org_of(file), form.branch.data)
        rosters.correct_line(file, at, name=form.name.data, phone=form.phone.data, branch=branch)
    except rosters.DraftGone:
        raise
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _line_page(file, found, form, refusal.status)
    return _back(code, at)


@bp.post("/<code>/pasted/<at>/omission")
@guards.role("manager")
def omit(code, at):
    rosters.leave_out(file_of(code), at)
    return _back(code, at)


def _back(code, at):
    return redirect(url_for("roster.show", code=code, _anchor=f"line-{at}"), code=303)


def _offered(form, file):
    found = orgs.subtree_of(rosters.org_of(file), open_only=True)
    form.branch.choices = choices({org.code: org.full_name for org in found})
    return form


def _line_page(file, found, form, status):
    """What was pasted above, what was read of it in the fields."""
    if form is None:
        form = _offered(LineForm(formdata=None), file)
        form.branch.data = rosters.branch_code(file, found)
        if found.row:
            form.name.data, form.phone.data = found.row.name, found.row.phone
    return render_template(
        "roster/line.html", file=file, line=found, form=form, bare=Bare(formdata=None)
    ), status
