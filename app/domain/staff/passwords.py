"""Passwords: the rules, and argon2id with OWASP's parameters."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from app.errors import Invalid
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
