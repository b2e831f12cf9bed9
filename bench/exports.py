"""A million check-ins on their way out: the streamed CSV against `sqlite3 -csv`, the workbook against a
bare XlsxWriter loop, over the same rows at the same time; the memory of either; check-ins beside them.

    PYTHONPATH=. .venv/bin/python bench/exports.py [ROWS]

Either way out runs in a process of its own beside the bare one, and a desk in another thread of it ticks
all the while. Prints rows per second of processor time (other work on the machine does not count, nor do
the ticks) and of the clock; exits 1 when a bar is missed. Without the `sqlite3` command Python's sqlite3
and csv stand in, and it says so.
"""

import csv
import json
import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, timedelta
from pathlib import Path

import xlsxwriter
from sqlalchemy import insert

from app import clock, create_app, schema
from app.config import Settings
from app.db import db, transaction
from app.domain import audit, checkins, exports, handins, orgs
from app.domain.events import Event, EventProgramme, Occurrence, PublicCode
from app.domain.members import Person
from app.domain.periods import Period
from app.domain.programmes import Programme

ROWS = 1_000_000
SITTINGS, BRANCHES, PEOPLE, TYPES = 2_000, 400, 50_000, 8
LEAST = {"csv": 0.45, "xlsx": 0.8}
MOST_MB, MOST_MS = 32, 250
QUIET = 40  # ticks before
PAUSE = {"own_csv": 0.05, "own_xlsx": 0.25}  # seconds between two ticks beside
FIRST = clock.today() - timedelta(days=2 * SITTINGS // 24 + 10)
LAST = clock.today() - timedelta(days=1)
SAME = """
SELECT row_number() OVER (), o.starts_on, e.title, h.full_name, p.name, g.full_name, c.standing,
  c.checked_in_at, c.how, c.role, c.review, c.granted_minutes
FROM check_in c JOIN occurrence o ON o.id = c.occurrence_id JOIN event e ON e.id = o.event_id
JOIN org h ON h.id = e.host_id JOIN person p ON p.id = c.person_id
JOIN org_line l ON l.id = c.line_id JOIN org g ON g.id = l.org_id
WHERE c.voided_at IS NULL ORDER BY o.starts_at, o.id, c.id
"""


def main():
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings.read({"FURONG_INSTANCE_DIR": folder}))
        with app.app_context():
            schema.migrate()
            fill(rows)
            db.session.remove()
            db.engine.dispose()
        good = []
        for kind in LEAST:
            bare, own = _measured(folder, f"bare_{kind}", f"own_{kind}")
            good += [_judge(kind, rows, own, bare), _judge_ticks(kind, *own[3:])]
        with open(f"{folder}/own_csv", "rb") as lines:
            assert sum(1 for _line in lines) == rows + 1
    return 0 if all(good) else 1


def _measured(folder, *parts):
    """[processor seconds, clock seconds, MB grown by, …] of each part, side by side in processes of
    their own."""
    running = [
        subprocess.Popen([sys.executable, __file__, "part", part, folder], stdout=subprocess.PIPE)
        for part in parts
    ]
    said = [process.communicate()[0] for process in running]
    assert not any(process.returncode for process in running)
    return [json.loads(lines.splitlines()[-1]) for lines in said]


def run_part(part, folder):
    """One of the four ways out, timed from where its rows could begin."""
    file, target = Path(folder) / "furong.db", f"{folder}/{part}"
    if part.startswith("bare"):
        bare = _bare_csv if part == "bare_csv" else _bare_xlsx
        print(json.dumps(_timed(lambda: bare(file, target))))
        return
    app = create_app(Settings.read({"FURONG_INSTANCE_DIR": folder}))
    with app.app_context():
        own = _own_csv if part == "own_csv" else _own_xlsx
        _drain(own(_asked(Period(FIRST, FIRST))), target)  # once with a day's rows
        desk = Desk(app, part)
        quiet = [desk.tick() for _n in range(QUIET)]
        asked = _asked()
        desk.start()
        cpu, clocked, grown = _timed(lambda: _drain(own(asked), target))
        desk.stop()
        print(json.dumps([cpu - desk.cpu, clocked, grown, quiet, desk.took]))


