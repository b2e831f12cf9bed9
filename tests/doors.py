"""What tests of the door share: an event in the cast's tree, and a phone that fills its form."""

import re
from datetime import timedelta

from app import clock
from app.domain import audit, events

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
NONCE = re.compile(r'name="nonce"[^>]*value="([^"]+)"')
STATE = re.compile(r'<main[^>]*data-state="([a-z-]+)"')


def open_event(cast, *, host=None, invited=None, minutes=90, starts_in=0, **options):
    """A published event of the street (whole subtree invited unless told), open now."""
    start = clock.now() + timedelta(minutes=starts_in)
    return events.make_event(
        options.pop("title", "青年汇：周日读书会"), host=host or cast.street, by=None,
        actor=audit.SYSTEM, starts_at=start, ends_at=start + timedelta(minutes=minutes),
        invited=invited, **options,
    )  # fmt: skip


def state_of(reply) -> str:
    """The data-state of the page a phone was answered with."""
    return STATE.search(reply.text)[1]


def token_of(reply) -> str:
    """The CSRF token of the page's first form."""
    return TOKEN.search(reply.text)[1]


def form_of(reply, **fields) -> dict:
    """The hidden fields of a page with what is typed."""
    nonce = NONCE.search(reply.text)
    hidden = {"csrf_token": token_of(reply)} | ({"nonce": nonce[1]} if nonce else {})
    return hidden | fields


def scan(browser, code, **fields):
    """Open the form (as another person when the phone is remembered) and send it."""
    page = browser.get(f"/c/{code}?other=1")
    return browser.post(f"/c/{code}", data=form_of(page, **fields))


def person_fields(person, org, *, phone="", name=None):
    """What a member types."""
    return {"name": name or person.name, "phone": phone, "org": org.code if org else ""}
