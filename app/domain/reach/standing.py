"""Where things stand: what codes say, whether that may be printed, whether a phone got through."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from app import clock
from app.config import Settings
from app.db import db, lock_words, transaction
from app.domain.reach.model import ReachAddress, ReachTest
from app.errors import Conflict
from app.words import N_


class OnlyHere(Conflict):
    """Codes say an address that no phone reaches."""

    code = "only_here"
    words = N_("码里的网址只有这台电脑自己打得开，印出来没有用，所以没有印。")


@dataclass(frozen=True)
class Standing:
    """base_url: what codes say · mode: public, wifi, trial or "" (not chosen) · proof: the newest
    phone that got through since codes say so, or None · since_at: since when codes say it."""

    base_url: str
    mode: str
    wifi_name: str
    is_only_here: bool
    proof: ReachTest | None
    since_at: datetime | None = None

    @property
    def may_print(self) -> bool:
        """A loopback address is printed in the trial alone."""
        return not self.is_only_here or self.mode == "trial"

    @property
    def is_trial(self) -> bool:
        """Each poster says that no phone opens it."""
        return self.is_only_here and self.mode == "trial"

    @property
    def is_unproven(self) -> bool:
        """No phone got through since the address changed."""
        return not self.is_only_here and self.proof is None

    @property
    def wifi(self) -> str:
        """The Wi-Fi to join first, or ""."""
        return self.wifi_name if self.mode == "wifi" else ""


def standing(settings: Settings) -> Standing:
    """Where things stand with these settings."""
    base = settings.base_url
    return Standing(
        base, settings.reach, settings.wifi_name, settings.is_only_here,
        None if settings.is_only_here else _proof(base, settings.reach), _since(base),
    )  # fmt: skip


def must_print(settings: Settings) -> None:
    """Raise OnlyHere when no phone would open what is printed."""
    if settings.is_only_here and settings.reach != "trial":
        raise OnlyHere


def note_address(base_url: str) -> None:
    """Write down since when codes say this address, when it is another than before."""
    with transaction() as session:
        lock_words(session, "reach address")
        if _latest_address() != base_url:
            session.add(ReachAddress(base_url=base_url, since_at=clock.now()))


def _proof(base_url, mode):
    """On a public address a phone that said it was on Wi-Fi proves nothing."""
    since = _since(base_url)
    if since is None:
        return None
    where = [ReachTest.base_url == base_url, ReachTest.opened_at >= since]
    if mode == "public":
        where.append(or_(ReachTest.on_mobile_data.is_(None), ReachTest.on_mobile_data))
    newest = select(ReachTest).where(*where).order_by(ReachTest.opened_at.desc(), ReachTest.id)
    return db.session.scalar(newest.limit(1))


def _since(base_url) -> datetime | None:
    """Since when codes say it; None when the address in the database is another one: it was changed
    past the pages and nothing was tested since."""
    found = db.session.scalar(_newest_address())
    return found.since_at if found is not None and found.base_url == base_url else None


def _latest_address():
    found = db.session.scalar(_newest_address())
    return found.base_url if found else None


def _newest_address():
    return select(ReachAddress).order_by(ReachAddress.id.desc()).limit(1)
