"""The same click by many at once, against the real server with four processes: it happens once."""

import re
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app import clock
from app.db import db, transaction
from app.domain import checkins, closings, corrections, hours, periods
from app.domain import staff as accounts
from app.domain.audit import SYSTEM, AuditEntry
from app.domain.checkins import CheckIn
from app.domain.devices import Device
from app.domain.staff.model import Staff
from app.domain.staff.sessions import start_session
from tests import scope
from tests.doors import open_event
from tests.gatherings import arrive, gather
from tests.phones import RawPhone
from tests.web.test_contention import all_at_once

MANY = 12
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
SHOWN = re.compile(r'name="shown"[^>]*value="([^"]+)"')


@pytest.fixture
def at_once(serve):
    """at_once(path, staff, page, forms) → how often each status was answered."""

    def ask(path, staff, page, forms):
        secret = start_session(staff, browser="x", absolute=timedelta(hours=12)) if staff else ""
        server, jobs = serve(workers=4), []
        for form in forms:
            phone = RawPhone(server.port)
            phone.cookies |= {"sid": secret} if staff else {}
            sent = {"csrf_token": TOKEN.search(phone.ask("GET", page)[1])[1]} | form
            jobs.append(lambda p=phone, f=sent: p.ask("POST", path, f)[0])
        answers = Counter(all_at_once(jobs, len(jobs)))
        db.session.rollback()
        return answers

    return ask


def acts(name):
    return db.session.scalar(select(func.count()).where(AuditEntry.act == name))


def test_a_link_opens_one_account_once(cast, at_once):
    link = accounts.invite_staff("新书记", role="manager", org=cast.branch, by=cast.zhao, days=1)
    path = f"/account/opening/{link.secret}"
    words = "一个够长的密码2026"
    forms = [
        {"username": f"xin{i}", "password": f"{words}{i}", "again": f"{words}{i}"}
        for i in range(MANY)
    ]
    answers = at_once(path, None, path, forms)
    assert answers == {303: 1, 410: MANY - 1}
    assert acts("password_changed") == 1


def test_one_user_name_goes_to_one_of_many_accounts(cast, at_once, serve):
    links = [
        accounts.invite_staff(f"人{i}", role="manager", org=cast.branch, by=cast.zhao, days=1)
        for i in range(4)
    ]
    server, jobs = serve(workers=4), []
    for link in links:
        phone, path = RawPhone(server.port), f"/account/opening/{link.secret}"
        token = TOKEN.search(phone.ask("GET", path)[1])[1]
        words = "一个够长的密码2026"
        form = {"csrf_token": token, "username": "same", "password": words, "again": words}
        jobs.append(lambda p=phone, f=form, a=path: p.ask("POST", a, f)[0])
    assert Counter(all_at_once(jobs, len(jobs))) == {303: 1, 409: 3}


def test_a_correction_is_taken_back_once(cast, at_once):
    scene = scope.make_scene(cast)
    page = f"/corrections/{scene.correction}"
    answers = at_once(f"{page}/undoing", cast.zhao, page, [{"reason": "没有错"}] * MANY)
    assert answers == {303: 1, 409: MANY - 1}
    assert acts("correction_undone") == 1
    assert corrections.find_correction(cast.district, scene.correction).undone_at


def test_two_people_become_one_once(cast, at_once):
    scene = scope.make_scene(cast)
    path = f"/corrections/people/{scene.mine.person.code}/merging/{scene.twin.code}"
    before = acts("corrected")
    answers = at_once(path, cast.zhao, path, [{"reason": "同一个人"}] * MANY)
    assert answers[303] == 1, answers
    assert max(answers) < 500
    assert acts("corrected") == before + 1


def test_an_account_is_handed_over_to_one(cast, at_once):
    path = f"/staff/{cast.wang_staff.code}"
    forms = [{"successor": f"接任{i}"} for i in range(MANY)]
    answers = at_once(f"{path}/handover", cast.zhao, path, forms)
    assert max(answers) < 500
    heirs = db.session.scalars(select(Staff).where(Staff.name.startswith("接任"))).all()
    assert sum(heir.closed_at is None for heir in heirs) == 1
    assert sum(one is not None for one in [accounts.successor_of(cast.wang_staff)]) == 1


