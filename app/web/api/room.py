"""The door of the API: who asks, how often, and that no cookie and no other site has a say."""

from datetime import timedelta

from flask import Blueprint, g, request

from app.domain import scanners
from app.domain.staff.throttle import take
from app.web.headers import csrf

A_MINUTE = 300  # requests of one token
BIGGEST = 16 * 1024  # bytes of a body

bp = Blueprint("api", __name__, url_prefix="/api/v1")
csrf.exempt(bp)  # no cookie is read here, so there is nothing to forge


@bp.before_request
def admit():
    """Put the scanner of the bearer token on g; the description alone needs none."""
    request.max_content_length = BIGGEST
    if request.endpoint == "api.openapi":
        return
    kind, _blank, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise scanners.BadToken
    g.scanner = scanners.scanner_of(token.strip()[:100])
    take((f"api:{g.scanner.code}", A_MINUTE), per=timedelta(minutes=1))


@bp.after_request
def say_how(response):
    """A refused token is told what would help."""
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
