"""The search page, its fragment while typing, and the box in the header of every staff page."""

import pytest
from flask import url_for

from app.domain import members, orgs
from app.domain.audit import SYSTEM
from app.web.search import PAGES
from tests import scope
from tests.gatherings import gather


def test_a_secretary_finds_people_branches_events_and_pages(cast, sign_in, stopped):
    event = gather(cast.branch, title="李雷讲团课")
    browser = sign_in(cast.wang_staff)
    for path in ("/search", "/search/results"):
        page = browser.get(path, query_string={"q": "李雷"}).text
        for words in (f"/people/{cast.li.code}", "****0002", f"/events/{event.code}", "李雷讲团课"):
            assert words in page, (path, words)
        assert "13900000002" not in page
    assert f"/orgs/{cast.branch.code}" in browser.get("/search?q=浏正街").text
    assert 'value="浏正街"' in browser.get("/search?q=浏正街").text


@pytest.mark.parametrize(
    ("words", "endpoint"),
    [("花名册", "roster.new"), ("huamingce", "roster.new"), ("导入", "roster.new"), ("dr", "roster.new"),
     ("excel", "roster.new"), ("待核", "reviews.index"), ("密码", "account.show"),
     ("半年总结", "reports.index"), ("办活动", "events.new"), ("隐私", "privacy.show")],
)  # fmt: skip
def test_a_page_is_found_by_its_names(app, cast, sign_in, words, endpoint):
    with app.test_request_context():
        address = url_for(endpoint)
    found = sign_in(cast.wang_staff).get("/search/results", query_string={"q": words}).text
    assert f'<a href="{address}">' in found


def test_nobody_is_shown_a_page_that_would_refuse_them(app, cast, sign_in):
    with app.test_request_context():
        names = [str(name) for _endpoint, name, _others in PAGES]
    for who in ("zhao", "wang_staff", "organizer", "auditor"):
        browser, shown = sign_in(getattr(cast, who)), set()
        for name in names:
            text = browser.get("/search/results", query_string={"q": name}).text
            shown |= set(text.split('<a href="')[1:])
        addresses = {one.split('"')[0] for one in shown}
        assert addresses
        for address in addresses:
            assert browser.get(address).status_code == 200, (who, address)


def test_pages_are_found_in_the_readers_own_language(cast, sign_in):
    found = sign_in(cast.wang_staff).get("/search/results?q=roster&lang=en").text
    assert '<a href="/roster">' in found


def test_every_staff_page_has_the_box_and_a_plain_way_there(cast, sign_in, phone):
    browser = sign_in(cast.wang_staff)
    for path in ("/", "/events", "/people", "/account", "/reports"):
        page = browser.get(path).text
        assert page.count('role="search"') == 1, path
        assert 'action="/search"' in page
        assert 'aria-keyshortcuts="Control+K Meta+K"' in page
        assert 'hx-get="/search/results"' in page
    assert browser.get("/search").text.count('role="search"') == 1
    assert "/search" not in phone.get("/").text
    assert "/search" not in phone.get("/account/sign-in").text


def test_too_little_is_no_answer_and_nothing_found_says_what_to_try(cast, sign_in):
    browser = sign_in(cast.wang_staff)
    for words in ("", "a", "   "):
        found = browser.get("/search/results", query_string={"q": words}).text
        assert "没有找到" not in found
        assert "<li>" not in found
    found = browser.get("/search/results?q=无此人").text
    assert "没有找到“无此人”" in found
    assert "手机后四位" in found
    assert "手机后四位" not in sign_in(cast.organizer).get("/search/results?q=无此人").text


def test_what_was_typed_is_shown_as_text(cast, sign_in):
    for words in ("<b>x</b>", '"><img src=x>', "%0_'; --", "x" * 5000, "\ud83d"):
        text = words.encode("utf-8", "surrogatepass")
        reply = sign_in(cast.zhao).get("/search", query_string={"q": text})
        assert reply.status_code == 200
        assert "<b>x" not in reply.text
        assert "<img src=x" not in reply.text


def test_more_leads_to_the_rooms_own_list(cast, sign_in, stopped):
    for n in "甲乙丙丁戊己庚辛壬":
        members.join_branch(members.make_person(f"欧阳一{n}"), cast.branch)
        orgs.add_org(f"欧阳一{n}团支部", parent=cast.street, by=SYSTEM)
        gather(cast.branch, title=f"欧阳一{n}")
    browser = sign_in(cast.street_manager)
    found = browser.get("/search?q=ouyangyi").text
    for room in ("people?q=", "orgs?q=", "events?words="):
        assert f"/{room}ouyangyi" in found
        assert browser.get(f"/{room}ouyangyi").text.count("欧阳一") >= 9


@pytest.mark.parametrize("who", ["other_manager", "organizer", "auditor"])
def test_no_search_leaks_a_canary(cast, stopped, sign_in, who):
    """Of another branch nothing at all; of one's own, no person for who reads no names."""
    scene, staff = scope.make_scene(cast), getattr(cast, who)
    browser, hidden = sign_in(staff), [*scene.stranger.all]
    hidden += [*scene.mine.all, scene.event.title, scene.event.code, scene.org.full_name] if who == "other_manager" else [*scene.mine.all]  # fmt: skip
    asked = (
        "欧阳澹雅", "欧阳", "oy", scene.mine.person.pinyin, scene.mine.person.initials,
        scene.mine.phone, scene.mine.phone[-4:], scene.mine.number, scene.mine.person.code,
        scene.event.code, scene.event.occurrences[0].code, "闭门", "bimen", "浏正街", "二组",
        "慕容", "8642", "%", "__", "%%%",
    )  # fmt: skip
    for words in asked:
        for path in ("/search", "/search/results"):
            text = browser.get(path, query_string={"q": words}).text.replace(words, "")
            told = [one for one in hidden if one in text]
            assert not told, (path, words, told)
