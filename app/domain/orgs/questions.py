"""What may be asked of the tree."""

from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import func, or_, select

from app.db import db
from app.domain.orgs.model import Org, OrgLine, OrgName
from app.errors import Invalid, NotFound
from app.words import N_


@dataclass(frozen=True)
class OrgNode:
    """A node with its children in tree order, drawn as nested lists."""

    org: Org
    children: tuple["OrgNode", ...]


def root_or_none() -> Org | None:
    """The root of the tree, or None before set-up."""
    return db.session.scalar(select(Org).where(Org.parent_id.is_(None)))


def org_or_none(code: str) -> Org | None:
    """The org of a public code, in any case of letters."""
    return db.session.scalar(select(Org).where(Org.code == str(code).strip().upper()[:12]))


def find_org(code: str) -> Org:
    """The org of a public code; raises NotFound."""
    org = org_or_none(code)
    if org is None:
        raise NotFound
    return org


def org_of_line(line: OrgLine | None) -> Org | None:
    """The org a line is of; None for none."""
    return db.session.get(Org, line.org_id) if line is not None else None


def find_org_in(scope: Org, code: str) -> Org:
    """The org of a code inside the scope's subtree; raises NotFound outside it."""
    org = find_org(code)
    if not is_within(scope, org):
        raise NotFound
    return org


def is_within(scope: Org, org: Org) -> bool:
    """Whether org lies in scope's subtree of today (scope itself included)."""
    return org.path.startswith(scope.path)


def all_orgs() -> list[Org]:
    """Every org, parents before children, siblings in the order they were made."""
    return sorted(db.session.scalars(select(Org)), key=_tree_order)


def subtree_of(org: Org, *, open_only: bool = False) -> list[Org]:
    """Today's subtree in tree order, the org first."""
    query = select(Org).where(Org.path.like(org.path + "%"))
    if open_only:
        query = query.where(Org.closed_on.is_(None))
    return sorted(db.session.scalars(query), key=_tree_order)


def children_of(org: Org) -> list[Org]:
    """The direct children that are open."""
    query = select(Org).where(Org.parent_id == org.id, Org.closed_on.is_(None))
    return list(db.session.scalars(query.order_by(Org.id)))


def ancestors_of(org: Org) -> list[Org]:
    """The chain from the root down to the org's parent."""
    ids = [int(part) for part in org.path.strip("/").split("/")][:-1]
    found = {o.id: o for o in db.session.scalars(select(Org).where(Org.id.in_(ids)))}
    return [found[i] for i in ids]


def names_of(org: Org) -> list[OrgName]:
    """Every name the org has borne, newest first: today's is the first."""
    query = select(OrgName).where(OrgName.org_id == org.id)
    return list(
        db.session.scalars(query.order_by(OrgName.from_on.desc().nullslast(), OrgName.id.desc()))
    )


def types_before(org: Org) -> list[OrgLine]:
    """The last line of each kind and domain the org was of before today's, newest first."""
    query = select(OrgLine).where(
        OrgLine.org_id == org.id,
        or_(OrgLine.from_on.is_(None), OrgLine.to_on.is_(None), OrgLine.to_on > OrgLine.from_on),
    )
    lines = list(db.session.scalars(query.order_by(OrgLine.id)))
    before = [a for a, b in pairwise(lines) if (a.kind, a.domain) != (b.kind, b.domain)]
    return before[::-1]


def tree_of(org: Org) -> OrgNode:
    """Today's open subtree as nested nodes."""
    below: dict[int, list[Org]] = {}
    for node in subtree_of(org, open_only=True):
        below.setdefault(node.parent_id, []).append(node)

    def grow(node):
        return OrgNode(node, tuple(grow(child) for child in below.get(node.id, ())))

    return grow(org)


def search_orgs(within: Org, words: str, *, limit: int = 20, kinds=()) -> list[Org]:
    """Open orgs of the subtree whose name holds the words, or whose pinyin or initials start so."""
    words = words.strip()
    if not words:
        return []
    low = words.lower().replace(" ", "")
    query = select(Org).where(
        Org.path.like(within.path + "%"),
        Org.closed_on.is_(None),
        or_(
            Org.full_name.contains(words, autoescape=True),
            Org.short_name.contains(words, autoescape=True),
            Org.pinyin.startswith(low, autoescape=True),
            Org.initials.contains(low, autoescape=True),
        ),
    )
    if kinds:
        query = query.where(Org.kind.in_(kinds))
    exact = func.coalesce(func.length(Org.full_name), 0)
    return list(db.session.scalars(query.order_by(exact, Org.id).limit(limit)))


def _tree_order(org):
    return [int(part) for part in org.path.strip("/").split("/")]


def one_org_named(within: Org, words: str) -> Org:
    """The one open org of the subtree with this full or short name; raises Invalid when none or
    several fit (short names repeat: every street has a 楼宇联合支部)."""
    query = select(Org).where(Org.path.like(within.path + "%"), Org.closed_on.is_(None))
    for column in (Org.full_name, Org.short_name):
        found = list(db.session.scalars(query.where(column == words.strip()).limit(2)))
        if len(found) == 1:
            return found[0]
        if found:
            raise Invalid(
                N_("叫“%(name)s”的组织不止一个，请写全称。"), field="org", name=words[:60]
            )
    near = "”“".join(org.full_name for org in search_orgs(within, words, limit=3))
    if near:
        raise Invalid(
            N_("没有叫“%(name)s”的组织。是不是“%(near)s”？请写全称。"), field="org",
            name=words[:60], near=near,
        )  # fmt: skip
    raise Invalid(N_("没有叫“%(name)s”的组织。"), field="org", name=words[:60])
