"""The secretary's code tonight: from today's page to a code on the phone's screen, in the demo district.

    PYTHONPATH=. .venv/bin/python bench/code_tonight.py

Server, network and a real browser (360 × 780, WeChat's name) together; the time a person takes to
read and type is not in it. The floor is the same number of pages without anything on them (/privacy).
Exits 1 above MOST_TAPS taps, above MOST_SECONDS, or when the journey costs more than MOST times the floor.
"""

import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.request import urlopen

from sqlalchemy import select

from app import create_app, schema, seeds
from app.config import Settings
from app.db import db
from app.domain import staff as accounts
from app.domain.staff.sessions import start_session
from tests.browser.chromium import PHONE, chromium
from tests.browser.journey import Journey
from tests.server import Server

ROUNDS, PAGES = 7, 3
MOST_TAPS, MOST_SECONDS, MOST = 6, 10, 6


def main():
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings.read({"FURONG_INSTANCE_DIR": folder}))
        with app.app_context():
            schema.migrate()
            seeds.load()
            secret = session_of("wangfang")
            server = Server(app).start()
            try:
                return measure(server.url, secret)
            finally:
                server.stop()
                db.session.remove()
                db.engine.dispose()


def session_of(username):
    """A session of one of the demo's accounts."""
    staff = db.session.scalar(select(accounts.Staff).where(accounts.Staff.username == username))
    return start_session(staff, browser="bench", absolute=timedelta(hours=1))


def measure(base, secret):
    with chromium() as browser:
        context = browser.new_context(**PHONE)
        context.add_cookies([{"name": "sid", "value": secret, "url": base}])
        page = context.new_page()
        journey(page, base)  # the first fills the caches of both
        told = [journey(page, base) for _round in range(ROUNDS)]
        floor = median(bare(page, base) for _round in range(ROUNDS))
    taps, seconds = max(one["taps"] for one in told), median(one["seconds"] for one in told)
    picture = first_picture(page_url=told[-1]["url"], base=base)
    print(f"taps               {taps:6d}      (limit {MOST_TAPS})")
    print(f"{PAGES} bare pages       {floor:8.2f} s")
    print(f"today → code       {seconds:8.2f} s  {seconds / floor:4.1f} times the bare pages (limit {MOST}; {MOST_SECONDS} s)")  # fmt: skip
    print(f"slowest of {ROUNDS}       {max(one['seconds'] for one in told):8.2f} s")
    print(f"share picture      {picture[0]:8.2f} s  first; {picture[1]:.2f} s again; {picture[2] / 1024:.0f} KB")  # fmt: skip
    return 0 if taps <= MOST_TAPS and seconds <= min(MOST_SECONDS, MOST * floor) else 1


def journey(page, base):
    """One event from today's page on; the journey's figures and the address of its page."""
    walk = Journey("the secretary's code tonight", page)
    walk.open(base + "/")
    walk.tap("main a[href='/events/new']")
    walk.fill("#title", "主题团日：读一封家书")
    walk.tap("button[name=publish]")
    page.wait_for_selector("img.qr").evaluate("picture => picture.decode()")
    return walk.ended() | {"url": page.url}


def bare(page, base):
    begin = perf_counter()
    for _page in range(PAGES):
        page.goto(base + "/privacy")
    return perf_counter() - begin


def first_picture(page_url, base):
    """(seconds of the first drawing, of the best answer after it, bytes)."""
    address = f"{base}/e/{Path(page_url).name}/share.png"
    first, size = fetch(address)
    return first, min(fetch(address)[0] for _again in range(6)), size


def fetch(address):
    begin = perf_counter()
    with urlopen(address, timeout=30) as reply:  # noqa: S310 (our own http address)
        size = len(reply.read())
    return perf_counter() - begin, size


if __name__ == "__main__":
    sys.exit(main())
