"""The live tally against the barest count: 100,000 check-ins over 500 branches at one occurrence.

    PYTHONPATH=. .venv/bin/python bench/tally.py

Prints milliseconds and the ratio; exits 1 when the tally costs more than MOST times the bare count.
"""

import random
import sys
import tempfile
import time
from datetime import timedelta

from sqlalchemy import func, insert, select

from app import clock, create_app, schema
from app.config import Settings
from app.db import db, transaction
from app.domain import audit, events, live, orgs
from app.domain.checkins import CheckIn
from app.domain.members import Membership, Person

STREETS, BRANCHES, PEOPLE = 20, 25, 100_000
MOST, ROUNDS = 8, 7
SEED = 20261122


def main():
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings.read({"FURONG_INSTANCE_DIR": folder}))
        with app.app_context():
            schema.migrate()
            occurrence = fill()
            ratio = measure(occurrence)
            db.session.remove()
            db.engine.dispose()
    return 0 if ratio <= MOST else 1


def fill():
    """A district of 500 branches, all its members invited, nearly all of them here."""
    chance = random.Random(SEED)
    with transaction() as session:
        root = orgs.add_org("测试区团委", by=audit.SYSTEM, kind="district")
        branches = [
            orgs.add_org(f"街道{s}支部{b}", by=audit.SYSTEM, parent=street)
            for s in range(STREETS)
            for street in [orgs.add_org(f"街道{s}", by=audit.SYSTEM, parent=root)]
            for b in range(BRANCHES)
        ]
        start = clock.now() - timedelta(minutes=30)
        event = events.make_event(
            "全区大会", host=root, by=None, actor=audit.SYSTEM, starts_at=start,
            ends_at=start + timedelta(hours=2),
        )  # fmt: skip
        occurrence = event.occurrences[0]
        lines = {o.id: orgs.line_of(o.id, occurrence.starts_on) for o in branches}
        homes = [chance.choice(branches).id for _n in range(PEOPLE)]
        people = [
            {"id": n + 1, "code": f"P{n}", "name": f"人{n}", "name_key": f"人{n}", "pinyin": "",
             "initials": "", "is_unidentified": False, "created_at": start}
            for n in range(PEOPLE)
        ]  # fmt: skip
        session.execute(insert(Person), people)
        session.execute(
            insert(Membership),
            [{"person_id": n + 1, "org_id": home, "home": True, "standing": "member"}
             for n, home in enumerate(homes)],
        )  # fmt: skip
        session.execute(
            insert(CheckIn),
            [{"code": f"C{n}", "occurrence_id": occurrence.id, "person_id": n + 1,
              "line_id": lines[home], "standing": chance.choice(["member", "member", "youth"]),
              "how": "poster", "actor_kind": "phone", "source": "bench", "received_at": start,
              "checked_in_at": start + timedelta(milliseconds=17 * n),
              "review": "open" if n % 50 == 0 else "none"}
             for n, home in enumerate(homes)],
        )  # fmt: skip
    return occurrence


def measure(occurrence):
    bare = select(CheckIn.line_id, func.count()).where(
        CheckIn.occurrence_id == occurrence.id, CheckIn.voided_at.is_(None)
    )
    bare = bare.group_by(CheckIn.line_id)
    floor = best(lambda: db.session.execute(bare).all())
    print(f"bare count   {floor:7.1f} ms")
    cost = best(lambda: live.tally(occurrence))
    print(f"tally        {cost:7.1f} ms   {cost / floor:5.1f} times the bare count (limit {MOST})")
    whole = best(lambda: live.board(occurrence))
    print(f"whole board  {whole:7.1f} ms   {whole / floor:5.1f} times (arrivals and curve too)")
    return cost / floor


def best(act):
    times = []
    for _round in range(ROUNDS):
        begin = time.perf_counter()
        act()
        times.append((time.perf_counter() - begin) * 1000)
    return min(times)


if __name__ == "__main__":
    sys.exit(main())
