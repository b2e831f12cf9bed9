"""Static files: named by their content, kept for a year, compressed once."""

import base64
import gzip
import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Response, abort, request, url_for

FOLDER = Path(__file__).resolve().parent.parent / "static"
TEXT = {".css", ".js", ".svg", ".json", ".txt", ".md"}


def init_app(app):
    """Serve /static/… and give templates asset() and integrity()."""
    app.add_url_rule("/static/<path:filename>", "static", show)
    app.add_url_rule("/favicon.ico", "favicon", icon)  # asked for by pages that are no HTML
    app.jinja_env.globals.update(asset=asset, integrity=integrity)


def show(filename):
    """One static file; immutable when asked for by its content's name."""
    try:
        found = _load(filename)
    except (OSError, ValueError):
        abort(404)
    plain, squeezed, mimetype, version = found
    use = squeezed and "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(squeezed if use else plain, mimetype=mimetype)
    if use:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    lasting = request.args.get("v") == version
    response.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if lasting else "public, max-age=60"
    )
    response.set_etag(version + ("-gz" if use else ""))
    return response.make_conditional(request)


def icon():
    """The mark, where browsers look for one by themselves."""
    return show("mark.svg")


show.guard = icon.guard = "public"


def asset(filename: str) -> str:
    """The address of a static file, named by its content."""
    return url_for("static", filename=filename, v=_load(filename)[3])


@lru_cache
def integrity(filename: str) -> str:
    """The subresource-integrity value of a static file."""
    digest = hashlib.sha384(_load(filename)[0]).digest()
    return "sha384-" + base64.b64encode(digest).decode()


@lru_cache(maxsize=64)
def _load(filename):
    path = (FOLDER / filename).resolve()
    if not path.is_relative_to(FOLDER) or not path.is_file():
        raise ValueError(filename)
    plain = path.read_bytes()
    mimetype = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    squeezed = gzip.compress(plain, 9, mtime=0) if path.suffix in TEXT else None
    return plain, squeezed, mimetype, hashlib.sha256(plain).hexdigest()[:12]
