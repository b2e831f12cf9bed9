"""The live page: its hooks, its ladder, what a scope sees, and when asking ends."""

import re

import pytest

from app.domain import audit, checkins, events
from tests.doors import open_event
from tests.gatherings import guest, statements

PAGES = ("/live/{}", "/live/{}/tally", "/live/{}/absent")


@pytest.fixture
def event(cast, stopped):
    """The street's event, open now, with its subtree invited."""
    return open_event(cast)


def rows_of(reply):
    """{org: (expected, present, guests)} of the fragment."""
    found = re.findall(
        r'data-org="(\w+)" data-expected="(\d+)" data-present="(\d+)" data-guests="(\d+)"',
        reply.text,
    )
    return {org: tuple(map(int, figures)) for org, *figures in found}


def root_of(reply):
    """The hooks of the fragment's root."""
    root = re.search(r'<section id="tally"[^>]*>', reply.text)[0]
    return dict(re.findall(r'data-(version|expected|present|guests|people)="(\w+)"', root))


def test_every_row_and_the_root_carry_their_figures(event, cast, sign_in):
    for person in (cast.wang, cast.lin):
        checkins.tick(event.occurrences[0], person, by=audit.SYSTEM)
    reply = sign_in(cast.zhao).get(f"/live/{event.code}/tally")
    assert rows_of(reply) == {
        cast.street.code: (3, 1, 0), cast.branch.code: (2, 1, 0), cast.other_branch.code: (1, 0, 0),
        "other": (0, 0, 1), "none": (0, 0, 0),
    }  # fmt: skip
    root = root_of(reply)
    assert (root["expected"], root["present"], root["guests"], root["people"]) == (
        "3",
        "1",
        "1",
        "2",
    )
    assert "王*" in reply.text
    assert "王芳</" not in reply.text


def test_nothing_new_is_204_with_the_time_and_something_new_is_the_fragment(
    event, cast, sign_in, stopped
):
    browser = sign_in(cast.zhao)
    stopped.forward(minutes=1)
    version = root_of(browser.get(f"/live/{event.code}"))["version"]
    stopped.forward(seconds=7)
    reply = browser.get(f"/live/{event.code}/tally?v={version}")
    assert (reply.status_code, reply.data) == (204, b"")
    assert reply.headers["X-Updated-At"] == "2026-11-22T12:01:07+08:00"
    checkins.tick(event.occurrences[0], cast.wang, by=audit.SYSTEM)
    stopped.forward(seconds=1)
    reply = browser.get(f"/live/{event.code}/tally?v={version}")
    assert reply.status_code == 200
    assert root_of(reply)["version"] != version
    assert "12:01:08" in reply.text


def test_the_page_and_the_fragment_are_drawn_alike(event, cast, sign_in):
    browser = sign_in(cast.zhao)
    page = browser.get(f"/live/{event.occurrences[0].code}").text
    assert browser.get(f"/live/{event.code}/tally").text.strip() in page


def test_asking_ends_when_nothing_can_change_and_while_paused(event, cast, sign_in, stopped):
    browser = sign_in(cast.zhao)
    address = f"/live/{event.code}"
    assert 'hx-trigger="furong:tick' in browser.get(address).text
    assert 'http-equiv="refresh"' in browser.get(address).text
    paused = browser.get(f"{address}?pause=1").text
    assert 'hx-trigger="furong:tick' not in paused
    assert 'http-equiv="refresh"' not in paused
    assert "继续更新" in paused
    stopped.forward(minutes=91)
    over = browser.get(f"{address}/tally").text
    assert 'hx-trigger="furong:tick' not in over
    assert "不再变动" in over


def test_a_cancelled_event_shows_its_last_figures_and_asks_no_more(event, cast, sign_in):
    checkins.tick(event.occurrences[0], cast.wang, by=audit.SYSTEM)
    events.cancel_event(event, by=cast.zhao.actor, reason="下雨")
    reply = sign_in(cast.zhao).get(f"/live/{event.code}/tally")
    assert "已取消" in reply.text
    assert 'hx-trigger="furong:tick' not in reply.text


