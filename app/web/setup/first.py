"""The first step: who we are, and the first account. Opens once, by the link the server prints."""

from datetime import timedelta

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import EqualTo

from app.domain import staff as accounts
from app.domain import steps
from app.errors import Gone, Refusal
from app.web import guards
from app.web.forms import LANGUAGES, REQUIRED, Form, line, password_line
from app.web.refusals import words_of
from app.web.setup.room import bp, onward, settings

SAME = EqualTo("password", _l("两次写的不一样。"))
BEFORE = tuple(steps.Step(name, words, "open") for name, words in steps.STEPS.items())


class SetupForm(Form):
    full_name = line(_l("单位全称"), 120, REQUIRED)
    short_name = line(_l("简称"), 25)
    name = line(_l("你的姓名"), 40, REQUIRED)
    username = line(_l("账号"), 40, REQUIRED)
    password = password_line(_l("密码"))
    again = password_line(_l("再写一遍密码"), SAME)
    language = RadioField(_l("语言"), choices=LANGUAGES, default="zh")


@bp.get("")
@guards.token
def new():
    """With the link: the first account. Whoever has one already goes on where it stopped."""
    secret = request.args.get("token", "")
    try:
        accounts.setup_token_holds(secret)
    except Gone:
        return _go_on(secret)
    return _page(SetupForm(formdata=None), 200)


@bp.post("")
@guards.token
def create():
    secret = request.args.get("token", "")
    accounts.setup_token_holds(secret)
    form = SetupForm()
    if not form.validate():
        return _page(form, 422)
    try:
        accounts.finish_setup(
            secret, full_name=form.full_name.data, short_name=form.short_name.data,
            name=form.name.data, username=form.username.data, password=form.password.data,
            language=form.language.data,
        )  # fmt: skip
        secret, staff = accounts.sign_in(
            form.username.data, form.password.data, address=request.remote_addr or "",
            browser=request.user_agent.string,
            absolute=timedelta(hours=settings().session_absolute_hours),
        )  # fmt: skip
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _page(form, refusal.status)
    return guards.know_browser(guards.keep_session(onward("account"), secret), staff.username)


def _go_on(secret):
    """An account exists. Its owner goes on; who is signed out signs in first, by the bare address or
    the spent link; nobody else learns anything here."""
    staff = guards.staff_or_none()
    if staff is None:
        if secret and not accounts.was_setup_token(secret):
            raise Gone
        return redirect(url_for("account.new", next="/setup"), code=303)
    if not staff.may("district"):
        return redirect(url_for("home.index"), code=303)
    return onward("account")


def _page(form, status):
    return render_template("setup/account.html", form=form, step="account", steps=BEFORE), status
