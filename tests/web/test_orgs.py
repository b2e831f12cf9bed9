"""The tree in the browser: what each role sees of an org, and who may change it."""

import re

import pytest

from app.db import db
from app.domain import members, orgs
from tests.gatherings import gather


def token_of(reply):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', reply.text)[1]


def post(browser, path, **fields):
    return browser.post(path, data={"csrf_token": token_of(browser.get("/account")), **fields})


def reread(org):
    db.session.expire_all()
    return db.session.get(orgs.Org, org.id)


def test_the_tree_begins_at_my_org_and_says_how_many_members(cast, sign_in):
    page = sign_in(cast.street_manager).get("/orgs").text
    assert "浏正街社区团支部" in page
    assert "2 名团员" in page
    assert "团工委" in page
    assert "教育局" not in page


@pytest.mark.parametrize("words", ["浏正", "liuzheng", "lzj", "浏正街支部"])
def test_an_org_is_found_by_name_pinyin_and_initials(cast, sign_in, words):
    page = sign_in(cast.street_manager).get("/orgs", query_string={"q": words}).text
    assert f"/orgs/{cast.branch.code}" in page
    assert f"/orgs/{cast.other_branch.code}" not in page


def test_a_search_stays_inside_my_subtree(cast, sign_in):
    assert cast.branch.code not in sign_in(cast.other_manager).get("/orgs?q=lzj").text


def test_a_secretary_sees_names_and_masked_phones_others_only_counts(cast, sign_in):
    gather(cast.branch, cast.branch, title="读书会")
    page = sign_in(cast.wang_staff).get(f"/orgs/{cast.branch.code}").text
    for words in ("李雷", "****0002", "团员", "读书会", "定王台街道团工委"):
        assert words in page
    assert "13900000002" not in page
    for staff in (cast.organizer, cast.auditor):
        page = sign_in(staff).get(f"/orgs/{cast.branch.code}").text
        assert "李雷" not in page
        assert "0002" not in page
        assert "只看人数" in page


def test_a_long_branch_is_paged(cast, sign_in):
    for number in range(60):
        members.join_branch(members.make_person(f"团员{number:02}"), cast.branch)
    browser = sign_in(cast.wang_staff)
    first = browser.get(f"/orgs/{cast.branch.code}").text
    last = browser.get(f"/orgs/{cast.branch.code}?page=2").text
    assert first.count("/people/") == 50
    assert last.count("/people/") == 12
    for odd in ("0", "-3", "99999999999999999999", "x"):
        assert browser.get(f"/orgs/{cast.branch.code}?page={odd}").status_code == 200


def test_a_manager_adds_a_child_and_the_trail_says_so(cast, sign_in):
    browser = sign_in(cast.street_manager)
    reply = post(
        browser, f"/orgs/{cast.street.code}/children",
        full_name="都正街社区团支部", short_name="", kind="branch", domain="community",
    )  # fmt: skip
    assert reply.status_code == 303
    page = browser.get(reply.location).text
    assert "都正街社区团支部" in page
    assert "新建好了" in page
    assert "都正街社区团支部" in browser.get("/audit").text


@pytest.mark.parametrize(
    "fields",
    [
        {"full_name": "", "kind": "branch", "domain": "other"},
        {"full_name": "支部", "kind": "castle", "domain": "other"},
        {"full_name": "支" * 121, "kind": "branch", "domain": "other"},
        {"full_name": "\0 ", "kind": "branch", "domain": "other"},
    ],
)
def test_a_wrong_child_is_refused_in_words(cast, sign_in, fields):
    browser = sign_in(cast.street_manager)
    before = len(orgs.all_orgs())
    reply = post(browser, f"/orgs/{cast.street.code}/children", **fields)
    assert reply.status_code == 422
    assert len(orgs.all_orgs()) == before


def test_a_renamed_org_keeps_its_old_name_in_sight(cast, sign_in):
    browser = sign_in(cast.street_manager)
    reply = post(
        browser, f"/orgs/{cast.branch.code}/name", full_name="浏正街团支部", short_name="浏正街"
    )
    assert reread(cast.branch).full_name == "浏正街团支部"
    page = browser.get(reply.location).text
    assert "曾用名" in page
    assert "浏正街社区团支部" in page


def test_an_org_moves_only_inside_my_own_scope(cast, sign_in):
    path = f"/orgs/{cast.branch.code}/parent"
    reply = post(sign_in(cast.street_manager), path, parent=cast.school.full_name)
    assert reply.status_code == 422
    assert reread(cast.branch).parent_id == cast.street.id
    assert post(sign_in(cast.zhao), path, parent=cast.school.full_name).status_code == 303
    assert reread(cast.branch).parent_id == cast.school.id


