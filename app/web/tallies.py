"""手工数: figures that were reported, of a sitting or of an org over days; enter, correct, take back."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField
from wtforms.validators import Optional

from app import clock
from app.domain import events, orgs, programmes, tallies
from app.errors import Refusal
from app.web import guards
from app.web.forms import REQUIRED, DayField, Form, NumberField, choices, line, strip
from app.web.refusals import words_of

bp = Blueprint("tallies", __name__, url_prefix="/tallies")

PAGE = 50
ORGS_SHOWN = 400


class TallyForm(Form):
    number = NumberField(_l("多少"), [REQUIRED], between=(1, tallies.MOST_TALLIED))
    unit = line(_l("计量单位"), 10, REQUIRED)
    programme = SelectField(_l("活动类型"), validate_choice=False, filters=[strip])
    org = line(_l("哪个组织"), 120)
    from_on = DayField(_l("从"), [Optional()])
    to_on = DayField(_l("到"), [Optional()])
    evidence = line(_l("数从哪里来"), 200)
    link = line(_l("网址"), 300)
    note = line(_l("说明"), 200)
    occurrence = HiddenField(filters=[strip])

    def told(self) -> tallies.Reported:
        """What the verbs are told. Raises Invalid; NotFound for a sitting outside my scope."""
        words = {name: self[name].data for name in ("unit", "number", "evidence", "link", "note")}
        if self.occurrence.data:
            return tallies.Reported(occurrence=_sitting(self.occurrence.data), **words)
        code, today = self.programme.data, clock.today()
        last = self.to_on.data or self.from_on.data or today
        return tallies.Reported(
            org=orgs.one_org_named(guards.my_org(), self.org.data or guards.my_org().full_name),
            programme=programmes.find_programmes([code])[0] if code else None,
            from_on=self.from_on.data or last, to_on=last, **words,
        )  # fmt: skip


class WhyForm(Form):
    reason = line(_l("为什么撤销"), 200, REQUIRED)


@bp.get("")
@guards.role("manager", or_auditor=True)
def index():
    code = strip(request.args.get("event"))
    sitting = _sitting(code) if code else None
    fresh = TallyForm(
        formdata=None, org=guards.my_org().full_name, unit=tallies.PEOPLE_TIMES,
        to_on=clock.today(), from_on=clock.today(), occurrence=sitting.code if sitting else "",
    )  # fmt: skip
    return _index(fresh)


@bp.post("")
@guards.role("manager")
def create():
    form = TallyForm()
    if not form.validate():
        return _index(form, 422)
    try:
        tallies.report(form.told(), by=guards.me().actor)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        form.refuse(words_of(refusal), refusal.field)
        return _index(form, refusal.status)
    return redirect(url_for("tallies.index", done="made"), code=303)


@bp.get("/<code>")
@guards.role("manager")
def edit(code):
    row = _find(code)
    return _edit(row, _as_it_is(row), WhyForm(formdata=None))


@bp.post("/<code>")
@guards.role("manager")
def update(code):
    row, form = _find(code), TallyForm()
    if not form.validate():
        return _edit(row, form, WhyForm(formdata=None), 422)
    try:
        tallies.correct(row.tally, form.told(), by=guards.me().actor)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        form.refuse(words_of(refusal), refusal.field)
        return _edit(_find(code), form, WhyForm(formdata=None), refusal.status)
    return redirect(url_for("tallies.index", done="corrected"), code=303)


@bp.post("/<code>/voiding")
@guards.role("manager")
def void(code):
    row, why = _find(code), WhyForm()
    if not why.validate():
        return _edit(row, _as_it_is(row), why, 422)
    tallies.take_back(row.tally, why.reason.data, by=guards.me().actor)
    return redirect(url_for("tallies.index", done="voided"), code=303)


def _find(code):
    return tallies.find_tally(guards.my_org(), code)


def _as_it_is(row):
    names = ("unit", "number", "from_on", "to_on", "evidence", "link", "note")
    told = {name: getattr(row.tally, name) for name in names}
    programme = row.tally.programme.code if row.tally.programme else ""
    return TallyForm(
        formdata=None, org=row.org.full_name, programme=programme, occurrence=row.occurrence, **told
    )


def _sitting(code):
    """The sitting of a code whose host I look after."""
    return events.occurrence_of(events.event_hosted_in(guards.my_org(), code), code)


def _choices(form):
    form.programme.choices = choices(
        [("", _l("不分类型")), *((one.code, one.name) for one in programmes.programmes())]
    )
    here = orgs.subtree_of(guards.my_org(), open_only=True)
    sitting = _sitting(form.occurrence.data) if form.occurrence.data else None
    return {"form": form, "orgs": here[:ORGS_SHOWN], "sitting": sitting, "units": tallies.UNITS}


def _index(form, status=200):
    page = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    rows = tallies.tallies_in(guards.my_org(), limit=PAGE + 1, offset=(page - 1) * PAGE)
    return render_template(
        "tallies/index.html", rows=rows[:PAGE], page=page, more=len(rows) > PAGE, **_choices(form)
    ), status  # fmt: skip


def _edit(row, form, why, status=200):
    page = render_template("tallies/edit.html", row=row, why=why, **_choices(form))
    return page, status
