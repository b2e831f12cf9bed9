"""The first start: who we are, and the first account. Opens once, by the link the server prints."""

from datetime import timedelta

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import EqualTo

from app.domain import staff as accounts
from app.errors import Refusal
from app.web import guards
from app.web.forms import LANGUAGES, REQUIRED, Form, line, password_line
from app.web.refusals import words_of

bp = Blueprint("setup", __name__)

SAME = EqualTo("password", _l("两次写的不一样。"))


class SetupForm(Form):
    full_name = line(_l("单位全称"), 120, REQUIRED)
    short_name = line(_l("简称"), 25)
    name = line(_l("你的姓名"), 40, REQUIRED)
    username = line(_l("账号"), 40, REQUIRED)
    password = password_line(_l("密码"))
    again = password_line(_l("再写一遍密码"), SAME)
    language = RadioField(_l("语言"), choices=LANGUAGES, default="zh")


@bp.get("/setup")
@guards.token
def new():
    accounts.setup_token_holds(request.args.get("token", ""))
    return render_template("setup/new.html", form=SetupForm())


@bp.post("/setup")
@guards.token
def create():
    secret = request.args.get("token", "")
    accounts.setup_token_holds(secret)
    form = SetupForm()
    if not form.validate():
        return render_template("setup/new.html", form=form), 422
    try:
        accounts.finish_setup(
            secret, full_name=form.full_name.data, short_name=form.short_name.data,
            name=form.name.data, username=form.username.data, password=form.password.data,
            language=form.language.data,
        )  # fmt: skip
        secret, _staff = accounts.sign_in(
            form.username.data, form.password.data, address=request.remote_addr or "",
            browser=request.user_agent.string,
            absolute=timedelta(hours=current_app.extensions["settings"].session_absolute_hours),
        )  # fmt: skip
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return render_template("setup/new.html", form=form), refusal.status
    return guards.keep_session(redirect(url_for("home.index"), code=303), secret)
