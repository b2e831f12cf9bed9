"""Signing in, and what the account pages refuse."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.domain import staff as accounts
from app.domain.staff.passwords import take
from app.domain.staff.sessions import WrongPassword
from app.errors import Gone, TooMany


def token_of(reply):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', reply.text)[1]


def test_a_password_opens_the_day_and_signing_out_ends_it(app, cast, phone):
    accounts.reset_staff(cast.zhao, by=None, days=1)
    link = accounts.reset_staff(cast.zhao, by=None, days=1)
    page = phone.get(f"/account/opening/{link}")
    reply = phone.post(
        f"/account/opening/{link}",
        data={
            "csrf_token": token_of(page),
            "password": "芙蓉区委的一个长密码1",
            "again": "芙蓉区委的一个长密码1",
        },
    )
    assert reply.status_code == 303
    page = phone.get("/account/sign-in")
    reply = phone.post(
        "/account/sign-in",
        data={
            "csrf_token": token_of(page),
            "username": "ZHAO",
            "password": "芙蓉区委的一个长密码1",
        },
    )
    assert reply.status_code == 303
    assert "赵书记" in phone.get("/account").text
    assert phone.get(f"/account/opening/{link}").status_code == 410
    copied = phone.get_cookie("sid").value
    phone.post("/account/sign-out", data={"csrf_token": token_of(phone.get("/account"))})
    phone.set_cookie("sid", copied)
    assert phone.get("/account").status_code == 303


def test_guessing_is_slowed_before_hashing(app, cast, phone, stopped):
    page = phone.get("/account/sign-in")
    form = {"csrf_token": token_of(page), "username": "zhao", "password": "不对不对不对不对"}
    answers = [phone.post("/account/sign-in", data=form).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
    stopped.forward(hours=1)
    assert phone.post("/account/sign-in", data=form).status_code == 422


def test_a_link_opens_once_however_many_hold_it(app, cast):
    link = accounts.reset_staff(cast.zhao, by=None, days=1)

    def use(password):
        with app.app_context():
            try:
                return accounts.accept_invitation(link, username="zhao", password=password).name
            except Gone:
                return "gone"

    with ThreadPoolExecutor(4) as crowd:
        told = list(crowd.map(use, [f"芙蓉区委的一个长密码{n}" for n in range(4)]))
    assert sorted(told) == sorted(["赵书记", "gone", "gone", "gone"])


def test_guessing_elsewhere_does_not_lock_the_owner_out(app, cast, stopped):
    link = accounts.reset_staff(cast.zhao, by=None, days=1)
    accounts.accept_invitation(link, username="zhao", password="芙蓉区委的一个长密码1")
    for _ in range(10):
        with pytest.raises(WrongPassword):
            enter("不对不对不对不对", "10.0.0.1")
    with pytest.raises(TooMany):
        enter("芙蓉区委的一个长密码1", "10.0.0.1")
    assert enter("芙蓉区委的一个长密码1", "10.0.0.2")


def test_an_office_behind_one_address_signs_in_all_morning(app, cast, stopped):
    link = accounts.reset_staff(cast.zhao, by=None, days=1)
    accounts.accept_invitation(link, username="zhao", password="芙蓉区委的一个长密码1")
    spend("sign-in-from:10.0.0.1", 59)
    for _ in range(3):
        assert enter("芙蓉区委的一个长密码1", "10.0.0.1")


def test_many_addresses_do_not_guess_without_end(app, cast, stopped):
    """Nor does one IPv6 subscriber, who has 2⁶⁴ of them."""
    spend("sign-in:zhao", 59)
    with pytest.raises(WrongPassword):
        enter("不对不对不对不对", "10.0.1.1")
    with pytest.raises(TooMany):
        enter("不对不对不对不对", "10.0.2.1")
    for n in range(10):
        with pytest.raises(WrongPassword):
            enter("不对不对不对不对", f"2001:db8::{n}", name="nobody")
    with pytest.raises(TooMany):
        enter("不对不对不对不对", "2001:db8::ffff:0:0:1", name="nobody")


def spend(key, tries):
    """So many tries of the 60 an hour are gone."""
    for _ in range(tries):
        take(key, size=60, per=timedelta(hours=1))


def enter(password, address, name="zhao"):
    return accounts.sign_in(
        name, password, address=address, browser="test", absolute=timedelta(hours=12)
    )


def test_a_stranger_is_asked_to_sign_in_and_never_sent_elsewhere(app, cast, phone):
    reply = phone.get("/staff")
    assert reply.status_code == 303
    assert reply.location.startswith("/account/sign-in?next=%2Fstaff")


def test_only_the_district_opens_accounts(app, cast, sign_in):
    assert sign_in(cast.zhao).get("/staff").status_code == 200
    assert sign_in(cast.wang_staff).get("/staff").status_code == 403
