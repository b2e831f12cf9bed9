"""Sessions: a remembered one lies idle for weeks, and asks the password before what matters."""

from datetime import timedelta

import pytest

from app.db import transaction
from app.domain import staff as accounts
from app.domain.staff.passwords import hash_password
from app.domain.staff.sessions import WrongPassword
from app.errors import NotFound, TooMany

PASSWORD = "芙蓉区委的一个长密码1"
IDLE, DAY, HALF_HOUR = timedelta(hours=2), timedelta(hours=12), timedelta(minutes=30)


@pytest.fixture
def zhao(cast, stopped):
    with transaction():
        cast.zhao.password_hash = hash_password(PASSWORD)
    return cast.zhao


def remembered(**told):
    secret, _staff = accounts.sign_in(
        "zhao", PASSWORD, address="10.0.0.1", browser="phone", absolute=DAY,
        remember=timedelta(days=90), **told,
    )  # fmt: skip
    return secret


def session_of(secret):
    return accounts.live_session(secret, idle=IDLE)


def test_a_remembered_session_lies_idle_to_its_ninetieth_day(zhao, stopped):
    secret = remembered()
    stopped.forward(days=90, microseconds=-1)
    assert session_of(secret)
    stopped.forward(microseconds=1)
    assert session_of(secret) is None


def test_an_ordinary_one_ends_when_left_alone(zhao, stopped):
    secret, _staff = accounts.sign_in(
        "zhao", PASSWORD, address="10.0.0.1", browser="t", absolute=DAY
    )
    stopped.forward(hours=2)
    assert session_of(secret)
    stopped.forward(hours=2, seconds=1)
    assert session_of(secret) is None


def test_a_remembered_one_asks_again_after_half_an_hour(zhao, stopped):
    here = session_of(remembered())
    assert accounts.is_fresh(here, within=HALF_HOUR)
    stopped.forward(minutes=30, seconds=1)
    assert not accounts.is_fresh(here, within=HALF_HOUR)
    with pytest.raises(WrongPassword):
        accounts.type_again(here, "不对不对不对不对")
    assert not accounts.is_fresh(here, within=HALF_HOUR)
    accounts.type_again(here, PASSWORD)
    assert accounts.is_fresh(here, within=HALF_HOUR)


def test_typing_it_wrong_in_one_session_is_slowed_there_alone(zhao, stopped):
    here, there = session_of(remembered()), session_of(remembered())
    for _ in range(10):
        with pytest.raises(WrongPassword):
            accounts.type_again(here, "不对不对不对不对")
    with pytest.raises(TooMany):
        accounts.type_again(here, PASSWORD)
    accounts.type_again(there, PASSWORD)


def test_a_new_password_ends_every_other_session(zhao, stopped):
    here, there = remembered(), remembered()
    with pytest.raises(WrongPassword) as refusal:
        accounts.change_password(session_of(here), "不对不对不对不对", "另外一个长密码2026")
    assert refusal.value.field == "old_password"
    accounts.change_password(session_of(here), PASSWORD, "另外一个长密码2026")
    assert session_of(there) is None
    assert session_of(here)


def test_one_device_is_signed_out_by_its_owner_alone(zhao, cast, stopped):
    here, there = remembered(), remembered()
    code = session_of(there).code
    with pytest.raises(NotFound):
        accounts.revoke_session(cast.wang_staff, code)
    accounts.revoke_session(zhao, code)
    assert session_of(there) is None
    assert session_of(here)
    with pytest.raises(NotFound):
        accounts.revoke_session(zhao, code)
