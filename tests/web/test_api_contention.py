"""Many machines at once against the real server with four processes."""

import json
import urllib.error
import urllib.request
from collections import Counter

from sqlalchemy import func, select

from app.db import db
from app.domain import cards, scanners
from app.domain.audit import SYSTEM
from app.domain.checkins import Attempt, CheckIn
from tests.doors import open_event
from tests.web.test_contention import all_at_once


class Scan:
    """One POST to the API of a running server."""

    def __init__(self, port, token, code):
        self.url = f"http://127.0.0.1:{port}/api/v1/events/{code}/checkins"
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def __call__(self, **body):
        """(status, JSON)."""
        asked = urllib.request.Request(self.url, json.dumps(body).encode(), self.headers)  # noqa: S310  our own server
        try:
            with urllib.request.urlopen(asked, timeout=60) as reply:  # noqa: S310
                return reply.status, json.load(reply)
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.load(refusal)


def machines(cast, serve, *, tokens):
    """(a scan of each token, card of 李雷) at an open event of four processes."""
    event = open_event(cast)
    card = cards.make_card(cast.li, by=SYSTEM, org=cast.branch)
    made = [
        scanners.make_scanner(f"闸机{i}", by=cast.street_manager, days=1)[1] for i in range(tokens)
    ]
    server = serve(workers=4)
    return [Scan(server.port, token, event.code) for token in made], card


def many(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_different_nonces_at_once_are_one_done(app, cast, serve):
    scans, card = machines(cast, serve, tokens=4)
    jobs = [lambda scan=scans[i % 4], i=i: scan(card=card, nonce=f"n{i}") for i in range(64)]
    replies = all_at_once(jobs, 32)
    assert {status for status, _said in replies} == {200}
    assert Counter(said["state"] for _status, said in replies) == {"done": 1, "already": 63}
    assert len({said["checkin"] for _status, said in replies}) == 1
    assert (many(CheckIn), many(Attempt)) == (1, 64)


def test_the_same_nonce_at_once_is_one_row_and_one_answer(app, cast, serve):
    (scan,), card = machines(cast, serve, tokens=1)
    replies = all_at_once([lambda: scan(card=card, nonce="n1")] * 48, 24)
    assert {status for status, _said in replies} == {200}
    assert len({json.dumps(said) for _status, said in replies}) == 1
    assert replies[0][1]["state"] == "done"
    assert (many(CheckIn), many(Attempt)) == (1, 1)


def test_a_hall_of_typed_names_at_once_is_a_row_each(app, cast, serve):
    scans, _card = machines(cast, serve, tokens=2)
    jobs = [
        lambda scan=scans[i % 2], i=i: scan(
            name=f"来宾{chr(0x4E00 + i // 2)}", phone=f"1380000{i // 2:04d}", nonce=f"n{i}"
        )
        for i in range(80)
    ]
    replies = all_at_once(jobs, 32)
    assert Counter(said["state"] for _status, said in replies) == {"done": 40, "already": 40}
    assert many(CheckIn) == 40
