"""The phone at the door: what is written, and what it is told."""

import re

import pytest
from sqlalchemy import event as sa_event
from sqlalchemy import func, select

from app import clock
from app.db import db
from app.domain import audit, checkins, events, members
from app.domain.checkins import Attempt, CheckIn
from app.domain.devices import Device
from app.domain.members import Person
from tests.doors import form_of, open_event, scan, state_of
from tests.gatherings import statements


def rows():
    return list(db.session.scalars(select(CheckIn).order_by(CheckIn.id)))


@pytest.fixture
def evening(cast, stopped):
    return open_event(cast)


def test_a_member_is_checked_in_with_the_line_and_standing_of_the_day(evening, cast, phone):
    reply = scan(phone, evening.code, name="李雷", phone="13900000002", org=cast.branch.code)
    assert (reply.status_code, state_of(reply)) == (200, "done")
    assert "第 1 位" in reply.text
    assert "李*，尾号 0002" in reply.text
    (row,) = rows()
    assert row.person_id == cast.li.id
    assert row.standing == "member"
    assert row.line.path == cast.branch.path
    assert row.review == "none"
    assert row.consent_version


def test_a_lost_answer_says_already_on_the_next_scan(evening, cast, phone):
    scan(phone, evening.code, name="李雷", phone="13900000002", org=cast.branch.code)
    reply = phone.get(f"/C/{evening.code}")
    assert (reply.status_code, state_of(reply)) == (200, "already")
    assert "12:00" in reply.text


def test_the_same_words_from_another_phone_are_already_without_the_time(evening, cast, app, phone):
    scan(phone, evening.code, name="李雷", phone="13900000002", org=cast.branch.code)
    reply = scan(app.test_client(), evening.code, name=" 李 雷", phone="0002", org=cast.branch.code)
    assert state_of(reply) == "already"
    assert '<p class="when">' not in reply.text
    assert len(rows()) == 1


def test_a_repeat_that_only_the_roster_knows_is_done_without_a_second_row(
    evening, cast, app, phone
):
    scan(phone, evening.code, name="李雷", phone="13900000002", org=cast.branch.code)
    other = app.test_client()
    reply = scan(
        other, evening.code, name="李雷", number="202043000002", phone="", org=cast.branch.code
    )
    assert state_of(reply) == "done"
    assert len(rows()) == 1
    assert state_of(other.get(f"/c/{evening.code}")) == "already"
    assert evening.title in other.get("/me").text


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"name": "", "phone": "13900000002"}, "name", "请写姓名"),
        ({"name": "123", "phone": "13900000002"}, "name", "不能只写数字"),
        ({"name": "李雷", "phone": "1390000000"}, "phone", "现在是 10 位"),
        ({"name": "李雷", "phone": ""}, "phone", "请写手机号"),
        ({"name": "李雷", "phone": "23900000002"}, "phone", "13–19"),
        ({"name": "李雷", "phone": "", "number": "!!"}, "number", "12 位"),
    ],
)
def test_a_wrong_field_keeps_what_was_typed(evening, cast, phone, fields, field, words):
    reply = scan(phone, evening.code, org=cast.branch.code, **fields)
    assert (reply.status_code, state_of(reply)) == (422, "form")
    assert words in reply.text
    assert fields["name"] in reply.text
    assert not rows()


def test_no_branch_chosen_is_asked_with_the_matches(evening, cast, phone):
    reply = scan(phone, evening.code, name="李雷", phone="13900000002", branch="育才")
    assert (reply.status_code, state_of(reply)) == (422, "form")
    assert f'value="{cast.class_one.code}"' in reply.text


def test_present_but_empty_means_no_branch(evening, cast, phone):
    reply = scan(phone, evening.code, name="来宾甲", phone="13711110000", org="")
    assert state_of(reply) == "done"
    (row,) = rows()
    assert row.line_id is None
    assert row.standing is None
    assert row.review == "none"


def test_a_guest_with_a_full_phone_is_one_person_everywhere(evening, cast, app, phone, stopped):
    second = open_event(cast, title="第二场")
    for code in (evening.code, second.code):
        scan(app.test_client(), code, name="来宾甲", phone="13711110000", org="")
    one, two = rows()
    assert one.person_id == two.person_id
    assert not one.person.is_unidentified


