"""The frame figures are hung on: the invited tree of the start day, and who may see which part.

The nearest invitation above a node speaks for it: an org invited by seat stands for itself, and a
branch below it that is invited on its own keeps its persons.
"""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from sqlalchemy import select

from app.db import db
from app.domain.events import EventOrg, Occurrence
from app.domain.members import open_on
from app.domain.orgs import Org, OrgLine, OrgLineAncestor


@dataclass(frozen=True)
class Node:
    """An org in the shown tree: `above` are the shown orgs from the root down to itself."""

    id: int
    code: str
    name: str
    full_name: str
    above: tuple[int, ...]
    mode: str  # persons | seats, of its nearest invitation
    is_closed: bool
    path: str  # of the day

    @property
    def depth(self) -> int:
        return len(self.above) - 1


@dataclass(frozen=True)
class Frame:
    """`invited`: org id → mode · `nodes`: the shown tree in its order · `scope`: the path of today
    that limits rows, or ""."""

    occurrence: Occurrence
    invited: dict[int, str]
    nodes: tuple[Node, ...]
    scope: str

    @cached_property
    def shown(self) -> dict[int, Node]:
        return {node.id: node for node in self.nodes}

    @cached_property
    def person_orgs(self) -> frozenset[int]:
        """The orgs whose members are expected one by one."""
        return frozenset(node.id for node in self.nodes if node.mode == "persons")

    @property
    def has_seats(self) -> bool:
        """Whether an org was asked for one representative."""
        return "seats" in self.invited.values()

    def nearest(self, path) -> int | None:
        """The invited org that speaks for a path of ids (root first), or None."""
        return next((org for org in reversed(path) if org in self.invited), None)

    def hangs_on(self, path) -> tuple[Node, ...]:
        """The shown nodes on a path."""
        return tuple(self.shown[org] for org in path if org in self.shown)


def frame_of(occurrence: Occurrence, rows_of: Org | None = None) -> Frame:
    """The frame of an occurrence, whole or limited to the subtree (of today) of rows_of."""
    query = (
        select(OrgLine.path, Org.id, Org.code, Org.short_name, Org.full_name, Org.closed_on)
        .join(Org, Org.id == OrgLine.org_id)
        .where(OrgLine.id.in_(invited_lines(occurrence)))
    )
    if rows_of:
        query = query.where(Org.path.like(rows_of.path + "%"))
    invited = invited_to([occurrence]).get(occurrence.event_id, {})
    frame = Frame(occurrence, invited, (), rows_of.path if rows_of else "")
    rows = ((ids_of(path), *rest) for path, *rest in db.session.execute(query))
    return replace(frame, nodes=nodes_of(frame, rows, rows_of))


def invited_to(occurrences: list[Occurrence]) -> dict[int, dict[int, str]]:
    """Event id → org id → mode, of all who were invited to any of these."""
    events: dict[int, dict[int, str]] = {}
    query = select(EventOrg.event_id, EventOrg.org_id, EventOrg.mode)
    query = query.where(EventOrg.event_id.in_({one.event_id for one in occurrences}))
    for event, org, mode in db.session.execute(query):
        events.setdefault(event, {})[org] = mode
    return events


def invited_lines(occurrence: Occurrence):
    """A select of the ids of the lines, open on the start day, that lie in an invited subtree."""
    invited = select(EventOrg.org_id).where(EventOrg.event_id == occurrence.event_id)
    return (
        select(OrgLineAncestor.line_id)
        .join(OrgLine, OrgLine.id == OrgLineAncestor.line_id)
        .where(OrgLineAncestor.org_id.in_(invited), open_on(occurrence.starts_on, OrgLine))
    )


@lru_cache(maxsize=8192)
def ids_of(path: str) -> tuple[int, ...]:
    """The org ids of a stored path, root first."""
    return tuple(int(part) for part in path.strip("/").split("/"))


def nodes_of(frame: Frame, rows, rows_of: Org | None = None) -> tuple[Node, ...]:
    """The shown nodes among rows (path ids, org id, code, short name, full name, closed on) of the
    invited lines of the day."""
    day, shown, nodes = frame.occurrence.starts_on, set(), []
    for path, org, code, short, full, closed_on in sorted(rows):
        near = frame.nearest(path)
        mode = frame.invited[near]
        if mode == "persons" or org == near or (rows_of and org == rows_of.id):
            shown.add(org)
            above = tuple(i for i in path if i in shown)
            mode = mode if mode == "persons" or org == near else "guests"
            is_closed = closed_on is not None and closed_on <= day
            whole = f"/{'/'.join(map(str, path))}/"
            nodes.append(Node(org, code, short, full, above, mode, is_closed, whole))
    return tuple(nodes)
