"""Rosters in the making: rows, and what the database says of them."""

from sqlalchemy import select

from app.db import db
from app.domain import audit, orgs, rosters
from app.domain.members import Membership, Person, Post
from app.domain.sheets import OrgRow, PersonRow

BRANCH, OTHER = "浏正街社区团支部", "丰泉古井社区团支部"
SYSTEM = audit.SYSTEM


def rows(*people, branch=BRANCH) -> list[PersonRow]:
    """PersonRows of dicts or names, on the lines 2, 3, 4 …"""
    said = [{"name": p} if isinstance(p, str) else p for p in people]
    return [PersonRow(line, **{"branch": branch, **p}) for line, p in enumerate(said, 2)]


def org_rows(*lines) -> list[OrgRow]:
    """OrgRows of (full name, short name, parent name, …)."""
    return [OrgRow(line, *cells) for line, cells in enumerate(lines, 2)]


def plan(scope, *people, branch=BRANCH, **how):
    return rosters.plan_people(rows(*people, branch=branch), scope=scope, **how)


def apply(scope, *people, branch=BRANCH, **how):
    return rosters.apply_rows(
        rosters.PEOPLE, rows(*people, branch=branch), scope=scope, by=SYSTEM, **how
    )


def figures(plan, *names) -> dict[str, int]:
    """The figures that are not zero."""
    return {name: n for name, n in plan.figures.items() if n}


def person_named(name) -> Person:
    return db.session.scalars(select(Person).where(Person.name == name)).one()


def memberships(name) -> list[tuple]:
    """(branch, standing, from, to) of the only person of this name, in order."""
    query = (
        select(orgs.Org.short_name, Membership.standing, Membership.from_on, Membership.to_on)
        .join(Membership, Membership.org_id == orgs.Org.id)
        .where(Membership.person_id == person_named(name).id)
        .order_by(Membership.id)
    )
    return [tuple(row) for row in db.session.execute(query)]


def posts(name) -> list[tuple]:
    """(branch, title, from, to) of the only person of this name, in order."""
    query = (
        select(orgs.Org.short_name, Post.title, Post.from_on, Post.to_on)
        .join(Post, Post.org_id == orgs.Org.id)
        .where(Post.person_id == person_named(name).id)
        .order_by(Post.id)
    )
    return [tuple(row) for row in db.session.execute(query)]


def everything() -> dict[str, list]:
    """Every row of every table, as plain values."""
    db.session.rollback()
    tables = db.metadata.sorted_tables
    return {table.name: sorted(map(repr, db.session.execute(select(table)))) for table in tables}
