"""When the last backup was made, and one to take away. Restoring is the command's: nobody stands
behind a web page while everything is replaced."""

from flask import Blueprint, current_app, render_template, send_file

from app.domain import backups
from app.web import guards
from app.web.forms import Bare

bp = Blueprint("backups", __name__, url_prefix="/backups")


@bp.get("")
@guards.role("district")
def index():
    return render_template(
        "backups/index.html", last=backups.last_backup(), rows=backups.recent(),
        bare=Bare(formdata=None),
    )  # fmt: skip


@bp.post("")
@guards.role("district", confirm=True)
def create():
    settings = current_app.extensions["settings"]
    file, size = backups.back_up(settings=settings, by=guards.me().actor)
    reply = send_file(
        file, mimetype="application/octet-stream", as_attachment=True,
        download_name=backups.new_name(), conditional=False, etag=False,
    )  # fmt: skip
    reply.content_length = size
    reply.headers["Cache-Control"] = "no-store"
    return reply
