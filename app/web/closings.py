"""定稿: sign a period off, see what changed since, reopen it with a reason, draw rows to look at."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from app import clock
from app.domain import checks, closings, orgs, periods
from app.errors import Invalid, Refusal
from app.web import guards
from app.web.elsewhere import elsewhere, in_wechat
from app.web.forms import REQUIRED, Form, NumberField, line
from app.web.refusals import words_of

bp = Blueprint("closings", __name__, url_prefix="/closings")

MOST = 200  # lines of a list on the page
FITS = 60  # orgs of a tree shown at once on the screen; paper and file have all
USUAL_ROWS = 10


class SignForm(Form):
    note = line(_l("备注"), 200)


class ReasonForm(Form):
    reason = line(_l("原因"), 200)


class DrawForm(Form):
    number = NumberField(_l("抽几条"), [REQUIRED], between=(1, closings.MOST_ROWS))


@bp.get("")
@guards.role("manager", or_auditor=True)
def index():
    return _index(SignForm(formdata=None))


@bp.post("")
@guards.role("manager")
def create():
    form = SignForm()
    if not form.validate():
        return _index(form, 422)
    try:
        period, org = _asked()
        report = closings.sign(org, period, by=guards.me(), note=form.note.data)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        form.refuse(words_of(refusal), refusal.field)
        return _index(form, refusal.status)
    return redirect(url_for("closings.show", code=report.code, signed=1), code=303)


@bp.get("/<code>")
@guards.role("manager", or_auditor=True)
def show(code):
    return _show(_found(code))


@bp.get("/<code>/paper")
@guards.role("manager", or_auditor=True)
def paper(code):
    report = _found(code)
    return render_template(
        "closings/paper.html", report=report, figures=report.figures, names=closings.FIGURES,
        is_whole=closings.verify(report), changes=closings.changes_since(report),
        beside=closings.besides(report),
    )  # fmt: skip


@bp.get("/<code>/report.json")
@guards.role("manager", or_auditor=True, confirm=True)
def json(code):
    report = _found(code)
    if in_wechat():
        return elsewhere(url_for("closings.show", code=report.code), _l("定稿"))
    body = closings.export_content(report, what="closing.json", by=guards.me().actor)
    name = f"furong-{report.from_on}-{report.to_on}-{report.code}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, content_type="application/json", headers=headers)


@bp.post("/<code>/reopening")
@guards.role("manager")
def reopen(code):
    report, form = _found(code), ReasonForm()
    if not form.validate():
        return _show(report, reason=form, status=422)
    try:
        closings.reopen(report, by=guards.me(), reason=form.reason.data)
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field if report.stands else None)
        return _show(report, reason=form, status=refusal.status)
    return redirect(url_for("closings.index", reopened=1, **_query(report.period, report.org)), code=303)  # fmt: skip


@bp.post("/<code>/samples")
@guards.role("manager")
def draw(code):
    report, form = _found(code), DrawForm()
    if not form.validate():
        return _show(report, draw=form, status=422)
    try:
        sample = closings.draw(report, form.number.data, by=guards.me())
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _show(report, draw=form, status=refusal.status)
    return redirect(url_for("closings.sample", code=report.code, sample=sample.code), code=303)


@bp.get("/<code>/samples/<sample>")
@guards.role("manager", or_auditor=True)
def sample(code, sample):
    report = _found(code)
    return _sample(report, closings.find_sample(report, sample), ReasonForm(formdata=None))


@bp.post("/<code>/samples/<sample>/opening")
@guards.role("manager")
def open_sample(code, sample):
    report, form = _found(code), ReasonForm()
    found = closings.find_sample(report, sample)
    if not form.validate():
        return _sample(report, found, form, 422)
    try:
        closings.open_sample(found, by=guards.me(), reason=form.reason.data)
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _sample(report, found, form, refusal.status)
    return redirect(url_for("closings.sample", code=report.code, sample=found.code), code=303)


def _index(form, status=200):
    problem = None
    try:
        period, org = _asked()
    except Invalid as refusal:
        problem, status = refusal, 422
        period, org = (
            periods.parse_period(None, None),
            guards.org_in_scope(request.values.get("org")),
        )
    standing, has_begun = closings.standing_of(org, period), period.from_on <= clock.today()
    if standing is not None or not has_begun:  # the field is not drawn: its words stand above
        form.form_errors, form.note.errors = [*form.form_errors, *form.note.errors], []
    return render_template(
        "closings/index.html", period=period, org=org, form=form, standing=standing,
        problem_words=words_of(problem) if problem else "", asked=_query(period, org),
        orgs=orgs.subtree_of(guards.my_org()), presets=periods.presets(), most=MOST,
        unsigned=closings.unsigned_below(org, period), reports=closings.reports_of(org),
        found=checks.checks_of(period, org, scope=guards.my_org()),
        is_early=clock.today() <= period.to_on, has_begun=has_begun,
    ), status  # fmt: skip


def _show(report, *, reason=None, draw=None, status=200):
    changes = closings.changes_since(report, scope=guards.my_org())
    everything = request.args.get("all") == "1" or len(report.figures["orgs"]) <= FITS
    kept, by = report.figures.get("keys", {}), request.args.get("by", "")
    by = by if by in kept else ""
    return render_template(
        "closings/show.html", report=report, figures=report.figures, changes=changes,
        is_whole=closings.verify(report), samples=closings.samples_of(report), most=MOST,
        acts=closings.acts_since(report, changes, scope=guards.my_org()), everything=everything,
        kept=kept, by=by, cut=kept[by] if by else report.figures["programmes"],
        cut_moved=closings.key_changes(report, by) if by else (), key_name=closings.key_name,
        beside=closings.besides(report), groups=closings.GROUPS, told_kinds=closings.TOLD,
        names=closings.FIGURES | closings.PARTS, kinds=closings.CHANGES, asked=_query(report.period, report.org),
        reason=reason or ReasonForm(formdata=None), may_follow=_hosted_here(changes),
        draw=draw or DrawForm(formdata=None, number=USUAL_ROWS),
    ), status  # fmt: skip


def _sample(report, found, form, status=200):
    rows = closings.drawn_rows(found, guards.me())
    return render_template(
        "closings/sample.html", report=report, sample=found, rows=rows, form=form,
        is_open=found.opened_by_id == guards.me().id,
    ), status  # fmt: skip


def _hosted_here(changes):
    """The events among them that this account may open."""
    if not guards.me().may("organizer"):
        return set()
    return closings.events_hosted_in(guards.my_org(), {one.event for one in changes.sittings})


def _found(code):
    return closings.find_closing(guards.my_org(), code)


def _asked():
    org = guards.org_in_scope(request.values.get("org"))
    return periods.parse_period(request.values.get("from"), request.values.get("to")), org


def _query(period, org):
    return {"from": period.from_on.isoformat(), "to": period.to_on.isoformat(), "org": org.code}
