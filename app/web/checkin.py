"""What a phone sees after it scans: GET shows, POST checks in and answers with the page itself."""

import secrets

from flask import Blueprint, current_app, g, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField

from app.domain import checkins, devices, hours, identity, passes
from app.errors import Refusal
from app.text import name_key
from app.web import guards, passing
from app.web.forms import Bare, Form, strip
from app.web.headers import csrf
from app.web.refusals import words_of

bp = Blueprint("checkin", __name__)

SHUT = {"upcoming": "too_early", "closed": "too_late", "cancelled": "cancelled"}
KEPT = ("name", "phone", "number", "org", "nonce", "correct", "me")  # through the PIN's page
NO_ORG = ""  # 我不属于任何支部


class CheckInForm(Form):
    """The phone's form. Its rules are the domain's (identity.problems_of): the same words for all."""

    name = StringField(_l("姓名"), filters=[strip])
    phone = StringField(_l("手机号"), filters=[strip])
    number = StringField(_l("团员编号"), filters=[strip])
    org = StringField(_l("所在团支部"), filters=[strip])
    branch = StringField(_l("支部名称里的几个字"), filters=[strip])
    pin = StringField(_l("大屏上的六位口令"), filters=[strip])
    nonce = HiddenField()
    correct = HiddenField()


@bp.get("/c/<code>")
@bp.get("/C/<code>", endpoint="alias")
@bp.get("/c/<code>/<told>", endpoint="rotating")
@bp.get("/C/<code>/<told>", endpoint="rotating_alias")
@guards.public
def show(code, told=""):
    way, device = passing.way_in(code, told), devices.device_or_none(passing.device_secret())
    door = _meant(way, device)
    g.still_in = _still_in(way, device, door)
    if door is None:
        return _page("picker", 200, None, doors=way.doors, code=code)
    if door.phase == "withdrawn":
        return _page("refused", 410, door)
    wants_form = request.args.get("other") or request.args.get("fix")
    own = None if wants_form else checkins.own_answer(door, device)
    if own is not None:
        return _page("already", 200, door, answer=own)
    if door.phase != "open":
        return _closed_page(door, 200)
    if way.bars(door):
        if way.verdict == "stale":
            checkins.count_refusal(door.occurrence_id, "stale_pass")
        return _barred_page(door, way.verdict, 200 if way.verdict == "none" else 410)
    if device is not None and device.remembers and not wants_form:
        return _page("one-tap", 200, door, device=device, form=_blank_form())
    if request.args.get("fix") and device is not None and device.remembers:
        org = device.typed_org.code if device.typed_org else NO_ORG
        return _form_page(door, _blank_form(device), 200, chosen=org)
    return _form_page(door, _blank_form(), 200)


def _meant(way, device):
    """The sitting a GET is about: the open one; where none or several are, the one this phone is
    still in."""
    is_plain = way.door is not None and way.door.phase == "open"
    if way.grant or is_plain or request.args.get("other") or request.args.get("fix"):
        return way.door
    return hours.door_to_leave(way.doors, device) or way.door


def _still_in(way, device, door):
    """Another sitting of the event that this phone has not left: its page says so, with the way."""
    if door is None or len(way.doors) == 1:
        return None
    others = [one for one in way.doors if one.code != door.code]
    return hours.door_to_leave(others, device)


@bp.post("/c/<code>")
@bp.post("/C/<code>", endpoint="alias_create")
@csrf.exempt  # checked below, so that a refused form keeps what was typed
@guards.public
def create(code):
    way, form = passing.way_in(code), CheckInForm()
    door = way.door
    if door is None:
        return _page("picker", 409, None, doors=way.doors, code=code)
    refused = _refuse_unsafe(door, form)
    if refused:
        return refused
    device = devices.device_or_none(passing.device_secret())
    if door.phase == "withdrawn":
        return _page("refused", 410, door)
    if request.form.get("me"):
        own = checkins.own_answer(door, device)
        if own is not None:
            return _page("already", 200, door, answer=own)
    elif not way.bars(door) and (form.errors or not _take(form)):
        return _form_page(door, form, 422)
    if door.phase != "open":
        own = checkins.own_answer(door, device) if _is_own(form, device) else None
        return _page("already", 200, door, answer=own) if own else _turned_away(door)
    if way.bars(door):
        checkins.count_refusal(door.occurrence_id, "no_pass")
        return _barred_page(door, "late" if request.form.get("nonce") else "none", 410)
    scan = _scan(form, device, way.scanned)
    return _form_page(door, form, 422) if scan is None else _check_in(door, form, scan)


@bp.post("/c/<code>/pin")
@csrf.exempt  # checked below, as above
@guards.public
def enter(code):
    """The six digits of the big screen: as good as scanning it, and marked on the row."""
    way, form = passing.way_in(code), CheckInForm()
    door, secret = way.door, passing.device_secret()
    if door is None:
        return _page("picker", 409, None, doors=way.doors, code=code)
    if secret is None or not form.validate():
        return _barred_page(door, "lost", 400)
    if door.phase != "open":
        return _turned_away(door)
    if way.bars(door):
        at = passing.arrived_at()
        try:
            passes.try_pin(door.sitting, form.pin.data, device_secret=secret, arrived=at)
        except Refusal as refusal:
            if isinstance(refusal, passes.WrongPin):
                checkins.count_refusal(door.occurrence_id, "pin_wrong")
            return _barred_page(door, "pin", refusal.status, words=words_of(refusal))
        passing.give_grant(door, "pin", at)
    device = devices.device_or_none(secret)
    if form.name.data:
        return _form_page(door, form, 200)
    if device is not None and device.remembers:
        return _page("one-tap", 200, door, device=device, form=_blank_form())
    return _form_page(door, _blank_form(), 200)


