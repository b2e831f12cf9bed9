"""Signing in and out, one's own password, devices and language, and opening an account by link."""

from datetime import timedelta

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField
from wtforms.validators import EqualTo

from app.domain import staff as accounts
from app.errors import Refusal
from app.web import guards
from app.web.forms import LANGUAGES, REQUIRED, Bare, Form, line, password_line
from app.web.refusals import words_of

bp = Blueprint("account", __name__, url_prefix="/account")

SAME = EqualTo("password", _l("两次写的不一样。"))


class SignInForm(Form):
    username = line(_l("账号"), 40, REQUIRED)
    password = password_line(_l("密码"))
    remember = BooleanField(_l("在这部手机上记住我"))


class PasswordForm(Form):
    old_password = password_line(_l("现在的密码"))
    password = password_line(_l("新密码"))
    again = password_line(_l("再写一遍新密码"), SAME)


class OpeningForm(Form):
    username = line(_l("账号"), 40)
    password = password_line(_l("密码"))
    again = password_line(_l("再写一遍密码"), SAME)
    remember = BooleanField(_l("在这部手机上记住我"))


class SuccessorForm(Form):
    successor = line(_l("接任的人的姓名"), 40, REQUIRED)


class LanguageForm(Form):
    language = SelectField(_l("语言"), choices=LANGUAGES)


@bp.get("/sign-in")
@guards.public
def new():
    if guards.staff_or_none():
        return redirect(url_for("home.index"), code=303)
    return _sign_in(SignInForm(), 200)


@bp.post("/sign-in")
@guards.public
def create():
    form = SignInForm()
    if not form.validate():
        return _sign_in(form, 422)
    try:
        secret, staff = accounts.sign_in(
            form.username.data, form.password.data, address=request.remote_addr or "",
            browser=request.user_agent.string, absolute=_absolute(), known=guards.known_browser(),
            remember=timedelta(days=_days()) if form.remember.data else None,
        )  # fmt: skip
    except Refusal as refusal:
        form.refuse(words_of(refusal))
        return _sign_in(form, refusal.status)
    target = guards.local_path(request.args.get("next"), url_for("home.index"))
    return _enter(redirect(target, code=303), secret, staff, form)


@bp.post("/sign-out")
@guards.public
def delete():
    accounts.sign_out(guards.session_secret())
    return guards.drop_session(redirect(url_for("home.index"), code=303))


@bp.get("/confirming")
@guards.role("auditor")
def confirming():
    return _confirming(guards.ConfirmForm(formdata=None), 200)


@bp.post("/confirming")
@guards.role("auditor")
def confirm():
    form = guards.ConfirmForm()
    if not guards.password_typed(form):
        return _confirming(form, 422)
    target = guards.local_path(request.args.get("next"), url_for("home.index"))
    return redirect(target, code=303)


@bp.get("")
@guards.role("auditor")
def show():
    return _account(PasswordForm(), 200)


@bp.post("/password")
@guards.role("auditor")
def update():
    form = PasswordForm()
    if not form.validate():
        return _account(form, 422)
    try:
        accounts.change_password(g.staff_session, form.old_password.data, form.password.data)
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _account(form, refusal.status)
    return redirect(url_for("account.show", done="password"), code=303)


@bp.post("/language")
@guards.role("auditor")
def language():
    form = LanguageForm()
    if not form.validate():
        return _account(PasswordForm(formdata=None), 422)
    accounts.set_language(guards.me(), form.language.data)
    return redirect(url_for("account.show"), code=303)


@bp.post("/sessions")
@guards.role("auditor")
def sessions():
    accounts.revoke_other_sessions(guards.me(), but=g.staff_session.id)
    return redirect(url_for("account.show", done="devices"), code=303)


@bp.post("/sessions/<session>")
@guards.role("auditor")
def revoke(session):
    accounts.revoke_session(guards.me(), session)
    return redirect(url_for("account.show", done="devices"), code=303)


@bp.get("/opening/<secret>")
@guards.token
def opening(secret):
    invitation = accounts.find_invitation(secret)
    suggested = accounts.free_username(invitation.staff.name)
    return _opening(invitation, OpeningForm(formdata=None, username=suggested), 200)


@bp.post("/opening/<secret>")
@guards.token
def open_account(secret):
    form, invitation = OpeningForm(), accounts.find_invitation(secret)
    if not form.validate():
        return _opening(invitation, form, 422)
    try:
        staff = accounts.accept_invitation(
            secret, username=form.username.data, password=form.password.data,
            address=request.remote_addr or "",
        )  # fmt: skip
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _opening(invitation, form, refusal.status)
    kept = timedelta(days=_days()) if form.remember.data else _absolute()
    session = accounts.start_session(
        staff, browser=request.user_agent.string, absolute=kept, remembered=form.remember.data
    )
    return _enter(redirect(url_for("home.index"), code=303), session, staff, form)


def _days():
    return current_app.extensions["settings"].remember_days


def _absolute():
    return timedelta(hours=current_app.extensions["settings"].session_absolute_hours)


def _enter(response, secret, staff, form):
    """Signed in: the session's cookie, and this browser is known to the account from now on."""
    guards.keep_session(response, secret, days=_days() if form.remember.data else None)
    return guards.know_browser(response, staff.username)


def _sign_in(form, status):
    return render_template("account/new.html", form=form, days=_days()), status


def _opening(invitation, form, status):
    return render_template(
        "account/opening.html", form=form, staff=invitation.staff, days=_days(),
        predecessor=invitation.predecessor,
    ), status  # fmt: skip


def _confirming(form, status):
    back = guards.local_path(request.args.get("back"), url_for("home.index"))
    return render_template(
        "account/confirming.html", form=form, kept=[], action=request.script_root + request.full_path,
        back=back, is_file=bool(request.args.get("file")),
    ), status  # fmt: skip


def _account(form, status):
    mine = guards.me()
    return render_template(
        "account/show.html", form=form, bare=Bare(formdata=None), sessions=accounts.sessions_of(mine),
        this=g.staff_session, language_form=LanguageForm(formdata=None, language=mine.language or "zh"),
        successor_form=SuccessorForm(formdata=None), waiting=accounts.successor_of(mine),
    ), status  # fmt: skip
