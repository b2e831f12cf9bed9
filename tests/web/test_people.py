"""People: found inside the scope, corrected with a trail, and a phone that is shown only when asked."""

import re

import pytest

from app.db import db
from app.domain import members
from app.domain.audit import AuditEntry
from tests.gatherings import arrive, gather


def token_of(reply):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', reply.text)[1]


def post(browser, path, **fields):
    return browser.post(path, data={"csrf_token": token_of(browser.get("/account")), **fields})


def reread(person):
    db.session.expire_all()
    return db.session.get(members.Person, person.id)


def acts():
    return [entry.act for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]


GOOD = {"name": "李雷", "phone": "", "admission_number": "202043000002", "birth_month": ""}


@pytest.mark.parametrize("words", ["李", "lilei", "ll", "13900000002", "0002", "202043000002"])
def test_somebody_is_found_by_whatever_is_known(cast, sign_in, words):
    page = sign_in(cast.wang_staff).get(f"/people?q={words}").text
    assert f"/people/{cast.li.code}" in page
    assert "****0002" in page


@pytest.mark.parametrize("words", ["李雷", "ll", "13900000002", "0002"])
def test_nobody_of_another_branch_is_found(cast, sign_in, words):
    page = sign_in(cast.other_manager).get(f"/people?q={words}").text
    assert cast.li.code not in page
    assert "没有找到" in page


def test_the_phone_is_masked_until_somebody_asks_and_is_written_down(cast, sign_in):
    browser = sign_in(cast.wang_staff)
    assert "13900000002" not in browser.get(f"/people/{cast.li.code}").text
    assert "phone_shown" not in acts()
    reply = post(browser, f"/people/{cast.li.code}/phone")
    assert "13900000002" in reply.text
    assert reply.headers["Cache-Control"] == "no-store"
    assert acts().count("phone_shown") == 1
    assert "13900000002" not in browser.get("/audit").text


def test_a_person_page_lists_what_this_scope_may_know(cast, sign_in, stopped):
    own = gather(cast.branch, cast.branch, title="读书会")
    far = gather(cast.bureau, cast.bureau, title="教育局的会")
    guest_of_school = gather(cast.school, cast.branch, title="学校开放日")
    for event in (own, guest_of_school):
        arrive(event, cast.li)
    arrive(far, cast.lin)
    page = sign_in(cast.wang_staff).get(f"/people/{cast.li.code}").text
    assert "读书会" in page
    assert "学校开放日" in page, "their row lies in this branch's line"
    assert "教育局的会" not in page


def test_a_correction_changes_what_was_said_and_leaves_a_trail_without_values(cast, sign_in):
    browser = sign_in(cast.wang_staff)
    reply = post(
        browser, f"/people/{cast.li.code}",
        name="李蕾", phone="139-1234-5678", admission_number="2020 4300 0009", birth_month="2009-05",
    )  # fmt: skip
    assert reply.status_code == 303
    li = reread(cast.li)
    assert (li.name, li.initials, li.phone_tail) == ("李蕾", "ll", "5678")
    assert (li.admission_number, li.birth_month) == ("202043000009", "2009-05")
    entry = db.session.query(AuditEntry).filter_by(act="person_edited").one()
    assert entry.facts == {
        "person": li.code, "changes": ["name", "phone", "admission_number", "birth_month"],
    }  # fmt: skip
    assert "姓名, 手机号" in browser.get("/audit").text


def test_an_empty_phone_keeps_it_and_a_tick_removes_it(cast, sign_in):
    browser = sign_in(cast.wang_staff)
    post(browser, f"/people/{cast.li.code}", **GOOD)
    assert reread(cast.li).phone_tail == "0002"
    assert "person_edited" not in acts()
    post(browser, f"/people/{cast.li.code}", **GOOD, no_phone="y")
    assert reread(cast.li).phone_hash is None


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("name", "", 422), ("name", "李" * 41, 422), ("phone", "12345", 422), ("birth_month", "2009", 422),
        ("birth_month", "2099-01", 422), ("birth_month", "2009-13", 422),
        ("admission_number", "12*4", 422), ("admission_number", "202043000001", 409),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_beside_its_field_and_nothing_is_written(
    cast, sign_in, field, value, status
):
    before = reread(cast.li).name_key, cast.li.phone_hash, cast.li.admission_hash
    reply = post(sign_in(cast.wang_staff), f"/people/{cast.li.code}", **{**GOOD, field: value})
    assert reply.status_code == status
    assert f'id="{field}-error"' in reply.text
    after = reread(cast.li)
    assert (after.name_key, after.phone_hash, after.admission_hash) == before


def test_two_people_of_one_name_and_phone_are_refused(cast, sign_in):
    twin = members.make_person("李雷", phone="13911112222")
    members.join_branch(twin, cast.branch)
    reply = post(
        sign_in(cast.wang_staff), f"/people/{cast.li.code}", **{**GOOD, "phone": "13911112222"}
    )
    assert reply.status_code == 409
    assert "同名同号码" in reply.text


def test_the_guardians_consent_is_recorded_with_its_paper(cast, sign_in, stopped):
    path = f"/people/{cast.li.code}/consent"
    browser = sign_in(cast.wang_staff)
    assert post(browser, path, given_by="", paper="", on="2026-11-01").status_code == 422
    assert post(browser, path, given_by="李父", paper="2026-01", on="2026-11-23").status_code == 422
    assert post(browser, path, given_by="李父", paper="2026-01", on="昨天").status_code == 422
    reply = post(browser, path, given_by="李父", paper="2026-01", on="2026-11-01")
    assert "2026-01" in browser.get(reply.location).text
    assert reread(cast.li).guardian_consent_by == "李父"
    assert acts().count("consent_recorded") == 1


@pytest.mark.parametrize(
    ("birth", "child"), [("2012-12", True), ("2012-11", True), ("2012-10", False), ("", False)]
)
def test_a_child_is_told_by_the_month(cast, stopped, birth, child):
    cast.li.birth_month = birth
    assert members.may_be_child(cast.li) is child


@pytest.mark.parametrize("path", ["", "/{code}", "/{code}/edit"])
def test_the_ladder_of_reading(cast, sign_in, phone, path):
    path = "/people" + path.format(code=cast.li.code)
    assert sign_in(cast.wang_staff).get(path).status_code == 200
    assert phone.get(path).status_code == 303
    for lesser in (cast.organizer, cast.auditor):
        assert sign_in(lesser).get(path).status_code == 403
    other = sign_in(cast.other_manager).get(path)
    assert other.status_code == (200 if path == "/people" else 404)
    assert "李雷" not in other.text
    assert sign_in(cast.zhao).get("/people/ZZZZZZ").status_code == 404


@pytest.mark.parametrize("act", ["", "/phone", "/consent"])
def test_the_ladder_of_changing(cast, sign_in, act):
    path, fields = f"/people/{cast.li.code}{act}", {**GOOD, "name": "别人"}
    assert post(sign_in(cast.other_manager), path, **fields).status_code == 404
    assert post(sign_in(cast.organizer), path, **fields).status_code == 403
    assert sign_in(cast.wang_staff).post(path, data=fields).status_code == 400
    if act:
        assert sign_in(cast.wang_staff).get(path).status_code == 405
    assert reread(cast.li).name == "李雷"
