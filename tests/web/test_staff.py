"""The accounts of a subtree: who has one, links singly and by the hundred, handing over, closing."""

import html
import re
from base64 import b64decode
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from app.db import transaction
from app.domain import staff as accounts
from app.domain.members import Post

LINK = re.compile(r"http://\S+/account/opening/[\w-]{22}")


def token_of(reply):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', reply.text)[1]


def post(browser, path, **fields):
    return browser.post(path, data={"csrf_token": token_of(browser.get("/account")), **fields})


def links_in(page):
    """The links a page tells, each once, in order."""
    return list(dict.fromkeys(LINK.findall(html.unescape(page.text))))


def codes_in(page):
    """What another program reads off the pictures in the page."""
    found = re.findall(r'src="data:image/png;base64,([^"]+)"', page.text)
    pictures = [Image.open(BytesIO(b64decode(one))) for one in found]
    return [zxingcpp.read_barcodes(picture)[0].text for picture in pictures]


@pytest.fixture
def posts(cast):
    with transaction() as session:
        for person, org, title in (
            (cast.han, cast.other_branch, "书记"),
            (cast.lin, cast.class_one, "团支部书记"),
            (cast.li, cast.branch, "副书记"),
        ):
            session.add(Post(person_id=person.id, org_id=org.id, title=title))
    return cast


def seats_in(page):
    return re.findall(r'name="seat" value="([^"]+)" checked', page.text)


def test_a_secretary_sees_the_accounts_of_the_own_subtree(cast, sign_in):
    page = sign_in(cast.street_manager).get("/staff").text
    for name in ("周街道", "王芳", "何组织", "冯支书"):
        assert name in page
    assert "赵书记" not in page
    assert sign_in(cast.organizer).get("/staff").status_code == 403
    assert sign_in(cast.auditor).get("/staff").status_code == 403


def test_the_list_is_searched_and_sorted_by_state(cast, sign_in, stopped):
    accounts.invite_staff("孙支书", role="manager", org=cast.branch, by=cast.zhao, days=20)
    accounts.close_staff(cast.other_manager, by=cast.zhao)
    browser = sign_in(cast.zhao)

    def names(asked):
        page = browser.get("/staff" + asked).text
        return re.findall(r'<a href="/staff/\w{6,8}">([^<]+)</a>', page)

    assert names("?part=waiting") == ["孙支书"]
    assert names("?part=closed") == ["冯支书"]
    assert names("?part=sleeping") == []
    assert names("?q=wang_staff") == ["王芳"]
    assert names("?part=nonsense&page=99") == names("")
    stopped.forward(days=95)  # the cast is a few days younger than the stopped clock
    browser = sign_in(cast.zhao)
    assert "王芳" in names("?part=sleeping")
    assert "赵书记" not in names("?part=sleeping")


def test_the_link_page_tells_the_link_in_words_and_as_a_code_once(cast, sign_in, stopped):
    browser = sign_in(cast.street_manager)
    told = {"name": "孙支书", "org": cast.branch.full_name, "role": "manager"}
    page = post(browser, "/staff", **told)
    (link,) = links_in(page)
    assert codes_in(page) == [link]
    assert "2026-12-12 12:00前有效" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    row = accounts.waiting_in(cast.street)[0]
    again = post(browser, f"/staff/{row.staff.code}/reset")
    assert links_in(again) != [link]
    assert link.rsplit("/", 1)[1] not in again.text


def test_an_invitation_above_or_outside_is_refused_in_words(cast, sign_in):
    browser = sign_in(cast.street_manager)
    good = {"name": "孙支书", "org": cast.branch.full_name, "role": "manager"}
    assert 'value="district"' not in browser.get("/staff/new").text
    assert post(browser, "/staff", **good | {"role": "district"}).status_code == 422
    assert post(browser, "/staff", **good | {"org": cast.school.full_name}).status_code == 422
    assert post(browser, "/staff", **good | {"name": ""}).status_code == 422
    assert browser.get(f"/staff/new?org={cast.school.code}").status_code == 404
    assert (
        f'value="{cast.branch.full_name}"' in browser.get(f"/staff/new?org={cast.branch.code}").text
    )
    assert accounts.waiting_in(cast.district) == []


def test_nobody_becomes_secretary_of_the_whole_tree_by_not_choosing(cast, sign_in):
    assert f'value="{cast.district.full_name}"' not in _org_field(sign_in(cast.zhao))
    assert f'value="{cast.branch.full_name}"' in _org_field(sign_in(cast.wang_staff))


def _org_field(browser):
    return re.search(r'<input[^>]*name="org"[^>]*>', browser.get("/staff/new").text)[0]


def test_a_name_written_short_is_told_the_names_it_may_mean(cast, sign_in):
    told = {"name": "孙支书", "org": "育才中学", "role": "manager"}
    reply = post(sign_in(cast.zhao), "/staff", **told)
    assert reply.status_code == 422
    assert "是不是“" in reply.text


def test_links_say_which_wifi_they_need_and_when_no_phone_opens_them(cast, sign_in, setting):
    told = {"name": "孙支书", "org": cast.branch.full_name, "role": "manager"}
    setting(reach="wifi", public_url="http://furong.lan:8000", wifi_name="芙蓉会场")
    page = post(sign_in(cast.zhao), "/staff", **told).text
    assert "先连 Wi-Fi“芙蓉会场”" in page[page.index('<textarea id="say"') :]
    assert "手机打不开" not in page
    setting(reach="", public_url="")
    assert "手机打不开" in post(sign_in(cast.zhao), "/staff", **told | {"name": "钱支书"}).text


