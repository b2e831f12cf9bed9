"""Test codes, the address they prove, and the choice of how phones get here."""

import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from app.config import Settings, SettingsError
from app.db import db, transaction
from app.domain import reach
from app.domain.audit import AuditEntry
from app.errors import Gone, Invalid, NotFound

PUBLIC, OTHER = "https://qd.example.org", "http://192.168.1.20:8000"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Mobile Safari/537.36"
WECHAT = PHONE + " MicroMessenger/8.0.53"


def by_phone(secret, agent=WECHAT, is_https=True):
    return reach.opened(secret, is_https=is_https, user_agent=agent)


def stand(base=PUBLIC, mode="public"):
    return reach.standing(Settings(public_url=base, reach=mode))


def test_what_the_server_saw_of_the_phone_is_kept(cast, stopped):
    test, secret = reach.make_test(PUBLIC, by=cast.organizer)
    assert secret not in test.token_hash
    stopped.forward(seconds=20)
    by_phone(secret)
    assert (test.opened_at, test.is_https, test.is_wechat) == (stopped.at, True, True)
    assert test.on_mobile_data is None
    reach.answer(secret, on_mobile_data=True)
    assert test.on_mobile_data is True
    line = db.session.scalar(select(AuditEntry).where(AuditEntry.act == "reach_tested"))
    assert (line.facts, line.actor_kind) == ({"address": PUBLIC}, "phone")


def test_the_first_look_counts_and_a_reload_changes_nothing(cast, stopped):
    test, secret = reach.make_test(PUBLIC, by=cast.organizer)
    by_phone(secret, PHONE, is_https=False)
    first = test.opened_at
    stopped.forward(minutes=1)
    by_phone(secret)
    assert (test.opened_at, test.is_https, test.is_wechat) == (first, False, False)
    lines = select(AuditEntry).where(AuditEntry.act == "reach_tested")
    assert len(list(db.session.scalars(lines))) == 1


def test_a_code_is_used_once_and_lives_ten_minutes(cast, stopped):
    _test, used = reach.make_test(PUBLIC, by=cast.organizer)
    by_phone(used)
    reach.answer(used, on_mobile_data=False)
    with pytest.raises(Gone):
        by_phone(used)
    _test, late = reach.make_test(PUBLIC, by=cast.organizer)
    stopped.forward(minutes=10)
    for act in (by_phone, reach.test_of, lambda s: reach.answer(s, on_mobile_data=True)):
        with pytest.raises(Gone):
            act(late)
        with pytest.raises(NotFound):
            act("nobody-made-this-one")


def test_a_new_code_lets_the_old_one_die_but_not_another_accounts(cast, stopped):
    _test, old = reach.make_test(PUBLIC, by=cast.organizer)
    _test, theirs = reach.make_test(PUBLIC, by=cast.zhao)
    stopped.forward(seconds=1)
    _test, new = reach.make_test(PUBLIC, by=cast.organizer)
    with pytest.raises(Gone):
        by_phone(old)
    by_phone(theirs)
    by_phone(new)


def test_an_answer_before_a_phone_came_says_nothing(cast, stopped):
    test, secret = reach.make_test(PUBLIC, by=cast.organizer)
    reach.answer(secret, on_mobile_data=True)
    assert (test.on_mobile_data, test.answered_at) == (None, None)


@pytest.mark.parametrize(
    ("agent", "is_one"),
    [
        (PHONE, True), (WECHAT, True), ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Mobile/15E148", True),
        ("Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 ArkWeb/4.1 Mobile", True),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36", False),
        ("Mozilla/5.0 (Windows NT 10.0) MicroMessenger/7.0.20 WindowsWechat(0x63090a13)", False),
        ("Mozilla/5.0 (Linux; Android 6.0.1) Mobile Safari (compatible; Googlebot/2.1)", False),
        ("", False),
    ],
)  # fmt: skip
def test_a_computer_or_a_link_checker_is_no_phone(agent, is_one):
    assert reach.looks_like_a_phone(agent) is is_one


def test_a_phone_proves_the_address_until_it_changes(cast, stopped):
    _test, secret = reach.make_test(PUBLIC, by=cast.organizer)
    assert stand().is_unproven
    by_phone(secret)
    assert not stand().is_unproven
    assert stand(OTHER).is_unproven
    stopped.forward(seconds=1)
    reach.note_address(OTHER)
    assert stand().is_unproven  # codes say another address since
    stopped.forward(seconds=1)
    reach.note_address(PUBLIC)
    assert stand().is_unproven  # and that it is back proves nothing
    _test, secret = reach.make_test(PUBLIC, by=cast.organizer)
    by_phone(secret)
    assert not stand().is_unproven


def test_noting_the_same_address_again_changes_nothing(cast, stopped):
    _test, secret = reach.make_test(PUBLIC, by=cast.organizer)
    by_phone(secret)
    stopped.forward(hours=1)
    reach.note_address(PUBLIC)  # as every start of the server does
    assert not stand().is_unproven


def test_a_phone_on_wifi_proves_nothing_of_a_public_address(cast, stopped):
    _test, secret = reach.make_test(PUBLIC, by=cast.organizer)
    by_phone(secret)
    reach.answer(secret, on_mobile_data=False)
    assert stand(mode="public").is_unproven
    assert not stand(mode="wifi").is_unproven


