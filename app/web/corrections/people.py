"""Corrections of people: two who are one, one who is two, a guest who is a member."""

from flask import render_template, request
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField

from app.domain import corrections
from app.errors import Conflict, Invalid, NotFound
from app.web import guards
from app.web.corrections.room import asked, bp
from app.web.forms import Form, choices, line, strip
from app.web.refusals import words_of
from app.words import N_

MOST_ROWS = 300


class SplitForm(Form):
    """Whose the rest is, and what of it. Which check-ins: ticked boxes named row."""

    who = RadioField(
        _l("另一个人"),
        choices=choices({"new": _l("名册里还没有他"), "known": _l("名册里有，或以来宾来过")}),
        default="new",
    )
    name = line(_l("他的姓名"), 40)
    phone = line(_l("他的手机号"), 30)
    same_branch = BooleanField(_l("他也在这个支部"), default=True)
    other = line(_l("他的姓名、拼音或手机号后四位"), 60)
    gives_phone = BooleanField(_l("手机号是他的"))
    gives_number = BooleanField(_l("发展团员编号是他的"))

    def told(self, one) -> corrections.Other:
        """Who the other one is. Raises Invalid."""
        if self.who.data == "known":
            return corrections.Other(person=self._known(one))
        return corrections.Other(
            name=self.name.data, phone=self.phone.data, same_branch=self.same_branch.data
        )

    def _known(self, one):
        found = alike(one, self.other.data)
        if not found:
            raise Invalid(N_("你管的范围里没有找到这个人。"), field="other")
        if len(found) > 1:
            raise Invalid(N_("有几个人像他，选一个。"), field="other")
        return found[0].person


def alike(one, words) -> list[corrections.Someone]:
    """Whom a code or words mean, apart from one."""
    scope = guards.my_org()
    try:
        return [corrections.someone(corrections.find_person_here(scope, words or ""))]
    except NotFound:
        return corrections.search_people_here(scope, words or "", but=one)


@bp.get("/people/<person>")
@guards.role("manager")
def person(person):
    one, words = _find(person), strip(request.args.get("q"))[:60]
    return render_template(
        "corrections/person.html", one=corrections.someone(one), words=words,
        pairs=corrections.suggestions(guards.my_org(), one), grounds=corrections.GROUNDS,
        found=corrections.search_people_here(guards.my_org(), words, but=one),
    )  # fmt: skip


@bp.route("/people/<person>/merging/<other>", methods=["GET", "POST"])
@guards.role("manager")
def merge(person, other):
    kept, gone = _find(person), _find(other)
    return asked(
        lambda **how: corrections.merge_people(kept, gone, by=guards.me(), **how),
        sides=[corrections.someone(kept), corrections.someone(gone)],
    )


@bp.route("/people/<person>/joining/<other>", methods=["GET", "POST"])
@guards.role("manager")
def join(person, other):
    member, guest = _find(person), _find(other)
    return asked(
        lambda **how: corrections.join_guest(guest, member, by=guards.me(), **how),
        sides=[corrections.someone(member), corrections.someone(guest)],
    )


@bp.route("/people/<person>/splitting", methods=["GET", "POST"])
@guards.role("manager")
def split(person):
    one = _find(person)
    form = SplitForm() if request.method == "POST" else SplitForm(formdata=None)
    if request.method == "GET" or not form.validate():
        return _split_page(one, form)
    try:
        other = form.told(one)
        return asked(
            lambda **how: corrections.split_person(
                one, other, rows=request.form.getlist("row")[:MOST_ROWS], by=guards.me(),
                gives_phone=form.gives_phone.data, gives_number=form.gives_number.data, **how,
            ),
            sides=[corrections.someone(one)], named=other,
        )  # fmt: skip
    except (Invalid, Conflict) as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _split_page(one, form, refusal.status)


def _split_page(one, form, status=None):
    asks = form.who.data == "known" and form.other.errors
    return render_template(
        "corrections/splitting.html", one=corrections.someone(one), form=form,
        rows=corrections.rows_to_split(one, guards.my_org())[:MOST_ROWS],
        ticked=request.form.getlist("row"), found=alike(one, form.other.data) if asks else [],
    ), status or (422 if form.errors else 200)  # fmt: skip


def _find(code):
    return corrections.find_person_here(guards.my_org(), code)