def test_an_import_comes_in_once_and_is_taken_back_once(cast, at_once, sign_in):
    scene = scope.make_scene(cast)
    page, account = f"/roster/{scene.roster}", "/account"
    plan = {"shown": SHOWN.search(sign_in(cast.wang_staff).get(page).text)[1]}
    came = at_once(f"{page}/application", cast.wang_staff, account, [plan] * MANY)
    assert max(came) < 500
    assert acts("roster_applied") == 1, came
    again = at_once(f"{page}/undoing", cast.wang_staff, account, [{}] * MANY)
    assert again == {303: 1, 409: MANY - 1}
    assert acts("roster_undone") == 1


def test_a_row_is_undone_once_and_brought_back_once(cast, at_once):
    event = gather(cast.branch, cast.branch)
    row = arrive(event, cast.li)
    page = f"/events/{event.code}/attendance"
    forms = [{"reason": "签错了"}] * MANY
    answers = at_once(f"{page}/{row.code}/voiding", cast.organizer, page, forms)
    assert (answers, acts("checkin_voided")) == ({303: 1, 409: MANY - 1}, 1)
    answers = at_once(f"{page}/{row.code}/restoring", cast.organizer, page, [{}] * MANY)
    assert (answers, acts("checkin_restored")) == ({303: 1, 409: MANY - 1}, 1)


def test_looking_through_many_times_at_once_finds_each_doubt_once(cast, at_once):
    event = gather(cast.branch, cast.branch)
    with transaction() as session:
        phone = Device(token_hash="0" * 64, made_at=clock.now(), seen_at=clock.now())
        session.add(phone)
    rows = [arrive(event, who) for who in (cast.wang, cast.li, cast.han)]
    with transaction():
        for row in rows:
            row.device_id = phone.id
    assert at_once("/reviews/sweep", cast.organizer, "/reviews", [{}] * MANY) == {303: MANY}
    db.session.expire_all()
    found = [db.session.get(CheckIn, row.id) for row in rows]
    assert {(row.review, row.review_reasons) for row in found} == {("open", "burst")}
    assert acts("doubts_found") == 1


@pytest.fixture
def over(cast):
    """A sitting with check-out that is over: two stayed, one forgot to check out."""
    event = open_event(cast, host=cast.branch, starts_in=-300, minutes=100, checks_out=True)
    sitting = event.occurrences[0]
    for person in (cast.wang, cast.li, cast.han):
        row = checkins.record_check_in(sitting, person, at=sitting.starts_at, how="tick", by=SYSTEM)
        if person is not cast.han:
            hours.check_out(row, at=sitting.ends_at, how="desk", by=SYSTEM)
    return event


def test_hours_are_confirmed_once_and_the_forgotten_closed_once(cast, over, at_once):
    page = f"/events/{over.code}/hours"
    answers = at_once(page, cast.zhao, page, [{"all": "1"}] * MANY)
    assert answers == {303: MANY}
    assert (acts("hours_granted"), acts("closed_out")) == (2, 1)
    rows = db.session.scalars(select(CheckIn).order_by(CheckIn.id)).all()
    assert [row.granted_minutes for row in rows] == [100, 100, None]
    assert [row.checked_out_how for row in rows] == ["desk", "desk", "auto"]


def test_many_numbers_for_one_row_leave_the_last_and_a_whole_trail(cast, over, at_once):
    page = f"/events/{over.code}/hours"
    row = db.session.scalars(select(CheckIn).where(CheckIn.person_id == cast.han.id)).one()
    forms = [{"minutes": str(10 + n), "reason": "问过了"} for n in range(MANY)]
    assert at_once(f"{page}/{row.code}", cast.zhao, page, forms) == {303: MANY}
    said = db.session.scalars(
        select(AuditEntry).where(AuditEntry.act == "hours_granted").order_by(AuditEntry.id)
    ).all()
    assert [one.facts["before"] for one in said] == [None] + [
        one.facts["minutes"] for one in said[:-1]
    ]
    assert db.session.get(CheckIn, row.id).granted_minutes == said[-1].facts["minutes"]


def test_a_period_is_signed_once_by_two_processes_at_once(cast, at_once, serve):
    arrive(gather(cast.street, cast.branch), cast.li, org=cast.branch)
    page = f"/closings?from=2026-07-01&to=2026-12-31&org={cast.branch.code}"
    answers = at_once(page, cast.zhao, page, [{"note": f"第{i}个"} for i in range(MANY)])
    assert answers == {303: 1, 409: MANY - 1}
    assert acts("period_signed") == 1
    half = periods.Period(date(2026, 7, 1), date(2026, 12, 31))
    (report,) = closings.reports_of(cast.branch)
    assert closings.standing_of(cast.branch, half).id == report.id
    assert closings.verify(report)
