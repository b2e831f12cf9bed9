"""The pages of corrections: look, give a reason, do, take back; without a script, in one's scope."""

import re
from datetime import timedelta

import pytest

from app.db import db
from app.domain import corrections, events, members
from app.domain.checkins import CheckIn
from tests.gatherings import arrive, gather, guest, sitting

PICK = re.compile(r'name="(pick-[0-9]+)"')


@pytest.fixture
def twin(cast, stopped):
    person = members.make_person("李蕾", phone="13900000002")
    members.join_branch(person, cast.branch)
    return person


@pytest.fixture
def came_twice(cast, twin):
    event = gather(cast.branch, cast.branch, title="读书会")
    arrive(event, cast.li)
    return arrive(event, twin)


def token_of(browser):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/account").text)[1]


def post(browser, path, **fields):
    return browser.post(path, data={"csrf_token": token_of(browser), **fields})


def reread(row):
    db.session.rollback()
    db.session.expire_all()
    return db.session.get(type(row), row.id)


def test_from_the_suggestion_to_the_merge_and_back(cast, twin, came_twice, sign_in):
    browser = sign_in(cast.wang_staff)
    page = browser.get("/corrections").text
    assert "手机号相同" in page
    assert "13900000002" not in page
    link = re.search(r'href="(/corrections/people/\w+/merging/\w+)"', page)[1]
    preview = browser.get(link)
    assert "还没有改" in preview.text
    assert reread(came_twice).voided_at is None
    assert post(browser, link, reason=" ").status_code == 422
    done = post(browser, link, reason="导入了两次")
    assert done.status_code == 303
    page = browser.get(done.location).text
    assert "改好了" in page
    assert "读书会" in page
    assert reread(came_twice).void_reason == "重复"
    path = done.location.split("?")[0]
    assert post(browser, f"{path}/undoing", reason="").status_code == 422
    back = post(browser, f"{path}/undoing", reason="是两个人")
    assert "撤回了，每个数都和改之前一样" in browser.get(back.location).text
    assert reread(came_twice).voided_at is None
    assert post(browser, f"{path}/undoing", reason="再撤").status_code == 409


def test_the_second_clerk_is_told_in_words(cast, came_twice, twin, sign_in):
    corrections.merge_people(cast.li, twin, by=cast.zhao, reason="先到一步")
    reply = post(
        sign_in(cast.wang_staff),
        f"/corrections/people/{cast.li.code}/merging/{twin.code}",
        reason="重",
    )
    assert reply.status_code == 409
    assert "刚刚被别人合并了" in reply.text


def test_two_people_are_told_apart_with_one_click(cast, twin, sign_in):
    browser = sign_in(cast.wang_staff)
    reply = post(browser, "/corrections/apart", one=cast.li.code, other=twin.code)
    page = browser.get(reply.location).text
    assert "不再提示" in page
    assert "看看合并" not in page


def test_the_other_end_must_be_mine_too(cast, came_twice, sign_in):
    browser = sign_in(cast.wang_staff)
    theirs = gather(cast.other_branch, cast.other_branch)
    own = came_twice.occurrence.event
    for path in (
        f"/corrections/people/{cast.li.code}/merging/{cast.han.code}",
        f"/corrections/people/{cast.han.code}/merging/{cast.li.code}",
        f"/corrections/events/{own.code}/merging/{theirs.code}",
    ):
        assert browser.get(path).status_code == 404, path
        assert post(browser, path, reason="借一借").status_code == 404, path
    reply = post(
        browser, f"/corrections/events/{own.code}/moving", row=came_twice.code, code=theirs.code,
        reason="借一借",
    )  # fmt: skip
    assert reply.status_code == 422
    assert "没有这一场" in reply.text
    reply = post(
        browser, f"/corrections/events/{own.code}/amending", host=cast.other_branch.code,
        day="2026-11-22", start="10:00", end="11:00", reason="借一借",
    )  # fmt: skip
    assert reply.status_code == 404


def test_an_organizer_corrects_events_and_not_people(cast, came_twice, twin, sign_in):
    done = corrections.merge_people(cast.li, twin, by=cast.wang_staff, reason="重复")
    browser, event = sign_in(cast.organizer), came_twice.occurrence.event
    assert done.code not in browser.get("/corrections").text
    assert browser.get(f"/corrections/{done.code}").status_code == 403
    assert browser.get(f"/corrections/people/{cast.li.code}").status_code == 403
    for kind in ("moving", "merging", "amending", "paper"):
        assert browser.get(f"/corrections/events/{event.code}/{kind}").status_code == 200, kind


def test_ticked_rows_move_after_a_look(cast, came_twice, sign_in):
    browser, event = sign_in(cast.organizer), came_twice.occurrence.event
    target = gather(cast.branch, cast.branch, title="座谈会").occurrences[0]
    path = f"/corrections/events/{event.code}/moving"
    assert "座谈会" in browser.get(path).text
    assert post(browser, path, target=target.code).status_code == 422
    look = post(browser, path, row=came_twice.code, target=target.code)
    assert came_twice.code in look.text
    assert reread(came_twice).occurrence_id != target.id
    done = post(browser, path, row=came_twice.code, target=target.code, reason="扫错了码")
    assert done.status_code == 303
    assert reread(came_twice).occurrence_id == target.id