@given(steps=st.lists(st.sampled_from([PUBLIC, OTHER, "a phone"]), max_size=10))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_warning_stands_exactly_until_a_phone_came_after_the_change(cast, stopped, steps):
    """Against the plainest account of it: the address in force, and whether a phone came since."""
    with transaction() as session:
        session.execute(delete(reach.ReachTest))
        session.execute(delete(reach.ReachAddress))
    now, proven = PUBLIC, False
    for step in steps:
        stopped.forward(seconds=1)
        if step == "a phone":
            by_phone(reach.make_test(now, by=cast.zhao)[1])
            proven = True
        else:
            reach.note_address(step)
            now, proven = step, proven and step == now
        assert stand(now).is_unproven is not proven


@pytest.fixture
def own(tmp_path):
    """Settings of an instance of its own, served on a loopback address."""
    return Settings(instance_dir=str(tmp_path), served_at="http://127.0.0.1:8000")


def choose(now, mode, cast, **told):
    return reach.choose(now, mode, by=cast.zhao.actor, org_id=cast.district.id, **told)


def test_the_choice_is_written_and_taken_up_by_whoever_reads_the_file(cast, own):
    new = choose(own, "wifi", cast, address="192.168.1.20:8000/", wifi_name="芙蓉会场")
    assert (new.base_url, new.reach, new.wifi_name) == (OTHER, "wifi", "芙蓉会场")
    assert own.refreshed() == new
    line = db.session.scalar(select(AuditEntry).where(AuditEntry.act == "reach_chosen"))
    assert line.facts == {"mode": "wifi", "address": OTHER}


def test_the_address_before_stays_valid_and_the_one_in_force_is_no_old_one(cast, own):
    first = choose(own, "wifi", cast, address=OTHER, wifi_name="会场")
    second = choose(first, "public", cast, address=PUBLIC)
    assert second.old_urls == [OTHER]
    assert choose(second, "wifi", cast, address=OTHER, wifi_name="会场").old_urls == [PUBLIC]


def test_who_came_by_another_name_is_not_locked_out(cast, own):
    new = choose(own, "public", cast, address=PUBLIC, here="http://mypc.lan:8000")
    assert new.old_urls == ["http://mypc.lan:8000"]
    for harmless in ("http://127.0.0.1:8000", "http://a,http://evil.example", PUBLIC):
        assert choose(own, "public", cast, address=PUBLIC, here=harmless).old_urls == []


def test_back_to_the_trial_codes_say_this_computer_again(cast, own):
    new = choose(choose(own, "public", cast, address=PUBLIC), "trial", cast)
    assert (new.public_url, new.reach, new.is_only_here) == ("", "trial", True)
    assert new.old_urls == [PUBLIC]


@pytest.mark.parametrize("name", ["public_url", "reach", "wifi_name"])
def test_what_the_environment_says_no_page_changes(cast, own, monkeypatch, name):
    now = dataclasses.replace(own, public_url="http://env.lan", reach="public", wifi_name="环境")
    monkeypatch.setenv(f"FURONG_{name.upper()}", getattr(now, name))
    new = choose(now, "wifi", cast, address=OTHER, wifi_name="会场")
    assert getattr(new, name) == getattr(now, name)


@pytest.mark.parametrize(
    ("mode", "told", "field"),
    [
        ("", {}, "mode"), ("lan", {}, "mode"), ("public", {}, "address"),
        ("wifi", {"address": OTHER}, "wifi_name"), ("wifi", {"wifi_name": "会场"}, "address"),
        ("wifi", {"address": OTHER, "wifi_name": "会" * 11}, "wifi_name"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named_and_nothing_written(cast, own, mode, told, field):
    with pytest.raises(Invalid) as refused:
        choose(own, mode, cast, **told)
    assert refused.value.field == field
    assert not own.env_path.exists()


def test_a_folder_that_cannot_be_written_is_said(cast, tmp_path):
    nowhere = Settings(instance_dir=str(tmp_path / "gone"))
    with pytest.raises(Invalid, match=r"furong\.env"):
        choose(nowhere, "public", cast, address=PUBLIC)
    assert db.session.scalar(select(reach.ReachAddress)) is None


@pytest.mark.parametrize(
    "typed",
    [
        "127.0.0.1:8000", "http://localhost", "https://[::1]/", "http://127.9.9.9", "ftp://x.org",
        "http://", "https://qd.example.org?x=1", "http://a b.org", "http://a,b.org", "http://x:0",
        "http://x:99999", "http://u@x.org", "https://团委.cn", "http://x.org/\nFURONG_REACH=trial",
        "http://" + "x" * 120, "http://[zz]", "javascript://x", "http://x.org/a/../../", "",
    ],
)  # fmt: skip
def test_what_is_no_address_for_a_phone_is_refused(typed):
    with pytest.raises(Invalid) as refused:
        reach.tidy_address(typed, "public")
    assert refused.value.field == "address"


@given(st.text(max_size=60), st.sampled_from(["public", "wifi"]))
def test_an_address_that_is_taken_is_one_the_settings_take(typed, mode):
    try:
        address = reach.tidy_address(typed, mode)
    except Invalid:
        return
    assert Settings(public_url=address)._checked().base_url == address


@given(st.text(min_size=1, max_size=32).map(str.strip).filter(bool))
@settings(max_examples=200, deadline=None)
def test_a_name_written_to_the_file_is_the_name_read_from_it(tmp_path_factory, name):
    own = Settings(instance_dir=str(tmp_path_factory.getbasetemp()))
    own.env_path.unlink(missing_ok=True)
    try:
        own.write(wifi_name=name)
    except SettingsError:
        assert len(name.splitlines()) > 1
        return
    assert own.refreshed().wifi_name == name
    assert set(own.env_path.read_text("utf-8").splitlines()) == {
        own.env_path.read_text("utf-8").strip("\n")
    }