class Desk(threading.Thread):
    """Ticks one person after another into today's sitting, in a thread beside the file's."""

    def __init__(self, app, part):
        super().__init__()
        self.app, self.cpu, self.took, self.done = app, 0.0, [], threading.Event()
        self.pause, half = PAUSE[part], PEOPLE // 2
        self.people = iter(range(1, half) if part == "own_csv" else range(half, PEOPLE))

    def tick(self):
        """Milliseconds that one tick takes."""
        sitting = db.session.get(Occurrence, SITTINGS + 1)
        person = db.session.get(Person, next(self.people))
        began = time.perf_counter()
        checkins.tick(sitting, person, by=audit.SYSTEM)
        return 1000 * (time.perf_counter() - began)

    def run(self):
        began = time.thread_time()
        with self.app.app_context():
            while not self.done.wait(self.pause):
                self.took.append(self.tick())
        self.cpu = time.thread_time() - began

    def stop(self):
        self.done.set()
        self.join()
        assert self.cpu, "the desk broke off"


def fill(rows):
    """The district; its million check-ins are written past the ORM, in one go."""
    now = clock.now()
    with transaction() as session:
        root = orgs.add_org("测试区团委", by=audit.SYSTEM, kind="district")
        branches = [
            orgs.add_org(f"第{n}社区团支部", by=audit.SYSTEM, parent=root) for n in range(BRANCHES)
        ]
        lines = [orgs.line_of(one.id, clock.today()) for one in branches]
        session.execute(insert(Person), [
            {"id": n, "code": f"P{n}", "name": f"王芳{n % 977}", "name_key": f"王芳{n % 977}",
             "pinyin": "wangfang", "initials": "wf", "phone_tail": "0000", "created_at": now,
             "is_unidentified": False} for n in range(1, PEOPLE + 1)
        ])  # fmt: skip
        session.execute(insert(PublicCode), [
            {"code": f"{kind[0].upper()}{n:05d}", "kind": kind}
            for n in range(1, SITTINGS + 2) for kind in ("event", "occurrence")
        ])  # fmt: skip
        for n in range(1, SITTINGS + 2):
            host = branches[n % BRANCHES]
            # The last one is today's: people check in there while a file is made.
            at = _starts_at(n) if n <= SITTINGS else now
            session.add(Event(id=n, code=f"E{n:05d}", title=f"主题团日第{n}次", host_id=host.id,
                              made_at=now, published_at=now))  # fmt: skip
            session.add(Occurrence(
                id=n, event_id=n, code=f"O{n:05d}", starts_at=at, ends_at=at + timedelta(hours=2),
                starts_on=clock.local_day(at), opens_at=at - timedelta(hours=1),
                closes_at=at + timedelta(hours=2), host_line_id=lines[n % BRANCHES],
            ))  # fmt: skip
        session.execute(insert(Programme), [
            {"id": n, "code": f"PR{n}", "name": f"类型{n}", "ordering": n} for n in range(1, TYPES + 1)
        ])  # fmt: skip
        session.flush()
        session.execute(insert(EventProgramme), [
            {"event_id": n, "programme_id": of + 1}
            for n in range(1, SITTINGS + 2) for of in {n % TYPES, n // TYPES % TYPES}
        ])  # fmt: skip
    db.session.remove()
    db.engine.dispose()
    _check_ins(rows, lines)


def _check_ins(rows, lines):
    each = -(-rows // SITTINGS)
    stamps = {
        n: f"{_starts_at(n).astimezone(UTC):%Y-%m-%d %H:%M:%S}.000000"
        for n in range(1, SITTINGS + 1)
    }

    def row(k):
        sitting = k // each + 1
        at, person = stamps[sitting], (k * 7 + sitting) % PEOPLE + 1
        return (f"C{k}", sitting, person, lines[person % BRANCHES],
                "member" if k % 9 else None, "audience", "poster", "phone", "phone:1", at, at,
                "", 0, "open" if k % 50 == 0 else "none", "", "", 90 if k % 3 else None, 0, "")  # fmt: skip

    names = (
        "code, occurrence_id, person_id, line_id, standing, role, how, actor_kind, source, received_at,"
        " checked_in_at, consent_version, corrections, review, review_reasons, void_reason,"
        " granted_minutes, is_substitute, forced_reason"
    )
    file = sqlite3.connect(db.engine.url.database)
    with file:
        marks = ",".join("?" * (names.count(",") + 1))
        file.execute("PRAGMA foreign_keys=off")
        into = f"INSERT INTO check_in ({names}) VALUES ({marks})"  # noqa: S608 (our own words)
        file.executemany(into, (row(k) for k in range(rows)))
    file.execute("ANALYZE")
    file.close()


def _starts_at(number):
    return clock.start_of(FIRST) + timedelta(hours=2 * number - 1)


def _asked(period=None):
    root = orgs.root_or_none()
    return handins.Details(period or Period(FIRST, LAST), root, root)


def _own_csv(asked):
    return handins.details_csv(asked, encoding="utf-8-sig", by=audit.SYSTEM)


def _own_xlsx(asked):
    head = handins.Letterhead("汇总表", ("填报单位：测试区团委",), ("填表人：",))
    return exports.pieces(handins.workbook(asked, head, by=audit.SYSTEM))


def _bare_csv(file, target):
    if program := shutil.which("sqlite3"):
        with open(target, "wb") as out:
            subprocess.run([program, "-csv", str(file), SAME], stdout=out, check=True)
        return
    print("no sqlite3 command here: Python's sqlite3 and csv stand in", file=sys.stderr)
    with open(target, "w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(sqlite3.connect(file).execute(SAME))


def _bare_xlsx(file, target):
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(sqlite3.connect(file).execute(SAME)):
            sheet.write_row(number, 0, row)


def _timed(work):
    """(processor seconds, clock seconds, MB the process grew by at its highest)."""
    Path("/proc/self/clear_refs").write_text("5")  # the high-water mark begins here
    before, cpu, began = _memory("VmRSS"), _cpu(), time.perf_counter()
    work()
    return _cpu() - cpu, time.perf_counter() - began, (_memory("VmHWM") - before) / 1024


def _cpu():
    own, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _memory(name):
    return int(re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())[1])


def _drain(pieces, target):
    with open(target, "wb") as out:
        for piece in pieces:
            out.write(piece)


def _judge(kind, rows, own, bare):
    share, least = bare[0] / own[0], LEAST[kind]
    print(f"{kind.upper()}: {rows / own[0]:,.0f} rows/s against {rows / bare[0]:,.0f}: {share:.2f} (at least {least});"
          f" by the clock {own[1]:.1f} s against {bare[1]:.1f} s; memory +{own[2]:.1f} MB (at most {MOST_MB})")  # fmt: skip
    return share >= least and own[2] <= MOST_MB


def _judge_ticks(kind, quiet, busy):
    quiet, busy = sorted(quiet), sorted(busy)
    worst = busy[int(len(busy) * 0.95)]
    print(f"a tick: {quiet[len(quiet) // 2]:.1f} ms alone; beside the {kind.upper()} {busy[len(busy) // 2]:.1f} ms,"
          f" 95 of 100 under {worst:.1f} ms (at most {MOST_MS}), the longest {busy[-1]:.1f} ms, {len(busy)} ticks")  # fmt: skip
    return worst <= MOST_MS


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    if sys.argv[1:2] == ["part"]:
        run_part(*sys.argv[2:])
    else:
        sys.exit(main())
