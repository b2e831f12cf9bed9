"""A helper counts heads: so many of each org, without names."""

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from app.domain import tallies
from app.errors import Refusal
from app.web import guards
from app.web.desks.place import at_desk, facts_of, sitting_of
from app.web.desks.room import bp
from app.web.forms import Form, line, strip
from app.web.refusals import words_of


class HeadsForm(Form):
    """Where the numbers (fields named heads-<org>, and what stood there, was-<org>) come from."""

    evidence = line(_l("依据"), 200)


@bp.get("/desk/<token>/headcount")
@guards.token
@at_desk
def heads(desk, token):
    return _page(desk, token, HeadsForm(formdata=None))


@bp.post("/desk/<token>/headcount")
@guards.token
@at_desk
def count(desk, token):
    occurrence, form = sitting_of(desk), HeadsForm()
    if not form.validate():
        return _page(desk, token, form, status=422)
    try:
        changed = tallies.count_heads(
            occurrence, tallies.told_heads(_fields()), by=desk.actor, evidence=form.evidence.data
        )
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        form.refuse(words_of(refusal), refusal.field)
        return _page(desk, token, form, refusal.field, refusal.status)
    target = url_for("desks.heads", token=token, sitting=occurrence.code, changed=changed)
    return redirect(target, code=303)


def _fields():
    return {name: strip(text) for name, text in request.form.items()}


def _page(desk, token, form, refused="", status=200):
    facts, words = facts_of(desk, token), strip(request.values.get("q"))[:60]
    occurrence = facts["occurrence"]
    return render_template(
        "desks/heads.html", **facts, form=form, words=words, refused=refused,
        sheet=tallies.head_sheet(occurrence, words), typed=tallies.typed_heads(_fields().items()),
        can_be_counted=tallies.can_be_counted(occurrence),
    ), status  # fmt: skip
