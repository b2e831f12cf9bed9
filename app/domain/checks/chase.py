"""Who can mend a finding: the host and whoever keeps its account; and what to send them."""

from dataclasses import dataclass

from sqlalchemy import select

from app.db import db
from app.domain.orgs import Org
from app.domain.staff import Staff


@dataclass(frozen=True)
class Owner:
    """The org that answers for a finding: the host, or who took it over. managers: names of its
    secretaries, else of the nearest org above that has any inside the reader's scope."""

    org: str  # code
    name: str
    managers: tuple[str, ...]
    is_own: bool  # the secretaries are its own, not those of an org above


@dataclass(frozen=True)
class Chase:
    """All that one owner has to look at: (kind, findings), in the order of the kinds."""

    owner: Owner
    parts: tuple[tuple, ...]

    @property
    def total(self) -> int:
        return sum(len(found) for _kind, found in self.parts)


def owners(scope: Org, hosts: set[int]) -> dict[int, Owner]:
    """Host id → its owner, for hosts inside the scope's subtree of today; others are left out."""
    tree = {org.id: org for org in db.session.scalars(select(Org).where(Org.path.like(scope.path + "%")))}  # fmt: skip
    people = _managers(scope)
    found = {}
    for host in hosts & tree.keys():
        org = _in_charge(tree[host], tree)
        above = [int(part) for part in reversed(org.path.strip("/").split("/"))]
        keeper = next((one for one in above if people.get(one)), None)
        found[host] = Owner(
            org.code, org.short_name, tuple(people.get(keeper, ())), keeper in (None, org.id)
        )
    return found


def _in_charge(org, tree):
    """The org itself; for one that was closed what it was merged into, or what is above."""
    seen = set()
    while org.is_closed and org.id not in seen:
        seen.add(org.id)
        org = tree.get(org.merged_into_id) or tree.get(org.parent_id) or org
    return org


def _managers(scope):
    query = (
        select(Staff.org_id, Staff.name)
        .join(Org, Org.id == Staff.org_id)
        .where(
            Staff.role.in_(("manager", "district")), Staff.closed_at.is_(None),
            Staff.username.is_not(None), Org.path.like(scope.path + "%"),
        )
        .order_by(Staff.id)
    )  # fmt: skip
    found: dict[int, list] = {}
    for org_id, name in db.session.execute(query):
        found.setdefault(org_id, []).append(name)
    return found
