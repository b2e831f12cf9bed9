"""Passwords (argon2id, OWASP parameters) and the token buckets before them."""

from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import select

from app import clock
from app.db import lock_words, transaction
from app.domain.staff.model import TokenBucket
from app.errors import Invalid, TooMany
from app.words import N_

HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)  # OWASP 2025
NOBODY = HASHER.hash("nobody has this password")  # so that unknown names cost the same time
COMMON = {
    "1234567890", "0123456789", "qwertyuiop", "password123", "1111111111", "0000000000",
    "furong1234", "furong2026", "tuanquwei1", "a123456789", "qwer123456", "12345678910",
}  # fmt: skip


def hash_password(password: str) -> str:
    """Check the rules (10 to 128 characters, not a common one) and hash. Raises Invalid."""
    if not 10 <= len(password) <= 128:
        raise Invalid(N_("密码要有 10 到 128 个字符。"), field="password")
    if password.lower() in COMMON or len(set(password)) < 4:
        raise Invalid(N_("这个密码太容易猜，换一个。"), field="password")
    return HASHER.hash(password)


def password_holds(password_hash: str | None, password: str) -> bool:
    """Whether the password is right; costs the same when there is no hash."""
    try:
        return HASHER.verify(password_hash or NOBODY, password[:200]) and password_hash is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def take(key: str, *, size: int, per: timedelta) -> None:
    """Take one token from the bucket of `key` (size tokens, refilled over `per`). Raises TooMany."""
    with transaction() as session:
        lock_words(session, key)
        now = clock.now()
        bucket = session.scalar(select(TokenBucket).where(TokenBucket.key == key).with_for_update())
        if bucket is None:
            bucket = TokenBucket(key=key, tokens=size, at=now)
            session.add(bucket)
        passed = max((now - bucket.at).total_seconds(), 0)
        tokens = min(size, bucket.tokens + passed * size / per.total_seconds())
        if tokens < 1:
            wait = (1 - tokens) * per.total_seconds() / size
            raise TooMany(minutes=max(1, -(-int(wait) // 60)))
        bucket.tokens, bucket.at = tokens - 1, now


def give_back(key: str) -> None:
    """Forget the tries of `key` after a success."""
    with transaction() as session:
        bucket = session.get(TokenBucket, key)
        if bucket is not None:
            session.delete(bucket)


def put_back(key: str) -> None:
    """Give one token back: that try was none. A bucket fuller than it may be is emptied by `take`."""
    with transaction() as session:
        bucket = session.get(TokenBucket, key, with_for_update=True)
        if bucket is not None:
            bucket.tokens += 1
