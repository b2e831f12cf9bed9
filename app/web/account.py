"""Signing in and out, one's own password and language, and opening an account by link."""

from datetime import timedelta

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
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


class PasswordForm(Form):
    old_password = password_line(_l("现在的密码"))
    password = password_line(_l("新密码"))
    again = password_line(_l("再写一遍新密码"), SAME)


class OpeningForm(Form):
    username = line(_l("账号"), 40)
    password = password_line(_l("密码"))
    again = password_line(_l("再写一遍密码"), SAME)


class LanguageForm(Form):
    language = SelectField(_l("语言"), choices=LANGUAGES)


@bp.get("/sign-in")
@guards.public
def new():
    if guards.staff_or_none():
        return redirect(url_for("home.index"), code=303)
    return render_template("account/new.html", form=SignInForm())


@bp.post("/sign-in")
@guards.public
def create():
    form = SignInForm()
    if not form.validate():
        return render_template("account/new.html", form=form), 422
    settings = current_app.extensions["settings"]
    try:
        secret, _staff = accounts.sign_in(
            form.username.data, form.password.data, address=request.remote_addr or "",
            browser=request.user_agent.string,
            absolute=timedelta(hours=settings.session_absolute_hours),
        )  # fmt: skip
    except Refusal as refusal:
        form.refuse(words_of(refusal))
        return render_template("account/new.html", form=form), refusal.status
    target = guards.local_path(request.args.get("next"), url_for("home.index"))
    return guards.keep_session(redirect(target, code=303), secret)


@bp.post("/sign-out")
@guards.public
def delete():
    accounts.sign_out(guards.session_secret())
    return guards.drop_session(redirect(url_for("home.index"), code=303))


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
        accounts.change_password(
            guards.me(), form.old_password.data, form.password.data, keep=guards.g.staff_session.id
        )
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _account(form, refusal.status)
    return redirect(url_for("account.show", saved=1), code=303)


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
    accounts.revoke_other_sessions(guards.me(), but=guards.g.staff_session.id)
    return redirect(url_for("account.show"), code=303)


@bp.get("/opening/<secret>")
@guards.token
def opening(secret):
    invitation = accounts.find_invitation(secret)
    return render_template("account/opening.html", form=OpeningForm(), staff=invitation.staff)


@bp.post("/opening/<secret>")
@guards.token
def open_account(secret):
    form, staff = OpeningForm(), accounts.find_invitation(secret).staff
    if not form.validate():
        return render_template("account/opening.html", form=form, staff=staff), 422
    try:
        staff = accounts.accept_invitation(
            secret, username=form.username.data, password=form.password.data
        )
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return render_template("account/opening.html", form=form, staff=staff), refusal.status
    return redirect(url_for("account.new", opened=staff.username), code=303)


def _account(form, status):
    mine = guards.me()
    return render_template(
        "account/show.html", form=form, bare=Bare(formdata=None), sessions=accounts.sessions_of(mine),
        this=guards.g.staff_session, language_form=LanguageForm(formdata=None, language=mine.language or "zh"),
    ), status  # fmt: skip
