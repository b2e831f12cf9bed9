"""A backup of about 200 MB while four processes check in, and its way back.

    PYTHONPATH=. .venv/bin/python bench/backup.py

The same writers go on all the while: ROUNDS times a stretch without and one with a backup, as long, so
that the machine's own moods are in both. A stall is how long a check-in took from the door of the
gate to its commit. Exits 1 when the longest stall of the middle round under a backup is over
MOST_STALL ms and over MOST times that without; when the command holds MOST_MORE MB more for the
large database than for an empty one; or when the copy lacks a row committed before its start.
TMPDIR=/dev/shm leaves the disk out of it, FURONG_BENCH_PEOPLE=1000000 makes 400 MB.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
import zipfile
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, sleep, time

from sqlalchemy import insert

from app import clock, create_app, schema
from app.config import Settings
from app.db import db, sqlite, transaction
from app.domain import audit, events, orgs
from app.domain.checkins import CheckIn
from app.domain.members import Person

PEOPLE, WRITERS, ROUNDS = int(os.environ.get("FURONG_BENCH_PEOPLE", "500_000")), 4, 7
QUIET, PAUSE = 6.0, 0.01
MOST_STALL, MOST, MOST_MORE = 250.0, 2.0, 40.0
# The command, telling at its end the most memory it ever held.
TOLD = """
import sys
from app.cli import furong
furong(sys.argv[1:], standalone_mode=False)
line = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print("peak", int(line.split()[1]) / 1024)
"""


def main():
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        bare, full = place / "bare", place / "full"
        for home in (bare, full):
            furnish(home, PEOPLE if home is full else 0)
        size = (full / "furong.db").stat().st_size / 2**20
        print(f"database {size:.0f} MB, {WRITERS} writers")
        with writing(full, place) as writers:
            fine = stalls(full, place, writers)
        return 0 if all((fine, memory(bare, full, place))) else 1


def furnish(home, people):
    """A district, one event, and so many people who checked in."""
    with standing_in(home):
        schema.migrate()
        start = clock.now() - timedelta(minutes=30)
        with transaction() as session:
            root = orgs.add_org("测试区团委", by=audit.SYSTEM, kind="district")
            events.make_event("全区大会", host=root, by=None, actor=audit.SYSTEM, starts_at=start,
                              ends_at=start + timedelta(hours=2))  # fmt: skip
            for first in range(1, people, 10_000):
                numbers = range(first, first + 10_000)
                session.execute(insert(Person), [person(n) for n in numbers])
                session.execute(insert(CheckIn), [check_in(n, 1) for n in numbers])


@contextmanager
def standing_in(home):
    app = create_app(Settings.read({"FURONG_INSTANCE_DIR": str(home)}))
    with app.app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


def person(n):
    return {"id": n, "code": f"P{n}", "name": f"人{n}", "name_key": f"人{n}", "pinyin": "",
            "initials": "", "is_unidentified": False, "created_at": clock.now()}  # fmt: skip


def check_in(n, occurrence_id):
    return {"code": f"C{n}", "occurrence_id": occurrence_id, "person_id": n, "line_id": None,
            "standing": None, "how": "poster", "actor_kind": "phone", "source": "bench",
            "received_at": clock.now(), "checked_in_at": clock.now(), "review": "none"}  # fmt: skip


# The writers


@contextmanager
def writing(home, place):
    """Four processes that check new people in; yields where they tell when each was in."""
    over = multiprocessing.get_context("spawn").Event()
    told = [place / f"writer-{number}" for number in range(WRITERS)]
    crowd = [
        multiprocessing.get_context("spawn").Process(target=write, args=(home, number, over, path))
        for number, path in enumerate(told)
    ]
    for one in crowd:
        one.start()
    try:
        while not all(path.exists() and path.stat().st_size for path in told):
            sleep(0.1)
        yield told
    finally:
        over.set()
        for one in crowd:
            one.join()


def write(home, number, over, path):
    """One writer: a person and the check-in of it, one transaction each, as a phone makes them."""
    n = 10_000_000 * (number + 1)
    with standing_in(home), path.open("w", buffering=1) as out:
        while not over.is_set():
            n += 1
            began = time()
            with transaction() as session:
                session.execute(insert(Person), [person(n)])
                session.execute(insert(CheckIn), [check_in(n, 1)])
            out.write(f"{began} {time()} {n}\n")
            sleep(PAUSE)


def read(writers):
    """Every check-in so far: (began, ended, number)."""
    lines = [line.split() for path in writers for line in path.read_text().splitlines()]
    return [(float(b), float(e), int(n)) for b, e, n in (line for line in lines if len(line) == 3)]


# What it costs


def stalls(home, place, writers):
    """Alternate; print both longest waits; whether the limits hold."""
    quiet, busy, whole, took = [], [], True, QUIET
    box = place / "a.furong"
    for round_ in range(ROUNDS):
        began = time()
        sleep(took)  # as long as a backup: the longest of twice as many is longer
        quiet.append((began, time()))
        began = time()
        furong(home, "backup", str(box), "--replace")
        busy.append((began, time()))
        took = busy[-1][1] - began
        before = {n for _b, ended, n in read(writers) if ended < began}
        whole = before <= numbers_in(box, place) and whole
        print(f"round {round_ + 1}  backup {took:5.2f} s  {box.stat().st_size / 2**20:.0f} MB")
    told = read(writers)
    without, with_ = figures("without a backup", told, quiet), figures("with a backup", told, busy)
    print(f"every row committed before the start is in the copy: {whole}")
    limit = max(MOST_STALL, MOST * without)
    print(
        f"longest of the middle round {with_:.0f} ms, without {without:.0f} ms (limit {limit:.0f})"
    )
    return whole and with_ <= limit


def figures(what, took, stretches):
    """Print how long check-ins that touch these stretches took; the middle one's longest, in ms."""
    each = [
        [1000 * (e - b) for b, e, _n in took if e > start and b < end] for start, end in stretches
    ]
    waits = sorted(wait for one in each for wait in one)
    longest = [max(one) for one in each]
    print(f"{what:<17} {len(waits):6d} check-ins  median {median(waits):5.1f}  99 % {waits[int(len(waits) * 0.99)]:6.1f}"
          f"  longest {waits[-1]:6.1f} ms  (per round {' '.join(f'{one:.0f}' for one in longest)})")  # fmt: skip
    return median(longest)


def numbers_in(box, place):
    """The people in the backup's database."""
    with zipfile.ZipFile(box) as inside:
        inside.extract("furong.db", place)
    connection = sqlite.connect(place / "furong.db")
    found = {n for (n,) in connection.execute("SELECT person_id FROM check_in")}
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    return found


def furong(home, *words):
    """Run the command in a process of its own; the MB it held at the most."""
    env = {"FURONG_INSTANCE_DIR": str(home), "PYTHONPATH": ".", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-c", TOLD, *words], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return float(done.stdout.split("peak ")[1])


def memory(bare, full, place):
    """Making and restoring, large against empty."""
    fine = True
    for what in ("backup", "restore"):
        peaks = []
        for home in (bare, full):
            box = str(place / f"{home.name}.furong")
            began = perf_counter()
            peaks.append(furong(home, what, box, *(["--replace"] if what == "restore" else [])))
            took = perf_counter() - began
        more = peaks[1] - peaks[0]
        fine = fine and more <= MOST_MORE
        print(
            f"{what:<17} {took:5.1f} s  {peaks[1]:6.1f} MB at the most, {more:5.1f} more than for an empty one (limit {MOST_MORE:.0f})"
        )
    return fine


if __name__ == "__main__":
    sys.exit(main())
