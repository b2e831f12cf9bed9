"""The notice: what is kept, by whom, how long, and how to take it back (PIPL art. 17)."""

from flask import Blueprint, current_app, render_template

from app.web import guards

bp = Blueprint("privacy", __name__)


@bp.get("/privacy")
@guards.public
def show():
    return render_template("privacy/show.html", settings=current_app.extensions["settings"])
