"""Files: upload, look at the plan, apply or give up; and what was imported before."""

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField
from wtforms.validators import Optional

from app import clock
from app.domain import pages, rosters, undoing
from app.errors import NotFound, Refusal
from app.web import guards
from app.web.forms import Bare, DayField, Form, NumberField
from app.web.refusals import words_of
from app.web.roster.room import (
    FIRST,
    MEGABYTES,
    ON_PAGE,
    TITLES,
    PasteForm,
    UploadForm,
    bp,
    file_of,
)


class ApplyForm(Form):
    complete = BooleanField(_l("这是完整名单"))
    as_of = DayField(_l("从哪天起变动"), [Optional()])
    leaving = NumberField(_l("离开的人数"), [Optional()], between=(0, 1_000_000))
    shown = HiddenField()


class ColumnsForm(Form):
    file = FileField(_l("同一个文件"), id="again")


@bp.get("")
@guards.role("manager")
def new():
    return upload_page(status=200)


@bp.post("")
@guards.role("manager")
def create():
    form = UploadForm()
    if not form.validate():
        return upload_page(form=form)
    try:
        content, name = _sent(form.file.data)
        file = rosters.take_in(content, name, scope=guards.my_org(), made_by=guards.me())
    except Refusal as refusal:
        form.refuse(words_of(refusal), "file")
        return upload_page(form=form, status=refusal.status)
    return redirect(url_for("roster.show", code=file.code), code=303)


@bp.get("/<code>")
@guards.role("manager")
def show(code):
    file = file_of(code)
    if file.applied_at:
        return render_template(
            "roster/result.html", file=file, org=rosters.org_of(file), titles=TITLES,
            result=rosters.result_of(file), can_undo=undoing.is_noted(file), undone_by=undoing.who_undid(file),
        )  # fmt: skip
    return _plan_page(file, 200)


@bp.get("/<code>/lines/<name>")
@guards.role("manager")
def lines(code, name):
    if name not in rosters.SHOWN:
        raise NotFound
    file = file_of(code)
    plan = rosters.plan_file(file)
    number = request.args.get("page", 1, int)
    page = pages.page_of(getattr(plan, name), number, size=ON_PAGE)
    return render_template(
        "roster/lines.html", file=file, plan=plan, name=name, page=page, titles=TITLES,
        fields=rosters.FIELDS,
    )  # fmt: skip


@bp.post("/<code>/columns")
@guards.role("manager")
def columns(code):
    file, form = file_of(code), ColumnsForm()
    mapping = {
        column.index: request.form.get(f"column-{column.index}") or None
        for column in rosters.open_draft(file).columns
    }
    try:
        if form.file.data:
            rosters.read_again(file, *_sent(form.file.data), mapping)
        else:
            rosters.drop_columns(file, mapping)
    except Refusal as refusal:
        form.refuse(words_of(refusal), "file")
        return _plan_page(file, refusal.status, columns_form=form)
    return redirect(url_for("roster.show", code=file.code), code=303)


@bp.post("/<code>/application")
@guards.role("manager")
def application(code):
    file, form = file_of(code), ApplyForm()
    if not form.validate():
        return _plan_page(file, 422, form)
    try:
        rosters.apply_file(
            file, by=guards.me().actor, shown=form.shown.data or "", complete=form.complete.data,
            as_of=form.as_of.data, leaving=form.leaving.data,
        )  # fmt: skip
    except rosters.DraftGone:
        if not file.applied_at:
            raise
        # Pressed twice, or by two people: it is applied, and the result is what both wait for.
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _plan_page(file, refusal.status, form)
    return redirect(url_for("roster.show", code=file.code), code=303)


@bp.post("/<code>/giving-up")
@guards.role("manager")
def giving_up(code):
    rosters.give_up(file_of(code))
    return redirect(url_for("roster.new"), code=303)


def _sent(upload):
    """The bytes and the name of an uploaded file; the temporary copy of a large one is gone."""
    content = upload.read()
    upload.close()
    return content, upload.filename or ""


def upload_page(*, form=None, paste=None, status=422):
    """The page where everything comes in; a form that was refused stands on it as it was sent."""
    scope = guards.my_org()
    return render_template(
        "roster/new.html", form=form or UploadForm(formdata=None),
        paste=paste or PasteForm(formdata=None).offer(scope),
        files=rosters.files_in(scope), most=MEGABYTES,
    ), status  # fmt: skip


def _plan_page(file, status, form=None, columns_form=None):
    """The plan of today (or of the day in the form, when that is a day)."""
    draft = rosters.open_draft(file)
    form = form or ApplyForm(formdata=None)
    day = None if form.as_of.errors else form.as_of.data
    plan = rosters.plan_file(file, as_of=day)
    form.shown.data = plan.fingerprint
    form.as_of.data = form.as_of.data or clock.today()
    template = "roster/pasted.html" if file.source == rosters.SOURCE else "roster/show.html"
    return render_template(
        template, file=file, org=rosters.org_of(file), draft=draft, plan=plan, form=form,
        columns_form=columns_form or ColumnsForm(formdata=None), bare=Bare(formdata=None),
        choosable=rosters.choosable(draft.kind), titles=TITLES, fields=rosters.FIELDS, first=FIRST,
        lines=rosters.fates(draft, plan),
    ), status  # fmt: skip
