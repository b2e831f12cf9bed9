"""The room's blueprint, the line of progress, and the way on to the next step."""

from flask import Blueprint, current_app, redirect, render_template, url_for

from app.domain import staff as accounts
from app.domain import steps
from app.web import guards
from app.web.forms import Bare

bp = Blueprint("setup", __name__, url_prefix="/setup")


@bp.record_once
def tell_templates(state):
    """Today's line asks by itself; so does the front door before there is any account."""
    state.app.jinja_env.globals["is_set_up"] = accounts.staff_exists
    state.app.jinja_env.globals["open_setup_steps"] = open_steps


def open_steps() -> list[steps.Step]:
    """The steps that wait for the signed-in staff: the district's alone."""
    staff = guards.staff_or_none()
    if staff is None or not staff.may("district"):
        return []
    return steps.open_steps(settings())


def settings():
    """The settings in force."""
    return current_app.extensions["settings"]


def step_page(name, status=200, **told):
    """The page of one step, with the line of progress above it."""
    page = render_template(
        f"setup/{name}.html", step=name, steps=steps.steps(settings()), bare=Bare(formdata=None),
        **told,
    )  # fmt: skip
    return page, status


def onward(after):
    """To the next open step behind this one; to today when none is open."""
    name = steps.next_step(settings(), after)
    return redirect(url_for(f"setup.{name}" if name else "home.index"), code=303)
