"""Which organization a name in a file means, among those of a scope."""

import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches

from sqlalchemy import select

from app.db import db
from app.domain.orgs import Org
from app.domain.rosters.shapes import Words
from app.words import N_

UNKNOWN = N_("范围内没有叫这个名字的支部，这个人保持原样")
NOT_ONE = N_("叫这个名字的组织不止一个，请写全称")
MOST_GUESSES = 60  # nearest names are looked for among hundreds: enough for a page of typing errors


@dataclass(frozen=True, slots=True)
class Node:
    """An organization as a plan sees it."""

    id: int
    full_name: str
    short_name: str
    parent_id: int | None
    is_closed: bool


def org_key(name: str | None) -> str:
    """What two spellings of an organization's name have in common (brackets, spaces, case)."""
    return "".join(unicodedata.normalize("NFKC", name or "").casefold().split())


class Branches:
    """The organizations of a scope's subtree by id and by name; closed ones only by id."""

    def __init__(self, scope: Org):
        query = select(Org.id, Org.full_name, Org.short_name, Org.parent_id, Org.closed_on).where(
            Org.path.like(scope.path + "%")
        )
        nodes = [Node(*row[:4], row[4] is not None) for row in db.session.execute(query)]
        self.scope_id = scope.id
        self.by_id = {node.id: node for node in nodes}
        self._full: dict[str, list[Node]] = {}
        self._short: dict[str, list[Node]] = {}
        for node in nodes:
            if not node.is_closed:
                self._full.setdefault(org_key(node.full_name), []).append(node)
                self._short.setdefault(org_key(node.short_name), []).append(node)
        self._near: dict[str, tuple[str, ...]] = {}

    @property
    def only_one(self) -> Node | None:
        """The scope itself when it has nothing below it: a secretary's own branch."""
        open_nodes = [node for node in self.by_id.values() if not node.is_closed]
        return open_nodes[0] if len(open_nodes) == 1 else None

    def find(self, name: str) -> tuple[Node | None, Words | None]:
        """(organization, None), or (None, why not). The full name goes before the short one."""
        key = org_key(name)
        found = self._full.get(key) or self._short.get(key) or ()
        if len(found) == 1:
            return found[0], None
        return None, Words(NOT_ONE if found else UNKNOWN)

    def nearest(self, name: str) -> tuple[str, ...]:
        """Up to three full names that look like the one written."""
        if name not in self._near and len(self._near) < MOST_GUESSES:
            keys = [*self._full, *self._short]
            near = get_close_matches(org_key(name), keys, n=4, cutoff=0.5)
            nodes = [node for key in near for node in self._full.get(key) or self._short[key]]
            self._near[name] = tuple(dict.fromkeys(node.full_name for node in nodes))[:3]
        return self._near.get(name, ())

    def name_of(self, org_id: int | None) -> str:
        """The full name of an organization of the scope, else nothing."""
        node = self.by_id.get(org_id)
        return node.full_name if node else ""
