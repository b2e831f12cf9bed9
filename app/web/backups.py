"""When the last backup was made, and one to take away. Restoring is the command's: nobody stands
behind a web page while everything is replaced."""

from flask import Blueprint, current_app, render_template, send_file

from app.domain import backups
from app.errors import Refusal
from app.web import guards
from app.web.forms import Bare
from app.web.refusals import words_of

bp = Blueprint("backups", __name__, url_prefix="/backups")


@bp.get("")
@guards.role("district")
def index():
    return _page()


@bp.post("")
@guards.role("district", confirm=True)
def create():
    settings = current_app.extensions["settings"]
    try:
        file, size = backups.back_up(settings=settings, by=guards.me().actor)
    except Refusal as refusal:
        return _page(words_of(refusal)), refusal.status
    reply = send_file(
        file, mimetype="application/octet-stream", as_attachment=True,
        download_name=backups.new_name(), conditional=False, etag=False,
    )  # fmt: skip
    reply.content_length = size
    reply.headers["Cache-Control"] = "no-store"
    return reply


def _page(problem=""):
    return render_template(
        "backups/index.html", last=backups.last_backup(), rows=backups.recent(), problem=problem,
        bare=Bare(formdata=None),
    )  # fmt: skip
