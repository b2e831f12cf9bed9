"""Where figures are heaped up: one pile per shown node, one for the whole, one for what has no
place."""

from dataclasses import dataclass, field

from app.domain.live.frame import Frame, ids_of
from app.domain.members import COUNTED


@dataclass
class Pile:
    """The figures of one node while they are being counted."""

    expected: int = 0
    present: int = 0
    guests: int = 0
    leave: int = 0
    open_reviews: int = 0
    heads: int = 0


@dataclass
class Heap:
    """Every pile of a frame."""

    frame: Frame
    piles: dict[int, Pile] = field(init=False)
    total: Pile = field(default_factory=Pile)
    other: Pile = field(default_factory=Pile)
    unaffiliated: Pile = field(default_factory=Pile)

    def __post_init__(self):
        self.piles = {node.id: Pile() for node in self.frame.nodes}
        self.seen: set[tuple] = set()
        self.seats: dict[int, list[Pile]] = {}  # the piles a seat counts in
        self.taken: set[int] = set()  # seats held by somebody who is here as a person

    def is_bare(self, org: int) -> bool:
        """Whether nothing was counted at the node."""
        return self.piles[org] == Pile()

    def expect(self, above, number):
        """So many more are expected at each node of `above`."""
        for pile in self._piles(above):
            pile.expected += number

    def expect_once(self, above, person):
        """One person who may be named again is expected."""
        for pile in self._unseen("expected", above, person):
            pile.expected += 1

    def excuse_once(self, above, person):
        """One person is on leave."""
        for pile in self._unseen("leave", above, person):
            pile.leave += 1

    def come(self, path, today, standing, number):
        """So many valid rows of one line (its path of the day, and its org's of today) and standing;
        a negative number takes them back."""
        for pile, name in self._places(path, today, standing):
            setattr(pile, name, getattr(pile, name) + number)

    def come_once(self, rows):
        """Rows (final person, standing, path, today), counted already, of people who may have more
        than one: leave each person once in every pile, as present where any row says so."""
        several: dict[int, list] = {}
        for person, *row in rows:
            several.setdefault(person, []).append(row)
        for mine in several.values():
            if len(mine) > 1:
                self._settle(mine)

    def sit(self, own, seat, standing, *, is_person):
        """A row of one place (its path of the day and of today) holds the seat of another: a guest
        goes there; whoever is here as a person stays, and fills the seat where that adds nobody."""
        if not is_person:
            self.come(*own, standing, -1)
            self.come(*seat, None, 1)
            return
        mine = {id(pile) for pile, _name in self._places(*own, standing)}
        for pile, _name in self._places(*seat, None):
            if id(pile) not in mine:
                pile.present += 1
        self.taken.add(self.frame.nearest(ids_of(seat[0])))

    def take_seats(self):
        """Let one attendee of each seat hold it: a guest less, one present more."""
        for org, piles in self.seats.items():
            # no guest: whoever came from there sits for another org
            if org in self.taken or piles[0].guests <= 0:
                continue
            for pile in piles:
                if pile.guests > 0:  # else its holder is here as a person already
                    pile.guests -= 1
                    pile.present += 1

    def doubt(self, path, today, number):
        """So many valid rows of one line are open for review."""
        for pile, _name in self._places(path, today, None):
            pile.open_reviews += number

    def count_heads(self, path, today, number):
        """So many were counted of one line, without names."""
        for pile, _name in self._places(path, today, None):
            pile.heads += number

    def _settle(self, mine):
        best: dict[int, tuple[Pile, str]] = {}
        for standing, path, today in mine:
            for pile, name in self._places(path, today, standing):
                setattr(pile, name, getattr(pile, name) - 1)
                if best.get(id(pile), (pile, "guests"))[1] == "guests":
                    best[id(pile)] = (pile, name)
        for pile, name in best.values():
            setattr(pile, name, getattr(pile, name) + 1)

    def _places(self, path, today, standing):
        """(pile, present | guests) of every pile a row belongs to; none outside the scope."""
        scope = self.frame.scope
        if path is None:
            return () if scope else ((self.total, "guests"), (self.unaffiliated, "guests"))
        if not today.startswith(scope):
            return ()
        ids = ids_of(path)
        near = self.frame.nearest(ids)
        piles = [self.total, *(self.piles[node.id] for node in self.frame.hangs_on(ids))]
        if near is None:
            return ((self.total, "guests"), (self.other, "guests"))
        if self.frame.invited[near] == "seats":
            if near in self.piles:
                self.seats[near] = [
                    self.piles[near],
                    *(p for p in piles if p is not self.piles[near]),
                ]
            return tuple((pile, "guests") for pile in piles)
        name = "present" if standing in COUNTED else "guests"
        return tuple((pile, name) for pile in piles)

    def _piles(self, above):
        return (self.total, *(self.piles[org] for org in above))

    def _unseen(self, figure, above, person):
        for org, pile in zip((None, *above), self._piles(above), strict=True):
            if (figure, org, person) not in self.seen:
                self.seen.add((figure, org, person))
                yield pile