@bp.post("/c/<code>/branches")
@csrf.exempt
@guards.public
def branches(code):
    """The form again, with the branches that fit the words; the whole tree for no words."""
    way, form = passing.way_in(code), CheckInForm()
    door = way.door
    if door is None:
        return _page("picker", 409, None, doors=way.doors, code=code)
    refused = _refuse_unsafe(door, form)
    if refused:
        return refused
    if door.phase != "open":
        return _turned_away(door)
    if way.bars(door):
        return _barred_page(door, "late", 410)
    return _form_page(door, form, 200, searched=True)


def _is_own(form, device):
    """Whether a POST is about whoever this phone remembers: typed again, or by one tap."""
    typed = device is not None and name_key(form.name.data or "") == name_key(
        device.typed_name or ""
    )
    return bool(request.form.get("me")) or typed


def _refuse_unsafe(door, form):
    """A POST without the GET's cookies: the form again, typed values kept, and the way out."""
    if passing.sent_nonsense():
        return _page("refused", 400, door)
    if passing.device_secret() is None or not form.validate():
        form.refuse(
            _(
                "这部手机没有带上打开页面时的 Cookie。内容都还在，请再点一次签到；还不行就到签到台报名字。"
            )
        )
        return _form_page(door, form, 400)
    return None


def _take(form):
    """Check name, phone, number and that a branch was chosen; put the words beside the fields."""
    for problem in identity.problems_of(form.name.data, form.phone.data, form.number.data):
        form.refuse(words_of(problem), problem.field)
    if "org" not in request.form:
        form.refuse(_("请点选你的团支部；不属于任何支部也请点一下。"), "org")
    elif form.org.data and checkins.chosen_org(form.org.data) is None:
        form.refuse(_("没有这个支部，请重新选。"), "org")
    return not form.errors


def _scan(form, device, scanned):
    secret = passing.device_secret()
    if request.form.get("me"):
        if device is None or not device.remembers:
            form.refuse(_("这部手机不记得你了，请填一次。"))
            return None
        return checkins.remembered_scan(device, secret, form.nonce.data or "", **scanned)
    typed = identity.read(form.name.data, form.phone.data, form.number.data)
    org = checkins.chosen_org(form.org.data) if form.org.data else None
    return checkins.Scan(
        typed, org.id if org else None, org.full_name if org else "", secret,
        (form.nonce.data or "")[:64], corrects=bool(form.correct.data), **scanned,
    )  # fmt: skip


def _check_in(door, form, scan):
    version = current_app.extensions["settings"].consent_version
    try:
        answer = checkins.check_in_by_phone(door, scan, consent_version=version)
    except checkins.Full as refusal:
        checkins.count_refusal(door.occurrence_id, "full")
        return _page("full", 409, door, words=words_of(refusal))
    except (checkins.NoCorrectionLeft, checkins.TooManyScans) as refusal:
        form.refuse(words_of(refusal))
        status = 422 if isinstance(refusal, checkins.NoCorrectionLeft) else refusal.status
        return _form_page(door, form, status)
    return _page(answer.state, 200, door, answer=answer)


def _form_page(door, form, status, searched=False, chosen=None):
    invited = checkins.invited_branches(door)
    few = invited if len(invited) <= checkins.NATIVE_LIMIT else []
    words = form.branch.data or ""
    search = bool(words) or searched or not few
    matches = checkins.branch_choices(door, words) if words else []
    tree = checkins.all_branches(door) if searched and not words else []
    return _page(
        "form", status, door, form=form, few=[] if search else few, matches=matches, tree=tree,
        searched=search and bool(words), preset=few[0].code if len(few) == 1 else None,
        chosen=request.form.get("org", chosen),
    )  # fmt: skip


def _turned_away(door):
    if door.phase in SHUT:
        checkins.count_refusal(door.occurrence_id, SHUT[door.phase])
    return _closed_page(door, 409)


def _barred_page(door, why, status, words=""):
    """To the big screen, with the PIN's box and what was typed. why: what the pass was worth, or
    late (a grant ran out), pin (a wrong one: words), lost (no cookie came along)."""
    kept = [(name, request.form[name]) for name in KEPT if name in request.form]
    form = CheckInForm(formdata=None)
    return _page("barred", status, door, why=why, words=words, kept=kept, form=form)


def _closed_page(door, status):
    if door.phase == "withdrawn":
        return _page("refused", 410, door)
    state = {"upcoming": "not-open", "closed": "closed", "cancelled": "cancelled"}[door.phase]
    return _page(state, status, door)


def _blank_form(device=None):
    form = CheckInForm(formdata=None, nonce=secrets.token_urlsafe(9))
    if device is not None:
        phone, number = checkins.typed_secrets(device)
        form.name.data, form.phone.data, form.number.data = device.typed_name, phone, number
        form.correct.data = "1"
    return form


def _page(state, status, door, **facts):
    if state in ("done", "already") and door.checks_out:
        facts |= _leaving(state, door)
    facts.setdefault("still_in", g.get("still_in"))
    page = render_template(f"checkin/{_template(state)}.html", state=state, door=door, **facts)
    return passing.stamp(current_app.make_response((page, status)))


def _leaving(state, door):
    """What the answer says of checking out; who just came in needs no question to be told."""
    is_new = state == "done"
    device = None if is_new else devices.device_or_none(passing.device_secret())
    return {
        "stays": None if is_new else hours.own_stays(door, device), "open_out": hours.is_open(door),
        "out_until": hours.until(door), "bare": Bare(formdata=None),
    }  # fmt: skip


def _template(state):
    return {
        "one-tap": "one_tap",
        "form": "form",
        "picker": "picker",
        "done": "answer",
        "already": "answer",
        "barred": "barred",
    }.get(state, "shut")
