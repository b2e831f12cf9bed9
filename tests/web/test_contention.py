"""Many phones at once against the real server with four processes."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from app import clock
from app.db import db
from app.domain import members, passes
from app.domain.checkins import Attempt, CheckIn
from tests.doors import STATE, TOKEN, open_event
from tests.phones import RawPhone


def crowd(cast, count):
    """So many members of the branch, as (name, phone)."""
    people = []
    for i in range(count):
        person = members.make_person(f"团员{chr(0x4E00 + i)}", phone=f"1360000{i:04d}")
        members.join_branch(person, cast.branch)
        people.append((person.name, f"1360000{i:04d}"))
    return people


def all_at_once(jobs, threads):
    """Run the jobs on so many threads, started together; their results."""
    gate = threading.Barrier(threads)

    def first(job, opens):
        if opens:
            gate.wait()
        return job()

    with ThreadPoolExecutor(threads) as pool:
        futures = [pool.submit(first, job, i < threads) for i, job in enumerate(jobs)]
        return [future.result() for future in futures]


def test_the_same_person_32_times_at_once_is_one_row(app, cast, serve):
    event, people = open_event(cast), crowd(cast, 20)
    code, org = event.code, cast.branch.code
    server = serve(workers=4)
    answers = Counter()
    for name, number in people:
        phones = [RawPhone(server.port) for _ in range(32)]
        forms = [p.open(code) | {"name": name, "phone": number, "org": org} for p in phones]
        jobs = [
            lambda p=p, f=f: p.ask("POST", f"/c/{code}", f)
            for p, f in zip(phones, forms, strict=True)
        ]
        replies = all_at_once(jobs, 32)
        assert {status for status, _text in replies} == {200}
        states = Counter(STATE.search(text)[1] for _status, text in replies)
        assert states == {"done": 1, "already": 31}
        answers += states
    assert answers == {"done": 20, "already": 620}
    assert db.session.scalar(select(func.count()).where(CheckIn.voided_at.is_(None))) == 20
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == 640


def test_a_hundred_people_through_one_code_are_a_hundred_rows(app, cast, serve):
    event, people = open_event(cast), crowd(cast, 60)
    code, org = event.code, cast.branch.code
    people += [(f"来宾{chr(0x5E00 + i)}", f"1350000{i:04d}") for i in range(40)]
    server = serve(workers=4)

    def enter(name, number):
        return RawPhone(server.port).check_in(code, name=name, phone=number, org=org)

    replies = all_at_once([lambda p=p: enter(*p) for p in people], 50)
    assert Counter(status for status, _text in replies) == {200: 100}
    assert {STATE.search(text)[1] for _status, text in replies} == {"done"}
    assert db.session.scalar(select(func.count()).where(CheckIn.voided_at.is_(None))) == 100
    assert db.session.scalar(select(func.count()).where(CheckIn.standing == "member")) == 60


def test_a_hundred_people_through_one_projected_code_are_a_hundred_rows(app, cast, serve):
    """Four processes judge what a fifth one, this one, showed."""
    event, people = open_event(cast, rotates=True), crowd(cast, 60)
    code, org = event.occurrences[0].code, cast.branch.code
    sitting = passes.Sitting(event.occurrences[0].id, event.epoch)
    people += [(f"来宾{chr(0x5E00 + i)}", f"1350000{i:04d}") for i in range(40)]
    server = serve(workers=4)
    told = passes.pass_of(sitting, clock.now())

    def enter(name, number):
        phone = RawPhone(server.port)
        return phone.check_in(code, told=told, name=name, phone=number, org=org)

    replies = all_at_once([lambda p=p: enter(*p) for p in people], 50)
    assert Counter(status for status, _text in replies) == {200: 100}
    rows = list(db.session.scalars(select(CheckIn)))
    assert len(rows) == len({row.person_id for row in rows}) == 100
    assert {row.how for row in rows} == {"rotating"}


def test_a_thousand_phones_of_one_address_type_the_pin_within_a_minute_and_none_is_too_many(
    app, cast, serve
):
    event = open_event(cast, rotates=True)
    code, sitting = event.occurrences[0].code, passes.Sitting(event.occurrences[0].id, 0)
    server = serve(workers=4)

    def enter(_number):
        phone = RawPhone(server.port)
        _status, text = phone.ask("GET", f"/c/{code}")
        form = {"csrf_token": TOKEN.search(text)[1], "pin": passes.pin_of(sitting, clock.now())}
        return phone.ask("POST", f"/c/{code}/pin", form)[0]

    began = time.monotonic()
    statuses = Counter(all_at_once([lambda n=n: enter(n) for n in range(1000)], 50))
    assert statuses == {200: 1000}
    assert time.monotonic() - began < 60
