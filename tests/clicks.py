"""A form sent by a signed-in browser, with the token its account page gives."""

import re


def token_of(reply):
    """The CSRF token of a page's first form."""
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', reply.text)[1]


def post(browser, path, **fields):
    """The answer to a POST of these fields."""
    return browser.post(path, data={"csrf_token": token_of(browser.get("/account")), **fields})