@pytest.mark.parametrize("page", PAGES)
def test_the_ladder(event, cast, sign_in, phone, page):
    address = page.format(event.code)
    assert sign_in(cast.zhao).get(address).status_code == 200
    assert phone.get(address).status_code == 303
    assert sign_in(cast.zhao).get(page.format("NEVER")).status_code == 404
    assert sign_in(cast.zhao).post(address).status_code in (400, 405)
    auditor = sign_in(cast.auditor).get(address)
    assert auditor.status_code == (403 if page.endswith("absent") else 200)


@pytest.mark.parametrize("page", PAGES)
def test_a_branch_that_is_not_invited_finds_nothing(cast, sign_in, stopped, page):
    mine = open_event(cast, host=cast.branch)
    assert sign_in(cast.other_manager).get(page.format(mine.code)).status_code == 404
    assert sign_in(cast.wang_staff).get(page.format(mine.code)).status_code == 200


def test_an_invited_branch_sees_its_own_rows_only(event, cast, sign_in):
    for person in (cast.wang, cast.han):
        checkins.tick(event.occurrences[0], person, by=audit.SYSTEM)
    checkins.record_check_in(
        event.occurrences[0], guest("过路人"), at=event.occurrences[0].starts_at, how="poster",
        by=audit.SYSTEM,
    )  # fmt: skip
    reply = sign_in(cast.other_manager).get(f"/live/{event.code}")
    assert rows_of(reply) == {cast.other_branch.code: (1, 1, 0), "other": (0, 0, 0)}
    assert "王*" not in reply.text
    assert "韩*" in reply.text
    absent = sign_in(cast.wang_staff).get(f"/live/{event.code}/absent")
    assert "李雷" in absent.text
    assert "韩梅" not in absent.text


def test_a_folded_branch_stays_in_the_page_for_those_who_read_its_hooks(event, cast, sign_in):
    browser = sign_in(cast.zhao)
    reply = browser.get(f"/live/{event.code}?flip={cast.street.code}")
    row = re.search(rf'<tr id="row-{cast.branch.code}"[^>]*>', reply.text)[0]
    assert row.endswith(" hidden>")
    assert f'flip={cast.street.code}"' not in re.search(r'id="fold-[^>]*>', reply.text)[0]
    assert f"flip={cast.street.code}" in re.search(r'hx-get="[^"]*v=[^"]*"', reply.text)[0]


@pytest.mark.parametrize(
    "query", ["flip=../x", "flip=A..B", "order=x&all=9&pause=no", "flip=" + "A" * 9999]
)
def test_nonsense_in_the_address_is_ignored(event, cast, sign_in, query):
    assert sign_in(cast.zhao).get(f"/live/{event.code}/tally?{query}").status_code == 200


def test_an_event_that_invites_nobody_counts_people(cast, sign_in, stopped):
    event = open_event(cast, invited=[])
    checkins.tick(event.occurrences[0], cast.wang, by=audit.SYSTEM)
    browser = sign_in(cast.zhao)
    reply = browser.get(f"/live/{event.code}")
    assert root_of(reply)["people"] == "1"
    assert "没有应到" in reply.text
    assert "没有未到的人" in browser.get(f"/live/{event.code}/absent").text


def test_who_is_missing_can_be_copied_by_branch(event, cast, sign_in):
    checkins.tick(event.occurrences[0], cast.wang, by=audit.SYSTEM)
    text = sign_in(cast.zhao).get(f"/live/{event.code}/absent").text
    listing = re.search(r"<textarea[^>]*>(.*?)</textarea>", text, re.S)[1]
    assert "浏正街社区团支部：李雷" in listing
    assert "丰泉古井社区团支部：韩梅" in listing
    for person in (cast.li, cast.han):
        checkins.tick(event.occurrences[0], person, by=audit.SYSTEM)
    assert "都到了" in sign_in(cast.zhao).get(f"/live/{event.code}/absent").text


def test_a_poll_costs_the_same_few_statements_however_many_came(event, cast, sign_in, stopped):
    browser = sign_in(cast.zhao)
    version = root_of(browser.get(f"/live/{event.code}"))["version"]
    stopped.forward(seconds=1)
    with statements() as sent:
        browser.get(f"/live/{event.code}/tally?v={version}")
    first = len(sent)
    with statements() as sent:
        browser.get(f"/live/{event.code}/tally?v={version}")
    assert len(sent) < first <= 25
