"""手工数, 服务记录 and 荣誉 on the web: entered, corrected, taken back; only in one's own subtree."""

import pytest

from app.db import db
from app.domain import honours, services, tallies
from app.domain.periods import half_of
from tests.gatherings import gather
from tests.scope import token_of

ENTERED = {
    "/tallies": {"number": "126", "unit": "篇", "evidence": "后台统计"},
    "/tallies/services": {"kind": "care", "number": "41", "served_on": "2026-11-20"},
    "/honours": {
        "title": "青年岗位能手", "level": "district", "granted_on": "2026-11-04", "kind": "person",
        "names": "1. 李雷\n2、王芳\n\n张三",
    },
}  # fmt: skip
CORRECTED = {
    "/tallies": {"number": "128", "unit": "篇", "evidence": "后台统计"},
    "/tallies/services": {"kind": "study", "number": "40", "served_on": "2026-11-20"},
    "/honours": {
        "title": "青年岗位能手", "level": "city", "granted_on": "2026-11-04", "kind": "person",
        "recipient": "李雷",
    },
}  # fmt: skip
pages = pytest.mark.parametrize("page", ENTERED)


@pytest.fixture
def wang(cast, stopped, sign_in):
    return sign_in(cast.wang_staff)


def post(browser, path, **fields):
    return browser.post(path, data={"csrf_token": token_of(browser, "/account"), **fields})


def rows_of(page, cast):
    """(code, is voided) of everything written down on a page, the first first."""
    found = {
        "/tallies": lambda: [row.tally for row in tallies.tallies_in(cast.branch, limit=9)],
        "/tallies/services": lambda: [r.record for r in services.services_in(cast.branch, limit=9)],
        "/honours": lambda: [row.honour for row in honours.honours_in(cast.branch, limit=9)],
    }[page]()
    return [(row.code, row.voided_at is not None) for row in sorted(found, key=lambda r: r.id)]


def figures(cast):
    db.session.expire_all()
    half = half_of(gather(cast.branch).occurrences[0].starts_on)
    return (
        tallies.tallied(half, cast.district), services.served(half, cast.district),
        [tuple(row) for row in honours.granted(half, cast.district)],
    )  # fmt: skip


def test_what_is_entered_counts_in_its_subtree(cast, wang):
    for page, fields in ENTERED.items():
        reply = post(wang, page, **fields)
        assert (reply.status_code, reply.location) == (303, reply.location), page
        assert "记下了" in wang.get(reply.location).text
    told, given, titles = figures(cast)
    assert (told, given) == ({"篇": 126}, {"care": 41})
    assert titles == [("青年岗位能手", "district", False, 3)]


@pages
def test_a_correction_voids_and_adds(cast, wang, page):
    post(wang, page, **ENTERED[page])
    code = rows_of(page, cast)[0][0]
    form = wang.get(f"{page}/{code}")
    assert form.status_code == 200
    reply = post(wang, f"{page}/{code}", **CORRECTED[page])
    assert reply.status_code == 303
    (first, *_middle, last) = rows_of(page, cast)
    assert (first, last[1]) == ((code, True), False)
    again = post(wang, f"{page}/{code}", **CORRECTED[page])
    assert again.status_code == 409
    assert len(rows_of(page, cast)) == {"/honours": 4}.get(page, 2)


@pages
def test_taking_back_wants_a_reason_and_leaves_the_row(cast, wang, page):
    post(wang, page, **ENTERED[page])
    before = rows_of(page, cast)
    code = before[0][0]
    assert post(wang, f"{page}/{code}/voiding", reason=" ").status_code == 422
    assert rows_of(page, cast) == before
    assert post(wang, f"{page}/{code}/voiding", reason="报重了").status_code == 303
    assert rows_of(page, cast) == [(code, True), *before[1:]]
    assert "报重了" in wang.get(page).text
    assert post(wang, f"{page}/{code}/voiding", reason="报重了").status_code == 409
    assert "已经撤销" in wang.get(f"{page}/{code}").text


