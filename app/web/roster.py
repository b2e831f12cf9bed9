"""Roster and org files in the browser: upload, look at the plan, apply or give up."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField
from wtforms.validators import Optional

from app import clock
from app.domain import pages, rosters
from app.errors import NotFound, Refusal
from app.web import guards
from app.web.forms import Bare, DayField, Form, NumberField
from app.web.refusals import words_of

bp = Blueprint("roster", __name__, url_prefix="/roster")

MEGABYTES = 8
AROUND = 64 * 1024  # the form that carries the file
ON_PAGE = 200  # lines of one list
FIRST = 6  # lines of a list on the page of the plan
TITLES = {
    "new": _l("新增"), "changed": _l("更正"), "moved": _l("调动"), "absent": _l("名单上没有的人"),
    "ambiguous": _l("分不清是谁"), "unknown_branch": _l("支部名对不上"), "broken": _l("读不了的行"),
    "possibly_under_14": _l("可能未满 14 周岁"), "noted": _l("有一格没有读进来"),
}  # fmt: skip


class UploadForm(Form):
    file = FileField(_l("文件"), [FileRequired(_l("请选一个文件。"))])


class ApplyForm(Form):
    complete = BooleanField(_l("这是完整名单"))
    as_of = DayField(_l("从哪天起变动"), [Optional()])
    leaving = NumberField(_l("离开的人数"), [Optional()], between=(0, 1_000_000))
    shown = HiddenField()


class ColumnsForm(Form):
    file = FileField(_l("同一个文件"), id="again")


@bp.url_value_preprocessor
def allow_a_file(endpoint, _values):
    """Let those who may import send 8 MB; this runs before the token is looked for in the form."""
    if endpoint not in ("roster.create", "roster.columns"):
        return
    guards.load_staff()
    staff = guards.staff_or_none()
    if staff is not None and staff.may("manager"):
        request.max_content_length = MEGABYTES * 2**20 + AROUND
        if (request.content_length or 0) > request.max_content_length:
            raise rosters.TooLarge(megabytes=MEGABYTES)


@bp.get("")
@guards.role("manager")
def new():
    return _upload_page(UploadForm(formdata=None), 200)


@bp.post("")
@guards.role("manager")
def create():
    form = UploadForm()
    if not form.validate():
        return _upload_page(form, 422)
    try:
        content, name = _sent(form.file.data)
        file = rosters.take_in(content, name, scope=guards.my_org(), made_by=guards.me())
    except Refusal as refusal:
        form.refuse(words_of(refusal), "file")
        return _upload_page(form, refusal.status)
    return redirect(url_for("roster.show", code=file.code), code=303)


@bp.get("/<code>")
@guards.role("manager")
def show(code):
    file = rosters.find_file_in(guards.my_org(), code)
    if file.applied_at:
        return render_template("roster/result.html", file=file, org=rosters.org_of(file))
    return _plan_page(file, 200)


@bp.get("/<code>/lines/<name>")
@guards.role("manager")
def lines(code, name):
    if name not in rosters.SHOWN:
        raise NotFound
    file = rosters.find_file_in(guards.my_org(), code)
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
    file, form = rosters.find_file_in(guards.my_org(), code), ColumnsForm()
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
    file, form = rosters.find_file_in(guards.my_org(), code), ApplyForm()
    if not form.validate():
        return _plan_page(file, 422, form)
    try:
        rosters.apply_file(
            file, by=guards.me().actor, shown=form.shown.data or "", complete=form.complete.data,
            as_of=form.as_of.data, leaving=form.leaving.data,
        )  # fmt: skip
    except rosters.DraftGone:
        raise
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _plan_page(file, refusal.status, form)
    return redirect(url_for("roster.show", code=file.code), code=303)


@bp.post("/<code>/giving-up")
@guards.role("manager")
def giving_up(code):
    rosters.give_up(rosters.find_file_in(guards.my_org(), code))
    return redirect(url_for("roster.new"), code=303)


def _sent(upload):
    """The bytes and the name of an uploaded file; the temporary copy of a large one is gone."""
    content = upload.read()
    upload.close()
    return content, upload.filename or ""


def _upload_page(form, status):
    files = rosters.files_in(guards.my_org())
    return render_template("roster/new.html", form=form, files=files, most=MEGABYTES), status


def _plan_page(file, status, form=None, columns_form=None):
    """The plan of today (or of the day in the form, when that is a day)."""
    draft = rosters.open_draft(file)
    form = form or ApplyForm(formdata=None)
    day = None if form.as_of.errors else form.as_of.data
    plan = rosters.plan_file(file, as_of=day)
    form.shown.data = plan.fingerprint
    form.as_of.data = form.as_of.data or clock.today()
    return render_template(
        "roster/show.html", file=file, org=rosters.org_of(file), draft=draft, plan=plan, form=form,
        columns_form=columns_form or ColumnsForm(formdata=None), bare=Bare(formdata=None),
        choosable=rosters.choosable(draft.kind), titles=TITLES, fields=rosters.FIELDS, first=FIRST,
    ), status  # fmt: skip
