"""Is the process up, and is what it needs good?"""

import shutil

from flask import Blueprint, current_app

from app import schema
from app.domain import orgs
from app.web import guards

bp = Blueprint("health", __name__)
FREE_BYTES = 200 * 1024 * 1024


@bp.get("/healthz")
@guards.public
def index():
    """The process answers."""
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}


@bp.get("/readyz")
@guards.public
def show():
    """The database can be read, its shape is this code's, and the disk has room."""
    folder = current_app.extensions["settings"].folder
    good = schema.is_current() and shutil.disk_usage(folder).free > FREE_BYTES
    if good:
        orgs.root_or_none()
    words = "ok\n" if good else "not ready\n"
    return words, 200 if good else 503, {"Content-Type": "text/plain; charset=utf-8"}