def test_a_paper_list_offers_the_namesakes_and_keeps_its_date(cast, stopped, sign_in):
    members.join_branch(members.make_person("王芳", phone="13911110009"), cast.branch)
    event = gather(cast.branch, cast.branch, title="读书会")
    browser, path = sign_in(cast.organizer), f"/corrections/events/{event.code}/paper"
    told = {"names": "王芳\n李雷", "paper_on": "2026-11-20"}
    look = post(browser, path, **told)
    pick = PICK.search(look.text)[1]
    again = post(browser, path, **told, **{pick: cast.wang.code}, reason="", look="1")
    assert "选定的人" in again.text
    done = post(browser, path, **told, **{pick: cast.wang.code}, reason="照签到表")
    assert done.status_code == 303
    rows = db.session.scalars(db.select(CheckIn).order_by(CheckIn.id)).all()
    assert {row.person_id for row in rows} == {cast.wang.id, cast.li.id}
    assert "11月20日" in browser.get(f"/events/{event.code}/attendance").text.replace(" ", "")


def test_a_paper_list_of_a_sitting_called_off_meanwhile_keeps_what_was_typed(
    cast, stopped, sign_in
):
    event = gather(cast.branch, cast.branch, title="读书会")
    other = sitting(event, starts_in=timedelta(minutes=-20))
    browser, path = sign_in(cast.organizer), f"/corrections/events/{other.code}/paper"
    told = {"names": "王芳\n李雷", "paper_on": "2026-11-20"}
    assert post(browser, path, **told).status_code == 200
    events.cancel_occurrence(other, by=cast.organizer.actor, reason="场地停电")
    reply = post(browser, path, **told, reason="照签到表")
    assert reply.status_code == 409
    assert "这一场没有在办，不能签到。" in reply.text
    assert "王芳\n李雷</textarea>" in reply.text.replace("\r\n", "\n")
    assert db.session.scalar(db.select(CheckIn)) is None


def test_splitting_finds_the_other_one_by_words(cast, twin, came_twice, sign_in):
    browser, path = sign_in(cast.wang_staff), f"/corrections/people/{twin.code}/splitting"
    assert "读书会" in browser.get(path).text
    told = {"row": came_twice.code, "who": "known"}
    assert post(browser, path, **told, other="没有这人").status_code == 422
    members.join_branch(members.make_person("王方"), cast.branch)
    several = post(browser, path, **told, other="wangfang")
    assert "选一个" in several.text
    assert post(browser, path, **told, other=cast.wang.code, reason="记错").status_code == 303
    assert reread(came_twice).person_id == cast.wang.id


def test_a_guest_on_the_list_leads_to_the_member(cast, stopped, sign_in):
    event, someone = gather(cast.branch, cast.branch), guest("李雷", phone="13700000001")
    arrive(event, someone)
    browser = sign_in(cast.wang_staff)
    page = browser.get(f"/events/{event.code}/attendance").text
    assert f"/corrections/people/{someone.code}" in page
    page = browser.get(f"/corrections/people/{someone.code}?q=李雷").text
    link = re.search(r'href="(/corrections/people/\w+/joining/\w+)"', page)[1]
    assert post(browser, link, reason="换了手机").status_code == 303
    assert reread(someone).merged_into_id == cast.li.id


def test_the_old_code_of_a_merged_event_checks_in_to_the_one_that_stayed(
    cast, stopped, sign_in, phone
):
    kept = gather(cast.branch, cast.branch, title="留下的")
    gone = gather(cast.branch, cast.branch, title="多建的")
    arrive(gone, cast.li)
    browser = sign_in(cast.organizer)
    post(browser, f"/corrections/events/{kept.code}/merging/{gone.code}", reason="建了两遍")
    assert "留下的" in phone.get(f"/c/{gone.code}").text
    assert "留下的" in phone.get(f"/e/{gone.code}").text
    assert "已经并进另一个" in browser.get(f"/events/{gone.code}").text


def test_a_correction_made_above_tells_each_reader_only_its_own_figures(
    cast, twin, came_twice, sign_in
):
    done = corrections.merge_people(cast.li, twin, by=cast.zhao, reason="重复")
    assert "芙蓉团区委" in done.figures_before["orgs"][cast.district.code]["name"]
    figures = sign_in(cast.wang_staff).get(f"/corrections/{done.code}").text.split("<h2", 1)[1]
    assert "浏正街支部" in figures
    assert "芙蓉团区委" not in figures.split("</main>")[0]


def test_the_day_of_an_event_is_changed_with_its_figures(cast, came_twice, sign_in):
    event = came_twice.occurrence.event
    browser, path = sign_in(cast.organizer), f"/corrections/events/{event.code}/amending"
    told = {"host": cast.branch.code, "day": "2026-06-30", "start": "10:00", "end": "11:00"}
    assert "2026" in post(browser, path, **told).text
    assert post(browser, path, **{**told, "day": "2027-01-01"}).status_code == 422
    assert post(browser, path, **{**told, "end": "9"}, reason="x").status_code == 422
    assert post(browser, path, **told, reason="日期写错").status_code == 303
    assert reread(event.occurrences[0]).starts_on.isoformat() == "2026-06-30"
    assert timedelta(hours=1) == reread(event.occurrences[0]).ends_at - reread(event.occurrences[0]).starts_at  # fmt: skip
