"""The page of figures of a year: 100,000 check-ins, 1,500 branches, against the bare SQL of its figures.

    PYTHONPATH=. .venv/bin/python bench/reports.py

`FURONG_TEST_DATABASE_URL` measures PostgreSQL (an empty database). The bare SQL is what counts.table()
asks, sent again through the driver alone, every row fetched; page and SQL take turns. Prints
milliseconds and the ratio; exits 1 when a page costs more than MOST times its SQL.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta

from sqlalchemy import event, insert, text

from app import clock, create_app, schema
from app.config import Settings
from app.db import db, transaction
from app.domain import audit, counts, orgs, periods
from app.domain.checkins import CheckIn
from app.domain.events import Event, EventProgramme, Occurrence, PublicCode
from app.domain.members import Membership, Person
from app.domain.programmes import Programme
from app.domain.staff import Staff
from app.domain.staff.sessions import start_session
from app.web.headers import cookie_name

STREETS, BRANCHES, PEOPLE, EVENTS, ROWS = 30, 50, 30_000, 4_000, 100_000
MOST, ROUNDS = 2.0, 5
SEED = 20261126
YEAR = periods.Period(date(2025, 1, 1), date(2025, 12, 31))
PAGES = ({}, {"against": "last_year"}, {"by": "programme"})


def main():
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("FURONG_TEST_DATABASE_URL", "")
        app = create_app(Settings.read({"FURONG_INSTANCE_DIR": folder, "FURONG_DATABASE_URL": url}))
        with app.app_context():
            schema.migrate()
            root, staff = fill()
            client = app.test_client()
            secret = start_session(staff, browser="bench", absolute=timedelta(hours=1))
            client.set_cookie(cookie_name("sid", False), secret)
            print(f"{db.engine.dialect.name}: {ROWS:,} check-ins, {STREETS * BRANCHES:,} branches")
            worst = max([measure(client, root, choice) for choice in PAGES])
            db.session.remove()
            db.engine.dispose()
    print(f"worst {worst:.2f} times the bare SQL (limit {MOST})")
    return 0 if worst <= MOST else 1


def fill():
    """The district, its year and an account of it."""
    chance, now = random.Random(SEED), clock.now()
    with transaction() as session:
        root = orgs.add_org("测试区团委", by=audit.SYSTEM, kind="district")
        branches = [
            orgs.add_org(f"街道{s}支部{b}", by=audit.SYSTEM, parent=street)
            for s in range(STREETS)
            for street in [orgs.add_org(f"街道{s}", by=audit.SYSTEM, parent=root)]
            for b in range(BRANCHES)
        ]
        lines = {o.id: orgs.line_of(o.id, YEAR.from_on) for o in branches}
        session.execute(insert(Person), [
            {"id": n, "code": f"P{n}", "name": f"人{n}", "name_key": f"人{n}", "pinyin": "", "initials": "",
             "is_unidentified": n % 100 == 0, "created_at": now} for n in range(1, PEOPLE + 1)
        ])  # fmt: skip
        homes = [None] + [chance.choice(branches).id for _n in range(PEOPLE)]
        session.execute(insert(Membership), [
            {"person_id": n, "org_id": homes[n], "home": True, "standing": "member"}
            for n in range(1, PEOPLE + 1) if n % 100
        ])  # fmt: skip
        _events(session, chance, branches, lines, now)
        _rows(session, chance, homes, lines)
        staff = Staff(code="S1", username="zhao", username_key="zhao", name="赵书记", role="district",
                      org_id=root.id, created_at=now)  # fmt: skip
        session.add(staff)
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    return root, staff


def _events(session, chance, branches, lines, now):
    session.execute(insert(Programme), [
        {"id": n, "code": f"PR{n}", "name": f"类型{n}", "ordering": n} for n in range(1, 9)
    ])  # fmt: skip
    for kind, letter in (("event", "E"), ("occurrence", "F")):
        session.execute(insert(PublicCode), [
            {"code": f"{letter}{n:05d}", "kind": kind} for n in range(1, EVENTS + 1)
        ])  # fmt: skip
    events, sittings = [], []
    for n in range(1, EVENTS + 1):
        host = chance.choice(branches).id
        at = clock.start_of(YEAR.from_on) + timedelta(days=chance.randrange(365), hours=19)
        events.append({"id": n, "code": f"E{n:05d}", "title": f"活动{n}", "host_id": host, "made_at": now,
                       "published_at": now})  # fmt: skip
        sittings.append({"id": n, "event_id": n, "code": f"F{n:05d}", "starts_at": at, "opens_at": at,
                         "ends_at": at + timedelta(hours=1), "closes_at": at + timedelta(hours=1),
                         "starts_on": clock.local_day(at), "host_line_id": lines[host]})  # fmt: skip
    session.execute(insert(Event), events)
    session.execute(insert(Occurrence), sittings)
    session.execute(insert(EventProgramme), [
        {"event_id": n, "programme_id": p} for n in range(1, EVENTS + 1)
        for p in chance.sample(range(1, 9), chance.choice((0, 1, 1, 2)))
    ])  # fmt: skip


def _rows(session, chance, homes, lines):
    seen, rows = set(), []
    while len(rows) < ROWS:
        pair = chance.randrange(1, EVENTS + 1), chance.randrange(1, PEOPLE + 1)
        if pair in seen:
            continue
        seen.add(pair)
        at = clock.start_of(YEAR.from_on)
        rows.append(
            {"code": f"C{len(rows)}", "occurrence_id": pair[0], "person_id": pair[1],
             "line_id": lines[homes[pair[1]]], "standing": chance.choice(["member", "member", "youth", None]),
             "how": chance.choice(["poster", "rotating", "desk", "paper"]), "actor_kind": "phone",
             "source": "bench", "received_at": at, "checked_in_at": at, "granted_minutes": 60,
             "review": "open" if len(rows) % 50 == 0 else "none"}
        )  # fmt: skip
    session.execute(insert(CheckIn), rows)


def measure(client, root, choice):
    """The page of a choice against its bare SQL; returns the ratio of the medians."""
    asked = {"from": YEAR.from_on.isoformat(), "to": YEAR.to_on.isoformat(), **choice}
    choice = {name: value for name, value in choice.items() if name != "all"}
    statements = listened(lambda: counts.table(YEAR, root, **choice))
    pages, bare, table = [], [], []
    for _round in range(ROUNDS):
        db.session.rollback()
        bare.append(timed(lambda: replay(statements)))
        pages.append(timed(lambda: opened(client, asked)))
        db.session.rollback()
        table.append(timed(lambda: counts.table(YEAR, root, **choice)))
    page, floor, middle = (statistics.median(times) for times in (pages, bare, table))
    words = " ".join(
        f"{name}={value}" for name, value in asked.items() if name not in ("from", "to")
    )
    print(
        f"{words or 'by=org':<18} bare SQL {floor:7.1f} ms ({len(statements)} statements)"
        f"   table {middle:7.1f} ms   page {page:7.1f} ms   {page / floor:5.2f} times"
    )
    return page / floor


def listened(act):
    """The statements an act sends, as the driver gets them."""
    found = []

    def hear(_connection, _cursor, statement, parameters, _context, _many):
        if statement.lstrip().startswith("SELECT"):
            found.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", hear)
    act()
    event.remove(db.engine, "before_cursor_execute", hear)
    return found


def replay(statements):
    cursor = db.session.connection().connection.cursor()
    for statement, parameters in statements:
        cursor.execute(statement, parameters).fetchall()


def opened(client, asked):
    reply = client.get("/reports", query_string=asked)
    assert reply.status_code == 200, reply.status


def timed(act):
    began = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    sys.exit(main())
