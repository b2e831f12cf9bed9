"""交数前检查: what to look at before the figures are handed in, whom to ask, and tagging in one go."""

from datetime import timedelta

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, SelectMultipleField

from app import clock
from app.domain import checks, orgs, periods, programmes
from app.errors import Invalid, Refusal
from app.web import filters, guards
from app.web.forms import Bare, Form, choices, line, strip
from app.web.refusals import words_of

bp = Blueprint("checks", __name__, url_prefix="/reports/checks")

MOST = 100  # lines of one kind, and owners, on the page
CHASE_LINES = 20  # of one kind in what is sent
GRACE = timedelta(days=3)
# Kind → the address where its event is mended.
WAYS = {
    "unrecorded": "events.show", "hours": "hours.index", "untagged": "events.edit",
    "counts": "headcount.edit",
}  # fmt: skip


class TagForm(Form):
    events = SelectMultipleField(_l("活动"), choices=[], coerce=strip, validate_choice=False)
    programme = SelectField(_l("活动类型"), choices=[], validate_choice=False, coerce=strip)


class ApartForm(Form):
    one = HiddenField(filters=[strip])
    other = HiddenField(filters=[strip])
    reason = line(_l("为什么不是"), 200)


@bp.get("")
@guards.role("manager", or_auditor=True)
def index():
    return _page(TagForm(formdata=None))


@bp.post("/programmes")
@guards.role("manager")
def update():
    form = TagForm()
    if not form.validate():
        return _page(form, 422)
    try:
        n = checks.tag_events(form.events.data or [], form.programme.data, by=guards.me())
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        form.refuse(words_of(refusal))  # its fields may not be drawn
        return _page(form, refusal.status)
    period, org = _asked()
    return redirect(url_for("checks.index", tagged=n, **_query(period, org)), code=303)


@bp.post("/apart")
@guards.role("manager")
def tell_apart():
    form = ApartForm()
    if not form.validate():
        return _page(TagForm(formdata=None), 422, form)
    told = (form.one.data, form.other.data, form.reason.data)
    try:
        checks.tell_apart(*told, by=guards.me())
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        form.refuse(words_of(refusal))  # its field may not be drawn
        return _page(TagForm(formdata=None), refusal.status, form)
    return redirect(url_for("checks.index", apart=1, **_query(*_asked())), code=303)


@bp.post("/apart/<code>/withdrawal")
@guards.role("manager")
def take_back(code):
    checks.take_back(checks.find_pair(guards.my_org(), code), by=guards.me())
    return redirect(url_for("checks.index", **_query(*_asked())), code=303)


def _page(form, status=200, apart=None):
    problem = None
    try:
        period, org = _asked()
        before = _before()
    except Invalid as refusal:
        problem, status = refusal, 422
        period, org = (
            periods.parse_period(None, None),
            guards.org_in_scope(request.values.get("org")),
        )
        before = clock.today() + GRACE
    form.programme.choices = choices(
        [("", _l("选一种")), *((one.code, one.name) for one in programmes.programmes())]
    )
    found = checks.checks_of(period, org, scope=guards.my_org())
    return render_template(
        "checks/index.html", period=period, org=org, found=found, form=form, most=MOST,
        before=before, choices=_choices(org), asked=_query(period, org), way=way,
        problem_words=words_of(problem) if problem else "",
        apart=apart or ApartForm(formdata=None), bare=Bare(formdata=None),
        texts=[_text(chase, period, before) for chase in found.chases[:MOST]],
    ), status  # fmt: skip


def way(kind: str, one: checks.Finding) -> str:
    """Where the finding is mended."""
    if kind == "open_reviews":
        return url_for("reviews.index", event=one.event)
    if kind == "duplicates":
        return url_for("corrections.merge_events", event=one.event, twin=one.other)
    return url_for(WAYS[kind], code=one.event if kind == "untagged" else one.occurrence)


def _text(chase, period, before):
    """What to send to one owner: plain text for a chat, without anybody's name."""
    words, facts = period.words
    head = _(
        "您好，%(org)s：%(period)s的数据还有这些要补，请在 %(day)s 前办好。",
        org=chase.owner.name, period=_(words, **facts), day=filters.day(before),
    )  # fmt: skip
    lines = [head]
    for number, (kind, rows) in enumerate(chase.parts, 1):
        lines.append(f"{number}. {_(kind.name)}")
        lines += [f"　· {_line(kind.code, one)}" for one in rows[:CHASE_LINES]]
        if len(rows) > CHASE_LINES:
            lines.append("　· " + _("另有 %(n)s 处", n=len(rows) - CHASE_LINES))
    base = current_app.extensions["settings"].base_url
    url = f"{base}{bp.url_prefix}?from={period.from_on}&to={period.to_on}"
    return "\n".join([*lines, _("登录后打开：%(url)s", url=url)])


def _line(kind, one):
    what = f"{filters.stamp(one.starts_at)} {one.title}"
    if kind in ("open_reviews", "hours"):
        return _("%(what)s：%(n)s 人次", what=what, n=one.n)
    if kind == "duplicates":
        return _("%(what)s 和 %(other)s", what=what, other=one.facts["title"])
    if kind == "counts":
        return _(
            "%(what)s：清点 %(heads)s，签到 %(rows)s", what=what, heads=one.facts["heads"],
            rows=one.facts["rows"],
        )  # fmt: skip
    return what


def _asked():
    period = periods.parse_period(request.values.get("from"), request.values.get("to"))
    return period, guards.org_in_scope(request.values.get("org"))


def _before():
    """The day the message names: the one asked for, else three days from now."""
    told = strip(request.values.get("before"))
    if not told:
        return clock.today() + GRACE
    return periods.parse_period(told, told).from_on


def _query(period, org):
    return {"from": period.from_on.isoformat(), "to": period.to_on.isoformat(), "org": org.code}


def _choices(org):
    """The orgs of my scope that have others below them, and the one that is shown."""
    every = orgs.subtree_of(guards.my_org())
    parents = {one.parent_id for one in every}
    return [one for one in every if one.id in parents or one.id in (org.id, guards.my_org().id)]
