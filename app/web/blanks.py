"""套表: a superior's own workbook, kept once and filled for any period."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from app.domain import blanks, periods
from app.errors import Refusal
from app.web import guards
from app.web.elsewhere import elsewhere, in_wechat
from app.web.forms import Bare, Form, strip
from app.web.refusals import words_of

bp = Blueprint("blanks", __name__, url_prefix="/reports/blanks")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AROUND = 64 * 1024  # what a form adds to its file


class UploadForm(Form):
    file = FileField(_l("上级的表（.xlsx）"), [FileRequired(_l("请选一个文件。"))])


@bp.url_value_preprocessor
def allow_a_file(endpoint, _values):
    """Let those who may keep a form send one; this runs before the token is looked for."""
    if endpoint == "blanks.create":
        guards.load_staff()
        staff = guards.staff_or_none()
        if staff is not None and staff.may("manager"):
            request.max_content_length = (blanks.MEGABYTES + 1) * 2**20 + AROUND


@bp.get("")
@guards.role("manager", or_auditor=True)
def index():
    return _index(UploadForm(formdata=None))


@bp.post("")
@guards.role("manager")
def create():
    form = UploadForm()
    if not form.validate():
        return _index(form, status=422)
    upload = form.file.data
    try:
        content, name = upload.read(), strip(upload.filename)
        upload.close()
        blank = blanks.keep(content, name, org=guards.my_org(), by=guards.me())
    except blanks.UnknownMarks as refusal:
        return _index(form, status=422, unknown=refusal.unknown)
    except Refusal as refusal:
        form.refuse(words_of(refusal), "file")
        return _index(form, status=refusal.status)
    return redirect(url_for("blanks.show", code=blank.code), code=303)


@bp.get("/<code>")
@guards.role("manager", or_auditor=True)
def show(code):
    blank = blanks.find_blank_in(guards.my_org(), code)
    period, org = _asked()
    told = blanks.values(period, org)
    return render_template(
        "blanks/show.html", blank=blank, period=period, org=org, presets=periods.presets(),
        rows=[(mark, told.get(mark)) for mark in blank.marks], bare=Bare(formdata=None),
        asked={"from": period.from_on, "to": period.to_on, "org": org.code},
    )  # fmt: skip


@bp.get("/<code>/filled.xlsx")
@guards.role("manager", or_auditor=True, confirm=True)
def filled(code):
    blank = blanks.find_blank_in(guards.my_org(), code)
    period, org = _asked()
    if in_wechat():
        return elsewhere(url_for("blanks.show", code=code), _("套表"))
    try:
        body = blanks.fill(blank, period, org, by=guards.me())
    except blanks.UnknownMarks as refusal:
        return _index(UploadForm(formdata=None), status=422, unknown=refusal.unknown)
    name = f"furong-{blank.code}-{period.from_on}-{period.to_on}.xlsx"
    return Response(
        body, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )  # fmt: skip


@bp.post("/<code>/voiding")
@guards.role("manager")
def void(code):
    blanks.void(blanks.find_blank_in(guards.my_org(), code), by=guards.me())
    return redirect(url_for("blanks.index"), code=303)


def _asked():
    period = periods.parse_period(request.args.get("from"), request.args.get("to"))
    return period, guards.org_in_scope(request.args.get("org"))


def _index(form, *, status=200, unknown=()):
    return render_template(
        "blanks/index.html", form=form, blanks=blanks.blanks_of(guards.my_org()), unknown=unknown,
        figures=blanks.FIGURES, facts=blanks.FACTS, examples=blanks.EXAMPLES, megabytes=blanks.MEGABYTES,
        may_keep=guards.me().may("manager"),
    ), status  # fmt: skip
