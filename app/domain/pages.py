"""One page of a long list."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """The rows of one page: its number from 1, how many pages there are, how many rows in all."""

    rows: tuple
    number: int
    count: int
    total: int


def page_of(rows: Sequence, number: int, *, size: int = 50) -> Page:
    """The page of this number; a number past the end gives the last page."""
    count = max(1, -(-len(rows) // size))
    number = min(max(1, number), count)
    return Page(tuple(rows[(number - 1) * size : number * size]), number, count, len(rows))
