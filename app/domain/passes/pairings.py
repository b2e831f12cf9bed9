"""A hall's PC and one screen: it shows letters, an organizer approves them, it sees that screen.

The letters follow from the secret in the PC's cookie, so a page drawn again shows the same ones and
neither is stored bare. See decision 0024 (pairing).
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from app import clock, keys
from app.db import db, lock_words, transaction
from app.domain import audit
from app.domain.events import Event, Occurrence, surviving
from app.domain.orgs import Org, is_within
from app.domain.passes.model import Pairing
from app.domain.staff import Staff
from app.domain.staff.throttle import look, place_of, take
from app.errors import Conflict, NotFound
from app.text import spoken_code
from app.words import N_

WAITS = timedelta(minutes=10)
STAYS = timedelta(hours=3)  # after the last sitting it shows ended, or its check-in closed
FORGOTTEN = timedelta(days=1)  # then what nobody approved is no trace of anything
LETTERS = 6
NEW_ONES, GUESSES = 120, 10  # pairings an hour begun at one place · wrong letters per account
GUESSED_OVER = timedelta(minutes=10)


class WrongLetters(NotFound):
    """Nobody's letters, and letters that are too old: told alike."""

    code = "wrong_letters"
    words = N_("没有屏幕在等这组字母。看一眼屏幕上现在的字母，过了 10 分钟会作废。")


class AlreadyPaired(Conflict):
    code, words = "already_paired", N_("这块屏幕已经配对了。要换活动，先取消配对。")


@dataclass(frozen=True)
class Wall:
    """What a PC may show now. state: new | waiting | expired | paired | revoked | over; letters
    only while waiting, event only while paired; occurrence None: whichever sitting is on."""

    state: str
    letters: str = ""
    event: Event | None = None
    occurrence: Occurrence | None = None


# The hall's PC -----------------------------------------------------------------------------------


def begin_pairing(secret: str, *, address: str) -> str:
    """The secret for the PC's cookie, whose letters wait ten minutes; the given one when it waits
    already. Raises TooMany for a place that begins too many."""
    if wall_of(secret).state == "waiting":
        return secret
    take((f"tv:{place_of(address)}", NEW_ONES))
    now = clock.now()
    with transaction() as session:
        lock_words(session, "pairing")
        old = (Pairing.approved_at.is_(None), Pairing.waits_until < now - FORGOTTEN)
        session.execute(delete(Pairing).where(*old))
        secret = _fresh_secret(session)
        session.add(
            Pairing(
                code=keys.new_code(8), letters_hash=_letters_hash(_letters_of(secret)),
                secret_hash=keys.token_hash(secret), made_at=now, waits_until=now + WAITS,
            )
        )  # fmt: skip
    return secret


def wall_of(secret: str) -> Wall:
    """What the PC that holds this secret may show."""
    pairing = _pairing_of_secret(secret)
    if pairing is None:
        return Wall("new")
    if pairing.revoked_at is not None:
        return Wall("revoked")
    if pairing.event_id is None:
        waits = pairing.waits_until > clock.now()
        return Wall("waiting", letters=_letters_of(secret)) if waits else Wall("expired")
    event, sitting = _shown_by(pairing)
    if not _shows(event, sitting):
        return Wall("over")
    return Wall("paired", event=event, occurrence=sitting)


# The organizer -----------------------------------------------------------------------------------


def find_pairing(letters: str, scope: Org, *, by: Staff) -> Pairing:
    """The pairing of the letters on a PC, typed in any case: one that waits, or one that shows or
    showed an event hosted in the scope. Raises WrongLetters, and TooMany after too many of them."""
    guesses = (f"tv-letters:{by.id}", GUESSES)
    look(guesses, per=GUESSED_OVER)
    found = _newest(db.session, letters)
    if found is not None and _may_see(found, scope):
        return found
    if found is None or found.event_id is None:  # those of another branch's screen are no guess
        take(guesses, per=GUESSED_OVER)
    raise WrongLetters


