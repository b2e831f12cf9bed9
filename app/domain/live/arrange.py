"""How the tree is laid out on a page: the order of siblings, and which nodes stand open."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from app.domain.live.tally import TallyRow

FITS = 60  # rows a page shows unfolded


@dataclass(frozen=True)
class Placed:
    """A row on the page: open or folded (a node with children), and whether a folded one above
    hides it."""

    row: TallyRow
    is_open: bool
    is_hidden: bool


def arrange(
    rows: Collection[TallyRow], *, by_rate: bool = False, everything: bool = False,
    flipped: Iterable[str] = (),
) -> list[Placed]:  # fmt: skip
    """The rows as they stand on the page. by_rate: siblings with the highest rate first. Whole
    levels are open as long as FITS rows are seen, or `everything`; a node whose code is in
    `flipped` is the other way round."""
    below: dict[str | None, list[TallyRow]] = {}
    for row in rows:
        below.setdefault(row.parent, []).append(row)
    level = max(row.depth for row in rows) + 1 if rows and everything else open_levels(rows)
    flipped, placed = frozenset(flipped), []

    def place(parent, is_hidden):
        siblings = below.get(parent, [])
        for row in sorted(siblings, key=_rate) if by_rate else siblings:
            is_open = row.has_children and (row.depth < level) is not (row.org in flipped)
            placed.append(Placed(row, is_open, is_hidden))
            place(row.org, is_hidden or not is_open)

    place(None, False)
    return placed


def open_levels(rows: Collection[TallyRow]) -> int:
    """How many levels of the tree stand open by themselves."""
    deep = Counter(row.depth for row in rows)
    seen = level = 0
    while level in deep and seen + deep[level] <= FITS:
        seen += deep[level]
        level += 1
    return max(level - 1, 0)


def _rate(row):
    return (-row.present / row.expected if row.expected else 1, -row.present, row.org)
