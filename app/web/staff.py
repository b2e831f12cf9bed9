"""Accounts of my subtree: who has one, one-use links singly and in bulk, handing over, closing."""

from base64 import b64encode

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from app.domain import orgs, pages, passes
from app.domain import staff as accounts
from app.domain.staff import reach
from app.errors import Refusal
from app.web import guards
from app.web.forms import REQUIRED, Bare, Form, choices, line, strip
from app.web.refusals import words_of

bp = Blueprint("staff", __name__, url_prefix="/staff")


class InviteForm(Form):
    name = line(_l("姓名"), 40, REQUIRED)
    role = SelectField(_l("角色"), default="manager")
    org = line(_l("组织"), 120, REQUIRED)


class SeatsForm(Form):
    role = SelectField(_l("开成什么角色"), default="manager")


class SuccessorForm(Form):
    successor = line(_l("接任的人的姓名"), 40, REQUIRED)


@bp.get("")
@guards.role("manager")
def index():
    words, part = strip(request.args.get("q"))[:60], request.args.get("part", "")
    part = part if part in accounts.PARTS else ""
    rows = accounts.access_in(guards.my_org(), words)
    found = [row for row in rows if row.is_in(part)]
    return render_template(
        "staff/index.html", words=words, part=part, parts=accounts.PARTS,
        counts={name: sum(row.is_in(name) for row in rows) for name in ("", *accounts.PARTS)},
        page=pages.page_of(found, request.args.get("page", 1, type=int)), bare=Bare(formdata=None),
    )  # fmt: skip


@bp.get("/new")
@guards.role("manager", confirm=True)
def new():
    org, asked = guards.org_in_scope(request.args.get("org")), "org" in request.args
    # With a tree below, the own org is rarely meant, and a list does not open over a full field.
    name = org.full_name if asked or not orgs.children_of(org) else ""
    return _new(_with_roles(InviteForm(formdata=None, org=name)), 200)


@bp.post("")
@guards.role("manager", confirm=True)
def create():
    form = _with_roles(InviteForm())
    if not form.validate():
        return _new(form, 422)
    try:
        org = reach.open_org(guards.me(), form.org.data)
        made = accounts.invite_staff(
            form.name.data, role=form.role.data, org=org, by=guards.me(), days=_days()
        )
    except Refusal as refusal:
        form.refuse(words_of(refusal), "org" if refusal.field == "parent" else refusal.field)
        return _new(form, refusal.status)
    return _link(made)


@bp.get("/posts")
@guards.role("manager", confirm=True)
def posts():
    return _posts(_with_roles(SeatsForm(formdata=None)), 200)


@bp.post("/posts")
@guards.role("manager", confirm=True)
def open_posts():
    form = _with_roles(SeatsForm())
    if not form.validate():
        return _posts(form, 422)
    try:
        made = accounts.open_from_posts(
            guards.me(), request.form.getlist("seat"), role=form.role.data, days=_days()
        )
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _posts(form, refusal.status)
    return _slips(made)


@bp.post("/waiting")
@guards.role("manager", confirm=True)
def renew_waiting():
    mine = [
        row.staff
        for row in accounts.waiting_in(guards.my_org())
        if reach.may_tend(guards.me(), row.staff)
    ]
    return _slips(accounts.renew_links(mine[: accounts.MOST_AT_ONCE], by=guards.me(), days=_days()))


@bp.get("/<code>")
@guards.role("manager")
def show(code):
    return _show(_find(code), SuccessorForm(formdata=None), 200)


@bp.post("/<code>/reset")
@guards.role("manager", confirm=True)
def reset(code):
    return _link(accounts.reset_staff(_find(code), by=guards.me(), days=_days()))


@bp.post("/<code>/revocation")
@guards.role("manager", confirm=True)
def revoke(code):
    staff = _find(code)
    accounts.revoke_links(staff, by=guards.me())
    return redirect(url_for("staff.show", code=staff.code, done="revoked"), code=303)


@bp.post("/<code>/handover")
@guards.role("auditor", confirm=True)
def hand_over(code):
    staff, form = _find(code), SuccessorForm()
    reach.must_hold_or_tend(guards.me(), staff)
    if not form.validate():
        return _show(staff, form, 422)
    try:
        made = accounts.start_handover(staff, form.successor.data, by=guards.me(), days=_days())
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _show(staff, form, refusal.status)
    return _link(made, predecessor=staff)


@bp.post("/<code>/handover/withdrawal")
@guards.role("auditor", confirm=True)
def withdraw(code):
    staff = _find(code)
    accounts.withdraw_handover(staff, by=guards.me())
    if staff.id == guards.me().id:
        return redirect(url_for("account.show", done="withdrawn"), code=303)
    return redirect(url_for("staff.show", code=staff.code, done="withdrawn"), code=303)


@bp.post("/<code>/closing")
@guards.role("manager", confirm=True)
def delete(code):
    staff = _find(code)
    accounts.close_staff(staff, by=guards.me())
    return redirect(url_for("staff.show", code=staff.code, done="closed"), code=303)


def _find(code):
    return accounts.find_staff(guards.my_org(), code)


def _days():
    return current_app.extensions["settings"].invitation_days


def _with_roles(form):
    """The form with the roles that I may give."""
    form.role.choices = choices(accounts.roles_below(guards.me()))
    return form


def _address(link):
    base = current_app.extensions["settings"].base_url
    return base + url_for("account.opening", secret=link.secret)[len(request.script_root) :]


def _drawn(link):
    """(the link, its address, the address as a QR picture that no second request fetches)."""
    address = _address(link)
    return link, address, "data:image/png;base64," + b64encode(passes.secret_png(address)).decode()


def _link(link, *, predecessor=None):
    return render_template(
        "staff/link.html", slip=_drawn(link), days=_days(), predecessor=predecessor
    )


def _slips(links):
    return render_template("staff/slips.html", slips=[_drawn(link) for link in links], days=_days())


def _new(form, status):
    targets = orgs.subtree_of(guards.my_org(), open_only=True)
    return render_template("staff/new.html", form=form, orgs=targets), status


def _posts(form, status):
    titles = accounts.post_titles(guards.my_org())
    asked = request.args.getlist("title")
    chosen = asked or [title for title, _count in titles if accounts.is_secretary(title)]
    seats = accounts.seats_without_account(guards.my_org(), chosen)
    return render_template(
        "staff/posts.html", form=form, titles=titles, chosen=chosen, total=len(seats),
        seats=seats[: accounts.MOST_AT_ONCE],
    ), status  # fmt: skip


def _show(staff, form, status):
    return render_template(
        "staff/show.html", row=accounts.access_of_one(staff), form=form, bare=Bare(formdata=None),
        waiting=accounts.successor_of(staff), tends=reach.may_tend(guards.me(), staff),
    ), status  # fmt: skip
