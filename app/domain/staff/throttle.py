"""Buckets of tries, taken before a password is hashed, that lock no office and no owner out.

Three rings (docs/decisions/0011-accounts.md): a browser that signed in to this account before has
tries of its own; an account that signed in from this place before has tries of its own there; all
others share those of the place and of the account.
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import delete, func, select

from app import clock, keys
from app.db import db, lock_words, transaction
from app.domain.staff.model import TokenBucket
from app.errors import TooMany

HOUR = timedelta(hours=1)
MONTH = timedelta(days=30)
OWN, STRANGERS, MOST = 10, 20, 600  # tries an hour: one's own · all strangers · the busiest place
BROWSER_HOLDS = 5  # accounts that one browser is known to


@dataclass(frozen=True)
class Try:
    """One try to sign in: the account's key, the place it comes from, the browser's own mark."""

    key: str
    place: str
    mark: str | None

    @property
    def own(self) -> str:
        """The bucket that only this person's own mistakes empty, as far as can be told."""
        return (
            f"sign-in:{self.key}#{self.mark}" if self.mark else f"sign-in:{self.key}@{self.place}"
        )

    @property
    def shared(self) -> tuple[str, str]:
        return f"sign-in:{self.key}", f"sign-in-from:{self.place}"


def take(*limits: tuple[str, int], per: timedelta = HOUR) -> None:
    """Take one try from each bucket (key, size; refilled over `per`), or from none and raise
    TooMany. A first look costs no write: who floods the door does not hold up the writers."""
    now = clock.now()
    _look(db.session, limits, per, now)
    with transaction() as session:
        for key, _size in sorted(limits):
            lock_words(session, key)
        for key, bucket, tokens in _look(session, limits, per, now):
            if bucket is None:
                session.add(TokenBucket(key=key, tokens=tokens - 1, at=now))
            else:
                bucket.tokens, bucket.at = tokens - 1, now


def look(*limits: tuple[str, int], per: timedelta = HOUR) -> None:
    """Raise TooMany when one of the buckets is empty; takes nothing out of them."""
    _look(db.session, limits, per, clock.now())


def _look(session, limits, per, now):
    """(key, bucket or None, tries in it now) of each limit; raises TooMany when one is empty."""
    found = []
    for key, size in limits:
        bucket = session.get(TokenBucket, key, populate_existing=True)
        tokens = float(size)
        if bucket is not None:
            passed = max((now - bucket.at).total_seconds(), 0)
            tokens = min(size, bucket.tokens + passed * size / per.total_seconds())
        if tokens < 1:
            wait = (1 - tokens) * per.total_seconds() / size
            raise TooMany(minutes=max(1, -(-int(wait) // 60)))
        found.append((key, bucket, tokens))
    return found


def give_back(key: str) -> None:
    """Forget the tries of `key` after a success."""
    with transaction() as session:
        session.execute(delete(TokenBucket).where(TokenBucket.key == key))


def a_try(username: str, address: str, cookie: str) -> Try:
    """Who tries, from where, with which cookie of `known_browser`."""
    key = username.strip().lower()[:40]
    return Try(key, place_of(address), _mark_in(cookie, key))


def take_try(one: Try) -> bool:
    """Take what this try costs; whether the shared buckets paid too. Raises TooMany."""
    if one.mark or _succeeded_here(one):
        take((one.own, OWN))
        return False
    account, place = one.shared
    take((one.own, OWN), (account, STRANGERS), (place, _room(one.place)))
    return True


def succeeded(one: Try, *, shared: bool) -> None:
    """The password was right: those tries were the owner's own, so they are given back (to the
    shared buckets only what came out of them), and the place is remembered with the account for a
    month."""
    now, good = clock.now(), _good(one.place, one.key)
    with transaction() as session:
        for key in sorted((one.own, *one.shared, good)):
            lock_words(session, key)
        own = session.get(TokenBucket, one.own)
        if own is not None:
            if shared:
                _put_back(session, one.shared, max(1, round(OWN - own.tokens)))
            session.delete(own)
        session.merge(TokenBucket(key=good, tokens=0, at=now))
        session.execute(delete(TokenBucket).where(TokenBucket.at < now - MONTH))


def opened_at(address: str, username: str) -> None:
    """An account was opened from here by its link, which is as good as a right password."""
    succeeded(a_try(username, address, ""), shared=False)


def place_of(address: str) -> str:
    """An IPv4 address, or the /64 of an IPv6 one: whoever has one of it has all of it."""
    try:
        number = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:40]
    return str(number) if number.version == 4 else f"{IPv6Address(int(number) >> 64 << 64)}/64"


def known_browser(cookie: str, username: str) -> str:
    """The browser's cookie with a mark for this account added: who holds it signed in before."""
    key = username.strip().lower()[:40]
    marks = [mark for mark in cookie.split("~")[:BROWSER_HOLDS] if mark]
    if _mark_in(cookie, key):
        return cookie
    nonce = keys.token()
    return "~".join([f"{nonce}.{_seal(key, nonce)}", *marks[: BROWSER_HOLDS - 1]])


def _mark_in(cookie, key):
    for mark in cookie.split("~")[:BROWSER_HOLDS]:
        nonce, _dot, seal = mark.partition(".")
        if (
            seal
            and len(nonce) == 22
            and hmac.compare_digest(seal.encode(), _seal(key, nonce).encode())
        ):
            return nonce
    return None


def _seal(key, nonce):
    return keys.match_key("known browser", f"{key}|{nonce}")[:32]


def _put_back(session, names, spent):
    for name in names:
        bucket = session.get(TokenBucket, name)
        if bucket is not None:
            bucket.tokens += spent


def _good(place, key):
    return f"good:{place}:{key}"


def _succeeded_here(one):
    mark = db.session.get(TokenBucket, _good(one.place, one.key), populate_existing=True)
    return mark is not None and mark.at > clock.now() - MONTH


def _room(place):
    """Tries an hour for strangers at a place: more, the more accounts signed in there lately."""
    many = db.session.scalar(
        select(func.count(TokenBucket.key)).where(
            TokenBucket.key.startswith(_good(place, ""), autoescape=True),
            TokenBucket.at > clock.now() - MONTH,
        )
    )
    return min(MOST, STRANGERS + OWN * many)
