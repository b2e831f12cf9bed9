"""Who has access to what: the accounts of an org or a subtree, as their parent wants to see them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased, contains_eager

from app import clock
from app.db import db
from app.domain.members import Person, Post, open_on
from app.domain.orgs import Org, subtree_ids
from app.domain.staff.model import Invitation, Staff
from app.errors import NotFound
from app.words import N_

SLEEPS = timedelta(days=90)
PARTS = {
    "open": N_("在用"), "waiting": N_("还没开通"), "sleeping": N_("90 天没用"),
    "ended": N_("任职已结束"), "closed": N_("已停用"),
}  # fmt: skip


@dataclass(frozen=True)
class Access:
    """An account with what its parent wants to know. link_until: a link is out until then;
    heir_of: the name of whoever hands over to it."""

    staff: Staff
    link_until: datetime | None
    heir_of: str
    post_ended: bool

    @property
    def part(self) -> str:
        """open, waiting (nobody chose a password yet) or closed."""
        if self.staff.closed_at is not None:
            return "closed"
        return "open" if self.staff.is_opened else "waiting"

    @property
    def sleeping(self) -> bool:
        """Open, and not seen for 90 days."""
        last = self.staff.last_seen_at or self.staff.created_at
        return self.part == "open" and last < clock.now() - SLEEPS

    def is_in(self, part: str) -> bool:
        """Whether it stands under this heading; under none: every account that is not closed."""
        if part == "sleeping":
            return self.sleeping
        if part == "ended":
            return self.part != "closed" and self.post_ended
        return self.part == part if part else self.part != "closed"


def access_in(scope: Org, words: str = "") -> list[Access]:
    """The accounts of today's subtree in tree order; only those whose name, user name or org holds
    the words."""
    query = select(Staff).where(Org.path.like(scope.path + "%"))
    if words:
        query = query.where(
            or_(
                Staff.name.contains(words, autoescape=True),
                Staff.username_key.contains(words.lower(), autoescape=True),
                Org.full_name.contains(words, autoescape=True),
                Org.short_name.contains(words, autoescape=True),
            )
        )
    return _rows(query, subtree_ids(scope))


def access_of(org: Org) -> list[Access]:
    """The accounts of the org itself, those that are closed at the end."""
    rows = _rows(select(Staff).where(Staff.org_id == org.id), [org.id])
    return sorted(rows, key=lambda row: row.part == "closed")


def access_of_one(staff: Staff) -> Access:
    """The same of one account."""
    found = _rows(select(Staff).where(Staff.id == staff.id), [staff.org_id])
    if not found:
        raise NotFound
    return found[0]


def waiting_in(scope: Org) -> list[Access]:
    """The accounts of the subtree that nobody opened yet."""
    return [row for row in access_in(scope) if row.part == "waiting"]


def _rows(query, org_ids):
    accounts = db.session.scalars(
        query.join(Org, Org.id == Staff.org_id)
        .options(contains_eager(Staff.org))
        .order_by(Org.path, Staff.id)
    ).all()
    links, without = _links(org_ids), _without_post(org_ids)
    return [Access(one, *links.get(one.id, (None, "")), one.id in without) for one in accounts]


def _links(org_ids):
    """Account → (until when its link opens, whom it succeeds)."""
    query = (
        select(Invitation)
        .join(Staff, Staff.id == Invitation.staff_id)
        .where(
            Staff.org_id.in_(org_ids), Invitation.used_at.is_(None),
            Invitation.revoked_at.is_(None), Staff.closed_at.is_(None),
        )
    )  # fmt: skip
    return {
        link.staff_id: (
            link.expires_at if link.expires_at > clock.now() else None,
            link.predecessor.name if link.predecessor else "",
        )
        for link in db.session.scalars(query.order_by(Invitation.id))
    }


def _without_post(org_ids):
    """The accounts that were opened for a post which their person no longer holds at that org."""
    final, holder = aliased(Person), aliased(Person)
    held = (
        select(Post.id)
        .join(holder, holder.id == Post.person_id)
        .where(
            func.coalesce(holder.merged_into_id, holder.id)
            == func.coalesce(final.merged_into_id, final.id),
            Post.org_id == Staff.org_id, open_on(clock.today(), Post),
        )
    )  # fmt: skip
    query = (
        select(Staff.id)
        .join(final, final.id == Staff.person_id)
        .where(Staff.org_id.in_(org_ids), ~held.exists())
    )
    return set(db.session.scalars(query))
