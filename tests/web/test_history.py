"""/p/<token>: the person's own history and nobody else's, for whoever holds the card."""

import io
from datetime import timedelta

import openpyxl
import pytest

from app.db import db, transaction
from app.domain import cards, checkins, leaves
from app.domain.audit import SYSTEM
from tests.gatherings import arrive, gather, guest
from tests.scope import token_of


@pytest.fixture
def secret(cast, stopped):
    return cards.make_card(cast.li, by=SYSTEM, org=cast.branch)


def test_the_card_shows_the_whole_history_by_year(cast, secret, phone, stopped):
    old = arrive(
        gather(cast.branch, cast.branch, title="去年的会", starts_in=-timedelta(days=400)), cast.li
    )
    new = arrive(gather(cast.street, cast.branch, title="今年的会"), cast.li)
    with transaction() as session:
        session.merge(old).granted_minutes, session.merge(new).granted_minutes = 90, 125
    page = phone.get(f"/p/{secret}")
    assert page.status_code == 200
    for words in ("李雷", "浏正街社区团支部", "去年的会", "今年的会", "2025", "2026", "2.1", "1.5", "3.6"):  # fmt: skip
        assert words in page.text, words


def test_no_other_persons_name_or_number_stands_there(cast, secret, phone):
    event = gather(cast.branch, cast.branch)
    for person in (cast.li, cast.wang, cast.han):
        arrive(event, person)
    twin = guest("李雷", phone="13911112222")
    arrive(gather(cast.branch, cast.branch, title="另一个李雷的会"), twin)
    for path in ("", "/history.csv"):
        text = phone.get(f"/p/{secret}{path}").text
        assert "主题团日" in text
        for words in ("王芳", "韩梅", "另一个李雷", "13900000002", cast.li.code, "202043000002"):
            assert words not in text


def test_undone_and_cancelled_stand_there_and_count_nowhere(cast, secret, phone):
    void = arrive(gather(cast.branch, cast.branch, title="签错的会"), cast.li)
    checkins.void_check_in(void, by=SYSTEM, reason="扫的是王芳的手机")
    event = gather(cast.branch, cast.branch, title="取消的会")
    arrive(event, cast.li)
    with transaction() as session:
        session.merge(event).cancelled_at = event.published_at
    page = phone.get(f"/p/{secret}").text
    assert page.count('class="tag off"') == 2
    assert '<td class="num">0</td>' in page
    assert "王芳" not in page


def test_rows_of_somebody_merged_into_the_person_are_there(cast, secret, phone):
    twin = guest("李磊", phone="13911112222")
    arrive(gather(cast.branch, cast.branch, title="并过来的会"), twin)
    with transaction() as session:
        session.merge(twin).merged_into_id = cast.li.id
    assert "并过来的会" in phone.get(f"/p/{secret}").text


def test_a_title_is_told_as_it_is_and_runs_nowhere(cast, secret, phone):
    arrive(gather(cast.branch, cast.branch, title="=1+1<b>"), cast.li)
    assert "=1+1&lt;b&gt;" in phone.get(f"/p/{secret}").text
    assert "'=1+1<b>" in phone.get(f"/p/{secret}/history.csv").text
    book = openpyxl.load_workbook(io.BytesIO(phone.get(f"/p/{secret}/history.xlsx").data))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert [c.data_type for c in cells if c.value == "=1+1<b>"] == ["s"]


def test_the_files_bear_one_line_a_check_in(cast, secret, phone):
    row = arrive(gather(cast.branch, cast.branch), cast.li)
    with transaction() as session:
        session.merge(row).granted_minutes = 90
    lines = phone.get(f"/p/{secret}/history.csv").data.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("活动,开始,地点")
    assert lines[1].split(",")[0] == "主题团日"
    assert "1.5" in lines[1].split(",")
    book = openpyxl.load_workbook(io.BytesIO(phone.get(f"/p/{secret}/history.xlsx").data))
    cells = [cell.value for cell in list(book.active.iter_rows())[-1]]
    assert (cells[0], cells[1], cells[9]) == ("合计", "1 次", 1.5)


