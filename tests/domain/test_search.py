"""The search: whom and what words find, best fit first, and nothing outside the scope."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import clock
from app.db import db, transaction
from app.domain import members, orgs, search
from app.domain.audit import SYSTEM
from app.text import latin_key
from tests.gatherings import gather, statements


def find(staff, words):
    return search.search(staff, search.Asked.read(words))


def names(staff, words):
    return [hit.name for hit in find(staff, words).people]


def titles(staff, words):
    return [hit.title for hit in find(staff, words).events]


def branches(staff, words):
    return [org.short_name for org in find(staff, words).orgs]


def join(branch, *people):
    for name in people:
        members.join_branch(members.make_person(name), branch)


@pytest.mark.parametrize(
    "words",
    ["李雷", " 李 雷 ", "lilei", "Li Lei", "ＬＬ", "ll", "lei", "13900000002", "139 0000 0002",
     "+86 13900000002", "0002", "００02", "202043000002"],
)  # fmt: skip
def test_somebody_is_found_by_whatever_is_known(cast, words):
    assert names(cast.wang_staff, words) == ["李雷"]


@pytest.mark.parametrize("words", ["", " ", "李", "l", "%", "_", "%%", "李%", "l_lei", "/", "\\", "00", "1390000000"])  # fmt: skip
def test_too_little_or_a_wildcard_finds_nobody(cast, words):
    assert names(cast.zhao, words) == []


def test_one_han_character_finds_branches_and_events_and_one_letter_nothing(cast, stopped):
    gather(cast.branch, title="读书会")
    assert branches(cast.zhao, "浏") == ["浏正街支部"]
    assert titles(cast.zhao, "读") == ["读书会"]
    assert find(cast.zhao, "d") == search.Found()


def test_the_best_fit_comes_first(cast):
    join(cast.branch, "陈王芳", "王芳芳", "汪方")
    assert names(cast.zhao, "王芳") == ["王芳", "王芳芳", "陈王芳"]
    assert names(cast.zhao, "wangfang") == ["王芳", "汪方", "王芳芳", "陈王芳"]


def test_of_many_eight_are_shown_and_it_is_said_that_there_are_more(cast):
    join(cast.branch, *(f"欧阳一{n}" for n in "甲乙丙丁戊己庚辛壬"))
    found = find(cast.zhao, "欧阳")
    assert len(found.people) == 8
    assert found.more == {"people"}
    assert find(cast.zhao, "欧阳一甲").more == set()


def test_somebody_of_two_branches_is_one_line_of_the_home_branch(cast):
    members.join_branch(cast.li, cast.other_branch, home=False)
    (hit,) = find(cast.street_manager, "李雷").people
    assert hit.org == cast.branch.full_name


@pytest.mark.parametrize("words", ["李雷", "lilei", "ll", "0002", "13900000002", "202043000002"])
def test_nobody_of_another_branch_is_found(cast, words):
    assert find(cast.other_manager, words).people == ()


def test_who_reads_no_names_finds_no_people(cast):
    for staff in (cast.organizer, cast.auditor):
        for words in ("李雷", "ll", "0002", "13900000002", cast.li.code):
            assert find(staff, words).people == ()


def test_who_left_or_was_merged_is_not_found(cast):
    ((membership, _org),) = members.memberships_of(cast.li)
    members.end_membership(membership, on=clock.today())
    assert names(cast.zhao, "李雷") == []
    with transaction():
        cast.lin.merged_into_id = cast.han.id
    assert names(cast.zhao, "林涛") == []


def test_a_branch_is_found_by_name_pinyin_initials_and_code(cast):
    for words in ("浏正街", "浏正街支部", "liuzheng", "lzj", cast.branch.code):
        assert branches(cast.street_manager, words)[0] == "浏正街支部", words
        assert "浏正街支部" not in branches(cast.other_manager, words)
    assert branches(cast.zhao, "dingwangtai") == ["定王台街道团工委"]


def test_a_closed_branch_is_not_found(cast):
    orgs.close_org(cast.class_one, by=SYSTEM)
    assert branches(cast.zhao, "育才一班") == []


def test_an_event_is_found_by_title_pinyin_initials_and_either_code(cast, stopped):
    event = gather(cast.branch, title="青年汇：读书会 Reading")
    sitting = event.occurrences[0].code
    spoken = f"{event.code[:3].lower()} {event.code[3:]}"
    for words in ("读书", "青年汇", "reading", "dushuhui", "dsh", "qnh", event.code, spoken):
        assert [hit.code for hit in find(cast.organizer, words).events] == [event.code], words
        assert find(cast.other_manager, words).events == (), words
    assert [hit.code for hit in find(cast.organizer, sitting).events] == [sitting]


def test_the_fitting_title_comes_before_the_newer_one(cast, stopped):
    for title in ("读书", "晚间的读书会", "青年汇：读书会", "读书分享"):
        gather(cast.branch, title=title)
    wanted = ["读书", "读书分享", "青年汇：读书会", "晚间的读书会"]
    assert titles(cast.organizer, "读书") == wanted


def test_an_inviting_event_is_found_once_it_is_out(cast, stopped):
    event = gather(cast.street, cast.branch, title="街道联谊")
    gather(cast.street, cast.other_branch, title="街道联谊二")
    assert titles(cast.wang_staff, "联谊") == ["街道联谊"]
    with transaction():
        event.published_at = None
    assert titles(cast.wang_staff, "联谊") == []
    assert titles(cast.street_manager, "街道联谊")[0] == "街道联谊"
    with transaction():
        event.withdrawn_at = stopped.at
    assert titles(cast.street_manager, "联谊") == ["街道联谊二"]


def test_a_search_asks_as_much_of_a_wide_tree_as_of_a_narrow_one(cast, stopped):
    def asked():
        db.session.rollback()
        assert cast.zhao.org.path
        with statements() as found:
            find(cast.zhao, "社区")
        return len([one for one in found if one.startswith("SELECT")])

    def grow(count):
        for n in range(count):
            org = orgs.add_org(f"社区{n}号团支部", parent=cast.street, by=SYSTEM)
            gather(org, title=f"社区{n}", starts_in=timedelta(hours=n))

    grow(1)
    few = asked()
    grow(30)
    assert asked() == few <= 6


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)  # fmt: skip
@given(words=st.text(max_size=70))
def test_any_text_is_an_answer_within_the_scope(cast, words):
    found = find(cast.other_manager, words)
    assert {hit.name for hit in found.people} <= {"韩梅"}
    assert {org.id for org in found.orgs} <= {cast.other_branch.id}
    assert not found.events


@pytest.mark.parametrize(
    ("typed", "key"),
    [("Wang Fang", "wangfang"), ("xī'ān", "xian"), ("lǚ", "lv"), ("Lü", "lv"), ("ｗｆ", "wf"),
     ("王f", ""), ("", ""), ("12 34", "1234")],
)  # fmt: skip
def test_typed_pinyin_is_read_however_it_is_written(typed, key):
    assert latin_key(typed) == key