def approve_pairing(
    letters: str, wanted: Event | Occurrence, *, scope: Org, by: Staff
) -> Pairing:  # fmt: skip
    """Let the PC with these letters show an event, or one sitting of it. Raises NotFound for an
    event outside the scope, WrongLetters, TooMany, AlreadyPaired, and Conflict for an event that is
    not out, called off or long over."""
    sitting = wanted if isinstance(wanted, Occurrence) else None
    event = sitting.event if sitting else wanted
    if not is_within(scope, event.host):
        raise NotFound
    found = find_pairing(letters, scope, by=by)
    with transaction() as session:
        pairing = session.get(Pairing, found.id, with_for_update=True, populate_existing=True)
        if pairing.event_id is not None and is_showing(pairing):
            raise AlreadyPaired
        if not _waits(pairing):
            raise WrongLetters
        if not _shows(event, sitting) or event.cancelled_at is not None:
            raise Conflict(N_("活动没有发布，或者已经取消、结束，不能上大屏。"))
        pairing.event_id, pairing.occurrence_id = event.id, sitting.id if sitting else None
        pairing.approved_at, pairing.approved_by_id = clock.now(), by.id
        session.flush()
        _say(session, "screen_paired", pairing, by)
    return pairing


def revoke_pairing(pairing: Pairing, *, by: Staff) -> None:
    """Take the screen off the PC, for good. Again: nothing."""
    with transaction() as session:
        pairing = session.get(Pairing, pairing.id, with_for_update=True, populate_existing=True)
        if pairing.revoked_at is None:
            pairing.revoked_at = clock.now()
            _say(session, "screen_unpaired", pairing, by)


def pairings_of(event: Event) -> list[Pairing]:
    """The PCs that show this event now, the newest first."""
    query = (
        select(Pairing)
        .where(Pairing.event_id.in_(_same(event)), Pairing.revoked_at.is_(None))
        .options(joinedload(Pairing.approved_by), joinedload(Pairing.occurrence))
        .order_by(Pairing.id.desc())
    )
    return [one for one in db.session.scalars(query) if is_showing(one)]


def find_pairing_of(event: Event, code: str) -> Pairing:
    """A pairing of an event by its code, revoked or not; raises NotFound."""
    query = select(Pairing).where(Pairing.event_id.in_(_same(event)), Pairing.code == code[:12])
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def is_showing(pairing: Pairing) -> bool:
    """Whether an approved pairing still shows its screen."""
    return pairing.revoked_at is None and _shows(*_shown_by(pairing))


def _same(event):
    """The ids of the event and of those merged into it."""
    return select(Event.id).where((Event.id == event.id) | (Event.merged_into_id == event.id))


def _shown_by(pairing):
    """(event, sitting or None) that an approved pairing means today."""
    found = surviving(pairing.occurrence or pairing.event)
    return (found.event, found) if isinstance(found, Occurrence) else (found, None)


def _shows(event, sitting):
    """Whether a screen of the event is still of use: it is out, and ended no long time ago."""
    if event.published_at is None or event.withdrawn_at is not None:
        return False
    sittings = [sitting] if sitting else event.alive
    return max(max(o.ends_at, o.closes_at) for o in sittings) + STAYS > clock.now()


def _waits(pairing):
    is_new = pairing.event_id is None and pairing.revoked_at is None
    return is_new and pairing.waits_until > clock.now()


def _may_see(pairing, scope):
    """A waiting PC belongs to nobody yet and tells nothing: whoever reads its letters off the wall
    may have it. Afterwards it belongs to the host of what it shows."""
    if pairing.event_id is None:
        return _waits(pairing)
    return is_within(scope, _shown_by(pairing)[0].host)


def _pairing_of_secret(secret):
    if not secret:
        return None
    return db.session.scalar(select(Pairing).where(Pairing.secret_hash == keys.token_hash(secret)))


def _newest(session, letters):
    wanted = _letters_hash(spoken_code(letters)[: LETTERS + 1])
    query = select(Pairing).where(Pairing.letters_hash == wanted)
    return session.scalar(query.order_by(Pairing.id.desc()).limit(1))


def _fresh_secret(session):
    """A secret whose letters stand on no other wall."""
    while True:
        secret = keys.token()
        if _newest(session, _letters_of(secret)) is None:
            return secret


def _letters_of(secret):
    digest = bytes.fromhex(keys.match_key("tv letters of", secret))
    return "".join(keys.CODE_LETTERS[byte % 32] for byte in digest[:LETTERS])


def _letters_hash(letters):
    return keys.match_key("tv letters", letters)


def _say(session, act, pairing, by):
    event = session.get(Event, pairing.event_id)
    sitting = session.get(Occurrence, pairing.occurrence_id) if pairing.occurrence_id else None
    audit.record(
        act, by=by.actor, org_id=event.host_id, subject=f"event:{event.id}", event=event.title,
        occurrence=sitting.code if sitting else "",
    )  # fmt: skip
