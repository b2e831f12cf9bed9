"""The room's blueprint, and the one way a correction is asked for: look first, then a reason, then do."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from app.domain import corrections
from app.errors import Invalid
from app.web import guards
from app.web.forms import Bare, Form, line
from app.web.refusals import words_of

bp = Blueprint("corrections", __name__, url_prefix="/corrections")


class ReasonForm(Form):
    reason = line(_l("原因"), 200)


def asked(run, **shown):
    """The preview of a correction, or, once a reason was sent, the correction itself. run(reason,
    preview) → a Correction; `shown` goes to the preview page, which repeats the POST it came from
    with a reason. Raises what run raises, but for a bad reason."""
    form = ReasonForm() if _is_final() else ReasonForm(formdata=None)
    if _is_final() and form.validate():
        try:
            done = run(reason=form.reason.data, preview=False)
            return redirect(url_for("corrections.show", code=done.code, done="done"), code=303)
        except Invalid as refusal:
            if refusal.field != "reason":
                raise
            form.refuse(words_of(refusal), refusal.field)
    told = corrections.told(run(reason="", preview=True), guards.my_org())
    page = render_template(
        "corrections/preview.html", told=told, form=form, fields=_fields(), **shown
    )
    return page, 422 if form.errors else 200


def bare():
    """A form of one button."""
    return Bare(formdata=None)


def _is_final():
    """Whether this is the click that does it: a reason was sent, and not to look once more."""
    return request.method == "POST" and "reason" in request.form and "look" not in request.form


def _fields():
    """What was chosen, to be sent again: (name, value) pairs."""
    ours = ("csrf_token", "reason", "look")
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in ours and not name.startswith("pick-")
    ]
