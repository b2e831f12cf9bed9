"""The tree of my scope, one org, and how it changes."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectField
from wtforms.validators import Optional

from app.domain import events, members, orgs, pages
from app.domain import staff as accounts
from app.domain.staff import reach
from app.errors import Refusal
from app.web import guards
from app.web.forms import REQUIRED, Form, choices, line, strip
from app.web.refusals import words_of

bp = Blueprint("orgs", __name__, url_prefix="/orgs")


class OrgForm(Form):
    full_name = line(_l("全称"), 120, REQUIRED)
    short_name = line(_l("简称"), 60)
    kind = SelectField(_l("类别"), choices=choices(orgs.KINDS), default="branch")
    domain = SelectField(_l("领域"), choices=choices(orgs.DOMAINS), default="community")


class NameForm(Form):
    full_name = line(_l("新的全称"), 120, REQUIRED)
    short_name = line(_l("新的简称"), 60)
    on = DateField(_l("从哪天起"), id="name-on", validators=[Optional()])


class TypeForm(Form):
    kind = SelectField(_l("类别"), id="type-kind", choices=choices(orgs.KINDS))
    domain = SelectField(_l("领域"), id="type-domain", choices=choices(orgs.DOMAINS))
    on = DateField(_l("从哪天起"), id="type-on", validators=[Optional()])
    always = BooleanField(_l("以前就填错了，从来都是这样"))


class ParentForm(Form):
    parent = line(_l("移到哪个组织下面"), 120, REQUIRED)
    on = DateField(_l("从哪天起"), id="parent-on", validators=[Optional()])


class ClosingForm(Form):
    on = DateField(_l("从哪天起"), id="closing-on", validators=[Optional()])


@bp.get("")
@guards.role("organizer", or_auditor=True)
def index():
    words = strip(request.args.get("q"))[:60]
    return render_template(
        "orgs/index.html", words=words, found=orgs.search_orgs(guards.my_org(), words, limit=60),
        root=None if words else orgs.tree_of(guards.my_org()), counts=members.member_counts(),
    )  # fmt: skip


@bp.get("/<code>")
@guards.role("organizer", or_auditor=True)
def show(code):
    org = orgs.find_org_in(guards.my_org(), code)
    people = members.members_of(org) if guards.me().may("manager") else []
    number = request.args.get("page", 1, type=int)
    return render_template(
        "orgs/show.html", org=org, chain=_chain(org), children=orgs.children_of(org),
        counts=members.member_counts(), page=pages.page_of(people, number),
        names=orgs.names_of(org)[1:], types=orgs.types_before(org), events=events.events_in(org, limit=8),
        reshape=reach.may_reshape(guards.me(), org),
        access=accounts.access_of(org) if guards.me().may("manager") else [],
    )  # fmt: skip


@bp.get("/<code>/new")
@guards.role("manager")
def new(code):
    org = orgs.find_org_in(guards.my_org(), code)
    return _new(org, OrgForm(formdata=None, domain=org.domain), 200)


@bp.post("/<code>/children")
@guards.role("manager")
def create(code):
    parent, form = orgs.find_org_in(guards.my_org(), code), OrgForm()
    if not form.validate():
        return _new(parent, form, 422)
    try:
        child = orgs.add_org(
            form.full_name.data, short_name=form.short_name.data, kind=form.kind.data,
            domain=form.domain.data, parent=parent, by=guards.me().actor,
        )  # fmt: skip
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _new(parent, form, refusal.status)
    return redirect(url_for("orgs.show", code=child.code, done="added"), code=303)


@bp.get("/<code>/edit")
@guards.role("manager")
def edit(code):
    return _edit(_mine(code))


@bp.post("/<code>/name")
@guards.role("manager")
def rename(code):
    org, form = _mine(code), NameForm()
    return _change(
        org, "name", form, "renamed",
        lambda: orgs.rename_org(
            org, form.full_name.data, form.short_name.data, by=guards.me().actor, on=reach.day_of_change(form.on.data)
        ),
    )  # fmt: skip


@bp.post("/<code>/type")
@guards.role("manager")
def retype(code):
    org, form = _mine(code), TypeForm()
    return _change(org, "type", form, "retyped", lambda: _retype(org, form))


@bp.post("/<code>/parent")
@guards.role("manager")
def move(code):
    org, form = _mine(code), ParentForm()
    return _change(
        org, "parent", form, "moved",
        lambda: orgs.move_org(
            org, reach.open_org(guards.me(), form.parent.data), by=guards.me().actor, on=reach.day_of_change(form.on.data)
        ),
    )  # fmt: skip


@bp.post("/<code>/closing")
@guards.role("manager")
def close(code):
    org, form = _mine(code), ClosingForm()
    return _change(
        org, "closing", form, "closed",
        lambda: orgs.close_org(org, by=guards.me().actor, on=reach.day_of_change(form.on.data)),
    )  # fmt: skip


def _retype(org, form):
    told = (org, form.kind.data, form.domain.data)
    if form.always.data:
        orgs.correct_type(*told, by=guards.me().actor)
    else:
        orgs.retype_org(*told, by=guards.me().actor, on=reach.day_of_change(form.on.data))


def _mine(code):
    org = orgs.find_org_in(guards.my_org(), code)
    reach.must_reshape(guards.me(), org)
    return org


def _change(org, name, form, done, verb):
    """Do what one of the forms asks, or show it again with the reason."""
    if not form.validate():
        return _edit(org, 422, **{name: form})
    try:
        verb()
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _edit(org, refusal.status, **{name: form})
    return redirect(url_for("orgs.show", code=org.code, done=done), code=303)


def _chain(org):
    """The ancestors with whether each lies in my scope: only those are links."""
    return [(above, orgs.is_within(guards.my_org(), above)) for above in orgs.ancestors_of(org)]


def _new(parent, form, status):
    return render_template("orgs/new.html", parent=parent, form=form), status


def _edit(org, status=200, **forms):
    drawn = {
        "name": NameForm(formdata=None, full_name=org.full_name, short_name=org.short_name),
        "type": TypeForm(formdata=None, kind=org.kind, domain=org.domain),
        "parent": ParentForm(formdata=None),
        "closing": ClosingForm(formdata=None),
    } | forms
    return render_template(
        "orgs/edit.html", org=org, forms=drawn, counts=members.member_counts(),
        targets=orgs.subtree_of(guards.my_org(), open_only=True),
    ), status  # fmt: skip