def test_a_guest_with_four_digits_is_unidentified_each_time(evening, cast, app, stopped):
    second = open_event(cast, title="第二场")
    for code in (evening.code, second.code):
        scan(app.test_client(), code, name="来宾甲", phone="0000", org="")
    one, two = rows()
    assert one.person_id != two.person_id
    assert one.person.is_unidentified


def test_four_digits_are_certain_only_when_one_person_fits(evening, cast, app, stopped):
    twin = members.make_person("李雷", phone="13500000002")
    members.join_branch(twin, cast.other_branch)
    scan(app.test_client(), evening.code, name="李雷", phone="0002", org=cast.branch.code)
    (row,) = rows()
    assert row.standing is None
    assert row.suspected_person_id == cast.li.id
    assert row.review == "open"
    assert row.reasons == ("identity",)


def test_another_branch_than_the_roster_says_is_kept_and_flagged(evening, cast, phone):
    scan(phone, evening.code, name="李雷", phone="13900000002", org=cast.other_branch.code)
    (row,) = rows()
    assert row.line.path == cast.branch.path
    assert row.chosen_org_id == cast.other_branch.id
    assert row.reasons == ("other_branch",)


def test_two_people_on_one_phone_are_two_rows_and_the_second_is_flagged(evening, cast, phone):
    scan(phone, evening.code, name="李雷", phone="13900000002", org=cast.branch.code)
    reply = scan(phone, evening.code, name="韩梅", phone="13900000003", org=cast.other_branch.code)
    assert state_of(reply) == "done"
    first, second = rows()
    assert first.reasons == ()
    assert second.reasons == ("shared_device",)


def test_a_double_tap_is_one_row_and_an_undo_lasts(evening, cast, phone):
    page = phone.get(f"/c/{evening.code}")
    form = form_of(page, name="李雷", phone="13900000002", org=cast.branch.code)
    states = [state_of(phone.post(f"/c/{evening.code}", data=form)) for _ in range(2)]
    assert states == ["done", "already"]
    checkins.void_check_in(rows()[0], by=cast.zhao.actor, reason="替人签的")
    assert state_of(phone.post(f"/c/{evening.code}", data=form)) == "already"
    assert [row.voided_at is None for row in rows()] == [False]
    assert state_of(scan(phone, evening.code, name="李雷", phone="13900000002", org="")) == "done"


def test_a_remembered_phone_needs_one_tap(evening, cast, phone, stopped):
    scan(phone, evening.code, name="李雷", phone="13900000002", org=cast.branch.code)
    second = open_event(cast, title="第二场")
    page = phone.get(f"/c/{second.code}")
    assert state_of(page) == "one-tap"
    assert "李雷" in page.text
    reply = phone.post(f"/c/{second.code}", data=form_of(page, me="1"))
    assert state_of(reply) == "done"
    assert rows()[1].person_id == cast.li.id
    again = phone.post(f"/c/{second.code}", data=form_of(page, me="1"))
    assert state_of(again) == "already"


def test_a_forgotten_phone_is_a_stranger_again(evening, cast, phone):
    scan(phone, evening.code, name="李雷", phone="13900000002", org=cast.branch.code)
    page = phone.get("/me")
    assert evening.title in page.text
    phone.post("/me/forgetting", data=form_of(page))
    assert evening.title not in phone.get("/me").text
    assert state_of(phone.get(f"/c/{evening.code}")) == "form"
    device = db.session.scalar(select(Device))
    assert device.typed_name is None
    assert device.typed_phone_sealed is None


def test_a_name_can_be_corrected_twice(evening, cast, phone):
    scan(phone, evening.code, name="李蕾", phone="13900000002", org=cast.branch.code)
    answers = []
    for name in ("李磊", "李雷", "李累"):
        page = phone.get(f"/c/{evening.code}?fix=1")
        fields = form_of(page, name=name, phone="13900000002", org=cast.branch.code, correct="1")
        answers.append(phone.post(f"/c/{evening.code}", data=fields))
    assert [state_of(a) for a in answers] == ["done", "done", "form"]
    assert answers[2].status_code == 422  # full is for a binding capacity alone
    assert "还能改 1 次" in answers[0].text
    assert "已经改过 2 次" in answers[2].text
    valid = [row for row in rows() if row.voided_at is None]
    assert [row.person_id for row in valid] == [cast.li.id]
    assert len(rows()) == 3


