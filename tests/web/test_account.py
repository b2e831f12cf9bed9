"""Signing in, and what the account pages refuse."""

import re

from app.domain import staff as accounts


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


def test_a_stranger_is_asked_to_sign_in_and_never_sent_elsewhere(app, cast, phone):
    reply = phone.get("/staff")
    assert reply.status_code == 303
    assert reply.location.startswith("/account/sign-in?next=%2Fstaff")


def test_only_the_district_opens_accounts(app, cast, sign_in):
    assert sign_in(cast.zhao).get("/staff").status_code == 200
    assert sign_in(cast.wang_staff).get("/staff").status_code == 403
