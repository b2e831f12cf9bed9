"""A test client that reads every page it is given and refuses a broken one.

    app.test_client_class = Browser

Every HTML answer but a redirect is read, refusals too; a fragment (no `<html>`) only for what can
be known without its page.
"""

from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from tests.browser.page import Page


class Browser(FlaskClient):
    """Flask's client; `open` (and so get, post …) raises AssertionError for a broken page."""

    def open(self, *args, **kwargs):
        reply = super().open(*args, **kwargs)
        if reply.mimetype == "text/html" and not 300 <= reply.status_code < 400 and reply.text:
            request = reply.request
            prefix = request.root_path or self.prefix_of(reply.text)
            path = request.path.removeprefix(prefix)
            found = faults(reply.text) + dead_ends(
                reply.text, self.application.url_map, path, prefix
            )
            if "Content-Security-Policy" not in reply.headers:
                found.append("no Content-Security-Policy header")
            assert not found, f"{request.method} {request.path}: " + "; ".join(found)
        return reply

    def prefix_of(self, html):
        """The path below which the application answered: of its address or an old one."""
        settings = self.application.extensions.get("settings")
        known = {urlsplit(url).path.rstrip("/") for url in settings.addresses} if settings else ()
        return next((one for one in known if one and f'"{one}/' in html), "")


def faults(html):
    """What is wrong with the page or fragment by itself: sentences, none for a good one."""
    page = Page(html)
    return page.faults_of_any() + (page.faults_of_a_whole() if page.is_whole else [])


def dead_ends(html, url_map, path="/", prefix=""):
    """Links, forms and hx-* requests of the page at `path` that no route answers.

    `prefix` is the path the application is mounted under, without the slash at its end.
    """
    routes = url_map.bind("localhost")
    found = []
    for method, url in Page(html).requests:
        target = urlsplit(urljoin(prefix + path, url))
        if target.netloc or target.scheme:
            continue
        try:
            routes.match(target.path.removeprefix(prefix), method)
        except RequestRedirect:
            continue
        except (NotFound, MethodNotAllowed):
            found.append(f"{method} {url} leads nowhere")
    return found