@pages
def test_another_branch_sees_nothing_and_the_auditor_only_reads(cast, wang, sign_in, page):
    post(wang, page, **ENTERED[page])
    code = rows_of(page, cast)[0][0]
    other, auditor = sign_in(cast.other_manager), sign_in(cast.auditor)
    assert other.get(f"{page}/{code}").status_code == 404
    assert post(other, f"{page}/{code}/voiding", reason="乱改").status_code == 404
    assert "还没有" in other.get(page).text
    assert auditor.get(page).status_code == 200
    assert post(auditor, page, **ENTERED[page]).status_code == 403
    assert sign_in(cast.organizer).get(page).status_code == 403
    foreign = post(other, page, **ENTERED[page], org=cast.branch.full_name)
    assert foreign.status_code == 422
    assert len(rows_of(page, cast)) == {"/honours": 3}.get(page, 1)


@pytest.mark.parametrize(
    ("page", "wrong", "words"),
    [
        ("/tallies", {"number": "0"}, "之间"),
        ("/tallies", {"number": "很多"}, "数字"),
        ("/tallies", {"evidence": ""}, "数从哪里来"),
        ("/tallies", {"evidence": "", "link": "javascript:alert(1)"}, "https://"),
        ("/tallies", {"from_on": "2026-12-01", "to_on": "2026-12-02"}, "还没有到"),
        ("/tallies", {"from_on": "2026-11-02", "to_on": "2026-11-01"}, "不能早于"),
        ("/tallies", {"programme": "ZZZZ"}, "活动类型"),
        ("/tallies", {"org": "没有的支部"}, "没有叫"),
        ("/tallies/services", {"kind": "other"}, "写一句是什么服务"),
        ("/tallies/services", {"kind": "spying"}, "选一种服务"),
        ("/tallies/services", {"served_on": "2026-11-23"}, "还没有到"),
        ("/tallies/services", {"channel": "pigeon"}, "没有这种方式"),
        ("/honours", {"names": "李雷\n李雷"}, "写了两遍"),
        ("/honours", {"names": "  \n "}, "一行写一个名字"),
        ("/honours", {"names": "李" * 61}, "太长了"),
        ("/honours", {"level": "galaxy"}, "级别"),
        ("/honours", {"year": "3000"}, "之间"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field_and_nothing_is_written(
    cast, wang, page, wrong, words
):
    reply = post(wang, page, **(ENTERED[page] | wrong))
    assert (reply.status_code, words in reply.text) == (422, True), reply.text
    assert rows_of(page, cast) == []


def test_a_figure_of_a_sitting_is_its_hosts_and_only_a_host_may_tell_it(cast, wang, sign_in):
    event = gather(cast.branch, title="线上宣讲")
    code = event.occurrences[0].code
    page = wang.get(f"/tallies?event={code}")
    assert "线上宣讲" in page.text
    told = {"number": "126", "unit": "人次", "evidence": "直播后台", "occurrence": code}
    assert post(wang, "/tallies", **told).status_code == 303
    (row,) = tallies.tallies_in(cast.district, limit=9)
    assert (row.event.id, row.org.id, row.tally.from_on) == (
        event.id, cast.branch.id, event.occurrences[0].starts_on,
    )  # fmt: skip
    stranger = sign_in(cast.other_manager)
    assert stranger.get(f"/tallies?event={code}").status_code == 404
    assert post(stranger, "/tallies", **told).status_code == 404
    assert len(tallies.tallies_in(cast.district, limit=9)) == 1


def test_an_honour_is_linked_to_the_one_person_of_that_name_and_entered_once(cast, wang):
    assert post(wang, "/honours", **ENTERED["/honours"]).status_code == 303
    found = {row.honour.recipient: row.honour.person_id for row in honours.honours_in(cast.branch, limit=9)}  # fmt: skip
    assert found == {"李雷": cast.li.id, "王芳": cast.wang.id, "张三": None}
    twice = post(wang, "/honours", **(ENTERED["/honours"] | {"names": "赵六\n李雷"}))
    assert (twice.status_code, "已经登记过" in twice.text) == (409, True)
    assert len(honours.honours_in(cast.branch, limit=9)) == 3


def test_a_branchs_name_among_collectives_is_that_branchs(cast, stopped, sign_in):
    fields = ENTERED["/honours"] | {"kind": "collective", "names": "丰泉古井支部\n某某公司"}
    assert post(sign_in(cast.zhao), "/honours", **fields).status_code == 303
    found = {row.honour.recipient: row.org.id for row in honours.honours_in(cast.district, limit=9)}
    assert found == {"丰泉古井支部": cast.other_branch.id, "某某公司": cast.district.id}


def test_the_report_leads_to_all_three(cast, wang):
    report = wang.get("/reports").text
    assert [page for page in ENTERED if f'href="{page}"' in report] == list(ENTERED)