def test_not_open_closed_cancelled_and_full_each_say_what_to_do(cast, stopped, app, phone):
    fields = {"name": "李雷", "phone": "13900000002", "org": cast.branch.code}
    small = open_event(cast, title="小房间", capacity=1, capacity_binds=True)
    page = phone.get(f"/c/{small.code}")
    later = open_event(cast, title="晚上", starts_in=120)
    assert state_of(phone.get(f"/c/{later.code}")) == "not-open"
    scan(
        app.test_client(), small.code, name="韩梅", phone="13900000003", org=cast.other_branch.code
    )
    full = phone.post(f"/c/{small.code}", data=form_of(page, **fields))
    assert (full.status_code, state_of(full)) == (409, "full")
    early = phone.post(f"/c/{later.code}", data=form_of(page, **fields))
    assert (early.status_code, state_of(early)) == (409, "not-open")
    stopped.forward(hours=5)
    late = phone.post(f"/c/{later.code}", data=form_of(page, **fields))
    assert (late.status_code, state_of(late)) == (409, "closed")
    events.cancel_event(later, by=audit.SYSTEM, reason="台风")
    called_off = phone.post(f"/c/{later.code}", data=form_of(page, **fields))
    assert (called_off.status_code, state_of(called_off)) == (409, "cancelled")
    assert "台风" in called_off.text
    assert not [row for row in rows() if row.occurrence.event_id == later.id]


def test_over_a_loose_capacity_stands_in_review(cast, stopped, app):
    event = open_event(cast, capacity=1)
    for name, number in (("韩梅", "13900000003"), ("李雷", "13900000002")):
        scan(app.test_client(), event.code, name=name, phone=number, org="")
    assert rows()[1].reasons == ("other_branch", "over_capacity")


def test_walk_ins_off_records_and_flags(cast, stopped, app):
    event = open_event(cast, invited=[(cast.branch, "persons")], walk_ins=False)
    reply = scan(
        app.test_client(), event.code, name="韩梅", phone="13900000003", org=cast.other_branch.code
    )
    assert state_of(reply) == "done"
    assert rows()[0].reasons == ("walk_in",)


def test_a_post_without_the_get_keeps_the_form_and_shows_the_way_out(evening, cast, app):
    bare = app.test_client()
    reply = bare.post(
        f"/c/{evening.code}", data={"name": "李雷", "phone": "13900000002", "org": ""}
    )
    assert (reply.status_code, state_of(reply)) == (400, "form")
    assert 'value="李雷"' in reply.text
    assert "签到台" in reply.text
    again = bare.post(
        f"/c/{evening.code}",
        data=form_of(reply, name="李雷", phone="13900000002", org=cast.branch.code),
    )
    assert state_of(again) == "done"


def test_a_malformed_device_is_refused_and_renewed(evening, cast, phone):
    page = phone.get(f"/c/{evening.code}")
    phone.set_cookie("dev", "x' or 1=1")
    reply = phone.post(f"/c/{evening.code}", data=form_of(page, name="李雷", phone="0002", org=""))
    assert (reply.status_code, state_of(reply)) == (400, "refused")
    assert state_of(phone.get(f"/c/{evening.code}")) == "form"


def test_an_unknown_code_and_a_draft_are_404(cast, stopped, phone):
    draft = open_event(cast, draft=True)
    assert phone.get("/c/ZZZZZZ").status_code == 404
    assert phone.get(f"/c/{draft.code}").status_code == 404
    assert phone.post(f"/c/{draft.code}", data={}).status_code == 404


def test_a_withdrawn_event_is_refused(evening, cast, phone):
    events.withdraw_event(evening, by=audit.SYSTEM)
    reply = phone.get(f"/c/{evening.code}")
    assert (reply.status_code, state_of(reply)) == (410, "refused")


def test_several_open_sittings_are_picked_from(evening, cast, stopped, phone):
    second = events.add_occurrence(
        evening, by=audit.SYSTEM, starts_at=clock.now(),
        ends_at=evening.occurrences[0].ends_at, place="二楼",
    )  # fmt: skip
    page = phone.get(f"/c/{evening.code}")
    assert state_of(page) == "form"
    assert f"/c/{second.code}" in page.text
    reply = scan(phone, second.code, name="李雷", phone="13900000002", org=cast.branch.code)
    assert state_of(reply) == "done"
    assert rows()[0].occurrence_id == second.id


def test_a_get_writes_nothing(evening, cast, phone):
    phone.get(f"/c/{evening.code}")
    for model in (Device, CheckIn, Attempt):
        assert db.session.scalar(select(func.count()).select_from(model)) == 0