def test_a_used_link_says_that_the_account_can_sign_in(cast, sign_in, phone):
    told = {"name": "孙支书", "org": cast.branch.full_name, "role": "manager"}
    (link,) = links_in(post(sign_in(cast.zhao), "/staff", **told))
    secret = link.rsplit("/", 1)[1]
    accounts.accept_invitation(secret, username="sun", password="一个够长的密码2026")
    page = phone.get(f"/account/opening/{secret}")
    assert page.status_code == 410
    assert "设过密码的直接登录" in page.text
    assert "/account/sign-in" in page.text


def test_accounts_from_posts_become_slips_and_twice_makes_nothing(posts, sign_in, phone):
    browser = sign_in(posts.zhao)
    page = browser.get("/staff/posts")
    assert len(seats_in(page)) == 2  # 书记 and 团支部书记 are chosen, 副书记 is not
    assert len(seats_in(browser.get("/staff/posts?title=副书记"))) == 1
    made = post(browser, "/staff/posts", role="manager", seat=seats_in(page))
    links = links_in(made)
    assert len(links) == 2
    assert codes_in(made) == links
    assert made.text.count('class="slip"') == 2
    lines = re.search(r'<textarea id="all"[^>]*>(.*?)</textarea>', made.text, re.S)[1]
    assert [link in line for link, line in zip(links, lines.strip().split("\n"), strict=True)] == [
        True
    ] * 2
    assert "育才中学一班团支部" in lines
    again = post(browser, "/staff/posts", role="manager", seat=seats_in(page))
    assert "没有要开的账号" in again.text
    assert phone.get(links[0]).status_code == 200


def test_lost_slips_are_printed_again_and_the_old_ones_die(posts, sign_in, phone):
    browser = sign_in(posts.zhao)
    seats = seats_in(browser.get("/staff/posts"))
    old = links_in(post(browser, "/staff/posts", role="manager", seat=seats))
    new = links_in(post(browser, "/staff/waiting"))
    assert len(new) == 2
    assert phone.get(old[0]).status_code == 410
    assert phone.get(new[0]).status_code == 200


def test_made_up_seats_and_roles_open_nothing(posts, sign_in):
    browser = sign_in(posts.street_manager)
    lin = f"{posts.lin.code}-{posts.class_one.code}"
    page = post(browser, "/staff/posts", role="manager", seat=[lin, "x", ""])
    assert "没有要开的账号" in page.text
    assert post(browser, "/staff/posts", role="district", seat=[lin]).status_code == 422
    assert accounts.waiting_in(posts.district) == []


def test_without_posts_the_page_says_what_to_do(cast, sign_in):
    page = sign_in(cast.zhao).get("/staff/posts").text
    assert "花名册上还没有人有职务" in page
    assert 'href="/roster"' in page


def test_one_account_is_reset_revoked_and_closed(cast, sign_in, phone):
    browser, page = sign_in(cast.street_manager), f"/staff/{cast.wang_staff.code}"
    (link,) = links_in(post(browser, f"{page}/reset"))
    assert "收回链接" in browser.get(page).text
    assert post(browser, f"{page}/revocation").status_code == 303
    assert phone.get(link).status_code == 410
    assert post(browser, f"{page}/revocation").status_code == 409
    secretary = sign_in(cast.wang_staff)
    assert post(browser, f"{page}/closing").status_code == 303
    assert secretary.get("/account").status_code == 303
    assert "已停用" in browser.get(page).text


def test_a_parent_hands_an_account_over(cast, sign_in):
    browser, page = sign_in(cast.street_manager), f"/staff/{cast.wang_staff.code}"
    assert post(browser, f"{page}/handover", successor="王芳").status_code == 422
    assert "孙小红" in post(browser, f"{page}/handover", successor="孙小红").text
    assert "已经请孙小红接任" in browser.get(page).text
    assert post(browser, f"{page}/handover/withdrawal").status_code == 303
    assert "移交收回了" in browser.get(f"{page}?done=withdrawn").text


def test_peers_and_superiors_are_left_alone(cast, sign_in):
    browser = sign_in(cast.wang_staff)
    own = f"/staff/{cast.wang_staff.code}"
    assert "这是你自己的账号" in browser.get(own).text
    assert post(browser, f"{own}/closing").status_code == 409
    for verb in ("reset", "closing", "handover", "handover/withdrawal", "revocation"):
        assert post(browser, f"/staff/{cast.street_manager.code}/{verb}").status_code == 404
        below = post(sign_in(cast.organizer), f"{own}/{verb}", successor="某人")
        assert below.status_code == 403


def test_an_org_says_who_has_access_there(cast, sign_in):
    accounts.close_staff(cast.organizer, by=cast.zhao)
    page = sign_in(cast.street_manager).get(f"/orgs/{cast.branch.code}").text
    assert "谁能登录" in page
    assert f"/staff/{cast.wang_staff.code}" in page
    assert "已停用的 1 个" in page
    assert "谁能登录" not in sign_in(cast.auditor).get(f"/orgs/{cast.branch.code}").text
