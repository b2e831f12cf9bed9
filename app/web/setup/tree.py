"""The branches: typed, one a line, or a file for the import."""

from flask import Response
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from app.domain import exports, orgs, steps
from app.errors import Refusal
from app.web import guards
from app.web.forms import Form, strip
from app.web.refusals import words_of
from app.web.setup.room import bp, onward, step_page


class TreeForm(Form):
    names = TextAreaField(_l("支部名称"), filters=[strip])


@bp.get("/tree", endpoint="tree")
@guards.role("district")
def tree_step():
    usual = "" if orgs.children_of(guards.my_org()) else "\n".join(steps.USUAL_BRANCHES)
    return _tree_page(TreeForm(formdata=None, names=usual), 200)


@bp.post("/tree")
@guards.role("district")
def plant():
    form = TreeForm()
    if not form.validate():
        return _tree_page(form, 422)
    try:
        steps.plant_branches(form.names.data, parent=guards.my_org(), by=guards.me())
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field)
        return _tree_page(form, refusal.status)
    return onward("tree")


@bp.get("/orgs.csv")
@guards.role("district")
def sample():
    """A table of orgs to fill in, with our own name already in it."""
    name = 'attachment; filename="orgs.csv"'
    body = b"".join(exports.csv_lines(steps.sample_orgs(guards.my_org())))
    return Response(body, mimetype="text/csv", headers={"Content-Disposition": name})


def _tree_page(form, status):
    below = orgs.subtree_of(guards.my_org(), open_only=True)[1:]
    there = orgs.children_of(guards.my_org())
    return step_page("tree", status, form=form, there=there, total=len(below))
