"""个人卡 of my people: make one, print one or a sheet of a branch, take one back."""

from base64 import b64encode

from flask import Blueprint, current_app, redirect, render_template, request, url_for

from app.domain import cards, members, passes
from app.errors import Refusal
from app.web import guards
from app.web.forms import Bare, strip
from app.web.refusals import words_of

bp = Blueprint("cards", __name__)


@bp.post("/people/<person>/card")
@guards.role("manager", confirm=True)
def create(person):
    """A new card, printed at once; an older one stops working."""
    found = _find(person)
    secret = cards.make_card(found, by=guards.me().actor, org=guards.my_org())
    return _printed([(found, secret)])


@bp.post("/people/<person>/card/printing")
@guards.role("manager", confirm=True)
def show(person):
    found = _find(person)
    secret = cards.show_card(found, by=guards.me().actor, org=guards.my_org())
    return _printed([(found, secret)])


@bp.post("/people/<person>/card/revocation")
@guards.role("manager")
def delete(person):
    found = _find(person)
    cards.revoke_card(found, by=guards.me().actor, org=guards.my_org())
    return redirect(url_for("people.show", code=found.code, done="card_revoked"), code=303)


@bp.get("/orgs/<org>/cards")
@guards.role("manager")
def index(org):
    return _index(guards.org_in_scope(org))


@bp.post("/orgs/<org>/cards")
@guards.role("manager", confirm=True)
def update(org):
    """The sheet of the people ticked; who has no card gets one."""
    org = guards.org_in_scope(org)
    asked = {strip(code) for code in request.form.getlist("person")}
    people = [row.person for row in members.members_of(org) if row.person.code in asked]
    try:
        made = cards.cards_for(people, by=guards.me().actor, org=guards.my_org())
    except Refusal as refusal:
        return _index(org, problem=words_of(refusal), status=refusal.status)
    return _printed(made, org=org)


def _find(code):
    """Somebody whose home is in my scope: a functional branch makes nobody's card."""
    found = members.find_person_in(guards.my_org(), code)
    guards.must_be(members.is_at_home_in(guards.my_org(), found))
    return found


def _index(org, *, problem="", status=200):
    rows = members.members_of(org)
    holders = cards.holders_among([row.person.id for row in rows])
    return render_template(
        "cards/index.html", org=org, rows=rows, holders=holders, most=cards.MOST_AT_ONCE,
        problem=problem, bare=Bare(formdata=None),
    ), status  # fmt: skip


def _printed(made, org=None):
    base = current_app.extensions["settings"].base_url
    drawn = [(person, _branch(person, org), _picture(base, secret)) for person, secret in made]
    return render_template("cards/sheet.html", drawn=drawn, org=org, person=made[0][0])


def _branch(person, org):
    if org is not None:
        return org.full_name
    home = [org for m, org in members.memberships_of(person) if m.home and m.to_on is None]
    return home[0].full_name if home else ""


def _picture(base, secret):
    png = passes.secret_png(cards.card_url(base, secret))
    return "data:image/png;base64," + b64encode(png).decode()
