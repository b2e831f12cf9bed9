"""The helper's side: PIN, search, tick, card, walk-in, undo."""

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from app import clock, keys
from app.domain import cards, checkins, desks, events, identity
from app.errors import Refusal
from app.web import guards, marks
from app.web.desks.room import bp
from app.web.forms import REQUIRED, Bare, Form, line, strip
from app.web.refusals import words_of

OTHER = "?"  # a branch that is not in the list


class PinForm(Form):
    pin = StringField(_l("口令"), filters=[strip], validators=[REQUIRED, Length(max=12)])


class TickForm(Form):
    """One person of the hits, or a card; reason: 破例."""

    person = HiddenField(filters=[strip])
    card = StringField(_l("个人码"), filters=[strip], validators=[Length(max=600)])
    nonce = HiddenField(validators=[Length(max=64)])
    reason = line(_l("破例的原因"), 200)


class WalkInForm(Form):
    """Somebody who is on no list: name, phone, branch."""

    name = StringField(_l("姓名"), filters=[strip])
    phone = StringField(_l("手机号"), filters=[strip])
    org = StringField(_l("所在团支部"), filters=[strip])
    branch = line(_l("支部名称里的几个字"), 40)
    nonce = HiddenField(validators=[Length(max=64)])
    reason = line(_l("破例的原因"), 200)


@bp.get("/desk/<token>")
@guards.token
def show(token):
    desk = desks.desk_of(token)
    if not marks.is_marked(desk):
        return _pin_page(desk, token, PinForm(formdata=None))
    return _desk_page(desk, token)


@bp.post("/desk/<token>/pin")
@guards.token
def enter(token):
    desk, form, browser = desks.desk_of(token), PinForm(), marks.browser()
    if not form.validate() or not browser:
        return _pin_page(desk, token, form, 422)
    try:
        mark = desks.type_pin(desk, form.pin.data, browser=browser)
    except Refusal as refusal:
        form.refuse(words_of(refusal), "pin")
        return _pin_page(desk, token, form, refusal.status)
    return marks.keep_mark(redirect(url_for("desks.show", token=token), code=303), desk, mark)


@bp.post("/desk/<token>/hits")
@guards.token
def hits(token):
    """The hits alone, for a page that asks while one types."""
    desk = _marked(token)
    if isinstance(desk, desks.Desk):
        Bare().validate()
        return render_template("desks/_hits.html", **_facts(desk, token), **_search(desk))
    return desk


@bp.post("/desk/<token>")
@guards.token
def search(token):
    desk = _marked(token)
    if not isinstance(desk, desks.Desk):
        return desk
    Bare().validate()
    return _desk_page(desk, token)


@bp.post("/desk/<token>/checkins")
@guards.token
def tick(token):
    """Check in one of the hits, or whoever a card belongs to."""
    desk = _marked(token)
    if not isinstance(desk, desks.Desk):
        return desk
    occurrence, form = _occurrence(desk), TickForm()
    if not form.validate():
        return _desk_page(desk, token, tick=form, status=422)
    try:
        told = checkins.scan_in(
            occurrence, _meant(occurrence, form), by=desk.actor, how="desk", nonce=form.nonce.data or None,
            forced_reason=form.reason.data,
        )  # fmt: skip
    except Refusal as refusal:
        form.refuse(words_of(refusal))
        return _desk_page(desk, token, tick=form, status=refusal.status, code=refusal.code)
    return _to_desk(token, occurrence, told)


@bp.post("/desk/<token>/walkins")
@guards.token
def walk_in(token):
    desk = _marked(token)
    if not isinstance(desk, desks.Desk):
        return desk
    occurrence, form = _occurrence(desk), WalkInForm()
    choices, org = _branch(occurrence, form)
    if not form.validate() or not _take(form, org):
        return _desk_page(desk, token, walk=form, choices=choices, status=422)
    try:
        told = checkins.scan_typed(
            occurrence, identity.read(form.name.data, form.phone.data, ""), by=desk.actor,
            how="desk", org=org or None, nonce=form.nonce.data or None,
            forced_reason=form.reason.data,
        )  # fmt: skip
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        status, code = refusal.status, refusal.code
        return _desk_page(desk, token, walk=form, choices=choices, status=status, code=code)
    return _to_desk(token, occurrence, told)


@bp.post("/desk/<token>/checkins/<row>/annulment")
@guards.token
def undo(token, row):
    desk = _marked(token)
    if not isinstance(desk, desks.Desk):
        return desk
    Bare().validate()
    occurrence = _occurrence(desk)
    checkins.annul(desks.row_at(occurrence, row), by=desk.actor)
    return redirect(
        url_for("desks.show", token=token, sitting=occurrence.code, undone=row), code=303
    )


def _marked(token):
    """The desk; or the page that asks for the PIN, with what was typed lost on purpose."""
    desk = desks.desk_of(token)
    if marks.is_marked(desk):
        return desk
    form = PinForm(formdata=None)
    form.refuse(_l("要先输入签到台的口令。"))
    return _pin_page(desk, token, form, 403)


def _meant(occurrence, form):
    """Whom the form means: one of the hits, else a card's holder."""
    if form.person.data:
        return desks.person_at(occurrence, form.person.data)
    return cards.person_of(form.card.data or "")


def _pin_page(desk, token, form, status=200):
    page = render_template("desks/pin.html", desk=desk, token=token, form=form)
    return marks.keep_browser(current_app.make_response((page, status)))


def _desk_page(desk, token, *, tick=None, walk=None, choices=(), status=200, code=""):
    facts = _facts(desk, token)
    occurrence = facts["occurrence"]
    row = request.args.get("done") or request.args.get("undone")
    return render_template(
        "desks/show.html", **facts, **_search(desk), choices=choices, refusal=code,
        tick=tick or TickForm(formdata=None, nonce=keys.token()),
        walk=walk or WalkInForm(formdata=None, nonce=keys.token()),
        few=_few(occurrence), row=_row(occurrence, row) if row else None,
        state=request.args.get("state", ""),
    ), status  # fmt: skip


def _facts(desk, token):
    occurrence = _occurrence(desk)
    return {
        "desk": desk, "token": token, "event": occurrence.event, "occurrence": occurrence,
        "bare": Bare(formdata=None), "may_undo": desks.may_undo,
    }  # fmt: skip


def _search(desk):
    words = strip(request.form.get("q", ""))[:40]
    found = desks.search_desk(desk, _occurrence(desk), words) if words else []
    return {"words": words, "hits": found}


def _occurrence(desk):
    event = desks.event_of(desk)
    wanted = request.values.get("sitting")
    if wanted:
        return events.sitting_of(event, wanted)
    return events.likely_occurrence(event, clock.now())


def _row(occurrence, code):
    try:
        return desks.row_at(occurrence, code)
    except Refusal:
        return None


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


def _to_desk(token, occurrence, told):
    target = url_for(
        "desks.show",
        token=token,
        sitting=occurrence.code,
        done=told.check_in.code,
        state=told.state,
    )
    return redirect(target, code=303)
