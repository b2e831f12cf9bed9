"""The headcount page: numbers per org, reached in one tap from where they are missed."""

import io

import openpyxl
import pytest

from app.db import db
from app.domain import live
from app.domain.tallies import Headcount
from tests.gatherings import arrive, gather, sitting
from tests.happenings import HOUR
from tests.scope import token_of


@pytest.fixture
def event(cast, stopped):
    """The street asks its two branches; 李雷 is there."""
    event = gather(cast.street, cast.street, title="街道团日")
    arrive(event, cast.li)
    return event


def path_of(event):
    return f"/events/{event.code}/headcount"


def post(browser, path, **fields):
    told = {name.replace("_", "-"): value for name, value in fields.items()}
    return browser.post(path, data={"csrf_token": token_of(browser, "/account"), **told})


def count(browser, event, org, number, was="", **more):
    fields = {f"heads-{org.code}": number, f"was-{org.code}": was, **more}
    return post(browser, path_of(event), **fields)


def numbers():
    db.session.rollback()
    query = db.session.query(Headcount).filter(Headcount.voided_at.is_(None))
    return [row.number for row in query.order_by(Headcount.id)]


def test_numbers_are_written_per_org_and_shown_with_who_and_where_from(cast, event, sign_in):
    browser = sign_in(cast.street_manager)
    page = browser.get(path_of(event)).text
    for org in (cast.street, cast.branch, cast.other_branch):
        assert f'name="heads-{org.code}"' in page
    reply = count(browser, event, cast.branch, "３0", evidence="现场照片 12 号")
    assert reply.status_code == 303
    page = browser.get(reply.location).text
    for words in ("一共清点 30 人", "现场照片 12 号", cast.street_manager.name, 'value="30"'):
        assert words in page
    assert numbers() == [30]


def test_the_number_stands_beside_those_present_wherever_they_stand(cast, event, sign_in):
    browser = sign_in(cast.street_manager)
    for page in ("/events/{}", "/live/{}", "/events/{}/attendance"):
        text = browser.get(page.format(event.code)).text
        assert "<dt>清点</dt>" not in text
        assert any(f'href="{path_of(one)}"' in text for one in (event, *event.occurrences))
    count(browser, event, cast.branch, "30")
    for page in ("/events/{}", "/live/{}", "/events/{}/attendance"):
        text = browser.get(page.format(event.code)).text
        assert "<dt>清点</dt>" in text
        assert 'data-present="1"' in text or page != "/live/{}"
    assert "另有清点 30 人" in browser.get(f"/events/{event.code}/attendance/sheet").text
    book = openpyxl.load_workbook(
        io.BytesIO(browser.get(f"/events/{event.code}/attendance.xlsx").data)
    )
    said = [str(cell.value) for row in book.active.iter_rows(max_row=6) for cell in row]
    assert any("另有清点 30 人" in words for words in said)


def test_an_account_of_an_invited_branch_sees_only_its_own_heads(cast, event, sign_in):
    browser = sign_in(cast.street_manager)
    count(browser, event, cast.branch, "30")
    assert live.tally(event.occurrences[0], cast.other_branch).heads == 0
    other = sign_in(cast.other_manager)
    assert "<dt>清点</dt>" not in other.get(f"/events/{event.code}").text
    mine = sign_in(cast.wang_staff).get(f"/events/{event.code}").text
    assert "<dt>清点</dt>" in mine
    assert path_of(event) not in mine  # it reads, the host counts


def test_what_is_no_number_keeps_what_was_typed_and_writes_nothing(cast, event, sign_in):
    browser = sign_in(cast.street_manager)
    for typed in ("三十", "-1", "1.5", "123456", "1e3"):
        reply = count(browser, event, cast.branch, typed)
        assert reply.status_code == 422, typed
        assert f'value="{typed}"' in reply.text
        assert 'aria-invalid="true"' in reply.text
    assert count(browser, event, cast.branch, "5", evidence="字" * 201).status_code == 422
    assert numbers() == []


def test_a_page_of_hundreds_of_orgs_is_taken_whole(cast, event, sign_in):
    browser = sign_in(cast.street_manager)
    many = {f"{kind}-Z{n}": "" for n in range(400) for kind in ("was", "heads")}
    assert count(browser, event, cast.other_branch, "12", **many).status_code == 303
    last = {**many, f"heads-{cast.branch.code}": "7"}
    assert post(browser, path_of(event), **last).status_code == 303
    assert numbers() == [12, 7]


def test_emptied_is_taken_back_and_untouched_stays(cast, event, sign_in):
    browser = sign_in(cast.street_manager)
    count(browser, event, cast.branch, "30")
    count(browser, event, cast.other_branch, "12")
    assert "没有改动" in browser.get(count(browser, event, cast.branch, "30", "30").location).text
    count(browser, event, cast.branch, "", "30")
    assert numbers() == [12]
    count(browser, event, cast.other_branch, "0", "12")
    assert numbers() == []


def test_a_page_that_is_out_of_date_overwrites_nothing(cast, event, sign_in):
    browser = sign_in(cast.street_manager)
    count(browser, event, cast.branch, "30")
    reply = count(browser, event, cast.branch, "28")  # that page still showed an empty field
    assert reply.status_code == 409
    assert "现在是 30" in reply.text
    assert 'value="28"' in reply.text
    assert numbers() == [30]


def test_before_check_in_there_is_nobody_to_count(cast, stopped, sign_in):
    event = gather(cast.branch, starts_in=30 * HOUR)
    browser = sign_in(cast.wang_staff)
    page = browser.get(path_of(event))
    assert page.status_code == 200
    assert "还没开始" in page.text
    assert count(browser, event, cast.branch, "5").status_code == 409
    assert path_of(event) not in browser.get(f"/events/{event.code}").text


def test_each_sitting_has_its_own_heads(cast, event, sign_in):
    earlier, browser = sitting(event, starts_in=-26 * HOUR), sign_in(cast.street_manager)
    page = browser.get(path_of(event)).text
    assert f"/events/{earlier.code}/headcount" in page
    count(browser, earlier, cast.branch, "30")
    assert live.tally(earlier).heads == 30
    db.session.refresh(event)
    assert sum(live.tally(one).heads for one in event.occurrences) == 30


def test_today_leads_from_the_unrecorded_to_the_count_and_forgets_it(cast, stopped, sign_in):
    event = gather(cast.branch, title="河岸清洁")
    stopped.forward(hours=3)
    browser = sign_in(cast.wang_staff)
    (row,) = event.occurrences
    assert f'href="/events/{row.code}/headcount"' in browser.get("/").text
    count(browser, event, cast.branch, "14")
    assert "河岸清洁" not in browser.get("/").text.split('id="owed"')[1].split("</section>")[0]


def test_the_ladder(app, cast, event, sign_in, phone):
    path = path_of(event)
    assert sign_in(cast.street_manager).get(path).status_code == 200
    assert phone.get(path).status_code == 303
    for staff in (cast.other_manager, cast.wang_staff):  # invited: they read, they do not count
        assert sign_in(staff).get(path).status_code == 404
        assert count(sign_in(staff), event, cast.other_branch, "5").status_code == 404
    assert sign_in(cast.auditor).get(path).status_code == 403
    browser = sign_in(cast.street_manager)
    assert browser.get("/events/ZZZZZZ/headcount").status_code == 404
    assert count(browser, event, cast.class_one, "5").status_code == 404
    assert browser.put(path, data={"csrf_token": token_of(browser, "/account")}).status_code == 405
    assert numbers() == []
