"""One HTML page or fragment, read for what a reader, a keyboard or a strict CSP would trip over."""

from collections import Counter
from html.parser import HTMLParser

HTMX_VERBS = {
    "hx-get": "GET",
    "hx-post": "POST",
    "hx-put": "PUT",
    "hx-patch": "PATCH",
    "hx-delete": "DELETE",
}
# Attributes that name other elements by id; the first column may list several.
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list", "form")
ADDRESSES = ("href", "src", "action", "formaction", "hx-get", "hx-post")
LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}


class Page(HTMLParser):
    """The facts of `html`; `faults_of_any` and `faults_of_a_whole` say what is wrong with them."""

    def __init__(self, html):
        super().__init__()
        self.is_whole = "<html" in html.lower()
        self.ids, self.headings, self.requests, self.named = Counter(), 0, [], []
        self.unsafe, self.language, self.title = [], None, ""
        self.form, self.open_title = None, False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, pairs):
        attrs = {name: value or "" for name, value in pairs}
        if "id" in attrs:
            self.ids[attrs["id"]] += 1
        self.headings += tag == "h1"
        self.open_title = tag == "title"
        if tag == "html":
            self.language = attrs.get("lang")
        self.read_form(tag, attrs)
        self.read_requests(tag, attrs)
        self.read_names(attrs)
        self.read_safety(tag, attrs)

    handle_startendtag = handle_starttag

    def handle_data(self, data):
        if self.open_title:
            self.title += data

    def handle_endtag(self, tag):
        self.open_title = False
        if tag == "form":
            if self.form and self.form["method"] == "POST" and not self.form["token"]:
                self.unsafe.append(f"the POST form {self.form['action']!r} has no csrf_token")
            self.form = None

    def read_form(self, tag, attrs):
        if tag == "form":
            method = attrs.get("method", "get").upper()
            self.form = {"method": method, "action": attrs.get("action", ""), "token": False}
            if method != "DIALOG":  # which asks nobody
                self.requests.append((method, self.form["action"]))
        if (
            tag == "input"
            and attrs.get("name") == "csrf_token"
            and attrs.get("value")
            and self.form
        ):
            self.form["token"] = True
        if "formaction" in attrs:
            method = attrs.get("formmethod") or (self.form or {}).get("method", "GET")
            self.requests.append((method.upper(), attrs["formaction"]))

    def read_requests(self, tag, attrs):
        self.requests += [(verb, attrs[name]) for name, verb in HTMX_VERBS.items() if name in attrs]
        if tag == "a" and attrs.get("href", "#")[:1] != "#":
            self.requests.append(("GET", attrs["href"]))
        if tag in LOADED and attrs.get(LOADED[tag]):
            self.requests.append(("GET", attrs[LOADED[tag]]))

    def read_names(self, attrs):
        for name in REFERENCES:
            self.named += [(name, one) for one in attrs.get(name, "").split()]
        for name in ("hx-target", "hx-include", "hx-indicator"):
            if attrs.get(name, "").startswith("#"):
                self.named.append((name, attrs[name][1:]))
        if attrs.get("href", "").startswith("#") and len(attrs["href"]) > 1:
            self.named.append(("href", attrs["href"][1:]))

    def read_safety(self, tag, attrs):
        if "style" in attrs or tag == "style":
            self.unsafe.append(f"inline style on <{tag}>")
        if tag == "script" and not attrs.get("src"):
            self.unsafe.append("inline <script>")
        if tag == "img" and "alt" not in attrs:
            self.unsafe.append(f"image without alt: {attrs.get('src')}")
        self.unsafe += [f"{name} on <{tag}>" for name in attrs if name.startswith(("on", "hx-on"))]
        for name in ADDRESSES:
            if attrs.get(name, "").strip().lower().startswith(("javascript:", "vbscript:")):
                self.unsafe.append(f"script in {name} of <{tag}>")
        address = attrs.get(LOADED.get(tag, ""), "")
        if address.startswith(("http:", "https:", "//")) and attrs.get("rel") != "canonical":
            self.unsafe.append(f"<{tag}> loads from another host: {address}")

    def faults_of_any(self):
        doubled = [f"the id {name!r} is used {n} times" for name, n in self.ids.items() if n > 1]
        if "" in self.ids:
            doubled.append("an empty id")
        return doubled + self.unsafe

    def faults_of_a_whole(self):
        """What only a whole page can be asked: heading, language, title, things named by id."""
        found = [
            f"{name} names {one!r}, which is not there"
            for name, one in sorted(set(self.named))
            if one not in self.ids
        ]
        if self.headings != 1:
            found.append(f"{self.headings} h1 instead of one")
        if not self.language:
            found.append("html has no lang")
        if not self.title.strip():
            found.append("no title")
        return found
