"""What staff do to the sentences of their org's summary. Every change adds a row: older wordings stay."""

from collections.abc import Collection
from difflib import get_close_matches

from sqlalchemy import func, select

from app import clock
from app.db import lock_words, transaction
from app.domain import audit
from app.domain.orgs import Org
from app.domain.staff import Staff
from app.domain.summaries.builtin import STEP, Builtin
from app.domain.summaries.model import SummarySentence
from app.domain.summaries.sentences import (
    DEFAULT,
    LANGUAGES,
    LEFT_OUT,
    find_sentence,
    sentences_of,
)
from app.domain.summaries.templates import places_in
from app.errors import Conflict, Invalid
from app.keys import new_code
from app.text import tidy
from app.words import N_

LONGEST = 1000
SHORT = 20  # of a sentence in the trail
CHANGED = N_("这一句刚刚有人改过。刷新后看看，再改。")


def check_words(words: str, places: Collection[str]) -> str:
    """The words tidied; raises Invalid for none, too many, brackets, or a place that names nothing."""
    words = tidy(words)
    if not words:
        raise Invalid(N_("写一句话；不要这一句就点“不用这一句”。"), field="words")
    if len(words) > LONGEST:
        raise Invalid(N_("最多 %(n)s 个字。"), field="words", n=LONGEST)
    for name in places_in(words):
        if name not in places:
            near = get_close_matches(name, places, n=1, cutoff=0.4)
            if near:
                raise Invalid(
                    N_("没有“%(place)s”这个数。是不是“%(near)s”？"), field="words", place=name,
                    near=near[0],
                )  # fmt: skip
            raise Invalid(N_("没有“%(place)s”这个数。"), field="words", place=name)
    return words


def write_sentence(
    org: Org, key: str, language: str, words: str, *, by: Staff, places: Collection[str],
    builtins: list[Builtin], seen: int | None = None,
) -> None:  # fmt: skip
    """Give a sentence new words; seen: the version its editor read. Raises Invalid, NotFound,
    Conflict when somebody was faster."""
    words = check_words(words, places)
    with transaction() as session:
        now = _locked(session, org, key, language, builtins, seen)
        if now.words == words:
            return
        _write(session, org, now, words, by)
        _record("sentence_written", org, by, now, before=now.words, after=words)


def leave_out_sentence(
    org: Org, key: str, language: str, *, by: Staff, builtins: list[Builtin]
) -> None:
    """Take a sentence out of the summary. Raises NotFound, Conflict."""
    with transaction() as session:
        now = _locked(session, org, key, language, builtins)
        if now.is_left_out:
            raise Conflict(N_("这一句已经不用了。"))
        _write(session, org, now, LEFT_OUT, by)
        _record("sentence_left_out", org, by, now, before=now.words)


def restore_sentence(
    org: Org, key: str, language: str, *, by: Staff, builtins: list[Builtin]
) -> None:
    """Give a sentence back what it says without the org's own words. Raises NotFound, Conflict."""
    with transaction() as session:
        now = _locked(session, org, key, language, builtins)
        if now.owner is None or now.owner.id != org.id or now.default is None:
            raise Conflict(N_("这一句没有改过。"))
        _write(session, org, now, DEFAULT, by)
        _record("sentence_restored", org, by, now, before=now.words)


def add_sentence(
    org: Org, language: str, words: str, *, by: Staff, places: Collection[str],
    builtins: list[Builtin],
) -> str:  # fmt: skip
    """One more sentence at the end; its key. Raises Invalid."""
    words = check_words(words, places)
    with transaction() as session:
        lock_words(session, "sentences", org.id)
        last = max((one.ordering for one in sentences_of(org, language, builtins)), default=0)
        row = SummarySentence(
            org_id=org.id, key=f"own:{new_code()}", language=language, ordering=last + STEP,
            words=words, made_at=clock.now(), made_by_id=by.id,
        )  # fmt: skip
        session.add(row)
        _record_words("sentence_added", org, by, language, words, after=words)
    return row.key


def move_sentence(
    org: Org, key: str, language: str, *, up: bool, by: Staff, builtins: list[Builtin]
) -> None:
    """Let a sentence change places with the one before or after it, in both languages. Raises
    NotFound, Conflict at the end."""
    with transaction() as session:
        lock_words(session, "sentences", org.id)
        order = sentences_of(org, language, builtins)
        moved = find_sentence(order, key)
        at = order.index(moved)
        to = at - 1 if up else at + 1
        if not 0 <= to < len(order):
            raise Conflict(N_("已经在最前或最后了。"))
        order[at], order[to] = order[to], order[at]
        for place, one in enumerate(order):
            if one.ordering != STEP * (place + 1):
                is_own = one.owner is not None and one.owner.id == org.id
                _write(session, org, one, one.words if is_own else DEFAULT, by, STEP * (place + 1))
        _record("sentence_moved", org, by, moved, place=to + 1)


def _locked(session, org, key, language, builtins, seen=None):
    """The sentence as it is now, while nobody else writes."""
    if language not in LANGUAGES:
        raise Invalid(N_("没有这种语言。"), field="language")
    lock_words(session, "sentences", org.id)
    now = find_sentence(sentences_of(org, language, builtins), key)
    if seen is not None and seen != now.version:
        raise Conflict(CHANGED)
    return now


def _write(session, org, now, words, by, ordering=None):
    newest = select(func.max(SummarySentence.version)).where(
        SummarySentence.org_id == org.id, SummarySentence.key == now.key,
        SummarySentence.language == now.language,
    )  # fmt: skip
    session.add(
        SummarySentence(
            org_id=org.id, key=now.key, language=now.language, words=words,
            version=(session.scalar(newest) or 0) + 1, ordering=ordering or now.ordering,
            made_at=clock.now(), made_by_id=by.id,
        )
    )  # fmt: skip
    session.flush()


def _record(act, org, by, now, **facts):
    _record_words(act, org, by, now.language, now.words or now.default or "", **facts)


def _record_words(act, org, by, language, words, **facts):
    audit.record(
        act, by=by.actor, org_id=org.id, subject=f"org:{org.id}", sentence=words[:SHORT],
        language=language, **facts,
    )  # fmt: skip
