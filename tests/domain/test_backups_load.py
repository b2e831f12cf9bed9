"""A backup while people check in through the real server, and a kill in the middle of everything."""

import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.db import db, is_sqlite
from app.domain import backups
from tests import boxes
from tests.doors import STATE, open_event
from tests.phones import RawPhone

# What only ever grows while people check in: a row is whole and final, or not there.
GROWING = ("check_in", "attempt", "person", "event", "occurrence", "org", "membership")


@pytest.fixture(autouse=True)
def tidy(app, empty_house):
    with boxes.no_schemas_left():
        yield


class Crowd:
    """Threads that check new people in, one after another, until told to stop."""

    def __init__(self, port, code, org, threads=4):
        self.port, self.code, self.org = port, code, org
        self.done, self.wrong, self.slowest, self.enough = [], [], 0.0, threading.Event()
        self.pool = ThreadPoolExecutor(threads)
        self.ends = [self.pool.submit(self.walk_in, number) for number in range(threads)]

    def walk_in(self, thread):
        number = 0
        while not self.enough.is_set():
            number += 1
            name = f"来宾{chr(0x4E00 + thread)}{chr(0x5000 + number)}"
            began = time.monotonic()
            status, text = RawPhone(self.port).check_in(
                self.code, name=name, phone=f"135{thread:04d}{number:04d}", org=self.org
            )
            self.slowest = max(self.slowest, time.monotonic() - began)
            good = status == 200 and STATE.search(text)[1] == "done"
            (self.done if good else self.wrong).append(name)

    def wait_for(self, more):
        """Until so many more are in (30 s at the most); who is in by then."""
        wanted, deadline = len(self.done) + more, time.monotonic() + 30
        while len(self.done) < wanted and not self.wrong and time.monotonic() < deadline:
            self.enough.wait(0.005)
        return set(self.done)

    def stop(self):
        self.enough.set()
        for end in self.ends:
            end.result(timeout=60)
        self.pool.shutdown()


def test_everybody_in_before_the_start_is_in_the_backup_and_nobody_waits(
    app, cast, serve, tmp_path
):
    event = open_event(cast)
    server = serve(workers=2)
    crowd = Crowd(server.port, event.code, cast.branch.code)
    try:
        for round_ in range(20):  # until somebody got in while a backup was being made
            before = crowd.wait_for(8)
            box = boxes.make(app, tmp_path / f"{round_}.furong")
            meanwhile = set(crowd.done) - before
            if meanwhile:
                break
        crowd.wait_for(8)
    finally:
        crowd.stop()
    server.stop()
    assert meanwhile
    assert crowd.wrong == []
    assert crowd.slowest < 5
    everything = boxes.everything()
    boxes.put_back(app, box)
    copy = boxes.everything()
    names = set(db.session.scalars(db.text("SELECT name FROM person")))
    assert before <= names
    assert {row for row in crowd.done if row not in names}, "the backup ends before the crowd does"
    for table in GROWING:
        assert [row for row in everything[table] if row in copy[table]] == copy[table], table
    people = len(copy["person"]) - 4  # the cast was there before
    assert len(copy["check_in"]) == len(copy["attempt"]) == people >= len(before)
    if is_sqlite():
        assert db.session.execute(db.text("PRAGMA foreign_key_check")).all() == []
        assert db.session.scalar(db.text("PRAGMA integrity_check")) == "ok"


def test_a_restore_under_a_running_server_is_refused_and_changes_nothing(
    app, cast, serve, tmp_path
):
    box = boxes.make(app, tmp_path / "a.furong")
    boxes.rename_root("开着")
    server = serve(workers=1)
    before = boxes.everything()
    with pytest.raises(backups.NotForHere, match="停下网站"):
        boxes.put_back(app, box)
    assert server.answers()
    assert boxes.everything() == before
    server.stop()
    boxes.put_back(app, box)
    assert boxes.root_name() == "芙蓉团区委"


def in_a_child(act):
    """Begin it in a child; returns its number."""
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if child == 0:
        try:
            act()
        finally:
            os._exit(0)
    return child


def killed_after(seconds, act):
    """Do it in a child, kill -9 the child after so long; whether it came to its end before."""
    child = in_a_child(act)
    time.sleep(seconds)  # the moment of the kill is the test
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1] == 0


# What Python tells of itself just before it does it.
STEPS = ("open", "os.link", "os.rename", "os.remove", "subprocess.Popen")


def killed_before_step(number, folder, act):
    """Do it in a child that kills itself just before its so many-th touch of a file in the folder or
    start of a program; whether it came to its end before."""
    steps = iter(range(1, number + 1))

    def count(event, told):
        here = event in STEPS and (event == "subprocess.Popen" or str(folder) in str(told))
        if here and next(steps, 0) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def watched():
        sys.addaudithook(count)
        act()

    return os.waitpid(in_a_child(watched), 0)[1] == 0


def moments(act, count):
    """So many moments, spread over the time the act takes."""
    began = time.monotonic()
    act()
    took = time.monotonic() - began
    return [took * (number + 0.5) / count for number in range(count)]


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_restore_killed_anywhere_leaves_the_old_or_the_new(app, cast, tmp_path):
    new = boxes.kept(boxes.everything())
    box = boxes.make(app, tmp_path / "new.furong", note=False)
    boxes.rename_root("原来的")
    back = boxes.make(app, tmp_path / "old.furong", note=False)
    old = boxes.kept(boxes.everything())
    found = set()
    for moment in moments(lambda: boxes.put_back(app, box), 10):
        boxes.put_back(app, back, keep=False)
        killed_after(moment, lambda: boxes.put_back(app, box))
        rows = boxes.kept(boxes.everything())
        assert rows in (old, new), f"between, killed after {moment:.3f} s"
        found.add(rows == new)
    boxes.put_back(app, box)
    assert boxes.kept(boxes.everything()) == new
    assert False in found, "no kill came before the end"


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_restore_killed_before_each_of_its_steps_leaves_the_old_or_the_new(app, cast, tmp_path):
    new = boxes.kept(boxes.everything())
    box = boxes.make(app, tmp_path / "new.furong", note=False)
    boxes.rename_root("原来的")
    back = boxes.make(app, tmp_path / "old.furong", note=False)
    old = boxes.kept(boxes.everything())
    folder, found, ended = boxes.settings_of(app).folder, [], False
    while not ended:
        boxes.put_back(app, back, keep=False)
        ended = killed_before_step(len(found) + 1, folder, lambda: boxes.put_back(app, box))
        rows = boxes.kept(boxes.everything())
        assert rows in (old, new), f"between, killed before step {len(found) + 1}"
        found.append(rows == new)
    assert len(found) > 4
    assert (found[0], found[-1]) == (False, True)
    assert found == sorted(found), "new, and then old again"


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_backup_killed_anywhere_leaves_the_old_file_or_a_whole_one(app, cast, tmp_path):
    path = tmp_path / "a.furong"
    told = {"replace": True, "note": False}
    ended = []
    first = boxes.make(app, path, **told).read_bytes()
    boxes.rename_root("第二份")
    for moment in moments(lambda: boxes.make(app, tmp_path / "b.furong"), 8):
        path.write_bytes(first)
        ended.append(killed_after(moment, lambda: boxes.make(app, path, **told)))
        assert backups.read_manifest(path)
        assert path.read_bytes() == first or boxes.make(app, path, **told)
    assert not all(ended)
    assert boxes.root_name() == "第二份"