def test_revoked_and_unknown_get_the_same_answer(cast, secret, phone):
    dead = secret
    cards.make_card(cast.li, by=SYSTEM, org=cast.branch)
    answers = set()
    for token in (dead, "A" * 26, "1", cast.li.code, str(cast.li.id)):
        for path in (f"/p/{token}", f"/P/{token}", f"/p/{token}/history.csv"):
            reply = phone.get(path)
            answers.add(
                (reply.status_code, reply.headers["X-Robots-Tag"], "个人卡打不开" in reply.text)
            )
            assert "李雷" not in reply.text
    assert answers == {(404, "noindex, nofollow", True)}


def test_the_page_is_kept_nowhere_and_its_address_goes_nowhere(secret, phone):
    for path in ("", "/history.csv", "/history.xlsx"):
        headers = phone.get(f"/p/{secret}{path}").headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in headers


def test_a_bug_there_does_not_write_the_secret_down(secret, phone, caplog, monkeypatch):
    def break_down(_person):
        raise ZeroDivisionError

    monkeypatch.setattr("app.web.history.attendance.history_of", break_down)
    assert phone.get(f"/p/{secret}").status_code == 500
    assert "/p/<token>" in caplog.text


def test_wechat_is_told_where_to_download(secret, phone):
    wechat = {"User-Agent": "Mozilla/5.0 MicroMessenger/8.0"}
    reply = phone.get(f"/p/{secret}/history.xlsx", headers=wechat)
    assert reply.mimetype == "text/html"
    assert f'href="/p/{secret}"' in reply.text


def test_the_letters_know_no_case(secret, phone):
    for path in (f"/p/{secret.lower()}", f"/P/{secret}", f"/p/%20{secret}"):
        assert phone.get(path).status_code == 200


# Asking for leave -------------------------------------------------------------------------------


def ask(phone, secret, sitting, **told):
    form = {"csrf_token": token_of(phone, f"/p/{secret}"), "sitting": sitting.code, "kind": "sick"}
    return phone.post(f"/p/{secret}/leaves", data=form | told)


@pytest.fixture
def tomorrow(cast, secret):
    return gather(
        cast.branch, cast.branch, title="明天的会", starts_in=timedelta(days=1)
    ).occurrences[0]


def test_the_holder_asks_for_leave_and_takes_it_back(cast, secret, tomorrow, phone):
    page = phone.get(f"/p/{secret}").text
    assert "明天的会" in page
    reply = ask(phone, secret, tomorrow, reason="发烧")
    assert (reply.status_code, reply.location) == (303, f"/p/{secret}?done=asked#coming")
    held = leaves.leave_or_none(tomorrow, cast.li)
    assert (held.kind, held.reason, held.is_asked) == ("sick", "发烧", True)
    assert "撤回请假" in phone.get(reply.location).text
    form = {"csrf_token": token_of(phone, f"/p/{secret}"), "sitting": tomorrow.code}
    assert phone.post(f"/p/{secret}/leaves/withdrawal", data=form).status_code == 303
    db.session.rollback()
    assert leaves.leave_or_none(tomorrow, cast.li) is None
    assert phone.post(f"/p/{secret}/leaves/withdrawal", data=form).status_code == 404


def test_leave_is_asked_from_what_expects_the_holder_and_for_nobody_else(cast, secret, tomorrow, phone):  # fmt: skip
    foreign = gather(cast.bureau, cast.class_one, title="别家的会", starts_in=timedelta(days=1))
    assert "别家的会" not in phone.get(f"/p/{secret}").text
    assert ask(phone, secret, foreign.occurrences[0]).status_code == 404
    assert ask(phone, secret, tomorrow, kind="holiday").status_code == 422
    assert ask(phone, secret, tomorrow, reason="x" * 121).status_code == 422
    assert ask(phone, secret, tomorrow).status_code == 303
    twice = ask(phone, secret, tomorrow)
    assert (twice.status_code, "已经请过假了" in twice.text) == (409, True)
    cards.revoke_card(cast.li, by=SYSTEM, org=cast.branch)
    token = token_of(phone, "/account/sign-in")
    for path in ("leaves", "leaves/withdrawal"):
        dead = phone.post(
            f"/p/{secret}/{path}", data={"csrf_token": token, "sitting": tomorrow.code}
        )
        assert dead.status_code == 404


def test_a_declined_leave_says_so_and_offers_no_second_one(cast, secret, tomorrow, phone):
    ask(phone, secret, tomorrow)
    leaves.decline(leaves.leave_or_none(tomorrow, cast.li), by=cast.wang_staff.actor)
    page = phone.get(f"/p/{secret}").text
    assert "没有批准" in page
    assert "来不了，请假" not in page
