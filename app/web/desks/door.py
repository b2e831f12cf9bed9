"""The helper's side: PIN, search, tick, card, walk-in, undo."""

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from app import keys
from app.domain import checkins, desks, hours, identity
from app.errors import Refusal
from app.web import guards, marks
from app.web.desks.place import PinForm, at_desk, facts_of, paper_on, pin_page, sitting_of, to_desk
from app.web.desks.room import bp
from app.web.forms import Bare, Form, line, strip
from app.web.refusals import words_of

OTHER = "?"  # a branch that is not in the list


class TickForm(Form):
    """One person of the hits, or a card; reason: 破例."""

    person = HiddenField(filters=[strip])
    card = StringField(_l("个人码"), filters=[strip], validators=[Length(max=600)])
    nonce = HiddenField(filters=[strip], validators=[Length(max=64)])
    reason = line(_l("破例的原因"), 200)


class WalkInForm(Form):
    """Somebody who is on no list: name, phone, branch."""

    name = StringField(_l("姓名"), filters=[strip])
    phone = StringField(_l("手机号"), filters=[strip])
    org = StringField(_l("所在团支部"), filters=[strip])
    branch = line(_l("支部名称里的几个字"), 40)
    nonce = HiddenField(filters=[strip], validators=[Length(max=64)])
    reason = line(_l("破例的原因"), 200)


@bp.get("/desk/<token>")
@guards.token
def show(token):
    desk = desks.desk_of(token)
    if not marks.is_marked(desk):
        return pin_page(desk, token, PinForm(formdata=None))
    return _desk_page(desk, token)


@bp.post("/desk/<token>/pin")
@guards.token
def enter(token):
    desk, form, browser = desks.desk_of(token), PinForm(), marks.browser()
    if not form.validate() or not browser:
        return pin_page(desk, token, form, 422)
    try:
        mark = desks.type_pin(desk, form.pin.data, browser=browser)
    except Refusal as refusal:
        form.refuse(words_of(refusal), "pin")
        return pin_page(desk, token, form, refusal.status)
    return marks.keep_mark(redirect(url_for("desks.show", token=token), code=303), desk, mark)


@bp.post("/desk/<token>/hits")
@guards.token
@at_desk
def hits(desk, token):
    """The hits alone, for a page that asks while one types."""
    Bare().validate()
    return render_template("desks/_hits.html", **facts_of(desk, token), **_search(desk))


@bp.post("/desk/<token>")
@guards.token
@at_desk
def search(desk, token):
    Bare().validate()
    return _desk_page(desk, token)


@bp.post("/desk/<token>/checkins")
@guards.token
@at_desk
def tick(desk, token):
    """Check in one of the hits, or whoever a card belongs to."""
    occurrence, form = sitting_of(desk), TickForm()
    if not form.validate():
        return _desk_page(desk, token, tick=form, status=422)
    try:
        told = checkins.scan_in(occurrence, _meant(occurrence, form), **_how(desk, form))
    except Refusal as refusal:
        form.refuse(words_of(refusal))
        return _desk_page(desk, token, tick=form, status=refusal.status, code=refusal.code)
    return to_desk(token, occurrence, done=told.check_in.code, state=told.state)


@bp.post("/desk/<token>/walkins")
@guards.token
@at_desk
def walk_in(desk, token):
    occurrence, form = sitting_of(desk), WalkInForm()
    choices, org = _branch(occurrence, form)
    if not form.validate() or not _take(form, org):
        return _desk_page(desk, token, walk=form, choices=choices, status=422)
    try:
        typed = identity.read(form.name.data, form.phone.data, "")
        told = checkins.scan_typed(occurrence, typed, org=org or None, **_how(desk, form))
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        status, code = refusal.status, refusal.code
        return _desk_page(desk, token, walk=form, choices=choices, status=status, code=code)
    return to_desk(token, occurrence, done=told.check_in.code, state=told.state)


@bp.post("/desk/<token>/checkins/<row>/annulment")
@guards.token
@at_desk
def undo(desk, token, row):
    Bare().validate()
    occurrence = sitting_of(desk)
    checkins.annul(desks.row_at(occurrence, row), by=desk.actor)
    return to_desk(token, occurrence, undone=row)


@bp.post("/desk/<token>/checkins/<row>/leaving")
@guards.token
@at_desk
def leave(desk, token, row):
    """Check somebody out, whoever checked them in."""
    Bare().validate()
    occurrence = sitting_of(desk)
    hours.check_out(desks.row_at(occurrence, row), how="desk", by=desk.actor)
    return to_desk(token, occurrence, left=row)


def _how(desk, form):
    day = paper_on()
    return {
        "by": desk.actor, "how": "paper" if day else "desk", "nonce": form.nonce.data or None,
        "forced_reason": form.reason.data, "paper_on": day,
    }  # fmt: skip


def _meant(occurrence, form):
    """Whom the form means: one of the hits, else a card's holder."""
    if form.person.data:
        return desks.person_at(occurrence, form.person.data)
    return desks.holder_of(form.card.data or "")


def _desk_page(desk, token, *, tick=None, walk=None, choices=(), status=200, code=""):
    facts = facts_of(desk, token)
    occurrence, asked = facts["occurrence"], request.args
    row = asked.get("done") or asked.get("undone") or asked.get("left")
    return render_template(
        "desks/show.html", **facts, **_search(desk), choices=choices, refusal=code,
        tick=tick or TickForm(formdata=None, nonce=keys.token()),
        walk=walk or WalkInForm(formdata=None, nonce=keys.token()),
        few=_few(occurrence), row=desks.told_or_none(desk, occurrence, row) if row else None,
        state="left" if asked.get("left") else asked.get("state", ""),
        work=desks.work_of(desk, occurrence),
    ), status  # fmt: skip


def _search(desk):
    words = strip(request.form.get("q", ""))[:40]
    found = desks.search_desk(desk, sitting_of(desk), words) if words else []
    return {"words": words, "hits": found}


def _few(occurrence):
    invited = checkins.invited_branches(checkins.doors_of(occurrence.code)[0])
    return invited if len(invited) <= checkins.NATIVE_LIMIT else []


def _branch(occurrence, form):
    """(what fits the words where they do not say one branch, the org: None 不属于, "" not told)."""
    if form.org.data and form.org.data != OTHER:
        return (), checkins.chosen_org(form.org.data) or ""
    if form.branch.data:
        door = checkins.doors_of(occurrence.code)[0]
        found = checkins.branch_choices(door, form.branch.data)
        if len(found) == 1:
            return (), checkins.chosen_org(found[0].code)
        return found, ""
    return (), "" if form.org.data == OTHER or "org" not in request.form else None


def _take(form, org):
    for problem in identity.problems_of(form.name.data, form.phone.data, ""):
        form.refuse(words_of(problem), problem.field)
    if org == "":
        form.refuse(_l("选一个支部；不属于任何支部也请选一下。"), "org")
    return not form.errors
