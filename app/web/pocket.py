"""The desk without a network: a page that holds no roster, its worker, and what it sends later."""

from datetime import datetime

from flask import (
    Blueprint,
    Response,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_wtf.csrf import generate_csrf

from app import clock
from app.domain import desks, events
from app.errors import Forbidden, Invalid, Refusal
from app.web import guards, marks
from app.web.assets import FOLDER
from app.web.refusals import words_of
from app.words import N_

bp = Blueprint("pocket", __name__, url_prefix="/desk")
TEXTS = {"nonce": 64, "sitting": 8, "card": 600, "name": 60, "phone": 30, "org": 12, "reason": 200}


class PinWanted(Forbidden):
    code, words = "pin_wanted", N_("要先输入签到台的口令。")


@bp.get("/worker.js")
@guards.public
def worker():
    """At the desks' own path, or a browser would not let it keep their pages."""
    body = (FOLDER / "pocket-worker.js").read_bytes()
    return Response(body, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


@bp.get("/<token>/pocket")
@guards.token
def show(token):
    desk = desks.desk_of(token, for_upload=True)
    if not marks.is_marked(desk):
        return redirect(url_for("desks.show", token=token), code=303)
    event = desks.event_of(desk)
    return render_template(
        "pocket/show.html", desk=desk, token=token, sittings=event.alive,
        chosen=events.likely_occurrence(event, clock.now()).code, wiped_at=desks.wiped_at(event),
        scope=url_for("pocket.worker").removesuffix("worker.js"),
    )  # fmt: skip


@bp.get("/<token>/clock", endpoint="clock")
@guards.token
def clock_now(token):
    """The server's time and a fresh CSRF token: a kept page has an old one."""
    try:
        _marked(token)
    except Refusal as refusal:
        return _refused(refusal)
    return jsonify(now=clock.now().isoformat(), csrf_token=generate_csrf())


@bp.post("/<token>/uploads")
@guards.token
def create(token):
    """{"sent_at", "scans": [{nonce, client_at, sitting, card | name, phone, reason}]} → outcomes."""
    try:
        desk = _marked(token)
        sent_at, scans, broken = _read()
        outcomes = desks.upload(desk, scans, sent_at=sent_at)
    except Refusal as refusal:
        return _refused(refusal)
    return jsonify(outcomes=[_spoken(one) for one in (*outcomes, *broken)])


def _marked(token):
    desk = desks.desk_of(token, for_upload=True)
    if not marks.is_marked(desk):
        raise PinWanted
    return desk


def _read():
    """(the client's time at sending, its scans, an outcome for each that cannot be read: one bad
    scan must not hold up the others). Raises Invalid for what is no queue."""
    try:
        told = request.get_json(silent=True)
    except RecursionError:  # a nest too deep to read
        told = None
    scans = told.get("scans") if isinstance(told, dict) else None
    if not isinstance(scans, list) or not all(isinstance(one, dict) for one in scans):
        raise Invalid(N_("上传的内容看不懂。"))
    if len(scans) > desks.MOST:
        raise Invalid(N_("一次最多上传 %(n)s 条。"), n=desks.MOST)
    read, broken = [], []
    for one in scans:
        try:
            read.append(_scan(one))
        except Invalid as refusal:
            nonce = one.get("nonce")
            named = nonce if isinstance(nonce, str) and len(nonce) <= TEXTS["nonce"] else ""
            broken.append(
                desks.Outcome(named if _is_plain(named) else "", "invalid", refusal=refusal)
            )
    return _instant(told.get("sent_at")), read, broken


def _scan(one):
    texts = {name: _text(one.get(name, ""), longest) for name, longest in TEXTS.items()}
    if not texts["nonce"]:
        raise Invalid(N_("上传的内容看不懂。"))
    reason = texts.pop("reason")
    return desks.OfflineScan(
        client_at=_instant(one.get("client_at")), forced_reason=reason, **texts
    )


def _text(value, longest):
    if not isinstance(value, str) or len(value) > longest or not _is_plain(value):
        raise Invalid(N_("上传的内容看不懂。"))
    return value.strip()


def _is_plain(text):
    """Words a database can hold: no control characters, no half of a pair."""
    return all(c >= " " and c != "\x7f" and not "\ud800" <= c <= "\udfff" for c in text.strip())


def _instant(text):
    """An aware instant in a year somebody lives in."""
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise Invalid(N_("上传的时间看不懂。")) from None
    if found.tzinfo is None or not 2000 < found.year < 2200:
        raise Invalid(N_("上传的时间看不懂。"))
    return found


def _spoken(outcome):
    words = words_of(outcome.refusal) if outcome.refusal else ""
    at = outcome.at.isoformat() if outcome.at else None
    return {
        "nonce": outcome.nonce, "code": outcome.code, "name": outcome.name, "at": at,
        "words": words, "may_force": outcome.may_force,
    }  # fmt: skip


def _refused(refusal):
    return jsonify(code=refusal.code, words=words_of(refusal)), refusal.status