def test_a_circle_and_a_day_to_come_are_refused(cast, sign_in):
    browser = sign_in(cast.zhao)
    assert (
        post(browser, f"/orgs/{cast.bureau.code}/parent", parent=cast.school.code).status_code
        == 409
    )
    reply = post(browser, f"/orgs/{cast.branch.code}/name", full_name="新名", on="2999-01-01")
    assert reply.status_code == 422
    assert "还没到" in reply.text
    assert (
        post(browser, f"/orgs/{cast.branch.code}/name", full_name="新名", on="去年").status_code
        == 422
    )


def test_an_org_with_children_stays_and_a_leaf_closes(cast, sign_in):
    browser = sign_in(cast.zhao)
    assert post(browser, f"/orgs/{cast.street.code}/closing").status_code == 409
    assert post(browser, f"/orgs/{cast.branch.code}/closing").status_code == 303
    assert reread(cast.branch).is_closed
    assert "已撤销" in browser.get(f"/orgs/{cast.branch.code}").text
    assert post(browser, f"/orgs/{cast.branch.code}/closing").status_code == 409


def test_a_new_kind_holds_from_its_day_and_a_wrong_one_is_corrected(cast, sign_in):
    browser, where = sign_in(cast.street_manager), f"/orgs/{cast.branch.code}"
    reply = post(browser, f"{where}/type", kind="general_branch", domain="enterprise")
    assert reply.location == f"{where}?done=retyped"
    page = browser.get(reply.location).text
    assert "团总支" in page
    assert "<dt>以前是</dt><dd>团支部" in page
    told = {"kind": "general_branch", "domain": "village", "always": "y"}
    assert post(browser, f"{where}/type", **told).status_code == 303
    page = browser.get(where).text
    assert "乡镇村" in page
    assert "<dt>以前是</dt>" not in page
    for wrong in ({"on": "2999-01-01"}, {"kind": "castle"}, {"on": "昨天"}):
        told = {"kind": "committee", "domain": "village"} | wrong
        assert post(browser, f"{where}/type", **told).status_code == 422
    assert reread(cast.branch).kind == "general_branch"


@pytest.mark.parametrize("act", ["name", "type", "parent", "closing"])
def test_nobody_but_the_district_changes_the_org_of_their_own_account(cast, sign_in, act):
    fields = {
        "full_name": "新的名字", "parent": cast.school.full_name, "kind": "other",
        "domain": "other",
    }  # fmt: skip
    reply = post(sign_in(cast.wang_staff), f"/orgs/{cast.branch.code}/{act}", **fields)
    assert reply.status_code == 403
    assert sign_in(cast.wang_staff).get(f"/orgs/{cast.branch.code}/edit").status_code == 403
    assert (
        "改名、改类别、移动" not in sign_in(cast.wang_staff).get(f"/orgs/{cast.branch.code}").text
    )
    reply = post(sign_in(cast.zhao), f"/orgs/{cast.district.code}/name", full_name="新的区委")
    assert reply.status_code == 303


@pytest.mark.parametrize("path", ["", "/new", "/edit"])
def test_the_ladder_of_reading(cast, sign_in, phone, path):
    path = f"/orgs/{cast.other_branch.code}{path}"
    assert phone.get(path).status_code == 303
    assert sign_in(cast.street_manager).get(path).status_code == 200
    assert sign_in(cast.wang_staff).get(path).status_code == 404
    assert sign_in(cast.zhao).get(path.replace(cast.other_branch.code, "ZZZZZZ")).status_code == 404
    lesser = 200 if path.endswith(cast.other_branch.code) else 403
    assert sign_in(cast.auditor).get(path).status_code == lesser


@pytest.mark.parametrize("act", ["children", "name", "parent", "closing"])
def test_the_ladder_of_changing(cast, sign_in, act):
    path = f"/orgs/{cast.branch.code}/{act}"
    fields = {"full_name": "新的名字", "kind": "branch", "domain": "other", "parent": "x"}
    assert post(sign_in(cast.other_manager), path, **fields).status_code == 404
    assert post(sign_in(cast.organizer), path, **fields).status_code == 403
    assert post(sign_in(cast.auditor), path, **fields).status_code == 403
    assert sign_in(cast.zhao).post(path, data=fields).status_code == 400
    assert sign_in(cast.zhao).get(path).status_code == 405
