"""A list that stays a page long: a few lines at once, the rest by the org below the scope."""

from dataclasses import dataclass

from sqlalchemy import select

from app.db import db
from app.domain.orgs import Org

LINES = 20  # of one fold


@dataclass(frozen=True)
class Fold:
    """The lines of one org directly below the scope (or of the scope itself), behind its name."""

    name: str
    rows: tuple

    @property
    def head(self) -> tuple:
        """The lines that are drawn; the others are a number."""
        return self.rows[:LINES]


@dataclass(frozen=True)
class Folded:
    """`shown` lines at once, then `folds` in the order of the tree; nothing is lost between them."""

    shown: tuple = ()
    folds: tuple[Fold, ...] = ()

    def __len__(self) -> int:
        return len(self.shown) + sum(len(fold.rows) for fold in self.folds)


def fold(scope: Org, rows, host_of, *, flat: int) -> Folded:
    """All of `rows` at once when they are at most `flat`; else at once the first of those the scope
    itself or somebody outside hosts, and the rest by the org below. One statement at most.
    host_of(row): the path of today of the row's host."""
    rows = tuple(rows)
    if len(rows) <= flat:
        return Folded(rows)
    own = [row for row in rows if _below(scope, host_of(row)) is None]
    groups: dict[int, list] = {}
    for row in rows:
        below = _below(scope, host_of(row))
        if below is not None:
            groups.setdefault(below, []).append(row)
    rest = [Fold(scope.short_name, tuple(own[flat:]))] if own[flat:] else []
    names = dict(db.session.execute(select(Org.id, Org.short_name).where(Org.parent_id == scope.id)).all()) if groups else {}  # fmt: skip
    folds = [Fold(names[key], tuple(groups[key])) for key in sorted(groups)]
    return Folded(tuple(own[:flat]), tuple(rest + folds))


def _below(scope, path):
    """The id of the org directly below the scope on a path; None for the scope and for others."""
    if not path.startswith(scope.path) or path == scope.path:
        return None
    return int(path[len(scope.path) :].split("/")[0])
