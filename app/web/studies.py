"""青年大学习: completion lists in, rates per branch and issue out, and who has not studied."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, TextAreaField

from app import clock
from app.domain import counts, exports, pages, rosters, studies
from app.errors import Refusal
from app.web import filters, guards
from app.web.elsewhere import elsewhere, in_wechat
from app.web.forms import REQUIRED, Bare, DayField, Form, line, strip
from app.web.refusals import words_of

bp = Blueprint("studies", __name__, url_prefix="/studies")

AROUND = 256 * 1024  # the form that carries the file
TEXTS = 2 * 2**20  # what is pasted, or a preview that comes back
FEW = 13  # issues on a page: a quarter of a year of weeks
FIRST = 60  # lines of a preview that are shown
ON_PAGE = 50
ENCODINGS = {"gb18030": "gb18030"}


class ListForm(Form):
    """A list, as a file or pasted, and which issue it is of."""

    name = line(_l("哪一期"), 60)
    series = line(_l("学习项目"), 40)
    due_on = DayField(_l("截止日"), [REQUIRED])
    file = FileField(_l("名单文件"))
    text = TextAreaField(_l("或者粘贴名单"))


class ConfirmForm(Form):
    draft = HiddenField()
    shown = HiddenField()
    elsewhere = BooleanField(_l("支部对不上、但全范围只有一个同名的人，也算上"))


class VoidForm(Form):
    reason = line(_l("原因"), 200, REQUIRED)


@bp.url_value_preprocessor
def allow_a_list(endpoint, _values):
    """Let managers send a list; this runs before the token is looked for in the form."""
    if endpoint not in ("studies.create", "studies.apply"):
        return
    guards.load_staff()
    staff = guards.staff_or_none()
    if staff is not None and staff.may("manager"):
        request.max_form_memory_size = TEXTS
        request.max_content_length = studies.MOST_MEGABYTES * 2**20 + AROUND + TEXTS
        if (request.content_length or 0) > request.max_content_length:
            raise rosters.TooLarge(megabytes=studies.MOST_MEGABYTES)


@bp.get("")
@guards.role("manager", or_auditor=True)
def index():
    scope = guards.my_org()
    page = pages.page_of(studies.issues_in(scope), request.args.get("page", 1, int), size=FEW)
    return render_template(
        "studies/index.html", org=scope, page=page, rows=counts.issue_counts(page.rows, scope),
        usual=studies.SERIES,
    )  # fmt: skip


@bp.get("/new")
@guards.role("manager")
def new():
    form = ListForm(formdata=None)
    form.series.data, form.name.data = studies.SERIES, strip(request.args.get("name"))[:60]
    return _new(form)


@bp.post("/new")
@guards.role("manager")
def create():
    form = ListForm()
    if not form.validate():
        return _new(form, 422)
    try:
        draft = _draft(form)
        plan = studies.plan_of(draft, guards.my_org())
    except Refusal as refusal:
        field = refusal.field if refusal.field in form._fields else "file"
        form.refuse(words_of(refusal), field)
        return _new(form, refusal.status)
    return _preview(plan, studies.sealed(draft))


@bp.post("/lists")
@guards.role("manager")
def apply():
    form, scope = ConfirmForm(), guards.my_org()
    draft = studies.opened(form.draft.data or "", scope)
    try:
        listing = studies.read_in(
            draft, scope, shown=form.shown.data or "", by=guards.me(),
            elsewhere=bool(form.elsewhere.data),
        )  # fmt: skip
    except Refusal as refusal:
        plan = studies.plan_of(draft, scope)
        return _preview(plan, form.draft.data, words_of(refusal), refusal.status)
    return redirect(url_for("studies.listing", listing=listing.code, done="read"), code=303)


@bp.get("/<code>")
@guards.role("manager", or_auditor=True)
def show(code):
    issue, org = _issue(code), guards.org_in_scope(request.args.get("org"))
    rows = counts.study_counts(issue, org)
    return render_template(
        "studies/show.html", issue=issue, org=org, rows=rows, total=rows[0],
        lists=studies.lists_of(issue, guards.my_org()), definitions=counts.STUDY_DEFINITIONS,
    )  # fmt: skip


@bp.get("/<code>/missing")
@guards.role("manager")
def missing(code):
    issue, org = _issue(code), guards.org_in_scope(request.args.get("org"))
    return render_template(
        "studies/missing.html", issue=issue, org=org,
        branches=counts.unstudied(issue, org, guards.my_org()),
    )  # fmt: skip


@bp.get("/<code>.csv")
@guards.role("manager", or_auditor=True, confirm=True)
def csv(code):
    issue, org = _issue(code), guards.org_in_scope(request.args.get("org"))
    if in_wechat():
        return elsewhere(url_for("studies.show", code=issue.code, org=org.code), issue.name)
    rows = counts.export_study(issue, org, what="study.csv", by=guards.me().actor)
    head = [_("单位"), _("全称"), _("层级"), _("应学"), _("参学"), _("参学率"), _("未学")]
    lines = [
        [one.org.short_name, one.org.full_name, one.depth, one.due, one.studied,
         filters.rate(one.studied, one.due), one.missing]
        for one in rows
    ]  # fmt: skip
    encoding = ENCODINGS.get(request.args.get("encoding", "").lower(), "utf-8-sig")
    charset = "gb18030" if encoding == "gb18030" else "utf-8"
    return Response(
        exports.csv_lines([head, *lines], encoding=encoding),
        content_type=f"text/csv; charset={charset}",
        headers={"Content-Disposition": f'attachment; filename="study-{issue.code}.csv"'},
    )


@bp.get("/lists/<listing>")
@guards.role("manager")
def listing(listing):
    return _list_page(_listing(listing), VoidForm(formdata=None))


@bp.post("/lists/<listing>/lines/<row>")
@guards.role("manager")
def update(listing, row):
    found = _listing(listing)
    studies.say_who(found, row, strip(request.form.get("person")), by=guards.me())
    return redirect(
        url_for("studies.listing", listing=found.code, done="said", page=request.args.get("page")),
        code=303,
    )


@bp.post("/lists/<listing>/voiding")
@guards.role("manager")
def void(listing):
    found, form = _listing(listing), VoidForm()
    if not form.validate():
        return _list_page(found, form, 422)
    studies.take_back(found, form.reason.data, by=guards.me())
    return redirect(url_for("studies.listing", listing=found.code, done="voided"), code=303)


def _issue(code):
    return studies.find_issue_in(guards.my_org(), code)


def _listing(code):
    return studies.find_list_in(guards.my_org(), code)


def _draft(form):
    """The draft of the file, or of what was pasted when there is none."""
    file, name = form.file.data, ""
    if file and file.filename:
        reading, name = studies.read_list(file.read()), file.filename
        file.close()
    else:
        reading = studies.read_pasted(form.text.data or "")
    return studies.draft_of(
        reading, series=form.series.data, name=form.name.data, due_on=form.due_on.data,
        org=guards.my_org(), file=name or _("粘贴的名单"),
    )  # fmt: skip


def _new(form, status=200):
    return render_template(
        "studies/new.html", form=form, org=guards.my_org(), most=studies.MOST_MEGABYTES,
        today=clock.today(),
    ), status  # fmt: skip


def _preview(plan, draft, problem="", status=200):
    form = ConfirmForm(formdata=None)
    form.draft.data, form.shown.data = draft, plan.print
    return render_template(
        "studies/preview.html", plan=plan, form=form, problem=problem, first=FIRST,
        org=guards.my_org(),
    ), status  # fmt: skip


def _list_page(found, form, status=200):
    """A list with the lines that mean nobody yet; ?row= is the one that is searched for."""
    open_lines = [] if found.voided_at else studies.open_lines(found)
    page = pages.page_of(open_lines, request.args.get("page", 1, int), size=ON_PAGE)
    asked, words = request.args.get("row", type=int), strip(request.args.get("q"))[:40]
    shown = [one for one in page.rows if asked is None or one.row == asked]
    return render_template(
        "studies/listing.html", listing=found, issue=found.issue, org=studies.org_of(found),
        page=page, shown=shown, asked=asked, words=words, form=form, bare=Bare(formdata=None),
        candidates=studies.may_mean(found, shown, words) if shown else {},
        mended=studies.mended_lines(found),
    ), status  # fmt: skip
