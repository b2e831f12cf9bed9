"""The throttle on guessing: it slows strangers, and locks no office and no owner out.

The clock stands still, so that nothing is refilled: what gets in, gets in for its own sake.
"""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from app.db import db, transaction
from app.domain import staff as accounts
from app.domain.staff import passwords, sessions
from app.domain.staff.sessions import WrongPassword
from app.errors import TooMany

PASSWORD = "芙蓉区委的一个长密码1"
WRONG = "不对不对不对不对"
OFFICE = "10.0.0.1"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """argon2id as ever, at its cheapest: these tests sign in by the hundred."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", cheap)
    monkeypatch.setattr(passwords, "NOBODY", cheap.hash("nobody has this password"))


@pytest.fixture
def hashes(monkeypatch):
    """How many times a password was hashed, counted around the real thing."""
    counted = []

    def count(*told):
        counted.append(told)
        return passwords.password_holds(*told)

    monkeypatch.setattr(sessions, "password_holds", count)
    return counted


@pytest.fixture
def zhao(cast, stopped):
    """赵书记 with a password, who never signed in from anywhere."""
    with transaction():
        cast.zhao.password_hash = passwords.hash_password(PASSWORD)
    return cast.zhao


def enter(name="zhao", password=PASSWORD, address=OFFICE, known=""):
    return accounts.sign_in(
        name, password, address=address, browser="test", absolute=timedelta(hours=12), known=known
    )


def fail(times, *, name="zhao", address=OFFICE, known=""):
    """So many wrong passwords; the refusals by kind."""
    told = []
    for number in range(times):
        with pytest.raises((WrongPassword, TooMany)) as refusal:
            enter(name.format(number), WRONG, address.format(number), known)
        told.append(type(refusal.value))
    return told


def office_of(cast, people, password_hash):
    """So many accounts with one and the same password."""
    with transaction() as session:
        for number in range(people):
            session.add(
                accounts.Staff(
                    code=f"OFFICE{number}", username=f"clerk{number}", username_key=f"clerk{number}",
                    name="科员", role="organizer", org_id=cast.branch.id, created_at=cast.zhao.created_at,
                    password_hash=password_hash,
                )
            )  # fmt: skip


@pytest.mark.parametrize("name", ["zhao", "nobody", "nobody{}"])
def test_a_thousand_wrong_sign_ins_of_one_stranger_cost_at_most_twenty_hashes(zhao, hashes, name):
    told = fail(1000, name=name)
    assert len(hashes) <= 20
    assert told.count(WrongPassword) == len(hashes)


def test_known_and_unknown_names_take_the_same_path(zhao, hashes):
    assert fail(15, name="zhao", address="10.1.0.1") == fail(15, name="nobody", address="10.1.0.2")
    assert [bool(told[0]) for told in hashes] == [True] * 10 + [False] * 10


def test_an_office_signs_in_while_somebody_there_hammers_one_account(zhao, cast):
    office_of(cast, 200, zhao.password_hash)
    fail(30, name="nobody")
    for number in range(200):
        fail(1, name="nobody")
        assert enter(f"clerk{number}")


def test_an_office_that_was_here_before_signs_in_while_somebody_there_tries_every_name(zhao, cast):
    office_of(cast, 200, zhao.password_hash)
    for number in range(200):
        assert enter(f"clerk{number}")
    fail(620, name="nobody{}")
    with pytest.raises(TooMany):
        enter("nobody", WRONG)
    for number in range(200):
        assert enter(f"clerk{number}")


def test_who_opened_an_account_by_its_link_here_is_not_kept_out(zhao, cast):
    made = accounts.invite_staff("钱支书", role="manager", org=cast.branch, by=zhao, days=20)
    fail(30, name="nobody{}")
    accounts.accept_invitation(made.secret, username="qian", password=PASSWORD, address=OFFICE)
    fail(30, name="nobody{}")
    assert enter("qian")


def test_strangers_all_over_the_world_do_not_lock_the_owner_out(zhao):
    known = accounts.known_browser("", "zhao")
    assert enter(address="10.0.0.7")
    fail(200, address="10.2.{}.1")
    fail(30, address="10.0.0.9")
    with pytest.raises(TooMany):
        enter(address="10.0.0.9")
    assert enter(address="10.0.0.7")  # from where it signed in before
    assert enter(address="10.0.0.9", known=known)  # with the browser it signed in with before


def test_a_known_browser_is_known_to_its_own_account_alone_and_cannot_be_made_up(zhao, hashes):
    known = accounts.known_browser("", "zhao")
    fail(40, name="nobody{}", known=known)
    assert len(hashes) == 20
    forged = known[:-1] + ("0" if known[-1] != "0" else "1")
    with pytest.raises(TooMany):
        enter(known=forged)
    assert enter(known=known)
    assert fail(12, known=known) == [WrongPassword] * 10 + [TooMany] * 2


def test_a_browser_is_known_to_five_accounts_and_keeps_its_mark():
    cookie = ""
    for number in range(7):
        cookie = accounts.known_browser(cookie, f"clerk{number}")
    assert cookie.count("~") == 4
    assert accounts.known_browser(cookie, "clerk6") == cookie
    assert accounts.known_browser("x" * 600, "clerk6").count("~") == 1


def test_many_places_do_not_guess_one_account_without_end_nor_does_one_ipv6_subscriber(
    zhao, hashes
):
    fail(100, address="10.3.{}.1")
    assert len(hashes) == 20
    hashes.clear()
    fail(40, name="nobody{}", address="2001:db8::{}")
    assert len(hashes) == 20


def test_signing_in_rightly_buys_no_further_guesses(zhao, hashes, cast):
    """Whoever has an account of their own does not refill the place's bucket with it."""
    enter()
    fail(60, name="nobody{}")
    hashes.clear()
    for _ in range(10):
        enter()
        fail(1, name="somebody")
    assert len(hashes) == 10  # the right ones alone


def test_tries_come_back_with_time_and_a_right_password_gives_them_back(zhao, stopped):
    fail(9)
    assert enter()
    assert fail(11) == [WrongPassword] * 10 + [TooMany]
    stopped.forward(minutes=7)
    assert enter()


def test_buckets_of_last_month_are_swept_away(zhao, stopped):
    fail(3, name="nobody{}")
    stopped.forward(days=31)
    assert enter()
    left = {key for (key,) in db.session.query(accounts.TokenBucket.key)}
    assert not [key for key in left if "nobody" in key]
