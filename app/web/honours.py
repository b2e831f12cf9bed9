"""荣誉: written down many at once from a pasted list, corrected one by one, taken back with a reason."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import Length, Optional

from app import clock
from app.domain import honours, orgs
from app.errors import Refusal
from app.web import guards
from app.web.forms import REQUIRED, DayField, Form, NumberField, choices, line, strip
from app.web.refusals import words_of

bp = Blueprint("honours", __name__, url_prefix="/honours")

PAGE = 50
ORGS_SHOWN = 400
KINDS = {"person": _l("个人"), "collective": _l("集体")}


class AwardForm(Form):
    title = line(_l("荣誉名称"), 40, REQUIRED)
    level = SelectField(_l("级别"), choices=choices(honours.LEVELS), validate_choice=False)
    granted_on = DayField(_l("颁发日"), [REQUIRED])
    year = NumberField(_l("年度"), [Optional()], between=(1949, 2100))
    kind = RadioField(_l("发给谁"), choices=choices(KINDS), default="person", validate_choice=False)
    org = line(_l("哪个组织"), 120)
    evidence = line(_l("文件或出处"), 200)

    def told(self) -> honours.Award:
        """What the verbs are told. Raises Invalid."""
        return honours.Award(
            org=orgs.one_org_named(guards.my_org(), self.org.data or guards.my_org().full_name),
            title=self.title.data, level=self.level.data or "", year=self.year.data,
            granted_on=self.granted_on.data, is_collective=self.kind.data == "collective",
            evidence=self.evidence.data,
        )  # fmt: skip


class PasteForm(AwardForm):
    names = TextAreaField(
        _l("名单"),
        [REQUIRED, Length(max=40_000, message=_l("太长了，分几次贴。"))],
        filters=[strip],
    )


class OneForm(AwardForm):
    recipient = line(_l("名字"), 60, REQUIRED)


class WhyForm(Form):
    reason = line(_l("为什么撤销"), 200, REQUIRED)


@bp.get("")
@guards.role("manager", or_auditor=True)
def index():
    told = {"level": "district", "granted_on": clock.today(), "org": guards.my_org().full_name}
    return _index(PasteForm(formdata=None, kind="person", **told))


@bp.post("")
@guards.role("manager")
def create():
    form = PasteForm()
    if not form.validate():
        return _index(form, 422)
    try:
        made = honours.grant(form.told(), form.names.data, by=guards.me().actor)
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _index(form, refusal.status)
    return redirect(url_for("honours.index", done="made", number=len(made)), code=303)


@bp.get("/<code>")
@guards.role("manager")
def edit(code):
    row = _find(code)
    return _edit(row, _as_it_is(row), WhyForm(formdata=None))


@bp.post("/<code>")
@guards.role("manager")
def update(code):
    row, form = _find(code), OneForm()
    if not form.validate():
        return _edit(row, form, WhyForm(formdata=None), 422)
    try:
        honours.correct(row.honour, form.told(), form.recipient.data, by=guards.me().actor)
    except Refusal as refusal:
        field = {"names": "recipient"}.get(refusal.field, refusal.field)
        form.refuse(words_of(refusal), field)
        return _edit(_find(code), form, WhyForm(formdata=None), refusal.status)
    return redirect(url_for("honours.index", done="corrected"), code=303)


@bp.post("/<code>/voiding")
@guards.role("manager")
def void(code):
    row, why = _find(code), WhyForm()
    if not why.validate():
        return _edit(row, _as_it_is(row), why, 422)
    honours.take_back(row.honour, why.reason.data, by=guards.me().actor)
    return redirect(url_for("honours.index", done="voided"), code=303)


def _find(code):
    return honours.find_honour(guards.my_org(), code)


def _as_it_is(row):
    names = ("title", "level", "granted_on", "year", "evidence", "recipient")
    told = {name: getattr(row.honour, name) for name in names}
    kind = "collective" if row.honour.is_collective else "person"
    return OneForm(formdata=None, kind=kind, org=row.org.full_name, **told)


def _offered():
    mine = guards.my_org()
    return {
        "orgs": orgs.subtree_of(mine, open_only=True)[:ORGS_SHOWN], "titles": honours.titles(mine)
    }  # fmt: skip


def _index(form, status=200):
    page = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    rows = honours.honours_in(guards.my_org(), limit=PAGE + 1, offset=(page - 1) * PAGE)
    return render_template(
        "honours/index.html", rows=rows[:PAGE], page=page, more=len(rows) > PAGE, form=form,
        **_offered(),
    ), status  # fmt: skip


def _edit(row, form, why, status=200):
    page = render_template("honours/edit.html", row=row, form=form, why=why, **_offered())
    return page, status
