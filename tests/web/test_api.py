"""/api/v1: what a machine may do, each refusal with a code of its own, and a description that is true."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import clock, keys
from app.db import db, transaction
from app.domain import cards, checkins, events, members, scanners
from app.domain import staff as accounts
from app.domain.audit import SYSTEM, AuditEntry
from app.domain.checkins import Attempt, CheckIn
from app.domain.desks import Desk
from app.web.api.room import A_MINUTE
from tests.contract import faults
from tests.doors import open_event
from tests.gatherings import gather, sitting
from tests.machines import DOCUMENT, Machine, machine, refused
from tests.scope import rows_of_everything

MOST_HITS = 20
ZH, EN = {"Accept-Language": "zh-CN"}, {"Accept-Language": "en"}


@pytest.fixture
def event(cast, stopped):
    return open_event(cast)


@pytest.fixture
def gate(app, cast, event):
    return machine(app, cast.street_manager)


@pytest.fixture
def card(cast, event):
    return cards.make_card(cast.li, by=SYSTEM, org=cast.branch)


def make_desk(event, *, hours=4):
    desk = Desk(
        code=keys.new_code(8), event_id=event.id, name="东门", token_hash=keys.token(),
        token_sealed=b"x", pin_hash="x", pin_sealed=b"x", made_at=clock.now(),
        expires_at=clock.now() + timedelta(hours=hours),
    )  # fmt: skip
    with transaction() as session:
        session.add(desk)
    return desk


def many(model=CheckIn):
    return db.session.scalar(select(func.count()).select_from(model))


def the_row():
    return db.session.scalars(select(CheckIn).execution_options(populate_existing=True)).one()


# Finding ----------------------------------------------------------------------------------------


def test_a_machine_reads_its_events_of_today(app, cast, event, gate):
    gather(cast.other_branch, title="今天别的支部的会")
    gather(cast.street, title="下周的会", starts_in=timedelta(days=7))
    reply = gate.ask("GET", "/events", "/events")
    assert {one["title"] for one in reply.json["events"]} == {event.title, "今天别的支部的会"}
    own = machine(app, cast.organizer).ask("GET", "/events", "/events")
    assert own.json["events"] == []
    one = gate.get(event.code).json
    assert (one["code"], one["host"]) == (event.code, cast.street.full_name)
    assert one["occurrences"][0]["phase"] == "open"
    assert gate.get(event.occurrences[0].code).json == one


def test_search_finds_masked_people_the_invited_first(app, cast, stopped):
    meeting = gather(cast.street, cast.other_branch)
    for i in range(30):
        person = members.make_person("李雷雷", phone=f"136000100{i:02d}")
        members.join_branch(person, cast.branch)
    other = members.make_person("李磊", phone="13600009999")
    members.join_branch(other, cast.other_branch)
    gate = machine(app, cast.street_manager)
    found = gate.get(meeting.code, "search", q="ll").json["people"]
    assert found[0] == {
        "person": other.code, "name": "李*", "branch": "丰泉古井支部", "tail": "99", "invited": True,
        "present": False,
    }  # fmt: skip
    assert len(gate.get(meeting.code, "search", q="李雷").json["people"]) == MOST_HITS
    text = json.dumps(gate.get(meeting.code, "search", q="9999").json, ensure_ascii=False)
    for words in ("李磊", "13600009999", "9999"):
        assert words not in text
    gate.check_in(meeting.code, person=other.code)
    assert gate.get(meeting.code, "search", q="9999").json["people"][0]["present"] is True


@pytest.mark.parametrize("words", ["", " ", "李", "l", "%", "_", "%%", "李 "])
def test_search_answers_nothing_for_short_strings(event, gate, words):
    assert gate.get(event.code, "search", q=words).json == {"people": []}


def test_search_finds_nobody_of_another_street(app, cast, stopped):
    meeting = gather(cast.branch, cast.branch)
    gate = machine(app, cast.zhao)
    for words in ("韩梅", "林涛", "hm", "0003"):
        assert gate.get(meeting.code, "search", q=words).json == {"people": []}
    assert refused(gate.check_in(meeting.code, person=cast.han.code)) == (404, "unknown")


def test_counts_are_those_of_the_live_page(cast, event, gate, card):
    gate.check_in(event.code, card=card)
    gate.check_in(event.code, name="来宾甲", phone="13811112222")
    found = gate.get(event.code, "counts").json
    assert (found["expected"], found["present"], found["guests"], found["people"]) == (3, 1, 1, 2)
    row = next(one for one in found["orgs"] if one["org"] == cast.branch.code)
    assert (row["expected"], row["present"], row["guests"]) == (2, 1, 0)


# Checking in ------------------------------------------------------------------------------------


def test_a_card_checks_its_person_in(cast, event, gate, card, stopped):
    reply = gate.check_in(event.code, card=f"HTTPS://QD.EXAMPLE.ORG/P/{card}", nonce="n1")
    row = the_row()
    assert (row.person_id, row.how, row.actor_kind, row.nonce) == (cast.li.id, "api", "api", "n1")
    assert reply.json == {
        "state": "done", "event": event.code, "occurrence": event.occurrences[0].code,
        "checkin": row.code, "at": "2026-11-22T12:00:00+08:00", "name": "李*", "branch": "浏正街支部",
        "forced": False, "needs_review": False,
    }  # fmt: skip
    stopped.forward(minutes=2)
    again = gate.check_in(event.code, card=card, nonce="n2").json
    assert (again["state"], again["checkin"]) == ("already", row.code)
    assert again["at"] == "2026-11-22T12:00:00+08:00"
    assert (many(), many(Attempt)) == (1, 2)


def test_number_and_name_or_name_and_phone_check_in_too(cast, event, gate):
    for who, told in (
        (cast.li, {"number": cast.li.admission_number}), (cast.wang, {"phone": "13900000001"}),
        (cast.han, {"phone": "0003"}),
    ):  # fmt: skip
        reply = gate.check_in(event.code, name=who.name, **told).json
        assert (reply["state"], reply["needs_review"]) == ("done", False)
    reply = gate.check_in(event.code, name="路人甲", phone="13811112222", org=cast.branch.code)
    assert reply.json["needs_review"] is True
    assert many() == 4


def test_the_same_nonce_any_number_of_times_is_one_row(event, gate, card):
    replies = [gate.check_in(event.code, card=card, nonce="n1").json for _ in range(5)]
    assert all(reply == replies[0] for reply in replies)
    assert replies[0]["state"] == "done"
    assert many() == 1


def test_a_failed_attempt_does_not_swallow_a_later_success(event, gate, card, cast):
    assert refused(gate.check_in(event.code, card="X" * 26, nonce="n1")) == (404, "unknown")
    assert refused(gate.check_in(event.code, card=card, nonce="n1", org="NONE")) == (422, "invalid")
    assert gate.check_in(event.code, card=card, nonce="n1").json["state"] == "done"
    assert many() == 1


def test_when_it_was_scanned_decides_and_all_three_times_are_kept(event, gate, card, stopped):
    stopped.forward(hours=9)
    assert refused(gate.check_in(event.code, card=card)) == (409, "too_late")
    reply = gate.check_in(event.code, card=card, scanned_at="2026-11-22T12:30:00+08:00")
    row = the_row()
    assert reply.json["at"] == "2026-11-22T12:30:00+08:00"
    assert row.checked_in_at == row.client_at == stopped.at - timedelta(hours=8, minutes=30)
    assert row.received_at == stopped.at


def test_a_clock_that_is_wrong_is_bounded_by_the_token_and_by_now(event, gate, card, cast, stopped):
    early = "2020-01-01T00:00:00Z"
    assert gate.check_in(event.code, card=card, scanned_at=early).json["at"].startswith("2026-11-22T12:00")  # fmt: skip
    late = "2027-01-01T00:00:00Z"
    reply = gate.check_in(event.code, person=cast.wang.code, scanned_at=late)
    assert reply.json["at"] == "2026-11-22T12:00:00+08:00"


# Refusals ---------------------------------------------------------------------------------------


def spoil(session, event, what, **fields):
    thing = session.merge(event.occurrences[0] if what == "occurrence" else event)
    for name, value in fields.items():
        setattr(thing, name, value)


REFUSALS = {
    "unknown": (404, {"card": "A" * 26}, None),
    "revoked": (404, {}, lambda s, e, c: None),
    "wrong_event": (409, {}, None),
    "too_early": (409, {}, lambda s, e, c: spoil(s, e, "occurrence", opens_at=c.now() + timedelta(hours=1))),
    "too_late": (409, {}, lambda s, e, c: spoil(s, e, "occurrence", closes_at=c.now())),
    "cancelled": (409, {}, lambda s, e, c: spoil(s, e, "event", cancelled_at=c.now())),
    "full": (409, {}, lambda s, e, c: spoil(s, e, "occurrence", capacity=0, capacity_binds=True)),
}  # fmt: skip


@pytest.mark.parametrize("code", REFUSALS)
def test_each_refusal_has_its_own_code_and_words_in_both_languages(cast, event, gate, card, code):
    status, told, spoiling = REFUSALS[code]
    body = {"card": card, "nonce": "n1"} | told
    if code == "wrong_event":
        body["occurrence"] = open_event(cast, title="另一个会").occurrences[0].code
    if code == "revoked":
        cards.revoke_card(cast.li, by=SYSTEM, org=cast.branch)
    if spoiling:
        with transaction() as session:
            spoiling(session, event, clock)
    said = {}
    for language in (ZH, EN):
        reply = gate.check_in(event.code, headers=language, **body)
        assert refused(reply) == (status, code)
        said[language["Accept-Language"]] = reply.json["error"]["message"]
    assert not said["zh-CN"].isascii()
    assert said["en"].isascii()
    assert many() == 0


def test_already_is_no_refusal(event, gate, card):
    gate.check_in(event.code, card=card)
    assert gate.check_in(event.code, card=card).status_code == 200


@pytest.mark.parametrize("code", ["too_early", "too_late", "full"])
def test_staff_let_in_over_it_with_a_reason_which_stays(cast, event, gate, card, code):
    with transaction() as session:
        REFUSALS[code][2](session, event, clock)
    assert refused(gate.check_in(event.code, card=card, force=True)) == (422, "invalid")
    reply = gate.check_in(event.code, card=card, force=True, reason="书记同意")
    assert reply.json["forced"] is True
    assert the_row().forced_reason == "书记同意"
    assert db.session.scalar(select(AuditEntry.act).where(AuditEntry.act == "let_in"))


def test_force_is_marked_only_when_it_was_needed(event, gate, card):
    reply = gate.check_in(event.code, card=card, force=True, reason="以防万一")
    assert reply.json["forced"] is False
    assert the_row().forced_reason == ""


def test_nothing_lets_in_where_the_sitting_is_off(event, gate, card):
    with transaction() as session:
        REFUSALS["cancelled"][2](session, event, clock)
    reply = gate.check_in(event.code, card=card, force=True, reason="书记同意")
    assert refused(reply) == (409, "cancelled")


def test_simulate_writes_nothing(event, gate, card, cast):
    gate.check_in(event.code, person=cast.wang.code)
    before = rows_of_everything()
    for told in ({"card": card}, {"person": cast.wang.code}, {"name": "路人甲", "phone": "13811112222"}):  # fmt: skip
        reply = gate.check_in(event.code, simulate=True, nonce="n1", **told)
        assert reply.status_code == 200
    after = rows_of_everything()
    assert {name for name in after if before[name] != after[name]} <= {"token_bucket"}
    assert gate.check_in(event.code, card=card, nonce="n1").json["state"] == "done"


def test_several_sittings_open_at_once_have_to_be_told_apart(event, gate, card):
    second = sitting(event, starts_in=timedelta(minutes=5))
    db.session.expire_all()
    reply = gate.check_in(event.code, card=card)
    assert (refused(reply), reply.json["error"]["field"]) == ((422, "invalid"), "occurrence")
    assert gate.check_in(event.code, card=card, occurrence=second.code).json["occurrence"] == second.code  # fmt: skip
    assert gate.check_in(event.occurrences[0].code, card=card).json["state"] == "done"
    assert gate.get(second.code, "counts").json["present"] == 1


# Annulling --------------------------------------------------------------------------------------


def test_within_a_quarter_of_an_hour_the_same_token_takes_it_back(event, gate, card, stopped):
    code = gate.check_in(event.code, card=card, nonce="n1").json["checkin"]
    stopped.forward(minutes=15)
    assert gate.annul(event.code, code).json == {"state": "annulled", "checkin": code}
    row = the_row()
    assert (row.voided_at, row.voided_by_kind) == (stopped.at, "api")
    assert refused(gate.annul(event.code, code)) == (409, "conflict")
    assert gate.check_in(event.code, card=card, nonce="n2").json["state"] == "done"
    assert many() == 2


def test_after_a_quarter_of_an_hour_it_stays(event, gate, card, stopped):
    code = gate.check_in(event.code, card=card).json["checkin"]
    stopped.forward(minutes=15, seconds=1)
    assert refused(gate.annul(event.code, code)) == (409, "too_late_to_undo")
    assert the_row().voided_at is None


def test_nobody_else_takes_it_back(app, cast, event, gate, card):
    code = gate.check_in(event.code, card=card).json["checkin"]
    for staff in (cast.street_manager, cast.zhao):
        assert refused(machine(app, staff).annul(event.code, code)) == (404, "not_found")
    other = open_event(cast, title="另一个会")
    assert refused(gate.annul(other.code, code)) == (409, "wrong_event")
    assert the_row().voided_at is None


# Rights -----------------------------------------------------------------------------------------


def everything(gate, code, checkin="ABCDEFGHJK"):
    yield gate.get(code)
    yield gate.get(code, "search", q="李雷")
    yield gate.get(code, "counts")
    yield gate.check_in(code, name="李雷", phone="13900000002")
    yield gate.annul(code, checkin)


def test_without_the_right_it_is_a_thing_that_does_not_exist(app, cast, event, card):
    stranger = machine(app, cast.other_manager)
    told = [reply.json["error"] for reply in everything(stranger, event.code)]
    nothing = [reply.json["error"] for reply in everything(stranger, "ZZZZZZ")]
    assert told == nothing
    assert {one["code"] for one in told} == {"not_found"}
    with transaction() as session:
        session.merge(event).published_at = None
    for reply in everything(machine(app, cast.zhao), event.code):
        assert refused(reply) == (404, "not_found")
    assert many() == 0


def test_internal_ids_never_work(cast, event, gate, card):
    row = gate.check_in(event.code, card=card).json["checkin"]
    for number in (event.id, event.occurrences[0].id):
        for reply in everything(gate, str(number)):
            assert refused(reply) == (404, "not_found")
    assert refused(gate.annul(event.code, str(the_row().id))) == (404, "not_found")
    assert refused(gate.check_in(event.code, person=str(cast.wang.id))) == (404, "unknown")
    assert refused(gate.check_in(event.code, card=str(cast.wang.id))) == (404, "unknown")
    assert refused(gate.check_in(event.code, name="路人", phone="1381", org=str(cast.branch.id))) == (422, "invalid")  # fmt: skip
    ids = {cast.li.id, the_row().id}
    for reply in (gate.get(event.code), gate.get(event.code, "counts"), gate.ask("GET", "/events", "/events")):  # fmt: skip
        assert "_id" not in reply.text.replace("request_id", "")
    assert ids
    assert row != str(the_row().id)


def test_a_token_of_a_desk_sees_that_event_alone(app, cast, event, card, stopped):
    other = open_event(cast, title="另一个会")
    desk = make_desk(event)
    gate = machine(app, cast.street_manager, desk=desk, days=180)
    assert [one["code"] for one in gate.ask("GET", "/events", "/events").json["events"]] == [event.code]  # fmt: skip
    assert gate.check_in(event.code, card=card).json["state"] == "done"
    for reply in everything(gate, other.code):
        assert refused(reply) == (404, "not_found")
    told = gate.check_in(event.code, person=cast.wang.code, force=True, reason="书记同意")
    assert refused(told) == (403, "force_not_allowed")
    stopped.forward(
        hours=13, minutes=29
    )  # the desk ends twelve hours after the event's ninety minutes
    assert gate.get(event.code).status_code == 200
    stopped.forward(minutes=1)
    assert refused(gate.ask("GET", "/events", "/events")) == (401, "expired")


def test_a_token_dies_with_its_day_its_desk_its_account_and_by_hand(app, cast, event, stopped):
    def asked(gate):
        return refused(gate.ask("GET", "/events", "/events"))

    assert asked(Machine(app, None)) == asked(Machine(app, "furong-x")) == (401, "token_unknown")
    made, token = scanners.make_scanner("闸机", by=cast.street_manager, days=1)
    gate = Machine(app, token)
    scanners.revoke_scanner(made, by=cast.street_manager)
    assert asked(gate) == (401, "token_revoked")
    gate = machine(app, cast.street_manager, days=1)
    stopped.forward(days=1)
    assert asked(gate) == (401, "expired")
    gate, desk = machine(app, cast.organizer), make_desk(event)
    desk_gate = machine(app, cast.street_manager, desk=desk)
    accounts.close_staff(cast.organizer, by=cast.zhao)
    with transaction() as session:
        session.merge(desk).revoked_at = stopped.at
    assert asked(gate) == asked(desk_gate) == (401, "token_revoked")
    assert gate.ask("GET", "/events", "/events").headers["WWW-Authenticate"] == "Bearer"


def test_a_cookie_opens_nothing_and_is_never_set(app, cast, event, sign_in):
    client = sign_in(cast.zhao)
    reply = client.get(f"/api/v1/events/{event.code}?lang=en", headers=ZH)
    assert refused(reply) == (401, "token_unknown")
    assert not reply.json["error"]["message"].isascii()
    assert "Set-Cookie" not in reply.headers
    reply = client.open("/api/v1/events", method="OPTIONS", headers={"Origin": "https://evil.example"})  # fmt: skip
    assert "Access-Control-Allow-Origin" not in reply.headers


def test_who_asks_too_often_is_slowed_and_nobody_else(app, cast, event, gate, stopped):
    for _ in range(A_MINUTE):
        assert gate.get(event.code).status_code == 200
    assert refused(gate.get(event.code)) == (429, "too_many")
    assert machine(app, cast.zhao).get(event.code).status_code == 200
    stopped.forward(seconds=2)
    assert gate.get(event.code).status_code == 200


# What is no request -----------------------------------------------------------------------------


BODIES = (
    b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 10_000, b'{"card": 1' + b"0" * 5000 + b"}",
    b'{"card": "\\ud800"}', b'{"card": "\\u0000"}', b'{"name": ["x"], "phone": null}', b'{"nope": 1}',
    b'{"card": NaN}', b'{"simulate": "yes", "card": "x"}', b'{"name": "x", "card": "x"}', b"{}",
    b'{"scanned_at": "2026-11-22T12:00:00", "card": "x"}', b'{"scanned_at": "9999-99-99", "card": "x"}',
    b'{"scanned_at": "0001-01-01T00:00:00+23:59", "card": "x"}', b'{"nonce": "%s"}' % (b"n" * 65),
    b'{"name": "x", "phone": "abc"}', b'{"role": "king", "card": "x"}', b'{"\\ud800": 1}',
)  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body[:24].decode("latin-1"))
def test_what_is_no_request_is_refused_in_words(event, gate, body):
    for path, rule in (
        (f"/events/{event.code}/checkins", "/events/{code}/checkins"),
        (f"/events/{event.code}/checkins/ABCDEFGHJK/annulment", "/events/{code}/checkins/{checkin}/annulment"),
    ):  # fmt: skip
        reply = gate.ask("POST", path, rule, data=body, content_type="application/json")
        assert reply.status_code in (404, 422), reply.json
        if "checkins/" not in path:
            assert reply.status_code == 422
    assert many() == 0


def test_http_says_no_in_json_too(app, event, gate):
    path, rule = f"/events/{event.code}/checkins", "/events/{code}/checkins"
    assert refused(gate.ask("POST", path, rule, data={"card": "x"})) == (415, "unsupported_media_type")  # fmt: skip
    big = json.dumps({"reason": "x" * 20_000})
    reply = gate.ask("POST", path, rule, data=big, content_type="application/json")
    assert refused(reply) == (413, "too_large")
    client = app.test_client()
    for verb, where, wanted in (
        ("PUT", "/api/v1/events", (405, "method_not_allowed")), ("GET", f"/api/v1{path}", (405, "method_not_allowed")),
        ("GET", "/api/v1/nothing", (404, "not_found")), ("GET", "/api/v2/events", (404, "not_found")),
        ("GET", f"/api/v1/events/{event.code}?q=%00", (404, "not_found")),
    ):  # fmt: skip
        reply = client.open(where, method=verb, headers=gate.headers)
        assert (*refused(reply), reply.mimetype) == (*wanted, "application/json")
        assert "<" not in reply.text


def test_a_bug_is_told_in_json_with_a_number(app, cast, event, gate, monkeypatch):
    def break_down(_scanner):
        raise ZeroDivisionError

    monkeypatch.setattr("app.web.api.reading.scanners.events_of", break_down)
    reply = gate.client.get("/api/v1/events", headers=gate.headers)
    assert refused(reply) == (500, "internal_error")
    assert reply.json["request_id"] == reply.headers["X-Request-Id"]


# The description --------------------------------------------------------------------------------


def test_the_description_names_every_route_and_no_other(app):
    routes = set()
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api."):
            path = rule.rule.removeprefix("/api/v1").replace("<", "{").replace(">", "}")
            routes |= {(path, verb.lower()) for verb in rule.methods - {"HEAD", "OPTIONS"}}
    described = {(path, verb) for path, verbs in DOCUMENT["paths"].items() for verb in verbs}
    assert described == routes
    for path, verbs in DOCUMENT["paths"].items():
        for verb in verbs.values():
            named = {one["name"] for one in verb["parameters"] if one["in"] == "path"}
            assert all(f"{{{name}}}" in path for name in named)
            assert path.count("{") == len(named)


def test_the_description_is_served_to_anybody_and_is_the_one_the_tests_hold(phone):
    served = phone.get("/api/v1/openapi.json").json
    assert served == DOCUMENT
    assert served["openapi"].startswith("3.1")


def test_what_the_description_takes_is_what_is_taken(event, gate, card):
    asked = DOCUMENT["components"]["schemas"]["CheckInAsked"]
    body = {
        "card": card,
        "nonce": "n1",
        "simulate": True,
        "scanned_at": "2026-11-22T12:00:00+08:00",
    }
    assert faults(body, asked, DOCUMENT) == []
    assert gate.check_in(event.code, **body).status_code == 200
    for wrong in (
        {"nope": 1}, {"card": 1}, {"card": "x" * 601}, {"card": ""}, {"card": card, "nonce": ""},
        {"card": card, "simulate": 1}, {"name": "\0"}, {"card": card, "role": "king"}, {},
        {"card": card, "name": "李雷"},
    ):  # fmt: skip
        assert faults(wrong, asked, DOCUMENT)
        assert gate.check_in(event.code, **wrong).status_code == 422


def test_events_taken_back_are_not_there(event, gate):
    events.withdraw_event(event, by=SYSTEM)
    assert refused(gate.get(event.code)) == (404, "not_found")
    assert gate.ask("GET", "/events", "/events").json == {"events": []}


def test_who_was_turned_away_is_counted_by_reason_and_no_try_out(cast, event, gate, card):
    for _ in range(3):
        gate.check_in(event.code, card="A" * 26)
    gate.check_in(event.code, card="A" * 26, simulate=True)
    with transaction() as session:
        spoil(session, event, "occurrence", closes_at=clock.now())
    gate.check_in(event.code, card=card)
    gate.check_in(event.code, card=card, simulate=True)
    db.session.rollback()
    assert checkins.refusals_of(event) == [("unknown", 3), ("too_late", 1)]