def test_branches_are_searched_without_script(cast, stopped, phone):
    event = open_event(cast, host=cast.district)
    page = phone.get(f"/c/{event.code}")
    form = form_of(page, name="林涛", phone="13900000004", branch="yczxyb")
    reply = phone.post(f"/c/{event.code}/branches", data=form)
    assert f'value="{cast.class_one.code}"' in reply.text
    assert 'value="林涛"' in reply.text
    everything = phone.post(f"/c/{event.code}/branches", data=form | {"branch": ""})
    assert f'value="{cast.branch.code}"' in everything.text


def test_one_invited_branch_is_preset(cast, stopped, phone):
    event = open_event(cast, host=cast.branch)
    assert f'value="{cast.branch.code}" selected' in phone.get(f"/c/{event.code}").text


MASKS = [
    (re.compile(r'value="[^"]*"'), 'value=""'),
    (re.compile(r"第 \d+ 位"), "第 n 位"),
    (re.compile(r"\d\d:\d\d"), "hh:mm"),
]


def told(reply, *typed):
    """The answer's bytes without what was typed, the time, 第 n 位 and tokens."""
    text = reply.text
    for mask, instead in MASKS:
        text = mask.sub(instead, text)
    for words in typed:
        text = text.replace(words, "…")
    headers = {
        k: v for k, v in reply.headers if k not in ("X-Request-Id", "Set-Cookie", "Content-Length")
    }
    return reply.status_code, headers, text


@pytest.mark.parametrize("name", ["李雷", "陌生人"])
def test_a_check_in_is_six_statements(evening, cast, phone, name):
    page = phone.get(f"/c/{evening.code}")
    form = form_of(page, name=name, phone="13900000002", org=cast.branch.code)
    with statements() as said:
        assert state_of(phone.post(f"/c/{evening.code}", data=form)) == "done"
    begins = [
        n for n, words in enumerate(said) if words.startswith(("INSERT INTO device", "BEGIN"))
    ]
    first = next(n for n in begins if said[n].startswith("INSERT INTO device"))
    writing = said[first : next((n for n in begins if n > first), len(said))]
    last = next(n for n, words in enumerate(writing) if words.startswith("INSERT INTO attempt"))
    assert len(writing[: last + 1]) == 6


def test_the_answer_is_the_same_for_member_and_stranger(cast, stopped, app):
    """200 pairs: same bytes but for what was typed, same statements in the same order."""
    event = open_event(cast, host=cast.district)
    branches = [cast.branch, cast.other_branch, cast.class_one]
    asked = []
    sa_event.listen(db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    for i in range(200):
        phone_number = f"1380000{i:04d}"
        person = members.make_person(f"成{chr(0x4E00 + i)}", phone=phone_number)
        members.join_branch(person, branches[i % 3])
        chosen = branches[(i // 3) % 3]
        pair = []
        for name, number in (
            (person.name, phone_number),
            (f"陌{chr(0x4E00 + i)}", f"1370000{i:04d}"),
        ):
            client = app.test_client()
            typed = number if i % 2 else number[-4:]
            page = client.get(f"/c/{event.code}")
            form = form_of(page, name=name, phone=typed, org=chosen.code)
            asked.clear()
            reply = client.post(f"/c/{event.code}", data=form)
            said = list(asked)
            again = client.get(f"/c/{event.code}")
            pair.append((told(reply, name[0] + "*"), told(again, name[0] + "*"), said))
        assert pair[0] == pair[1]
    assert db.session.scalar(select(func.count()).select_from(CheckIn)) == 400
    assert db.session.scalar(select(func.count()).where(CheckIn.standing == "member")) >= 200


def test_a_confirmed_guest_never_shows(evening, cast, app, phone):
    """Voided members and merged guests give the same pages too."""
    scan(phone, evening.code, name="来宾乙", phone="13722220000", org=cast.branch.code)
    guest = db.session.scalar(select(Person).where(Person.name == "来宾乙"))
    guest.merged_into_id = cast.han.id
    db.session.commit()
    second = open_event(cast, title="第二场")
    reply = scan(
        app.test_client(), second.code, name="来宾乙", phone="13722220000", org=cast.branch.code
    )
    assert state_of(reply) == "done"
    row = rows()[-1]
    assert row.person_id == cast.han.id
    assert row.standing == "member"
