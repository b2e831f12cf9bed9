"""Everything the live page draws, computed at most once a second for each event and scope."""

import threading
from dataclasses import dataclass

from app import clock
from app.domain.events import Occurrence
from app.domain.live.arrivals import Arrival, Curve, arrivals, curve
from app.domain.live.tally import Tally, digest, tally
from app.domain.orgs import Org

MOST_KEPT = 256


@dataclass(frozen=True)
class Board:
    """The tally, the latest arrivals and the curve under one version."""

    version: str
    tally: Tally
    arrivals: tuple[Arrival, ...]
    curve: Curve


class _EachSecond:
    """The boards of the present second. Many screens ask at once: one of them computes."""

    def __init__(self):
        self.kept: dict[tuple, tuple[int, Board]] = {}
        self.lock = threading.Lock()
        self.making: dict[tuple, threading.Lock] = {}

    def get(self, key, make, *, fresh):
        with self.lock:
            mine = self.making.setdefault(key, threading.Lock())
        with mine:
            second = int(clock.now().timestamp())
            found = self.kept.get(key)
            if fresh or found is None or found[0] != second:
                found = (second, make())
                self._keep(key, found)
        return found[1]

    def _keep(self, key, found):
        with self.lock:
            if len(self.kept) >= MOST_KEPT:
                self.kept.clear()
                self.making.clear()
            self.kept[key] = found


_boards = _EachSecond()


def board(occurrence: Occurrence, rows_of: Org | None = None, *, fresh: bool = True) -> Board:
    """The board of an occurrence, whole or of rows_of's rows. Not fresh: as it was computed in this
    second, when it was (a poll asks so; a page that is opened wants to see what just happened)."""
    key = (occurrence.code, rows_of.code if rows_of else "", occurrence.phase)
    return _boards.get(key, lambda: _board(occurrence, rows_of), fresh=fresh)


def _board(occurrence, rows_of):
    figures = tally(occurrence, rows_of)
    latest, filled = tuple(arrivals(occurrence, rows_of)), curve(occurrence, rows_of)
    # The last point moves with the clock; only a new step or a new person is news.
    drawn = [number for _at, number in filled.points]
    return Board(digest(figures, latest, drawn, filled.ends_at), figures, latest, filled)
