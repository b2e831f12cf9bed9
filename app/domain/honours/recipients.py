"""Who a written name is: a person of the roster or an org of the tree, where only one fits."""

from sqlalchemy import or_, select

from app.db import db
from app.domain.members import Membership, Person, open_on
from app.domain.orgs import Org, OrgLine, line_of
from app.errors import Invalid
from app.text import name_key
from app.words import N_


def whose(award, recipient: str) -> tuple[int, int | None]:
    """(line, person) of a recipient of that day: the branch of the one person, or the one org, of
    this name in the award's subtree; else the award's own line and nobody. Raises Invalid."""
    day = award.granted_on
    own = line_of(award.org.id, day)
    if own is None:
        raise Invalid(N_("这个组织那一天不在。"), field="org")
    if award.is_collective:
        org_id = _one(_orgs(award.org, recipient))
        return (line_of(org_id[0], day) if org_id else None) or own, None
    person = _one(_people(award.org, recipient, day))
    return ((line_of(person[1], day) or own), person[0]) if person else (own, None)


def _orgs(scope, name):
    return select(Org.id).where(
        Org.path.like(scope.path + "%"), or_(Org.full_name == name, Org.short_name == name)
    )


def _people(scope, name, day):
    return (
        select(Person.id, Membership.org_id)
        .join(Membership, Membership.person_id == Person.id)
        .join(OrgLine, OrgLine.org_id == Membership.org_id)
        .join(Org, Org.id == Membership.org_id)
        .where(
            Person.name_key == name_key(name), Person.merged_into_id.is_(None), Membership.home,
            open_on(day), open_on(day, OrgLine), Org.path.like(scope.path + "%"),
        )
    )  # fmt: skip


def _one(query):
    found = db.session.execute(query.limit(2)).all()
    return found[0] if len(found) == 1 else None
