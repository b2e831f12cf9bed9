"""The front door: participants get a box for a spoken code, staff get today."""

from flask import Blueprint, render_template

from app.web import guards

bp = Blueprint("home", __name__)


@bp.get("/")
@guards.public
def index():
    return render_template("home/index.html")
