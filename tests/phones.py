"""A phone on a socket of its own, for crowds: cookies, one form, one answer."""

import http.client
from urllib.parse import urlencode

from tests.doors import NONCE, TOKEN


class RawPhone:
    """Speaks HTTP to 127.0.0.1:port under the name the code says."""

    def __init__(self, port, host=None):
        self.port, self.host, self.cookies = port, host or f"127.0.0.1:{port}", {}

    def ask(self, method, path, form=None):
        """(status, text) of one request."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {
            "Host": self.host,
            "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
        }
        body = None
        if form is not None:
            body = urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        link.request(method, path, body, headers)
        reply = link.getresponse()
        text = reply.read().decode()
        for line in reply.headers.get_all("Set-Cookie") or ():
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        link.close()
        return reply.status, text

    def open(self, code, told=""):
        """GET the form, by the pass of a rotating code if told; returns its hidden fields."""
        _status, text = self.ask("GET", f"/C/{code}/{told}" if told else f"/c/{code}")
        return {"csrf_token": TOKEN.search(text)[1], "nonce": NONCE.search(text)[1]}

    def check_in(self, code, *, told="", **fields):
        """Open the form and send it."""
        return self.ask("POST", f"/c/{code}", self.open(code, told) | fields)
