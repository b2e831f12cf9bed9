"""One test: a code with a short life for one phone, and what the server saw of it.

The page says it in the browser's words (user agent): a chat's link checker or the computer that
shows the code must not count as a phone.
"""

import re
from datetime import timedelta

from sqlalchemy import select

from app import clock, keys
from app.db import db, lock_words, transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.orgs import root_or_none
from app.domain.reach.model import ReachTest
from app.domain.reach.standing import note_address
from app.domain.staff import Staff
from app.errors import Gone, NotFound
from app.words import N_

LIFE = timedelta(minutes=10)
PATIENCE = timedelta(minutes=1)  # a phone that has not come by then does not come by itself
PHONE = re.compile(r"Mobile|Android|iPhone|HarmonyOS|OpenHarmony", re.I)
CHECKER = re.compile(r"bot\b|spider|crawl|preview|WindowsWechat|MacWechat", re.I)
WECHAT = "MicroMessenger"
A_PHONE = Actor("phone", None, "手机")


def looks_like_a_phone(user_agent: str) -> bool:
    """Whether a browser of this name sits in a phone."""
    return bool(PHONE.search(user_agent)) and not CHECKER.search(user_agent)


def make_test(base_url: str, *, by: Staff) -> tuple[ReachTest, str]:
    """A new test of the address, and its secret; this account's older code dies unless used."""
    secret, now = keys.token(), clock.now()
    with transaction() as session:
        lock_words(session, "reach test", by.id)
        note_address(base_url)
        for old in session.scalars(_of(by).where(ReachTest.opened_at.is_(None))):
            old.expires_at = min(old.expires_at, now)
        test = ReachTest(
            token_hash=keys.token_hash(secret), base_url=base_url, made_at=now, made_by_id=by.id,
            expires_at=now + LIFE,
        )  # fmt: skip
        session.add(test)
    return test, secret


def latest_test(staff: Staff) -> ReachTest | None:
    """The newest test this account made."""
    return db.session.scalar(_of(staff).order_by(ReachTest.id.desc()).limit(1))


def stage_of(test: ReachTest) -> str:
    """waiting · slow (a minute without a phone) · late (nobody came) · opened · answered."""
    now = clock.now()
    if test.opened_at is not None:
        may_answer = test.answered_at is None and now < test.expires_at
        return "opened" if may_answer else "answered"
    if now >= test.expires_at:
        return "late"
    return "slow" if now - test.made_at > PATIENCE else "waiting"


def test_of(secret: str) -> ReachTest:
    """The test behind a secret, while it can be opened or answered; raises NotFound, Gone."""
    found = db.session.scalar(_by(secret))
    if found is None:
        raise NotFound
    _must_live(found)
    return found


def opened(secret: str, *, is_https: bool, user_agent: str) -> ReachTest:
    """A phone opened it: the first time counts, a reload changes nothing. Raises NotFound, Gone."""
    with transaction() as session:
        test = session.scalar(_by(secret).with_for_update())
        if test is None:
            raise NotFound
        _must_live(test)
        if test.opened_at is None:
            test.opened_at = clock.now()
            test.is_https, test.is_wechat = is_https, WECHAT in user_agent
            root = root_or_none()
            audit.record(
                "reach_tested", by=A_PHONE, org_id=root.id if root else None,
                subject=f"reach:{test.id}", address=test.base_url,
            )  # fmt: skip
    return test


def answer(secret: str, *, on_mobile_data: bool) -> ReachTest:
    """What the person said about the connection, once. Raises NotFound, Gone."""
    with transaction() as session:
        test = session.scalar(_by(secret).with_for_update())
        if test is None:
            raise NotFound
        _must_live(test)
        if test.opened_at is not None:
            test.on_mobile_data, test.answered_at = on_mobile_data, clock.now()
    return test


def _must_live(test):
    if test.answered_at is not None or test.expires_at <= clock.now():
        raise Gone(N_("这个测试码用过了，或过了 10 分钟。请电脑前的人再出一个，重新扫。"))


def _by(secret):
    return select(ReachTest).where(ReachTest.token_hash == keys.token_hash(secret))


def _of(staff):
    return select(ReachTest).where(ReachTest.made_by_id == staff.id)
