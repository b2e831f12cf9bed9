"""Events that may have been made twice: found by grouping, only shown, never merged by themselves."""

import re
import unicodedata
from difflib import SequenceMatcher
from itertools import combinations

from app import clock
from app.domain.checks.apart import told_apart
from app.domain.checks.findings import Finding, Sitting, sittings
from app.domain.orgs import Org
from app.domain.periods import Period

NEAR = 0.8  # of 1: how alike two titles are that may mean one event
MOST_OF_A_DAY = 40  # events of one host on one day that are compared with one another
FILLING = re.compile(r"[\W_]+")


def likely_duplicates(period: Period, org: Org) -> list[Finding]:
    """可能重复: two events of one host on one local day whose titles are the same or nearly; or two of
    the same title at overlapping times whose hosts are one above the other. One finding a pair, none
    of two that somebody told apart."""
    hosted, apart = list(sittings(period, org).values()), told_apart()
    found: dict[tuple[int, int], Finding] = {}
    for one, other in (*_of_one_day(hosted), *_of_one_title(hosted)):
        key = tuple(sorted((one.event_id, other.event_id)))
        if one.event_id != other.event_id and key not in apart:
            facts = {"title": other.title, "at": other.starts_at}
            twin = {"other": other.event, "other_host": other.host}
            found.setdefault(key, one.finding(**twin, facts=facts))
    return sorted(found.values(), key=lambda one: (one.starts_at, one.event))


def plain(title: str) -> str:
    """The title without punctuation, blanks and width."""
    return FILLING.sub("", unicodedata.normalize("NFKC", title)).casefold()


def is_near(one: str, other: str) -> bool:
    """Whether two titles may mean the same; two that differ only in their numbers are a series."""
    one, other = plain(one), plain(other)
    if one == other:
        return True
    if re.sub(r"[0-9一二三四五六七八九十上下]", "", one) == re.sub(
        r"[0-9一二三四五六七八九十上下]", "", other
    ):
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= NEAR


def _of_one_day(hosted):
    for group in _groups(hosted, lambda one: (one.host, clock.local_day(one.starts_at))):
        for pair in combinations(group[:MOST_OF_A_DAY], 2):
            if is_near(pair[0].title, pair[1].title):
                yield pair


def _of_one_title(hosted):
    for group in _groups(hosted, lambda one: (plain(one.title), clock.local_day(one.starts_at))):
        for one, other in combinations(group[: 2 * MOST_OF_A_DAY], 2):
            over = one.starts_at < other.ends_at and other.starts_at < one.ends_at
            if over and (one.path.startswith(other.path) or other.path.startswith(one.path)):
                yield one, other


def _groups(hosted: list[Sitting], key):
    groups: dict = {}
    for one in hosted:
        groups.setdefault(key(one), []).append(one)
    return [group for group in groups.values() if len(group) > 1]
