"""Accounts of my subtree: who has one, and one-use links for new and forgotten ones."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from app.domain import orgs
from app.domain import staff as accounts
from app.errors import Refusal
from app.web import guards
from app.web.forms import REQUIRED, Bare, Form, choices, line
from app.web.refusals import words_of

bp = Blueprint("staff", __name__, url_prefix="/staff")


class InviteForm(Form):
    name = line(_l("姓名"), 40, REQUIRED)
    role = SelectField(_l("角色"), choices=choices(accounts.ROLES), default="manager")
    org = line(_l("组织"), 120, REQUIRED)


@bp.get("")
@guards.role("district")
def index():
    return _list(InviteForm(formdata=None), 200)


@bp.post("")
@guards.role("district")
def create():
    form = InviteForm()
    if not form.validate():
        return _list(form, 422)
    try:
        org = _org_named(form.org.data)
        staff, secret = accounts.invite_staff(
            form.name.data, role=form.role.data, org=org, by=guards.me(), days=_days()
        )
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field or "org")
        return _list(form, refusal.status)
    return _link(staff, secret)


@bp.post("/<code>/reset")
@guards.role("district")
def reset(code):
    staff = accounts.find_staff(guards.my_org(), code)
    return _link(staff, accounts.reset_staff(staff, by=guards.me(), days=_days()))


@bp.post("/<code>/closing")
@guards.role("district")
def delete(code):
    accounts.close_staff(accounts.find_staff(guards.my_org(), code), by=guards.me())
    return redirect(url_for("staff.index"), code=303)


def _org_named(words):
    """An org of my subtree by its code, or by a name that fits exactly one."""
    exact = orgs.org_or_none(words)
    if exact is not None and orgs.is_within(guards.my_org(), exact):
        return exact
    return orgs.one_org_named(guards.my_org(), words)


def _days():
    return current_app.extensions["settings"].invitation_days


def _link(staff, secret):
    link = current_app.extensions["settings"].base_url
    path = url_for("account.opening", secret=secret)[len(request.script_root) :]
    return render_template("staff/link.html", staff=staff, link=link + path, days=_days())


def _list(form, status):
    return render_template(
        "staff/index.html", form=form, bare=Bare(formdata=None),
        rows=accounts.staff_in(guards.my_org()), orgs=orgs.subtree_of(guards.my_org(), open_only=True),
    ), status  # fmt: skip
