"""What every answer carries: security headers, no-store, gzip; and which hosts and proxies count."""

import gzip
import re
import secrets
from urllib.parse import urlsplit

from flask import Request, abort, current_app, g, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf import CSRFProtect
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.formparser import FormDataParser
from werkzeug.middleware.proxy_fix import ProxyFix

from app.config import LOOPBACK, SettingsError

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
FIXED = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), payment=()",
}
# What a browser sends: a name of labels, or an address in brackets; nothing at all from old checkers.
HOST = re.compile(
    r"([a-z0-9_-]{1,63}\.)*[a-z0-9_-]{0,63}(:\d{1,5})?|\[[0-9a-f:.]+\](:\d{1,5})?", re.I
)
csrf = CSRFProtect()
COMPRESSIBLE = ("text/", "application/json", "image/svg+xml", "application/xml")


def init_app(app):
    """Install the middleware and the hooks."""
    settings = app.extensions["settings"]
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_PATH="/"
    )
    app.session_interface = Session()
    app.request_class = Asking
    app.extensions["env_stamp"] = settings.env_stamp()
    app.wsgi_app = Prefixed(app.wsgi_app, app)
    if settings.proxy_hops:
        app.wsgi_app = ProxyFix(
            app.wsgi_app, x_for=settings.proxy_hops, x_proto=settings.proxy_hops, x_host=0
        )
    csrf.init_app(app)
    app.before_request(_begin)
    app.after_request(_finish)


class PlainForm(FormDataParser):
    """Forms without NUL, which no person types and PostgreSQL cannot even compare with."""

    def parse(self, stream, mimetype, content_length, options=None):
        """The stream, the fields and the files of a form, as the class above this one gives them."""
        stream, form, files = super().parse(stream, mimetype, content_length, options)
        if _holds_nul(form):
            pairs = form.items(multi=True)
            form = ImmutableMultiDict((k.replace("\0", ""), v.replace("\0", "")) for k, v in pairs)
        return stream, form, files


class Asking(Request):
    """Flask's request, its form read by PlainForm."""

    form_data_parser_class = PlainForm


def cookie_name(name: str, secure: bool) -> str:
    """Cookies get the __Host- prefix where the configured scheme allows it."""
    return f"__Host-{name}" if secure else name


def is_api() -> bool:
    """Whether a machine asks: no cookie is read or set, and every answer is JSON."""
    return request.path.startswith("/api/")


def cookies_secure() -> bool:
    """Whether this request's cookies are Secure: when codes say https, but for somebody who sits at
    the server itself and opens it by its loopback address, or who came by an address of the hall's
    network or an old one, over http: a browser keeps no Secure cookie of those."""
    settings = current_app.extensions["settings"]
    return settings.is_https and not (request.scheme == "http" and _is_plain(settings))


def _is_plain(settings):
    """Whether the request's host is one that no address of ours opens over https."""
    asked, known = urlsplit(f"//{request.host}"), [urlsplit(url) for url in settings.addresses]
    same = [url for url in known if url.netloc == asked.netloc]
    same = same or [url for url in known if url.hostname == asked.hostname]
    return asked.hostname in LOOPBACK or not any(url.scheme == "https" for url in same)


class Session(SecureCookieSessionInterface):
    """Flask's session cookie, named and marked by the scheme in force."""

    def get_cookie_name(self, app):
        return cookie_name("furong", cookies_secure())

    def get_cookie_secure(self, app):
        return cookies_secure()


def take_up(app) -> None:
    """Read furong.env again if somebody changed it; a broken file leaves the old settings."""
    settings = app.extensions["settings"]
    stamp = settings.env_stamp()
    if stamp == app.extensions["env_stamp"]:
        return
    app.extensions["env_stamp"] = stamp
    try:
        app.extensions["settings"] = settings.refreshed()
    except SettingsError as error:
        app.logger.error("furong.env: %s", error)


def known_hosts(settings) -> set[str] | None:
    """The host names that are answered; None (any) while no PUBLIC_URL is set."""
    if not settings.public_url:
        return None
    names = {urlsplit(url).hostname for url in settings.addresses}
    extra = {name.strip().lower() for name in settings.trusted_hosts.split(",") if name.strip()}
    return LOOPBACK | names | extra


def _begin():
    hosts = known_hosts(current_app.extensions["settings"])
    g.request_id = "-".join(secrets.token_hex(2).upper() for _ in range(2))
    if hosts is not None and urlsplit(f"//{request.host}").hostname not in hosts:
        abort(400)
    if "\0" in request.path or _holds_nul(request.args):
        abort(404)  # PostgreSQL cannot even compare with it
    site = request.headers.get("Sec-Fetch-Site", "none")
    if request.method not in ("GET", "HEAD", "OPTIONS") and site == "cross-site":
        abort(403)


def _holds_nul(asked):
    return any("\0" in name or "\0" in value for name, value in asked.items(multi=True))


def _finish(response):
    for name, value in FIXED.items():
        response.headers.setdefault(name, value)
    if cookies_secure():
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        # Over plain http a browser ignores it, and says so on every page's console.
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Request-Id"] = g.get("request_id", "")
    return _squeeze(response)


def _squeeze(response):
    """Gzip what is text, whole in memory and worth it."""
    if (
        response.is_streamed
        or response.status_code in (204, 206, 304)
        or "Content-Encoding" in response.headers
        or not (response.mimetype or "").startswith(COMPRESSIBLE)
    ):
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) >= 600 and "gzip" in request.headers.get("Accept-Encoding", ""):
        response.set_data(gzip.compress(body, 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


class Prefixed:
    """Serves the application below the path of PUBLIC_URL, whether or not the proxy strips it, and
    below the paths of OLD_PUBLIC_URLS: printed codes live for years. Whoever comes by an old address
    stays below its path: the host there may forward nothing else."""

    def __init__(self, wsgi_app, app):
        self.wsgi_app, self.app = wsgi_app, app

    def __call__(self, environ, start_response):
        if not _is_host(environ.get("HTTP_HOST", "")):
            return _refuse_host(start_response)
        take_up(self.app)
        settings, path = self.app.extensions["settings"], environ.get("PATH_INFO", "")
        known = {url: urlsplit(url).path.rstrip("/") for url in settings.addresses}
        environ["SCRIPT_NAME"] = _prefix_of_host(environ, known, settings)
        for prefix in sorted(set(known.values()) - {""}, key=len, reverse=True):
            if path == prefix or path.startswith(prefix + "/"):
                environ["SCRIPT_NAME"] = prefix
                environ["PATH_INFO"] = path[len(prefix) :] or "/"
                break
        return self.wsgi_app(environ, start_response)


def _is_host(host):
    """Whether a Host header names a host: no address is built from another, no page drawn."""
    try:
        return bool(HOST.fullmatch(host)) and urlsplit(f"//{host}").port != 0
    except ValueError:  # brackets that hold no address, a port that is none
        return False


def _refuse_host(start_response):
    start_response(
        "400 Bad Request", [("Content-Type", "text/plain; charset=utf-8"), *FIXED.items()]
    )
    return [b"The host name of this address is not valid.\n"]  # no person reads it


def _prefix_of_host(environ, known, settings):
    """The path below which the host asked for is known (its proxy may have cut it off)."""
    host = environ.get("HTTP_HOST", "").lower()
    found = {prefix for url, prefix in known.items() if urlsplit(url).netloc == host}
    return found.pop() if len(found) == 1 else settings.prefix
